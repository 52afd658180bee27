"""What may stand in the columns that nobody gave a value for, so that every check is met."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

from schema_dsl.parsing import columns_of
from schema_dsl.sql import Sql, identifiers, literal
from schema_dsl.verify.rows.errors import RowError
from schema_dsl.verify.rows.relation import ColumnDescription, TableDescription
from schema_dsl.verify.values import (
    Evaluator,
    TypedSlot,
    candidate_values,
    distinct_value,
    more_candidate_values,
    values_around,
)

_MOST_ROWS = 4000
_FIRST_ROWS = 40


@attrs.frozen
class ColumnValueOption:
    """A value for a column, as text. `left_out` is what the column holds if it is not mentioned."""

    text: str | None
    left_out: bool = False


@attrs.frozen(eq=False)
class CheckGroup:
    """Checks that have to be met together, and the columns that they are about."""

    columns: tuple[str, ...]
    checks: Mapping[str, str]

    @property
    def condition(self) -> str:
        """Write them as one: a check whose value is NULL lets the row in."""
        # A value that nothing looks at is not even made, and so not held to the checks of its domain.
        looked_at = f"num_nulls({identifiers(self.columns)}) >= 0"
        return " AND ".join([looked_at, *(f"(({check}) IS NOT FALSE)" for check in self.checks.values())])


def groups(relation: TableDescription, without: str | None = None) -> tuple[CheckGroup, ...]:
    """Put checks together that share a column. Those about computed columns are left to Postgres."""
    found: list[CheckGroup] = []
    for name, check in relation.checks.items():
        columns = [parts[-1] for parts in columns_of(check) if parts[-1] in relation.fields]
        if name == without or not columns or any(relation.fields[column].computed for column in columns):
            continue
        met = [group for group in found if set(group.columns) & set(columns)]
        found = [group for group in found if group not in met]
        all_columns = dict.fromkeys(column for group in met for column in group.columns) | dict.fromkeys(
            columns
        )
        checks = {each: text for group in met for each, text in group.checks.items()} | {name: check}
        found.append(CheckGroup(tuple(all_columns), checks))
    checked = {column for group in found for column in group.columns}
    # A domain's checks show in the value itself: whether it can be made.
    found += [
        CheckGroup((name,), {})
        for name, field in relation.fields.items()
        if name not in checked and field.place.type.form == "d" and not field.computed
    ]
    return tuple(found)


@attrs.define(eq=False)
class Chooser:
    """Chooses values for columns, and none a second time where rows must differ."""

    ask: Evaluator
    _groups: dict[tuple[int, str | None], tuple[CheckGroup, ...]] = attrs.field(init=False, factory=dict)
    _candidates: dict[tuple[int, str], tuple[ColumnValueOption, ...]] = attrs.field(init=False, factory=dict)
    _settled: dict[tuple[int, CheckGroup], dict[str, ColumnValueOption]] = attrs.field(
        init=False, factory=dict
    )
    _used: dict[tuple[int, str], set[str | None]] = attrs.field(init=False, factory=dict)

    @contextmanager
    def forgetful(self) -> Iterator[None]:
        """Forget at the end what was given out in between: for rows that do not stay."""
        before = {key: set(used) for key, used in self._used.items()}
        try:
            yield
        finally:
            self._used = before

    def groups(self, relation: TableDescription, without: str | None = None) -> tuple[CheckGroup, ...]:
        """Give the checks of a table, but for one, those together that share a column."""
        key = (relation.oid, without)
        if key not in self._groups:
            self._groups[key] = groups(relation, without)
        return self._groups[key]

    def plain(
        self, relation: TableDescription, field: ColumnDescription, number: int, filled: Container[str] = ()
    ) -> ColumnValueOption:
        """Choose for a column that no check is about."""
        options = self._first(relation, field, number)
        return next(option for option in options if option.text is not None or field.name not in filled)

    def together(
        self,
        relation: TableDescription,
        group: CheckGroup,
        given: Mapping[str, ColumnValueOption],
        number: int,
        filled: Container[str] = (),
    ) -> dict[str, ColumnValueOption] | None:
        """Choose for the columns of a group beside those given, with no NULL in those to be `filled`.

        Returns:
            None where no choice was found to meet it.
        """
        free = not any(column in given or column in filled for column in group.columns)
        if free and (relation.oid, group) in self._settled:
            return self._settled[relation.oid, group]
        options = {
            column: [given[column]]
            if column in given
            else [
                option
                for option in self._options(relation, column, number)
                if option.text is not None or column not in filled
            ]
            for column in group.columns
        }
        found = self._search(relation, group, options)
        if found is None and given:
            beside = self._beside(relation, group, given)
            options = {column: [*each, *beside.get(column, ())] for column, each in options.items()}
            found = self._search(relation, group, options)
        distinct = relation.distinct & set(group.columns)
        if found is None and distinct:
            further = {column: self._more(relation, column, number) for column in distinct - set(given)}
            options = {column: [*each, *further.get(column, ())] for column, each in options.items()}
            found = self._search(relation, group, options)
        if found is None and any(self._used.pop((relation.oid, column), None) for column in distinct):
            # All are given out. Rows may be gone again; if they are not, Postgres says so.
            return self.together(relation, group, given, number, filled)
        if found is None:
            return None
        for column in distinct:
            self._used.setdefault((relation.oid, column), set()).add(found[column].text)
        if free and not distinct:
            self._settled[relation.oid, group] = found
        return found

    def _beside(
        self, relation: TableDescription, group: CheckGroup, given: Mapping[str, ColumnValueOption]
    ) -> dict[str, list[ColumnValueOption]]:
        """Give values around those given: what they are compared with may have to be less, or greater."""
        found = {}
        for column in group.columns:
            place = relation.fields[column].place
            if column not in given and column not in relation.pointing:
                near = [
                    each
                    for option in given.values()
                    if option.text is not None
                    for each in values_around(
                        literal(option.text), text=option.text, place=place, equality=False, beside=False
                    )
                ]
                texts = self.ask.texts([(each, place) for each in near])
                found[column] = [ColumnValueOption(text) for text in texts if text is not None]
        return found

    def _search(
        self,
        relation: TableDescription,
        group: CheckGroup,
        options: Mapping[str, Sequence[ColumnValueOption]],
    ) -> dict[str, ColumnValueOption] | None:
        places = {column: relation.fields[column].place for column in group.columns}
        rows = itertools.islice(combinations(options), _MOST_ROWS)
        size = _FIRST_ROWS
        while chunk := list(itertools.islice(rows, size)):
            texts = [{column: option.text for column, option in row.items()} for row in chunk]
            for row, stands in zip(
                chunk, self.ask.truths(group.condition, relation.name, places, texts), strict=True
            ):
                if stands:
                    return row
            size = _MOST_ROWS
        return None

    def _options(self, relation: TableDescription, column: str, number: int) -> list[ColumnValueOption]:
        field = relation.fields[column]
        options = list(self._first(relation, field, number))
        if column in relation.pointing:
            # What a foreign key points to has to be there: it is given, or the column is left out.
            options = [option for option in options if option.left_out]
        else:
            # The second is for what has to lie beyond another column's.
            new = [self._fresh(field, number), self._fresh(field, number + 1)]
            options += [*new, *self.candidates(relation, column)]
        if field.default is not None and not field.lasting:
            options.append(self._default(field))
        elif not field.not_null:
            options.append(ColumnValueOption(None, left_out=True))
        used = self._used.get((relation.oid, column), set())
        return [option for option in dict.fromkeys(options) if option.text not in used or option.text is None]

    def _first(
        self, relation: TableDescription, field: ColumnDescription, number: int
    ) -> Iterator[ColumnValueOption]:
        """Give what is best left alone, and otherwise what is new."""
        distinct = field.name in relation.distinct
        if field.lasting or (field.default is not None and not distinct):
            yield self._default(field)
        elif field.default is None and not field.not_null and field.name not in relation.distinct_nulls:
            yield ColumnValueOption(None, left_out=True)
        yield self._fresh(field, number)

    def _default(self, field: ColumnDescription) -> ColumnValueOption:
        if field.lasting or field.default is None:
            # To ask for it would use it up, as nextval() does: something like it stands for it.
            return ColumnValueOption(distinct_value(field.place.type, field.place.modifier, 1), left_out=True)
        return ColumnValueOption(self.ask.texts([(Sql(field.default), field.place)])[0], left_out=True)

    def _fresh(self, field: ColumnDescription, number: int) -> ColumnValueOption:
        text = distinct_value(field.place.type, field.place.modifier, number, field.name)
        if text is None and field.not_null:
            raise RowError(
                f"no value of type {field.place.written} is known for column {field.name}",
                instead=f"Give one: row_factory(..., {field.name}=...).",
            )
        return ColumnValueOption(text)

    def candidates(self, relation: TableDescription, column: str) -> tuple[ColumnValueOption, ...]:
        """Give the values that the checks of a table, or of a domain, make worth trying."""
        key = (relation.oid, column)
        if key not in self._candidates:
            place = relation.fields[column].place
            found: dict[Sql, None] = {}
            for check in relation.checks.values():
                places = {name: field.place for name, field in relation.fields.items()}
                found |= dict.fromkeys(candidate_values(check, places).get(column, ()))
            found |= dict.fromkeys(domain_candidates(place))
            texts = self.ask.texts([(each, place) for each in found])
            self._candidates[key] = tuple(
                ColumnValueOption(text) for text in dict.fromkeys(texts) if text is not None
            )
        return self._candidates[key]

    def _more(self, relation: TableDescription, column: str, number: int) -> list[ColumnValueOption]:
        """Give more of them, others for each number, for a column in which no two rows should be alike."""
        place = relation.fields[column].place
        found = [
            each
            for check in relation.checks.values()
            for each in more_candidate_values(check, column, place, number)
        ]
        found += [
            each
            for check in place.type.checks
            for each in more_candidate_values(check, "value", place, number)
        ]
        texts = self.ask.texts([(each, place) for each in found])
        return [ColumnValueOption(text) for text in dict.fromkeys(texts) if text is not None]


def domain_candidates(place: TypedSlot) -> Iterable[Sql]:
    """Give values worth trying for a domain, out of its own checks."""
    base = place.type.made_of
    if place.type.form != "d" or base is None:
        return ()
    inner = TypedSlot(base, place.type.modifier, base.name)
    found: dict[Sql, Any] = {}
    for check in place.type.checks:
        found |= dict.fromkeys(candidate_values(check, {"value": inner}).get("value", ()))
    return (*found, *domain_candidates(inner))


def combinations(
    options: Mapping[str, Sequence[ColumnValueOption]],
) -> Iterator[dict[str, ColumnValueOption]]:
    """Combine one option of each column; first those that change the fewest from their first option."""
    if any(not each for each in options.values()):
        return
    base = {column: each[0] for column, each in options.items()}
    for changed in range(len(options) + 1):
        for columns in itertools.combinations(options, changed):
            for others in itertools.product(*(options[column][1:] for column in columns)):
                yield base | dict(zip(columns, others, strict=True))
