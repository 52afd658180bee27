"""Read check constraints."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, compose_parenthesized
from schema_dsl.model.constraint import Check
from schema_dsl.sql import Sql


def _build(row: CatalogRow, _columns: ColumnNames) -> Check:
    _, name, _, expression, no_inherit, validated, enforced, comment = row
    return Check(
        Sql(expression),
        name=name,
        no_inherit=no_inherit,
        validated=validated,
        enforced=enforced,
        comment=comment,
        origin=None,
    )


def _build_statement(check: Check, relation: sql.Composable, name: sql.Composable) -> sql.Composed:
    # NOT VALID, because only the expression matters, not the rows.
    return sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} CHECK {} NOT VALID").format(
        relation, name, compose_parenthesized(check.expression)
    )


KIND = Kind(
    kind="check",
    found_in="pg_constraint WHERE contype = 'c' AND oid >= 16384",
    build=_build,
    canonical_query=CanonicalQuery(_build_statement, ("expression",)),
)
