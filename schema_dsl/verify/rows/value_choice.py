"""Choose values for the columns of a row so that the row passes every check."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

from schema_dsl.parsing import list_columns
from schema_dsl.sql import Sql, identifiers, literal
from schema_dsl.verify.rows.errors import RowError
from schema_dsl.verify.rows.table_description import ColumnDescription, TableDescription
from schema_dsl.verify.values import (
    Evaluator,
    TypedSlot,
    candidate_values,
    more_candidate_values,
    values_around,
)

_MOST_ROWS = 4000
_FIRST_ROWS = 40


@attrs.frozen
class ColumnValueOption:
    """A possible value of a column.

    Attributes:
        text: The value in Postgres text format; None for NULL.
        omitted: Whether the INSERT leaves the column out, so that the column gets its default.
    """

    text: str | None
    omitted: bool = False


@attrs.frozen(eq=False)
class CheckGroup:
    """Checks that share columns, so that one choice of values must pass all of them.

    Attributes:
        columns: The columns that the checks use.
        checks: The check expressions by name.
    """

    columns: tuple[str, ...]
    checks: Mapping[str, str]

    @property
    def condition(self) -> str:
        """Return one expression for all checks. Postgres accepts a row for which a check is NULL."""
        # Postgres does not evaluate a cast to a domain, nor the checks of the domain, if no expression uses the value.
        uses_columns = f"num_nulls({identifiers(self.columns)}) >= 0"
        return " AND ".join([uses_columns, *(f"(({check}) IS NOT FALSE)" for check in self.checks.values())])

    def of_column(self, column: str) -> CheckGroup:
        """Return the checks that use no other column of the group."""
        others = {name for name in self.columns if name != column}
        alone = {
            name: check
            for name, check in self.checks.items()
            if others.isdisjoint(parts[-1] for parts in list_columns(check))
        }
        return CheckGroup((column,), alone)


def group_checks(relation: TableDescription, without: str | None = None) -> tuple[CheckGroup, ...]:
    """Group the checks that share a column, without the checks on generated columns.

    Args:
        relation: The table.
        without: The name of a check to leave out.
    """
    groups: list[CheckGroup] = []
    for name, check in relation.checks.items():
        columns = [parts[-1] for parts in list_columns(check) if parts[-1] in relation.columns]
        if name == without or not columns or any(relation.columns[column].generated for column in columns):
            continue
        overlapping = [group for group in groups if set(group.columns) & set(columns)]
        groups = [group for group in groups if group not in overlapping]
        all_columns = dict.fromkeys(
            column for group in overlapping for column in group.columns
        ) | dict.fromkeys(columns)
        checks = {key: text for group in overlapping for key, text in group.checks.items()} | {name: check}
        groups.append(CheckGroup(tuple(all_columns), checks))
    checked = {column for group in groups for column in group.columns}
    # Postgres evaluates the checks of a domain when it casts a value to the domain.
    groups += [
        CheckGroup((name,), {})
        for name, field in relation.columns.items()
        if name not in checked and field.slot.type.typtype == "d" and not field.generated
    ]
    return tuple(groups)


@attrs.define(eq=False)
class ValueChooser:
    """Chooses values for columns, and never repeats a value in a column of a unique key."""

    evaluator: Evaluator
    _groups: dict[tuple[int, str | None], tuple[CheckGroup, ...]] = attrs.field(init=False, factory=dict)
    _candidates: dict[tuple[int, str], tuple[ColumnValueOption, ...]] = attrs.field(init=False, factory=dict)
    _chosen: dict[tuple[int, CheckGroup], dict[str, ColumnValueOption]] = attrs.field(
        init=False, factory=dict
    )
    _judged: dict[object, bool] = attrs.field(init=False, factory=dict)
    _used: dict[tuple[int, str], set[str | None]] = attrs.field(init=False, factory=dict)

    @contextmanager
    def restoring_used_values(self) -> Iterator[None]:
        """Forget the values that were chosen during the block, because the caller rolls the rows back."""
        before = {key: set(used) for key, used in self._used.items()}
        try:
            yield
        finally:
            self._used = before

    def list_groups(self, relation: TableDescription, without: str | None = None) -> tuple[CheckGroup, ...]:
        """Return the groups of checks of a table, without the check named `without`."""
        key = (relation.oid, without)
        if key not in self._groups:
            self._groups[key] = group_checks(relation, without)
        return self._groups[key]

    def choose_unchecked(
        self, relation: TableDescription, field: ColumnDescription, number: int, filled: Container[str]
    ) -> ColumnValueOption:
        """Choose a value for a column that no check uses; not NULL if the column is in `filled`."""
        if field.name not in filled and _prefers_default(relation, field):
            # The value of the default is not needed.
            return ColumnValueOption(None, omitted=True)
        options = self._preferred_options(relation, field, number)
        return next(option for option in options if option.text is not None or field.name not in filled)

    def choose_group(
        self,
        relation: TableDescription,
        group: CheckGroup,
        given: Mapping[str, ColumnValueOption],
        number: int,
        filled: Container[str] = (),
    ) -> dict[str, ColumnValueOption] | None:
        """Choose values for the columns of a group of checks.

        Args:
            relation: The table.
            group: The group of checks.
            given: The values that are fixed.
            number: The number of the row, from which distinct values derive.
            filled: The columns that must not be NULL.

        Returns:
            The values of all columns of the group, or None if no tried combination passes the checks.
        """
        free = not any(column in given or column in filled for column in group.columns)
        if free and (relation.oid, group) in self._chosen:
            return self._chosen[relation.oid, group]
        options = {
            column: [given[column]]
            if column in given
            else [
                option
                for option in self._list_options(relation, column, number)
                if option.text is not None or column not in filled
            ]
            for column in group.columns
        }
        found = self._search(relation, group, options)
        if found is None and given:
            near = self._values_near(relation, group, given)
            options = {column: [*known, *near.get(column, ())] for column, known in options.items()}
            found = self._search(relation, group, options)
        distinct = relation.distinct_columns & set(group.columns)
        if found is None and distinct:
            further = {
                column: self._more_options(relation, column, number) for column in distinct - set(given)
            }
            options = {column: [*known, *further.get(column, ())] for column, known in options.items()}
            found = self._search(relation, group, options)
        if found is None and any(self._used.pop((relation.oid, column), None) for column in distinct):
            # All values are used. The rows that used the values may be deleted; if not, Postgres raises an error.
            return self.choose_group(relation, group, given, number, filled)
        if found is None:
            return None
        for column in distinct:
            self._used.setdefault((relation.oid, column), set()).add(found[column].text)
        if free and not distinct:
            self._chosen[relation.oid, group] = found
        return found

    def _values_near(
        self, relation: TableDescription, group: CheckGroup, given: Mapping[str, ColumnValueOption]
    ) -> dict[str, list[ColumnValueOption]]:
        """Return values just below and above the given values, because checks may compare the columns."""
        found = {}
        for column in group.columns:
            slot = relation.columns[column].slot
            if column not in given and column not in relation.referencing_columns:
                near = [
                    value
                    for option in given.values()
                    if option.text is not None
                    for value in values_around(
                        literal(option.text), text=option.text, slot=slot, equality=False, beside=False
                    )
                ]
                texts = self.evaluator.texts([(value, slot) for value in near])
                found[column] = [ColumnValueOption(text) for text in texts if text is not None]
        return found

    def _search(
        self,
        relation: TableDescription,
        group: CheckGroup,
        options: Mapping[str, Sequence[ColumnValueOption]],
    ) -> dict[str, ColumnValueOption] | None:
        only = all(len(found) == 1 for found in options.values())
        key = (relation.oid, group, *(found[0].text for found in options.values())) if only else None
        if key in self._judged:
            return {column: found[0] for column, found in options.items()} if self._judged[key] else None
        slots = {column: relation.columns[column].slot for column in group.columns}
        rows = itertools.islice(combine_options(options), _MOST_ROWS)
        size = _FIRST_ROWS
        while chunk := list(itertools.islice(rows, size)):
            texts = [{column: option.text for column, option in row.items()} for row in chunk]
            for row, passes in zip(
                chunk, self.evaluator.truths(group.condition, relation.name, slots, texts), strict=True
            ):
                if key is not None:
                    self._judged[key] = bool(passes)
                if passes:
                    return row
            size = _MOST_ROWS
        return None

    def _list_options(self, relation: TableDescription, column: str, number: int) -> list[ColumnValueOption]:
        field = relation.columns[column]
        options = list(self._preferred_options(relation, field, number))
        if column in relation.referencing_columns:
            # The referenced row must exist, so the value of a foreign key is given or omitted.
            options = [option for option in options if option.omitted]
        else:
            # The second value is for a column that must be greater than another column.
            new = [self._distinct_option(field, number), self._distinct_option(field, number + 1)]
            options += [*new, *self.list_candidates(relation, column)]
        if field.default is not None and not field.default_varies:
            options.append(self._default_option(field))
        elif not field.not_null:
            options.append(ColumnValueOption(None, omitted=True))
        used = self._used.get((relation.oid, column), set())
        return [option for option in dict.fromkeys(options) if option.text not in used or option.text is None]

    def _preferred_options(
        self, relation: TableDescription, field: ColumnDescription, number: int
    ) -> Iterator[ColumnValueOption]:
        """Yield the default or NULL if the column may have it, then a distinct value."""
        if _prefers_default(relation, field):
            yield self._default_option(field)
        elif (
            field.default is None and not field.not_null and field.name not in relation.distinct_null_columns
        ):
            yield ColumnValueOption(None, omitted=True)
        yield self._distinct_option(field, number)

    def _default_option(self, field: ColumnDescription) -> ColumnValueOption:
        if field.default_varies or field.default is None:
            # Evaluating a volatile default such as nextval() has side effects, so a distinct value represents it.
            return ColumnValueOption(field.distinct_text(1), omitted=True)
        return ColumnValueOption(self.evaluator.texts([(Sql(field.default), field.slot)])[0], omitted=True)

    def _distinct_option(self, field: ColumnDescription, number: int) -> ColumnValueOption:
        text = field.distinct_text(number)
        if text is None and field.not_null:
            raise RowError(
                f"cannot generate a value of type {field.slot.written} for column {field.name}",
                instead=f"Pass a value: row_factory(..., {field.name}=...).",
            )
        return ColumnValueOption(text)

    def list_candidates(self, relation: TableDescription, column: str) -> tuple[ColumnValueOption, ...]:
        """Return values for a column that derive from the constants in the checks of the table and of its domain."""
        key = (relation.oid, column)
        if key not in self._candidates:
            slot = relation.columns[column].slot
            found: dict[Sql, None] = {}
            for check in relation.checks.values():
                slots = {name: field.slot for name, field in relation.columns.items()}
                found |= dict.fromkeys(candidate_values(check, slots).get(column, ()))
            found |= dict.fromkeys(domain_candidates(slot))
            texts = self.evaluator.texts([(value, slot) for value in found])
            self._candidates[key] = tuple(
                ColumnValueOption(text) for text in dict.fromkeys(texts) if text is not None
            )
        return self._candidates[key]

    def _more_options(self, relation: TableDescription, column: str, number: int) -> list[ColumnValueOption]:
        """Return further values that derive from the checks and differ per number, for a column of a unique key."""
        slot = relation.columns[column].slot
        found = [
            value
            for check in relation.checks.values()
            for value in more_candidate_values(check, column, slot, number)
        ]
        found += [
            value
            for check in slot.type.checks
            for value in more_candidate_values(check, "value", slot, number)
        ]
        texts = self.evaluator.texts([(value, slot) for value in found])
        used = self._used.get((relation.oid, column), set())
        return [
            ColumnValueOption(text) for text in dict.fromkeys(texts) if text is not None and text not in used
        ]


def _prefers_default(relation: TableDescription, field: ColumnDescription) -> bool:
    """Return whether a row gets the default of a column, unless a check needs another value."""
    is_distinct = field.name in relation.distinct_columns
    return field.default_varies or (field.default is not None and not is_distinct)


def domain_candidates(slot: TypedSlot) -> Iterable[Sql]:
    """Return values for a domain that derive from the constants in the checks of the domain."""
    base = slot.type.component
    if slot.type.typtype != "d" or base is None:
        return ()
    inner = TypedSlot(base, slot.type.modifier, base.name)
    found: dict[Sql, Any] = {}
    for check in slot.type.checks:
        found |= dict.fromkeys(candidate_values(check, {"value": inner}).get("value", ()))
    return (*found, *domain_candidates(inner))


def combine_options(
    options: Mapping[str, Sequence[ColumnValueOption]],
) -> Iterator[dict[str, ColumnValueOption]]:
    """Yield combinations of one option per column, the combinations with the most first options first."""
    if any(not column_options for column_options in options.values()):
        return
    base = {column: column_options[0] for column, column_options in options.items()}
    for changed in range(len(options) + 1):
        for columns in itertools.combinations(options, changed):
            for others in itertools.product(*(options[column][1:] for column in columns)):
                yield base | dict(zip(columns, others, strict=True))
