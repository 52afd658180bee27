"""Rows filled and inserted, each after the rows that it points to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
import psycopg

from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql
from schema_dsl.verify.rows.choice import CheckGroup, Chooser, ColumnValueOption
from schema_dsl.verify.rows.errors import CircleError, refused, unmet
from schema_dsl.verify.rows.relation import ForeignKeyColumns, TableDescription, TableDescriptions
from schema_dsl.verify.rows.statements import change, defer, find, insert, written
from schema_dsl.verify.values import Evaluator, distinct_value

SOMETHING: Final = object()
"""Stands for whichever value a column takes, but not for NULL."""

_TRIES = 12


@attrs.define(eq=False)
class PartialRow:
    """A row that is being filled.

    `filled` are the columns that must not be NULL, whatever the table says.
    `made` are the columns whose values come from rows that were made for it. `later` are the rows that it
    points to and that come after it. `stands` says that it has been inserted.
    """

    relation: TableDescription
    values: dict[str, Any]
    filled: set[str] = attrs.Factory(set)
    made: set[str] = attrs.Factory(set)
    later: list[tuple[TableDescription, dict[str, Any]]] = attrs.Factory(list)
    stands: bool = False


@attrs.define(eq=False)
class Filler:
    """Fills and inserts rows. Each gets a number of its own, from which its new values are made."""

    connection: Connection
    wanted: Catalog
    relations: TableDescriptions = attrs.field(init=False)
    chooser: Chooser = attrs.field(init=False)
    _number: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Share one connection."""
        self.relations = TableDescriptions(self.connection)
        self.chooser = Chooser(Evaluator(self.connection))

    def row(
        self, relation: TableDescription, given: Mapping[str, Any], below: tuple[PartialRow, ...]
    ) -> dict[str, Any]:
        """Insert a row; where it meets one that is there already, another."""
        tries = 0
        while True:
            begun = self.filled(relation, given, below)
            try:
                with self.connection.transaction():
                    row = insert(self.connection, relation, begun.values)
                break
            except psycopg.errors.UniqueViolation as error:
                came = self._came_along(begun, error.diag.constraint_name)
                if came is not None:
                    row = came
                    break
                tries += 1
                # Further away each time: somebody may have filled the table from 1 upwards.
                self._number += 2**tries + 1
                if tries == _TRIES:
                    raise refused(relation, begun.values, error) from error
            except psycopg.Error as error:
                raise refused(relation, begun.values, error) from error
        begun.values.update(row)
        begun.stands = True
        for target, known in begun.later:
            self.row(target, known, (begun, *below))
        return row

    def _came_along(self, begun: PartialRow, key: str | None) -> dict[str, Any] | None:
        """Take over a row that came with the one that it points to, as a trigger on that one may make it."""
        columns = begun.relation.unique.get(key or "", ())
        if not columns or not begun.made.issuperset(columns):
            return None
        known = {name: begun.values[name] for name in columns}
        others = {name: value for name, value in begun.values.items() if name not in known}
        try:
            with self.connection.transaction():
                return change(self.connection, begun.relation, known, others)
        except psycopg.Error as error:
            raise refused(begun.relation, begun.values, error) from error

    def filled(
        self,
        relation: TableDescription,
        given: Mapping[str, Any],
        below: tuple[PartialRow, ...] = (),
        *,
        strict: bool = True,
        without: str | None = None,
    ) -> PartialRow:
        """Fill a row, making those that it points to.

        Args:
            relation: The table.
            given: Values that stand.
            below: The rows that are waiting for this one.
            strict: Whether checks that no values were found for keep the row from being made.
            without: A check that need not be met.
        """
        # By two: what has to lie beyond it takes the number in between.
        self._number += 2
        filled = {name for name, value in given.items() if value is SOMETHING}
        begun = PartialRow(
            relation, {name: value for name, value in given.items() if name not in filled}, filled
        )
        # What points to the row itself comes last, when its own keys stand.
        for key in sorted(relation.keys, key=lambda each: each.target == relation.oid):
            self._parent(key, begun, below, needed=any(here in filled for here, _ in key.pairs))
        grouped: set[str] = set()
        for group in self.chooser.groups(relation, without):
            grouped.update(group.columns)
            self._meet(group, begun, below, strict=strict)
        for name, field in relation.fields.items():
            if name not in begun.values and name not in grouped and not field.computed:
                option = self.chooser.plain(relation, field, self._number, filled)
                if not option.left_out:
                    begun.values[name] = option.text
        return begun

    def _meet(
        self, group: CheckGroup, begun: PartialRow, below: tuple[PartialRow, ...], *, strict: bool
    ) -> None:
        relation = begun.relation
        given = self.texts(
            relation, {name: begun.values[name] for name in group.columns if name in begun.values}
        )
        if given is None:
            # Not even a value of its column's type: Postgres says so best.
            return
        options = {name: ColumnValueOption(text) for name, text in given.items()}
        found = self.chooser.together(relation, group, options, self._number, begun.filled)
        if found is None:
            before = len(begun.values)
            for key in relation.keys:
                if any(here in group.columns and here not in begun.values for here, _ in key.pairs):
                    self._parent(key, begun, below, needed=True)
            if len(begun.values) > before:
                self._meet(group, begun, below, strict=strict)
                return
            found = self._resort(relation, group, begun, strict=strict)
        for column, option in found.items():
            if column not in begun.values and not option.left_out:
                begun.values[column] = option.text

    def _resort(
        self, relation: TableDescription, group: CheckGroup, begun: PartialRow, *, strict: bool
    ) -> dict[str, ColumnValueOption]:
        """Take a declared example where nothing else was found; of values that are given, let Postgres judge."""
        example = self._example(relation, group, begun.values)
        if example is not None:
            begun.values.update(example)
        elif strict and not any(column in begun.values for column in group.columns):
            raise unmet(relation, group.checks, group.columns)
        rest = [name for name in group.columns if name not in begun.values]
        return {
            name: self.chooser.plain(relation, relation.fields[name], self._number, begun.filled)
            for name in rest
        }

    def _example(
        self, relation: TableDescription, group: CheckGroup, values: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Give a row that was declared as one that the check accepts, if it agrees with what is given."""
        for identity, each in self.wanted.of_kind("check").items():
            here = (identity.schema, identity.parent) == (relation.schema, relation.name)
            if here and each.name in group.checks:
                examples: tuple[Mapping[str, Any], ...] = each.accepts
                for example in examples:
                    if all(values.get(column, value) == value for column, value in example.items()):
                        return example
        return None

    def texts(self, relation: TableDescription, values: Mapping[str, Any]) -> dict[str, str | None] | None:
        """Give values as texts, asking Postgres how it writes them; None where one does not fit its column."""
        unwritten = {
            name: value for name, value in values.items() if value is not None and type(value) is not str
        }
        texts = self.chooser.ask.texts(
            [
                (
                    value
                    if isinstance(value, Sql)
                    else Sql(written(relation.fields[name], value).as_string(self.connection)),
                    relation.fields[name].place,
                )
                for name, value in unwritten.items()
            ]
        )
        asked = dict(zip(unwritten, texts, strict=True))
        if None in asked.values():
            return None
        return {name: asked.get(name, value) for name, value in values.items()}

    def _parent(
        self,
        key: ForeignKeyColumns,
        begun: PartialRow,
        below: tuple[PartialRow, ...],
        *,
        needed: bool = False,
    ) -> None:
        """Make the row that a foreign key points to, where it has to point to one."""
        values, fields = begun.values, begun.relation.fields
        given = {here: values[here] for here, _ in key.pairs if here in values}
        if any(value is None for value in given.values()):
            return
        if len(given) == len(key.pairs) and not (set(given) & begun.made):
            return
        optional = [
            here for here, _ in key.pairs if not fields[here].not_null and fields[here].default is None
        ]
        if optional and not needed and not given:
            return
        known = {there: values[here] for here, there in key.pairs if here in values}
        target = self.relations.at(key.target)
        waiting = next((each for each in (begun, *below) if each.relation.oid == key.target), None)
        if waiting is not None and not (optional and len(given) < len(key.pairs) and not needed):
            found = self._waiting(key, begun, waiting)
        elif len(given) == len(key.pairs) and find(self.connection, target, known) is not None:
            return
        else:
            found = self._target(key, target, known, begun, below)
        for here, there in key.pairs:
            values.setdefault(here, found[there])
            begun.made.add(here)

    def _target(
        self,
        key: ForeignKeyColumns,
        target: TableDescription,
        known: dict[str, Any],
        begun: PartialRow,
        below: tuple[PartialRow, ...],
    ) -> dict[str, Any]:
        """Make the row that is pointed to; where it would need this one first, and may come later, later."""
        try:
            with self.connection.transaction():
                return self.row(target, known, (begun, *below))
        except CircleError:
            if not key.deferrable:
                raise
        defer(self.connection, begun.relation, key.name)
        promised = {there: known.get(there, self._new(target, there)) for _, there in key.pairs}
        begun.later.append((target, promised))
        return promised

    def _waiting(self, key: ForeignKeyColumns, begun: PartialRow, waiting: PartialRow) -> dict[str, Any]:
        """Point to a row that is waiting for this one, or is this one."""
        if waiting is not begun and not waiting.stands:
            if not key.deferrable:
                raise CircleError(
                    f"foreign key {key.name} of {begun.relation} and others lead around in a circle",
                    instead="Declare it deferrable, or let one of the columns be NULL.",
                    constraint=key.name,
                )
            defer(self.connection, begun.relation, key.name)
        for _, there in key.pairs:
            if there not in waiting.values:
                waiting.values[there] = self._new(waiting.relation, there)
                waiting.made.add(there)
        return waiting.values

    def _new(self, relation: TableDescription, column: str) -> str | None:
        place = relation.fields[column].place
        return distinct_value(place.type, place.modifier, self._number, column)
