"""What reading a database and asking it know of a kind: one `Kind` each, found by being a file in kinds/."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs
from psycopg import sql

from schema_dsl.introspect import kinds
from schema_dsl.sql import Sql

_QUERIES: Final = Path(__file__).parent / "queries"

CatalogRow: TypeAlias = tuple[Any, ...]
ColumnNames: TypeAlias = Sequence[str]
"""The names of a relation's columns by their numbers, counted from one."""


@attrs.frozen
class CanonicalQuery:
    """How Postgres is asked what it makes of a declared object's SQL.

    `statement` gets the object, its relation and a name to use, and makes what has the object's expressions
    and nothing else; None where there are none. It is composed here and nowhere else, so that a template
    that forgets a clause does not forget it here, too. `attributes` are those that hold SQL.
    """

    statement: Callable[[Any, sql.Composable, sql.Composable], sql.Composed | None]
    attributes: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Kind:
    """How objects of a kind are read, and how those that are declared are made comparable with them.

    The kind's query gives rows of the relation's oid, the object's name, what the model cannot express of it
    (empty or NULL where that is nothing), and then whatever `build` makes an object from, columns by their
    numbers. `settled` gives a declared object in the one form that a database holds it in, where that needs
    no asking.
    """

    kind: str
    build: Callable[[CatalogRow, ColumnNames], Any]
    probe: CanonicalQuery | None = None
    settled: Callable[[Any], Any] = lambda declared: declared

    @property
    def query(self) -> str:
        """The kind's query."""
        return _query(self.kind)


@cache
def _query(kind: str) -> str:
    return (_QUERIES / f"{kind}.sql").read_text("utf-8")


@cache
def every_kind() -> Mapping[str, Kind]:
    """Give every kind."""
    found = {}
    for module in pkgutil.iter_modules(kinds.__path__):
        kind: Kind = import_module(f"{kinds.__name__}.{module.name}").KIND
        found[kind.kind] = kind
    return found


def enclosed(expression: str) -> sql.Composed:
    """Put an expression in parentheses, on lines of its own: it may end in a comment."""
    return sql.SQL("(") + sql.SQL(expression) + sql.SQL("\n)")


def keys_of(
    numbers: Sequence[int], expressions: Sequence[str] | None, columns: ColumnNames
) -> list[str | Sql]:
    """Give the keys of an index: a column's name, or SQL where its number is 0."""
    written = iter(expressions or ())
    return [columns[number - 1] if number else Sql(next(written)) for number in numbers]
