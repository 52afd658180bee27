"""Choose the values of a column that conditions distinguish: one on each side of every condition."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from schema_dsl.parsing import parse_expression
from schema_dsl.sql import Sql, literal
from schema_dsl.verify.access.documents import build_documents, put
from schema_dsl.verify.access.provenance import JsonPath
from schema_dsl.verify.access.reads import ColumnReads
from schema_dsl.verify.rows import RowBuilder
from schema_dsl.verify.rows.table_description import ColumnDescription, TableDescription
from schema_dsl.verify.values import Evaluator, abbreviate, distinct_value, values_around
from schema_dsl.verify.values.literals import literal_text

_DOCUMENTS: Final = frozenset({"json", "jsonb"})
_UNLISTED: Final = "stranger"
_RANGES: Final = ("empty", "(,)")
_DAY: Final = {"date": "1", "time": "interval '1 hour'", "timetz": "interval '1 hour'"}


@attrs.frozen
class ColumnValue:
    """A value of a column.

    Attributes:
        text: The value in Postgres text format; None for NULL.
        label: The value for reports, such as "is 'published'".
        weight: The number of conditions that the value satisfies.
    """

    text: str | None
    label: str
    weight: int = 0


@attrs.frozen(eq=False)
class DistinguishingValues:
    """Chooses the values of columns.

    Attributes:
        rows: The builder of rows, which knows the checks of a table.
        evaluator: The evaluator of conditions.
        most: The largest number of values of a column.
    """

    rows: RowBuilder
    evaluator: Evaluator
    most: int

    def choose(
        self, table: TableDescription, column: str, reads: ColumnReads, row: Mapping[str, str | None]
    ) -> list[ColumnValue]:
        """Return values of a column on both sides of each condition, the present value of the column first.

        Args:
            table: The table.
            column: The column.
            reads: The values and columns with which conditions compare the column.
            row: A row that the builder made; empty if there is none.
        """
        field, base = table.columns[column], row.get(column)
        beside = self._evaluate(field, list(self._list_beside(field, reads, row)))
        texts = beside | self._evaluate(field, list(self._list_candidates(field, reads)))
        listed = [value for value in self.rows.list_candidates(table, column) if value is not None]
        texts |= {text: label_value(field, text) for text in listed if text not in texts}
        if base is not None:
            texts = {base: texts.get(base, label_value(field, base)), **texts}
        allowed = self._filter(table, column, list(texts))
        # Only the first of the values on one side of each condition is tried: it must fit into a row.
        allowed.sort(key=lambda text: text != base and not self.rows.can_complete(table, {column: text}))
        if self._is_listed(table, field, listed):
            always = set(allowed)
        else:
            always = set(beside)
            if not reads.conditions or reads.links or reads.all_inputs:
                # A routine compares with constants that its parameters hide.
                always |= self.list_constants(field, reads)
        kept = self._keep_sides(table, field, reads, allowed, always)
        values = [ColumnValue(text, abbreviate(texts[text]), weight) for text, weight in kept.items()][
            : self.most
        ]
        if field.not_null or not self._filter(table, column, [None]):
            return values
        if len(values) == 1 and not any(reads.constants.values()):
            values = [attrs.evolve(values[0], label="is not NULL")]
        null = ColumnValue(None, "is NULL", self._weigh_null(table, field, reads))
        return [null, *values] if base is None else [*values, null]

    def _list_candidates(self, field: ColumnDescription, reads: ColumnReads) -> Iterator[tuple[Sql, str]]:
        """Yield expressions with their labels."""
        kind = field.slot.type.base_type
        if kind.typtype == "e":
            yield from ((literal(label), f"is {literal(label)}") for label in kind.labels)
        elif kind.name == "bool":
            yield from ((Sql(text), f"is {text}") for text in ("true", "false"))
        elif kind.name in _DOCUMENTS:
            yield from self._list_documents(reads)
        else:
            constants = [constant for found in reads.constants.values() for constant in found]
            texts = [literal_text(parse_expression(constant)) for constant in constants]
            for constant, text in zip(constants, texts, strict=True):
                yield constant, f"is {constant if text is None else literal(text)}"
                yield from self._list_days(field, constant)
            for number in (1, 2):
                value = distinct_value(field.slot.type, field.slot.modifier, number, _UNLISTED)
                if value is not None:
                    yield literal(value), f"is {literal(value)}"
            if kind.category == "R":
                yield from ((literal(text), f"is {literal(text)}") for text in _RANGES)
            evaluated = self.evaluator.texts([(constant, field.slot) for constant in constants])
            # A function can return a pattern: SIMILAR TO is ~ similar_to_escape('...').
            known = [
                text if text is not None else other for text, other in zip(texts, evaluated, strict=True)
            ]
            for constant, text in zip(constants, known if kind.category == "S" else texts, strict=True):
                for found in values_around(
                    constant, text=text, slot=field.slot, equality=False, beside=False
                ):
                    yield found, f"is {found}"

    def _list_days(self, field: ColumnDescription, constant: Sql) -> Iterator[tuple[Sql, str]]:
        """Yield the moments a day before and after a constant, which clock_timestamp() does not reach meanwhile."""
        kind = field.slot.type.base_type
        if kind.category == "D":
            step = _DAY.get(kind.name, "interval '1 day'")
            for sign in "-+":
                yield Sql(f"({constant}) {sign} {step}"), f"is {constant} {sign} {step}"

    def _list_beside(
        self, field: ColumnDescription, reads: ColumnReads, row: Mapping[str, str | None]
    ) -> Iterator[tuple[Sql, str]]:
        """Yield the values of other columns that a condition compares with this one, and values far from them."""
        for companion in reads.companions:
            value = row.get(companion)
            if value is not None:
                yield literal(value), f"is {literal(value)}"
        for number in (1, 1000) if reads.companions else ():
            value = distinct_value(field.slot.type, field.slot.modifier, number, _UNLISTED)
            if value is not None:
                yield literal(value), f"is {literal(value)}"

    def _list_documents(self, reads: ColumnReads) -> Iterator[tuple[Sql, str]]:
        texts: dict[JsonPath, list[str]] = {}
        for path, constants in reads.constants.items():
            found = [literal_text(parse_expression(constant)) for constant in constants]
            texts[path] = [text for text in found if text is not None]
        for document in build_documents(texts):
            value = literal(json.dumps(document))
            yield value, f"is {value}"
        for constant in reads.constants.get((), ()):
            yield constant, f"is {constant}"

    def _evaluate(self, field: ColumnDescription, candidates: Sequence[tuple[Sql, str]]) -> dict[str, str]:
        """Return the values of expressions, each with its label: for a moment the expression, else the value."""
        values = self.evaluator.texts([(value, field.slot) for value, _ in candidates])
        is_moment = field.slot.type.base_type.category == "D"
        texts: dict[str, str] = {}
        for text, (_, label) in zip(values, candidates, strict=True):
            if text is not None:
                texts.setdefault(text, label if is_moment else label_value(field, text))
        return texts

    def _filter(self, table: TableDescription, column: str, texts: Sequence[str | None]) -> list[str | None]:
        """Return the values that pass the checks on this column alone."""
        slots = {column: table.columns[column].slot}
        for group in self.rows.list_check_groups(table):
            if column in group.columns and texts:
                condition = group.of_column(column).condition
                passed = self.evaluator.truths(
                    condition, table.name, slots, [{column: text} for text in texts]
                )
                texts = [text for text, passes in zip(texts, passed, strict=True) if passes]
        return list(texts)

    def _is_listed(self, table: TableDescription, field: ColumnDescription, listed: Sequence[str]) -> bool:
        """Return whether the column has a fixed list of values: an enum, a boolean, or a check like `one_of`."""
        kind = field.slot.type.base_type
        if kind.typtype == "e" or kind.name == "bool":
            return True
        other = distinct_value(field.slot.type, field.slot.modifier, 1, _UNLISTED)
        return bool(listed) and not self._filter(table, field.name, [other])

    def _keep_sides(
        self,
        table: TableDescription,
        field: ColumnDescription,
        reads: ColumnReads,
        texts: Sequence[str | None],
        always: Collection[str | None],
    ) -> dict[str, int]:
        """Keep one value for each combination of results of the conditions, and some values always.

        Returns:
            The values, each with the number of conditions that it satisfies.
        """
        constants = self.list_constants(field, reads)
        kept: dict[tuple[Any, ...], str] = {}
        weights = {}
        for text, result in zip(texts, self._evaluate_conditions(table, field, reads, texts), strict=True):
            # A condition that fails for a value makes every query of the table fail.
            if text is not None and None not in result:
                kept.setdefault((text,) if text in always else result, text)
                weights[text] = _count_satisfied(result) or (not reads.conditions and text in constants)
        return {text: int(weights[text]) for text in kept.values()}

    def _evaluate_conditions(
        self,
        table: TableDescription,
        field: ColumnDescription,
        reads: ColumnReads,
        texts: Sequence[str | None],
    ) -> list[tuple[bool | None, ...]]:
        """Return for each value whether each condition is not false, and whether it is not true; None for an error."""
        slots = {field.name: field.slot}
        rows: list[Mapping[str, str | None]] = [{field.name: text} for text in texts]
        results: list[tuple[bool | None, ...]] = [() for _ in rows]
        for condition in reads.conditions if rows else ():
            for written in (condition, f"NOT ({condition})"):
                found = self.evaluator.truths(written, table.name, slots, rows)
                results = [(*known, passes) for known, passes in zip(results, found, strict=True)]
        return results

    def _weigh_null(self, table: TableDescription, field: ColumnDescription, reads: ColumnReads) -> int:
        return _count_satisfied(self._evaluate_conditions(table, field, reads, [None])[0])

    def list_constants(self, field: ColumnDescription, reads: ColumnReads) -> set[str]:
        """Return the constants that conditions compare a column with, in Postgres text format."""
        constants = [(constant, field.slot) for constant in reads.constants.get((), ())]
        return {text for text in self.evaluator.texts(constants) if text is not None}


def label_value(field: ColumnDescription, text: str) -> str:
    """Return a value for reports, such as "is 'published'", "is true" or "is 7"."""
    category = field.slot.type.base_type.category
    if category == "B":
        return f"is {'true' if text in ('t', 'true') else 'false'}"
    return f"is {text}" if category == "N" else f"is {literal(text)}"


def _count_satisfied(result: tuple[bool | None, ...]) -> int:
    return sum(
        passes is True and negated is False for passes, negated in zip(result[::2], result[1::2], strict=True)
    )


def embed_id(field: ColumnDescription, reads: ColumnReads, own_id: str, other_id: str) -> Iterator[str]:
    """Yield values of a column that contain an id, in the ways in which policies look for it.

    Args:
        field: The column.
        reads: The values and columns with which conditions compare the column.
        own_id: The id.
        other_id: The id of another user.
    """
    kind = field.slot.type.base_type
    if kind.name in _DOCUMENTS:
        for path, inputs in reads.inputs.items():
            if inputs:
                yield from (json.dumps(put({}, path, value)) for value in (own_id, [own_id], {own_id: True}))
    elif kind.category == "A":
        yield "{" + json.dumps(own_id) + "}"
        yield "{" + json.dumps(other_id) + "," + json.dumps(own_id) + "}"
    else:
        yield own_id
        if kind.category == "S" and reads.all_inputs and not reads.links:
            yield f"{own_id}/file"
            # A path that leads through the folder of another user.
            yield f"{other_id}/{own_id}/file"
