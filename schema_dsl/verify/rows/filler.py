"""Fill and insert rows, after the rows that their foreign keys reference."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, Final

import attrs
import psycopg

from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql
from schema_dsl.verify.rows.errors import ForeignKeyCycleError, refused_error, unmet_error
from schema_dsl.verify.rows.statements import (
    compose_value,
    defer_constraint,
    find_row,
    insert_values,
    update_row,
)
from schema_dsl.verify.rows.table_description import ForeignKeyColumns, TableDescription, TableDescriptions
from schema_dsl.verify.rows.value_choice import CheckGroup, ColumnValueOption, ValueChooser
from schema_dsl.verify.values import Evaluator

ANY_VALUE: Final = object()
"""Represents any value of a column except NULL."""

_MOST_ATTEMPTS = 12
_MOST_PARENTS: Final = 24


@attrs.define(eq=False)
class PartialRow:
    """A row during filling.

    Attributes:
        relation: The table.
        values: The values so far.
        required: The columns that must not be NULL, although the table allows NULL.
        from_parents: The columns that reference rows that the filler inserted for this row.
        deferred_rows: The tables and known values of referenced rows to insert after this row.
        inserted: Whether the row is inserted.
    """

    relation: TableDescription
    values: dict[str, Any]
    required: set[str] = attrs.Factory(set)
    from_parents: set[str] = attrs.Factory(set)
    deferred_rows: list[tuple[TableDescription, dict[str, Any]]] = attrs.Factory(list)
    inserted: bool = False


@attrs.define(eq=False)
class Filler:
    """Fills and inserts rows. The distinct values of a row derive from the number of the row.

    Attributes:
        connection: A connection that may insert rows.
        wanted: The declared schema.
        tables: The descriptions of the tables.
        chooser: The chooser of values.
        inserted: The rows that were inserted, with their tables, in order.
    """

    connection: Connection
    wanted: Catalog
    tables: TableDescriptions
    chooser: ValueChooser = attrs.field(init=False)
    inserted: list[tuple[TableDescription, dict[str, Any]]] = attrs.field(init=False, factory=list)
    _number: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Use the same connection for the chooser."""
        self.chooser = ValueChooser(Evaluator(self.connection))

    def insert_row(
        self, relation: TableDescription, given: Mapping[str, Any], dependents: tuple[PartialRow, ...]
    ) -> dict[str, Any]:
        """Insert a row, with other values after a unique violation.

        Args:
            relation: The table.
            given: The values that are fixed.
            dependents: The unfinished rows that reference this row.
        """
        attempts = 0
        while True:
            partial = self.fill(relation, given, dependents)
            try:
                row = insert_values(self.connection, relation, partial.values)
                break
            except psycopg.errors.UniqueViolation as error:
                adopted = self._adopt_trigger_row(partial, error.diag.constraint_name)
                if adopted is not None:
                    row = adopted
                    break
                attempts += 1
                # The step grows, because the table may contain many rows with consecutive values.
                self._number += 2**attempts + 1
                if attempts == _MOST_ATTEMPTS:
                    raise refused_error(relation, partial.values, error) from error
            except psycopg.Error as error:
                raise refused_error(relation, partial.values, error) from error
        self.inserted.append((relation, row))
        partial.values.update(row)
        partial.inserted = True
        for target, known in partial.deferred_rows:
            self.insert_row(target, known, (partial, *dependents))
        return row

    def _adopt_trigger_row(self, partial: PartialRow, key: str | None) -> dict[str, Any] | None:
        """Update and return a row that a trigger of the referenced table inserted; return None if there is none."""
        columns = partial.relation.unique_keys.get(key or "", ())
        if not columns or not partial.from_parents.issuperset(columns):
            return None
        known = {name: partial.values[name] for name in columns}
        others = {name: value for name, value in partial.values.items() if name not in known}
        try:
            return update_row(self.connection, partial.relation, known, others)
        except psycopg.Error as error:
            raise refused_error(partial.relation, partial.values, error) from error

    def fill(
        self,
        relation: TableDescription,
        given: Mapping[str, Any],
        dependents: tuple[PartialRow, ...] = (),
        *,
        strict: bool = True,
        without: str | None = None,
    ) -> PartialRow:
        """Fill a row, and insert the rows that the foreign keys of the row reference.

        Args:
            relation: The table.
            given: The values that are fixed.
            dependents: The unfinished rows that reference this row.
            strict: Whether to raise an error if no tried values pass the checks.
            without: The name of a check to ignore.

        Raises:
            RowError: If the row cannot be filled.
        """
        # The step is two, because a column that must be greater than another column takes the number in between.
        self._number += 2
        filled = {name for name, value in given.items() if value is ANY_VALUE}
        partial = PartialRow(
            relation, {name: value for name, value in given.items() if name not in filled}, filled
        )
        # Foreign keys to the same table come last, because they can reference the row itself.
        for key in sorted(relation.foreign_keys, key=lambda key: key.target == relation.oid):
            self._reference_parent(
                key, partial, dependents, required=any(column in filled for column, _ in key.pairs)
            )
        grouped: set[str] = set()
        for group in self.chooser.list_groups(relation, without):
            grouped.update(group.columns)
            self._satisfy_checks(group, partial, dependents, strict=strict)
        for name, field in relation.columns.items():
            if name not in partial.values and name not in grouped and not field.generated:
                option = self.chooser.choose_unchecked(relation, field, self._number, filled)
                if not option.omitted:
                    partial.values[name] = option.text
        return partial

    def _satisfy_checks(
        self, group: CheckGroup, partial: PartialRow, dependents: tuple[PartialRow, ...], *, strict: bool
    ) -> None:
        relation = partial.relation
        given = self.format_texts(
            relation, {name: partial.values[name] for name in group.columns if name in partial.values}
        )
        if given is None:
            # A value does not fit the type of its column. The INSERT raises the error.
            return
        options = {name: ColumnValueOption(text) for name, text in given.items()}
        found = self.chooser.choose_group(relation, group, options, self._number, partial.required)
        if found is None:
            before = len(partial.values)
            for key in relation.foreign_keys:
                if any(column in group.columns and column not in partial.values for column, _ in key.pairs):
                    self._reference_parent(key, partial, dependents, required=True)
            if len(partial.values) > before:
                self._satisfy_checks(group, partial, dependents, strict=strict)
                return
            found = self._try_other_parents(group, partial, dependents)
        if found is None:
            found = self._fall_back(relation, group, partial, strict=strict)
        for column, option in found.items():
            if column not in partial.values and not option.omitted:
                partial.values[column] = option.text

    def _try_other_parents(
        self, group: CheckGroup, partial: PartialRow, dependents: tuple[PartialRow, ...]
    ) -> dict[str, ColumnValueOption] | None:
        """Reference other rows until their keys pass checks, such as the bounds of a partition by hash.

        Returns:
            The values of the other columns, or None if no tried row has a key that passes the checks.
        """
        relation = partial.relation
        waiting = {row.relation.oid for row in (partial, *dependents)}
        keys = [
            key
            for key in relation.foreign_keys
            if key.target not in waiting
            and any(column in group.columns and column in partial.from_parents for column, _ in key.pairs)
        ]
        others = {column for key in relation.foreign_keys if key not in keys for column, _ in key.pairs}
        replaced = {column for key in keys for column, _ in key.pairs} & partial.from_parents - others
        if replaced.isdisjoint(group.columns):
            return None
        first = dict(partial.values)
        for _ in range(_MOST_PARENTS):
            inserted, deferred = len(self.inserted), len(partial.deferred_rows)
            with self.connection.transaction() as undoing:
                for column in replaced:
                    partial.values.pop(column, None)
                for key in keys:
                    self._reference_parent(key, partial, dependents, required=True)
                options = self.format_texts(
                    relation, {name: partial.values[name] for name in group.columns if name in partial.values}
                )
                found = self.chooser.choose_group(
                    relation,
                    group,
                    {name: ColumnValueOption(text) for name, text in (options or {}).items()},
                    self._number,
                    partial.required,
                )
                if found is not None:
                    return found
                del self.inserted[inserted:], partial.deferred_rows[deferred:]
                raise psycopg.Rollback(undoing)
        partial.values = first
        return None

    def _fall_back(
        self, relation: TableDescription, group: CheckGroup, partial: PartialRow, *, strict: bool
    ) -> dict[str, ColumnValueOption]:
        """Use a declared example, or let Postgres check the given values, because no tried values pass the checks."""
        example = self._find_example(relation, group, partial.values)
        if example is not None:
            partial.values.update(example)
        elif strict and not any(column in partial.values for column in group.columns):
            raise unmet_error(relation, group.checks, group.columns)
        rest = [name for name in group.columns if name not in partial.values]
        return {
            name: self.chooser.choose_unchecked(
                relation, relation.columns[name], self._number, partial.required
            )
            for name in rest
        }

    def _find_example(
        self, relation: TableDescription, group: CheckGroup, values: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Return a declared example of a check that agrees with the given values; None if there is none."""
        for identity, check in self.wanted.of_kind("check").items():
            is_of_table = identity.relation == (relation.schema, relation.name)
            if is_of_table and check.name in group.checks:
                examples: tuple[Mapping[str, Any], ...] = check.accepts
                for example in examples:
                    if all(values.get(column, value) == value for column, value in example.items()):
                        return example
        return None

    def format_texts(
        self, relation: TableDescription, values: Mapping[str, Any]
    ) -> dict[str, str | None] | None:
        """Return values in Postgres text format; return None if a value does not fit the type of its column."""
        unconverted = {
            name: value for name, value in values.items() if value is not None and type(value) is not str
        }
        texts = self.chooser.evaluator.texts(
            [
                (
                    value
                    if isinstance(value, Sql)
                    else Sql(compose_value(relation.columns[name], value).as_string(self.connection)),
                    relation.columns[name].slot,
                )
                for name, value in unconverted.items()
            ]
        )
        converted = dict(zip(unconverted, texts, strict=True))
        if None in converted.values():
            return None
        return {name: converted.get(name, value) for name, value in values.items()}

    def _reference_parent(
        self,
        key: ForeignKeyColumns,
        partial: PartialRow,
        dependents: tuple[PartialRow, ...],
        *,
        required: bool,
    ) -> None:
        """Set the columns of a foreign key, and insert the referenced row, if the foreign key needs a row."""
        values, columns = partial.values, partial.relation.columns
        given = {column: values[column] for column, _ in key.pairs if column in values}
        if any(value is None for value in given.values()):
            return
        if len(given) == len(key.pairs) and not (set(given) & partial.from_parents):
            return
        optional = [
            column
            for column, _ in key.pairs
            if not columns[column].not_null and columns[column].default is None
        ]
        if optional and not required and not given:
            return
        known = {referenced: values[column] for column, referenced in key.pairs if column in values}
        target = self.tables.by_oid(key.target)
        waiting = next((row for row in (partial, *dependents) if row.relation.oid == key.target), None)
        if waiting is not None and optional and not required and len(given) < len(key.pairs):
            # MATCH SIMPLE: a NULL in one column ends the chain of rows that reference each other.
            return
        if waiting is not None:
            found = self._reference_waiting_row(key, partial, waiting)
        else:
            present = self._find_target(target, known)
            if present is not None and len(given) == len(key.pairs):
                return
            found = present or self._insert_target(key, target, known, partial, dependents)
        for column, referenced in key.pairs:
            values.setdefault(column, found[referenced])
            partial.from_parents.add(column)

    def _find_target(self, target: TableDescription, known: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the referenced row if it exists, which it may if another foreign key has set a unique key of it."""
        if not any(known.keys() >= set(columns) for columns in target.unique_keys.values()):
            return None
        return find_row(self.connection, target, known)

    def _insert_target(
        self,
        key: ForeignKeyColumns,
        target: TableDescription,
        known: dict[str, Any],
        partial: PartialRow,
        dependents: tuple[PartialRow, ...],
    ) -> dict[str, Any]:
        """Insert the referenced row; if the rows reference each other, defer the constraint and insert it later."""
        # Without foreign keys, the row is part of no cycle.
        undoing = self.connection.transaction() if target.foreign_keys else contextlib.nullcontext()
        try:
            with undoing:
                return self.insert_row(target, known, (partial, *dependents))
        except ForeignKeyCycleError:
            if not key.deferrable:
                raise
        defer_constraint(self.connection, partial.relation, key.name)
        values = {
            referenced: known[referenced]
            if referenced in known
            else self._choose_value(target, referenced, known)
            for _, referenced in key.pairs
        }
        partial.deferred_rows.append((target, values))
        return values

    def _reference_waiting_row(
        self, key: ForeignKeyColumns, partial: PartialRow, waiting: PartialRow
    ) -> dict[str, Any]:
        """Reference an unfinished row that depends on this row, or this row itself."""
        if waiting is not partial and not waiting.inserted:
            if not key.deferrable:
                raise ForeignKeyCycleError(
                    f"foreign key {key.name} of {partial.relation} is part of a cycle, so no row can be inserted first",
                    instead="Declare a foreign key of the cycle deferrable, or a column of the cycle nullable.",
                    constraint=key.name,
                )
            defer_constraint(self.connection, partial.relation, key.name)
        for _, referenced in key.pairs:
            if referenced not in waiting.values:
                waiting.values[referenced] = self._choose_value(waiting.relation, referenced, waiting.values)
                waiting.from_parents.add(referenced)
        return waiting.values

    def _choose_value(self, relation: TableDescription, column: str, values: Mapping[str, Any]) -> str | None:
        """Return a value for a referenced column that passes its checks beside other values of the row."""
        for group in self.chooser.list_groups(relation):
            if column in group.columns:
                given = self.format_texts(
                    relation, {name: values[name] for name in group.columns if name in values}
                )
                options = {name: ColumnValueOption(text) for name, text in (given or {}).items()}
                found = self.chooser.choose_group(relation, group, options, self._number, {column})
                if found is not None:
                    return found[column].text
        return relation.columns[column].distinct_text(self._number)
