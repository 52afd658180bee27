"""Rows that a table takes, with the rows of other tables that they lean on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, Final

import attrs
import psycopg
from psycopg import sql as pg
from psycopg.types.json import Json, Jsonb

from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql
from schema_dsl.verify.rows.choice import Chooser, Group, Option
from schema_dsl.verify.rows.relation import Field, Key, MissingError, Relation, Relations, RowError, TableName
from schema_dsl.verify.values import Ask, fresh

SOMETHING: Final = object()
"""Stands for whichever value a column takes, but not for NULL."""

_TRIES = 12


@attrs.define(eq=False)
class RowFactory:
    """Fills rows from what the database says of a table: its types, constraints and foreign keys.

    Works on any table of the database. `wanted` is looked at where a check cannot be met otherwise: rows that
    are declared with it, `Check(accepts=[...])`, are taken as examples. What the tables are is read once.
    """

    connection: Connection
    wanted: Catalog = attrs.Factory(Catalog)
    relations: Relations = attrs.field(init=False)
    _chooser: Chooser = attrs.field(init=False)
    _number: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Share one connection."""
        self.relations = Relations(self.connection)
        self._chooser = Chooser(Ask(self.connection))

    def row(self, table: TableName, /, **given: Any) -> dict[str, Any]:
        """Insert a row, and give it as it is then.

        Args:
            table: Its name, with its schema where others share the name: "notes", "public.notes", a pair of
                the two, or a Table.
            given: Values of columns; SQL as `sql("...")`, `SOMETHING` for any but NULL. The rest is filled,
                parents of foreign keys are made.

        Raises:
            RowError: If no row can be made, naming the constraint in the way.
        """
        relation = self.relations.named(table)
        with self.connection.transaction():
            return self._row(relation, self._checked(relation, given), ())

    def values(self, table: TableName, /, **given: Any) -> dict[str, Any]:
        """Give what a row would be inserted with; columns that are best left to their default are not in it.

        Parents of foreign keys are made. Values are as a parameter of an INSERT takes them.

        Raises:
            RowError: If no row can be made.
        """
        relation = self.relations.named(table)
        with self.connection.transaction():
            return self._filled(relation, self._checked(relation, given), ()).values

    def insert(self, table: TableName, values: Mapping[str, Any], *, returning: str = "*") -> dict[str, Any]:
        """Insert exactly these values, and give what is RETURNING. What Postgres says is not caught."""
        return self._insert(self.relations.named(table), values, returning)

    def _checked(self, relation: Relation, given: Mapping[str, Any]) -> dict[str, Any]:
        for name in given:
            if name not in relation.fields:
                near = get_close_matches(name, relation.fields, n=1)
                raise MissingError(
                    f"{relation} has no column {name}",
                    instead=f"Did you mean {near[0]}?" if near else f"It has: {', '.join(relation.fields)}.",
                )
        return dict(given)

    def _row(self, relation: Relation, given: Mapping[str, Any], below: tuple[_Begun, ...]) -> dict[str, Any]:
        """Insert a row; where it meets one that is there already, another."""
        tries = 0
        while True:
            begun = self._filled(relation, given, below)
            try:
                with self.connection.transaction():
                    row = self._insert(relation, begun.values)
                break
            except psycopg.errors.UniqueViolation as error:
                tries += 1
                # Further away each time: somebody may have filled the table from 1 upwards.
                self._number += 2**tries
                if tries == _TRIES:
                    raise _refused(relation, begun.values, error) from error
            except psycopg.Error as error:
                raise _refused(relation, begun.values, error) from error
        begun.values.update(row)
        begun.stands = True
        for target, known in begun.later:
            self._row(target, known, (begun, *below))
        return row

    def _insert(self, relation: Relation, values: Mapping[str, Any], returning: str = "*") -> dict[str, Any]:
        target = pg.Identifier(relation.schema, relation.name)
        names = list(values)
        parts = [pg.SQL(value) if isinstance(value, Sql) else pg.Placeholder() for value in values.values()]
        written = [
            _written(relation.fields[name], value)
            for name, value in values.items()
            if not isinstance(value, Sql)
        ]
        if not names:
            command = pg.SQL("INSERT INTO {} DEFAULT VALUES RETURNING {}").format(target, pg.SQL(returning))
        else:
            command = pg.SQL("INSERT INTO {} ({}) {}VALUES ({}) RETURNING {}").format(
                target,
                pg.SQL(", ").join(map(pg.Identifier, names)),
                pg.SQL(
                    "OVERRIDING SYSTEM VALUE "
                    if any(relation.fields[name].identity for name in names)
                    else ""
                ),
                pg.SQL(", ").join(parts),
                pg.SQL(returning),
            )
        cursor = self.connection.execute(command, written)
        row = cursor.fetchone()
        if row is None or cursor.description is None:
            raise RowError(f"{relation} took a row and kept none: a trigger or a rule put it elsewhere")
        return {column.name: value for column, value in zip(cursor.description, row, strict=True)}

    def _filled(self, relation: Relation, given: Mapping[str, Any], below: tuple[_Begun, ...]) -> _Begun:
        self._number += 1
        filled = {name for name, value in given.items() if value is SOMETHING}
        begun = _Begun(relation, {name: value for name, value in given.items() if name not in filled}, filled)
        # What points to the row itself comes last, when its own keys stand.
        for key in sorted(relation.keys, key=lambda each: each.target == relation.oid):
            self._parent(key, begun, below, needed=any(here in filled for here, _ in key.pairs))
        grouped: set[str] = set()
        for group in self._chooser.groups(relation):
            grouped.update(group.columns)
            self._meet(group, begun, below)
        for name, field in relation.fields.items():
            if name not in begun.values and name not in grouped and not field.computed:
                option = self._chooser.plain(relation, field, self._number, filled)
                if not option.left_out:
                    begun.values[name] = option.text
        return begun

    def _meet(self, group: Group, begun: _Begun, below: tuple[_Begun, ...]) -> None:
        relation = begun.relation
        given = self.texts(
            relation, {name: begun.values[name] for name in group.columns if name in begun.values}
        )
        if given is None:
            # Not even a value of its column's type: Postgres says so best.
            return
        options = {name: Option(text) for name, text in given.items()}
        found = self._chooser.together(relation, group, options, self._number, begun.filled)
        if found is None:
            before = len(begun.values)
            for key in relation.keys:
                if any(here in group.columns and here not in begun.values for here, _ in key.pairs):
                    self._parent(key, begun, below, needed=True)
            if len(begun.values) > before:
                self._meet(group, begun, below)
                return
            found = self._resort(relation, group, begun)
        for column, option in found.items():
            if column not in begun.values and not option.left_out:
                begun.values[column] = option.text

    def _resort(self, relation: Relation, group: Group, begun: _Begun) -> dict[str, Option]:
        """Take a declared example where nothing else was found; of values that are given, let Postgres judge."""
        example = self._example(relation, group, begun.values)
        if example is not None:
            begun.values.update(example)
        elif not any(column in begun.values for column in group.columns):
            raise _unmet(relation, group)
        rest = [name for name in group.columns if name not in begun.values]
        return {
            name: self._chooser.plain(relation, relation.fields[name], self._number, begun.filled)
            for name in rest
        }

    def _example(
        self, relation: Relation, group: Group, values: Mapping[str, Any]
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

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo at the end whatever was done in between, by this factory or on its connection."""
        with self._chooser.forgetful(), self.connection.transaction(force_rollback=True):
            yield

    def candidates(self, relation: Relation, column: str) -> list[str | None]:
        """Give values that a column's checks make worth trying, as texts."""
        return [option.text for option in self._chooser.candidates(relation, column)]

    def texts(self, relation: Relation, values: Mapping[str, Any]) -> dict[str, str | None] | None:
        """Give values as texts, asking Postgres how it writes them; None where one does not fit its column."""
        unwritten = {
            name: value for name, value in values.items() if value is not None and type(value) is not str
        }
        texts = self._chooser.ask.texts(
            [
                (
                    value
                    if isinstance(value, Sql)
                    else Sql(pg.Literal(_written(relation.fields[name], value)).as_string(self.connection)),
                    relation.fields[name].place,
                )
                for name, value in unwritten.items()
            ]
        )
        asked = dict(zip(unwritten, texts, strict=True))
        if None in asked.values():
            return None
        return {name: asked.get(name, value) for name, value in values.items()}

    def _parent(self, key: Key, begun: _Begun, below: tuple[_Begun, ...], *, needed: bool = False) -> None:
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
        elif len(given) == len(key.pairs) and self._is_there(target, known):
            return
        else:
            found = self._target(key, target, known, begun, below)
        for here, there in key.pairs:
            values.setdefault(here, found[there])
            begun.made.add(here)

    def _target(
        self, key: Key, target: Relation, known: dict[str, Any], begun: _Begun, below: tuple[_Begun, ...]
    ) -> dict[str, Any]:
        """Make the row that is pointed to; where it would need this one first, and may come later, later."""
        try:
            with self.connection.transaction():
                return self._row(target, known, (begun, *below))
        except _CircleError:
            if not key.deferrable:
                raise
        self._defer(key, begun.relation)
        promised = {there: known.get(there, self._new(target, there)) for _, there in key.pairs}
        begun.later.append((target, promised))
        return promised

    def _waiting(self, key: Key, begun: _Begun, waiting: _Begun) -> dict[str, Any]:
        """Point to a row that is waiting for this one, or is this one."""
        if waiting is not begun and not waiting.stands:
            if not key.deferrable:
                raise _CircleError(
                    f"foreign key {key.name} of {begun.relation} and others lead around in a circle",
                    instead="Declare it deferrable, or let one of the columns be NULL.",
                    constraint=key.name,
                )
            self._defer(key, begun.relation)
        for _, there in key.pairs:
            if there not in waiting.values:
                waiting.values[there] = self._new(waiting.relation, there)
                waiting.made.add(there)
        return waiting.values

    def _new(self, relation: Relation, column: str) -> str | None:
        place = relation.fields[column].place
        return fresh(place.type, place.modifier, self._number, column)

    def _defer(self, key: Key, relation: Relation) -> None:
        name = pg.Identifier(relation.schema, key.name)
        self.connection.execute(pg.SQL("SET CONSTRAINTS {} DEFERRED").format(name))

    def _is_there(self, target: Relation, values: Mapping[str, Any]) -> bool:
        query = pg.SQL("SELECT 1 FROM {} WHERE {}").format(
            pg.Identifier(target.schema, target.name),
            pg.SQL(" AND ").join(
                pg.SQL("{} = {}").format(pg.Identifier(name), pg.Placeholder()) for name in values
            ),
        )
        return self.connection.execute(query, list(values.values())).fetchone() is not None


@attrs.define(eq=False)
class _Begun:
    """A row that is being filled.

    `filled` are the columns that must not be NULL, whatever the table says.
    `made` are the columns whose values come from rows that were made for it. `later` are the rows that it
    points to and that come after it. `stands` says that it has been inserted.
    """

    relation: Relation
    values: dict[str, Any]
    filled: set[str] = attrs.Factory(set)
    made: set[str] = attrs.Factory(set)
    later: list[tuple[Relation, dict[str, Any]]] = attrs.Factory(list)
    stands: bool = False


class _CircleError(RowError):
    """A row needs one that needs it."""


def _written(field: Field, value: Any) -> Any:
    """Make a parameter of a value: what Python calls a dict or a list, a column may call a document."""
    name = field.place.type.plain.name
    if name in {"json", "jsonb"} and not isinstance(value, str | Json | Jsonb | None):
        return Json(value) if name == "json" else Jsonb(value)
    return value


def _refused(relation: Relation, values: Mapping[str, Any], error: psycopg.Error) -> RowError:
    name = error.diag.constraint_name
    shown = ", ".join(f"{column} = {value}" for column, value in values.items())
    by = f"{name} " if name else ""
    return RowError(
        f"no row for {relation}: {by}refuses ({shown}): {error.diag.message_primary or error}",
        instead="Give the value that it needs: row_factory(table, column=...).",
        constraint=name,
    )


def _unmet(relation: Relation, group: Group) -> RowError:
    names = " and ".join(group.checks)
    columns = ", ".join(f"{column}=..." for column in group.columns)
    return RowError(
        f"no row for {relation}: no values found that {names} accepts",
        instead=f"Give them: row_factory(table, {columns}); or say which in Check(accepts=[{{...}}]).",
        constraint=next(iter(group.checks)),
    )
