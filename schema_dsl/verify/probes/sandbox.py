"""A place to try rows: nothing that is tried stays."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.identity import Identity
from schema_dsl.parsing import columns_of
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, literal
from schema_dsl.verify.rows import MissingError, RowBuilder, RowError
from schema_dsl.verify.rows.relation import TableDescription
from schema_dsl.verify.values import Evaluator, TypedSlot

CHECK, NOT_NULL, UNIQUE, POINTS_NOWHERE, EXCLUDED = "23514", "23502", "23505", "23503", "23P01"
# Until PostgreSQL 17 RESTRICT says what NO ACTION does.
RESTRICTED = "23001"


_TRIGGERED = """
    SELECT DISTINCT n.nspname, c.relname
    FROM pg_catalog.pg_trigger AS t
    JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND c.relkind IN ('r', 'p')
"""


@attrs.frozen
class StatementResult:
    """What Postgres said. Taken, if there is no `sqlstate`; `late` where it only said so at the end."""

    sqlstate: str | None = None
    constraint: str | None = None
    column: str | None = None
    message: str = ""
    late: bool = False

    @property
    def taken(self) -> bool:
        """Say whether nothing was refused."""
        return self.sqlstate is None

    @property
    def met_checks(self) -> bool:
        """Say whether the row's own conditions held: keys are looked at after them."""
        return self.sqlstate in {None, UNIQUE, POINTS_NOWHERE, EXCLUDED}

    def by(self, sqlstate: str, name: str) -> bool:
        """Say whether this constraint refused, with this code."""
        return self.sqlstate == sqlstate and self.constraint == name

    def __str__(self) -> str:
        """Say it in a few words."""
        if self.taken:
            return "let in"
        by = self.constraint or self.column
        return f"refused by {by} ({self.sqlstate})" if by else f"refused: {self.message} ({self.sqlstate})"


@attrs.define
class ProbeResult:
    """What came of probing one object: how often it let in and refused what it should, and where it did not."""

    accepted: int = 0
    refused: int = 0
    failures: list[str] = attrs.Factory(list)
    notes: list[str] = attrs.Factory(list)

    @property
    def probed(self) -> bool:
        """Say whether anything was seen at all."""
        return bool(self.accepted or self.refused or self.failures)

    def accept(self, holds: bool, sentence: str) -> None:  # noqa: FBT001
        """Count what had to be let in."""
        self._count("accepted", holds, sentence)

    def refuse(self, holds: bool, sentence: str) -> None:  # noqa: FBT001
        """Count what had to be refused."""
        self._count("refused", holds, sentence)

    def _count(self, what: str, holds: bool, sentence: str) -> None:  # noqa: FBT001
        if holds:
            setattr(self, what, getattr(self, what) + 1)
        else:
            self.failures.append(sentence)


@attrs.define(eq=False)
class Sandbox:
    """A database with what was declared, in one transaction that is never kept."""

    connection: Connection
    wanted: Catalog
    factory: RowBuilder = attrs.field(init=False)
    ask: Evaluator = attrs.field(init=False)
    version: int = attrs.field(init=False)
    _bases: dict[int, dict[str, Any]] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Share one connection."""
        self.factory = RowBuilder(self.connection, self.wanted)
        self.ask = Evaluator(self.connection)
        self.version = self.connection.info.server_version

    def without_triggers(self) -> None:
        """Put triggers aside for the transaction: one that fills a column would hide that it takes no NULL."""
        for schema, table in self.connection.execute(_TRIGGERED).fetchall():
            name = pg.Identifier(schema, table)
            self.connection.execute(pg.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))

    def relation(self, identity: Identity) -> TableDescription:
        """Give what the database says of an object's table."""
        return self.factory.relations.named((identity.schema, identity.parent))

    def column(self, identity: Identity, name: str) -> Column | None:
        """Give a column as it is declared, if it is, on the table of an object."""
        table = self.wanted.tables.get((identity.schema, identity.parent))
        return next((each for each in table.all_columns if each.name == name), None) if table else None

    def is_ours(self, identity: Identity, name: str) -> bool:
        """Say whether a column is declared, and not only known to exist."""
        return Identity("column", identity.schema, identity.parent, name) in self.wanted.objects

    def nullable(self, identity: Identity, name: str) -> bool:
        """Say whether a column may be NULL: as declared, or where only its existence is, as it is."""
        if self.is_ours(identity, name):
            column = self.wanted.objects[Identity("column", identity.schema, identity.parent, name)]
            return not column.not_null and column.identity is None
        return not self.relation(identity).fields[name].not_null

    def places(self, identity: Identity, expression: str) -> dict[str, TypedSlot]:
        """Give the columns that an expression names, with their types as declared.

        Raises:
            MissingError: If the database has no such column.
        """
        relation = self.relation(identity)
        places = {}
        for name in dict.fromkeys(parts[-1] for parts in columns_of(expression)):
            place = self.field_place(relation, name)
            column = self.column(identity, name)
            ours = column is not None and self.is_ours(identity, name)
            places[name] = attrs.evolve(place, written=column.type.sql) if ours and column else place
        return places

    def field_place(self, relation: TableDescription, name: str) -> TypedSlot:
        """Give a column's type as it is.

        Raises:
            MissingError: If the database has no such column.
        """
        if name not in relation.fields:
            raise MissingError(f"{relation} has no column {name}")
        return relation.fields[name].place

    def prepare(self, objects: Iterable[Identity]) -> None:
        """Make base rows before anything is tried: the rows that they lean on must not be undone with it."""
        for schema, table in dict.fromkeys((each.schema, each.parent) for each in objects):
            # What stands in the way is told of each object that cannot be tried for it.
            with contextlib.suppress(RowError):
                self.base(self.factory.relations.named((schema, table)))

    def base(self, relation: TableDescription) -> dict[str, Any]:
        """Give the values of a row that the table takes, checks aside; the rows that it leans on are there.

        Raises:
            RowError: If there is none.
        """
        if relation.oid not in self._bases:
            self._bases[relation.oid] = self.factory.rough((relation.schema, relation.name))
        return self._bases[relation.oid]

    def filled(self, relation: TableDescription, given: Mapping[str, Any]) -> dict[str, Any]:
        """Give the values of a row with these among them, whatever else has to change for them."""
        return self.factory.values((relation.schema, relation.name), **given)

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Undo at the end whatever was done in between."""
        with self.factory.undone():
            yield

    def answer(self, act: Callable[[], Any], *, late: str | None = None) -> StatementResult:
        """Do something, say what Postgres says to it, and undo it.

        Args:
            act: What to do.
            late: A constraint to check at the end only: it is deferred, and looked at after the act.
        """
        stage = {"late": False}
        try:
            with self.tried():
                if late is not None:
                    self.connection.execute(f"SET CONSTRAINTS {late} DEFERRED".encode())
                act()
                stage["late"] = True
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            diag = error.diag
            return StatementResult(
                error.sqlstate or "?",
                diag.constraint_name,
                diag.column_name or diag.datatype_name,
                diag.message_primary or str(error),
                stage["late"],
            )
        return StatementResult()

    def insert(self, relation: TableDescription, values: Mapping[str, Any]) -> StatementResult:
        """Say what Postgres says to a row."""
        name = (relation.schema, relation.name)
        # Not the row itself: not every value of Postgres has a counterpart in Python.
        return self.answer(lambda: self.factory.insert(name, values, returning="true AS taken"))

    def insert_with(
        self,
        relation: TableDescription,
        given: Mapping[str, Any],
        fits: Callable[[StatementResult], bool],
        *,
        without: str | None = None,
    ) -> StatementResult:
        """Say what Postgres says to a row with these values, the rest of it as in any other row.

        Where that is not a fitting answer the rest is filled anew to suit them, for it may be the rest's fault;
        `without` is a check that is not to be met.
        """
        answer = self.insert(relation, {**self.base(relation), **given})
        if fits(answer):
            return answer
        try:
            with self.tried():
                name = (relation.schema, relation.name)
                return self.insert(relation, self.factory.rough(name, given, without=without))
        except RowError:
            return answer


def shown(values: Mapping[str, Any]) -> str:
    """Write values for a person."""
    return ", ".join(f"{name} = {said(value)}" for name, value in values.items())


def said(value: Any) -> str:
    """Write a value for a person: a text that reads as a number may be one, and needs no quotes."""
    if isinstance(value, Sql) or (isinstance(value, str) and _NUMBER.match(value)):
        return str(value)
    try:
        return str(literal(value))
    except TypeError:
        return str(value)


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
