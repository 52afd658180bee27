"""Compare the catalog rows that a transaction has written with those that it has replaced."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, Literal, LiteralString, TypeAlias

from psycopg import sql

from schema_dsl.postgres import Connection

CatalogRows: TypeAlias = Mapping[str, "list[dict[str, Any]]"]
"""Rows as JSON, by the name of their catalog."""

# Other sessions change the rows about other databases.
_CONDITIONS: Final[Mapping[str, LiteralString]] = {
    "pg_shdepend": (
        "AND t.dbid IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))"
    ),
}
# The expressions of policies, defaults, checks, views, triggers, indexes, routines, partitions and statistics.
_EXPRESSIONS: Final = frozenset(
    {
        "adbin",
        "conbin",
        "ev_action",
        "ev_qual",
        "indexprs",
        "indpred",
        "partexprs",
        "polqual",
        "polwithcheck",
        "proargdefaults",
        "prosqlbody",
        "prqual",
        "relpartbound",
        "stxexprs",
        "tgqual",
        "typdefaultbin",
    }
)
# Until Postgres 17, an expression holds the offsets of its parts in the text of the command.
_LOCATION: Final = re.compile(r" :(?:location|stmt_location|stmt_len) -?\d+")


def read_written(
    connection: Connection, catalogs: Collection[str], by: Literal["xmin", "xmax"]
) -> CatalogRows:
    """Return the rows of each catalog that the transaction has inserted (xmin), or deleted and then restored (xmax).

    An update deletes a row and inserts another. A rollback to a savepoint makes deleted rows visible again, and they
    keep the number of the subtransaction that deleted them. Subtransactions have later numbers than their transaction,
    and age() counts from the number of the transaction.
    """
    query = (
        "SELECT {}, coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM pg_catalog.{} AS t"
        " WHERE pg_catalog.age(t.{}) <= 0 {}"
    )
    queries = (
        sql.SQL(query).format(
            sql.Literal(catalog),
            sql.Identifier(catalog),
            sql.Identifier(by),
            sql.SQL(_CONDITIONS.get(catalog, "")),
        )
        for catalog in sorted(catalogs)
    )
    rows = connection.execute(sql.SQL(" UNION ALL ").join(queries)).fetchall()
    return {catalog: [_remove_locations(row) for row in found] for catalog, found in rows}


def _remove_locations(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _LOCATION.sub("", value) if name in _EXPRESSIONS and isinstance(value, str) else value
        for name, value in row.items()
    }


def are_same(old: CatalogRows, new: CatalogRows) -> bool:
    """Return whether rows are equal, or differ only in the oids of objects that were dropped and made again.

    False says nothing: objects that refer to each other, such as a view and its type, are not recognized.
    """
    oids = dict(_pair_oids(old, new))
    return _write_rows(old, oids) == _write_rows(new, {})


def _pair_oids(old: CatalogRows, new: CatalogRows) -> Iterator[tuple[str, str]]:
    """Yield the old and the new oid of each object whose rows are equal apart from it."""
    for catalog, rows in new.items():
        made = {_write_without_oid(row): row["oid"] for row in rows if "oid" in row}
        for row in old.get(catalog, ()):
            again = made.get(_write_without_oid(row)) if "oid" in row else None
            if again is not None:
                yield row["oid"], again


def _write_without_oid(row: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in row.items() if name != "oid"}, sort_keys=True)


def _write_rows(rows: CatalogRows, oids: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the rows as sorted texts, with other oids. Oids are texts in JSON, unlike other numbers."""
    return {
        catalog: sorted(
            json.dumps(
                {
                    name: oids.get(value, value) if isinstance(value, str) else value
                    for name, value in row.items()
                },
                sort_keys=True,
            )
            for row in found
        )
        for catalog, found in rows.items()
    }
