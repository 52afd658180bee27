"""Count the writes of a transaction to the catalogs that decide on access, and read the versions of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs
import psycopg

from schema_dsl.postgres import Connection
from schema_dsl.sql import literal

SHARED: Final = 0
"""Stands for objects that belong to no relation, in place of an oid."""

# The catalogs, with the oid of the relation of a row and which rows count.
CATALOGS: Final = {
    "pg_class": ("oid", "oid >= 16384 AND relkind IN ('r', 'p', 'v', 'f', 'm', 'S')"),
    "pg_attribute": ("attrelid", "attrelid >= 16384 AND attnum > 0"),
    "pg_attrdef": ("adrelid", "true"),
    "pg_policy": ("polrelid", "true"),
    "pg_trigger": ("tgrelid", "NOT tgisinternal"),
    "pg_inherits": ("inhparent", "true"),
    "pg_proc": (str(SHARED), "oid >= 16384"),
    "pg_namespace": (str(SHARED), "true"),
    "pg_auth_members": (str(SHARED), "true"),
    "pg_authid": (str(SHARED), ""),
}

# A row version has a ctid of its own, and xmin distinguishes versions that used the same place one after another. This
# is much faster than to print policies and privileges, and statements that change nothing are frequent.
_VERSIONS: Final = """
    SELECT {relation}::bigint, count(*), bit_xor(hashtidextended(ctid, xmin::text::bigint))
    FROM pg_catalog.{catalog} WHERE {condition} GROUP BY 1
"""
# The same for the relations of which a transaction, or a later one, has inserted or updated rows. Subtransactions have
# later numbers than their transaction. $1 is NULL for a transaction that has written nothing. Postgres fills an ARRAY
# once, and finds its members by an index; with IN, it looks into the catalog again for each row.
_NEW_VERSIONS: Final = f"""{
    _VERSIONS.replace(
        "GROUP",
        '''AND {relation} = ANY (ARRAY(
        SELECT {relation} FROM pg_catalog.{catalog} WHERE pg_catalog.age(xmin) <= pg_catalog.age($1)
    )) GROUP''',
    )
}"""
# The same, with the number of all rows. Rows of other relations can only be missing, and then the number is too small.
_COUNTED_VERSIONS: Final = f"""{_NEW_VERSIONS}
    UNION ALL SELECT NULL, count(*), NULL FROM pg_catalog.{{catalog}} WHERE {{condition}}
"""
# Only a superuser reads pg_authid, and a rehearsal runs as the owner of the migration.
_VERSIONS_OF_ROLES: Final = f"""
    SELECT {SHARED}::bigint, count(*), bit_xor(hashtextextended(
        concat_ws(' ', r.oid, r.rolname, r.rolsuper, r.rolbypassrls, r.rolinherit), 0))
    FROM pg_catalog.pg_roles AS r WHERE r.rolsuper OR r.rolbypassrls OR NOT r.rolinherit
"""
_ALL: Final = "schema_dsl_versions_{}"
_NEW: Final = "schema_dsl_new_versions_{}"
_COUNTED: Final = "schema_dsl_counted_versions_{}"
_ROLES: Final = "pg_authid"

VERSION_QUERIES: Final = {
    **{
        name.format(catalog): query.format(catalog=catalog, relation=relation, condition=condition)
        for name, query in ((_ALL, _VERSIONS), (_NEW, _NEW_VERSIONS), (_COUNTED, _COUNTED_VERSIONS))
        for catalog, (relation, condition) in CATALOGS.items()
        if catalog != _ROLES
    },
    _ALL.format(_ROLES): _VERSIONS_OF_ROLES,
}
"""The queries for versions by the names of their prepared statements: the relation, and the version of its rows."""

OWN_TRANSACTION: Final = "pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.xid"
"""The number of the transaction in which an expression is evaluated."""

_COLUMN: Final = "schema_dsl_writes"
_COUNT: Final = (
    "pg_catalog.array_agg({} ORDER BY number) FROM pg_catalog.unnest('{{{}}}'::pg_catalog.regclass[])"
    " WITH ORDINALITY AS c (catalog, number)"
)
_DELETED: Final = "pg_catalog.pg_stat_get_xact_tuples_deleted(catalog)"
_INSERTED: Final = "pg_catalog.pg_stat_get_xact_tuples_inserted(catalog)"
_UPDATED: Final = "pg_catalog.pg_stat_get_xact_tuples_updated(catalog)"
WRITES: Final = f"""
    SELECT CASE pg_catalog.current_setting('track_counts') WHEN 'on'
        THEN (SELECT {_COUNT.format(f"{_INSERTED} + {_UPDATED}", ",".join(CATALOGS))}) END AS {_COLUMN},
        (SELECT {_COUNT.format(_DELETED, ",".join(CATALOGS))}), {OWN_TRANSACTION}
"""
"""A query, without a semicolon, that `fetch_writes` reads."""


@attrs.frozen
class VersionScope:
    """The rows of a catalog to read after a transaction.

    Attributes:
        transaction: The transaction whose new rows are enough; None for all rows.
        counts: Whether to count all rows, because the transaction has deleted some.
    """

    transaction: str | None = None
    counts: bool = False

    def covers(self, other: VersionScope) -> bool:
        """Return whether these rows are enough in place of those of another scope."""
        if self.transaction is None or other.transaction is None:
            return self.transaction is None
        return self.counts or not other.counts


WrittenCatalogs: TypeAlias = Mapping[str, VersionScope]
"""The rows to read, by the catalogs that may have changed."""

EVERYTHING: Final[WrittenCatalogs] = MappingProxyType(dict.fromkeys(CATALOGS, VersionScope()))
"""All rows of all catalogs."""


@attrs.frozen
class CatalogWrites:
    """The numbers of rows that a transaction has written, by the catalogs of `CATALOGS`.

    The numbers never decrease, even after a ROLLBACK TO SAVEPOINT.

    Attributes:
        written: The numbers of inserted and updated rows.
        deleted: The numbers of deleted rows.
        transaction: The number of the transaction; None if it has written nothing.
    """

    written: Sequence[int]
    deleted: Sequence[int]
    transaction: str | None


def fetch_writes(cursor: psycopg.Cursor[tuple[Any, ...]]) -> CatalogWrites | None:
    """Advance to the next result of `WRITES`, past those of other statements, and return it; None if it is unknown."""
    while cursor.description is None or cursor.description[0].name != _COLUMN:
        if not cursor.nextset():
            return None
    row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    written, deleted, transaction = row
    return CatalogWrites(written, deleted, None if transaction is None else str(transaction))


def list_written(before: CatalogWrites | None, after: CatalogWrites | None) -> WrittenCatalogs:
    """Return the catalogs that a transaction has written between two results of `WRITES`; all if that is unknown."""
    if before is None or after is None:
        return EVERYTHING
    counts = zip(CATALOGS, before.written, after.written, before.deleted, after.deleted, strict=True)
    transaction = after.transaction
    return {
        catalog: VersionScope()
        if catalog == _ROLES or transaction is None
        else VersionScope(transaction, deleted != gone)
        for catalog, written, new, deleted, gone in counts
        if written != new or deleted != gone
    }


def run_counted(connection: Connection, statement: str) -> WrittenCatalogs:
    """Run a statement in a transaction of its own, and return its writes, as `list_written` does."""
    cursor = connection.execute(f"{WRITES};{statement}\n;{WRITES}".encode())
    before = fetch_writes(cursor)
    cursor.nextset()
    return list_written(before, fetch_writes(cursor))


def write_call(catalog: str, scope: VersionScope, transaction: str = "") -> str:
    """Return the call of the prepared query for the versions of a catalog.

    Args:
        catalog: The catalog.
        scope: The rows.
        transaction: An expression for the transaction, in place of its number.
    """
    if scope.transaction is None:
        return f"EXECUTE {_ALL.format(catalog)}"
    name = (_COUNTED if scope.counts else _NEW).format(catalog)
    return f"EXECUTE {name} ({transaction or literal(scope.transaction)})"
