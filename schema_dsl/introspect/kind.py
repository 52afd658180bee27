"""The introspection of a kind of objects. Every file in kinds/ has one `Kind`."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs
from psycopg import sql

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import kinds
from schema_dsl.sql import Sql

_QUERIES: Final = Path(__file__).parent / "queries"

CatalogRow: TypeAlias = tuple[Any, ...]
ColumnNames: TypeAlias = Sequence[str]
"""The names of a relation's columns, ordered by attnum, which starts at 1. Dropped columns are included."""


@attrs.frozen
class CanonicalQuery:
    """The query by which Postgres rewrites the SQL of a declared object.

    Attributes:
        statement: Builds a statement that creates an object with the expressions of the declared object and
            nothing else, from the declared object, its relation and a name. None if there are no expressions.
            Templates are not used, so that an error in a template does not affect the comparison.
        attributes: The attributes that contain SQL.
    """

    statement: Callable[[Any, sql.Composable, sql.Composable], sql.Composed | None]
    attributes: tuple[str, ...]


@attrs.frozen
class StandIn:
    """The statements that make a declared object exist in a scratch database, without templates.

    Attributes:
        drop: Drops the object of that name with its dependents, if it exists; None if `create` keeps it.
        create: Creates the object.
    """

    drop: sql.Composed | None
    create: sql.Composed


@attrs.frozen(kw_only=True)
class Kind:
    """The reading of the objects of a kind, and the conversion of declared objects for the comparison with them.

    The query of a kind returns rows of: the oid of the relation, the name of the object, the properties that the
    model cannot express (empty or NULL if there are none), and the arguments of `build`, with columns as attnums.
    Objects that are no part of a relation are selected by their schemas, and the first column is their own oid.

    Attributes:
        kind: The name of the kind.
        build: Builds an object from a row of the query.
        found_in: A catalog, and a condition on its rows: without such a row, the query has no rows and does not run.
            Objects of initdb have oids below 16384. Empty for kinds of which each database has objects.
        is_root: Whether the objects are no parts of relations. `build` then returns an object with an identity.
        on_request: Whether the objects are read only if the caller of `introspect` asks for them: for all parts of the
            kind, or for objects by their names, which the query gets as the parameter names.
        build_part: Builds a part of an object that is no table, with its identity, from a row of the query
            `<kind>_of_roots`; None if the kind has only parts of tables.
        is_relation: Whether other objects are parts of the objects; the last column of the query is then the list of
            the names of their columns, ordered by attnum.
        relations: The kinds of relations that the objects are parts of.
        stand_in: Composes the statements that create a declared object, before an existing one is dropped with its
            dependents. They create only the parts that other declared objects need or that Postgres rewrites; None if
            there is neither.
        rewritten: The attributes of that object, or of a temporary copy of a column, which Postgres rewrites.
        restore: Restores the parts of rewritten attributes that the stand-in leaves out, from the declared object and
            the rewritten one; None if it leaves out nothing.
        canonical_query: The query by which Postgres rewrites the SQL of an object; None if the kind has no SQL.
        normalize: Converts a declared object to the form in which the catalog stores it, as far as that needs no
            server.
        since: The first version of Postgres that has such objects, as server_version_num. Older ones ignore
            their declarations.
        is_added: Returns whether an object on a table of the platform is none of the platform's, from the object and
            the schemas that the platform owns.
    """

    kind: str
    build: Callable[[CatalogRow, ColumnNames], Any]
    found_in: str = ""
    is_root: bool = False
    on_request: bool = False
    build_part: Callable[[CatalogRow], tuple[Identity, Any]] | None = None
    is_relation: bool = False
    relations: frozenset[str] = frozenset({"table"})
    stand_in: Callable[[Any], StandIn] | None = None
    rewritten: tuple[str, ...] = ()
    restore: Callable[[Any, Any], Any] | None = None
    canonical_query: CanonicalQuery | None = None
    normalize: Callable[[Any], Any] = lambda declared: declared
    since: int = 0
    is_added: Callable[[Any, Collection[str]], bool] = lambda _object, _schemas: False

    @property
    def sql_attributes(self) -> tuple[str, ...]:
        """The attributes that Postgres prints."""
        query = self.canonical_query
        return (*self.rewritten, *(query.attributes if query is not None else ()))

    @property
    def query(self) -> str:
        """The text of the kind's query."""
        return _read_query(self.kind)

    @property
    def query_of_roots(self) -> str:
        """The text of the query for the parts of objects that are no tables."""
        return _read_query(f"{self.kind}_of_roots")


@cache
def _read_query(kind: str) -> str:
    return (_QUERIES / f"{kind}.sql").read_text("utf-8")


@cache
def load_kinds() -> Mapping[str, Kind]:
    """Return all kinds, by name."""
    by_name = {}
    for module in pkgutil.iter_modules(kinds.__path__):
        kind: Kind = import_module(f"{kinds.__name__}.{module.name}").KIND
        by_name[kind.kind] = kind
    return by_name


def compose_parenthesized(expression: str) -> sql.Composed:
    """Compose an expression in parentheses. The closing parenthesis is on a new line, because of `--` comments."""
    return sql.SQL("(") + sql.SQL(expression) + sql.SQL("\n)")


def compose_type(column: Any) -> sql.Composable:
    """Compose the type of a column with its collation."""
    if column.collation is None:
        return sql.SQL(column.type.sql)
    return sql.SQL("{} COLLATE {}").format(sql.SQL(column.type.sql), sql.SQL(column.collation))


def build_index_keys(
    numbers: Sequence[int], expressions: Sequence[str] | None, columns: ColumnNames
) -> list[str | Sql]:
    """Return the keys of an index: the name of a column, or the next expression if the attnum is 0."""
    remaining = iter(expressions or ())
    return [columns[number - 1] if number else Sql(next(remaining)) for number in numbers]


def build_settings(settings: Sequence[str] | None) -> list[tuple[str, str]]:
    """Build the settings of a routine, or the storage parameters of a relation, from `name=value` texts."""
    return [(name, value) for name, _, value in (text.partition("=") for text in settings or ())]
