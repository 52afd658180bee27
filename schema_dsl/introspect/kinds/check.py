"""Check constraints."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, enclosed
from schema_dsl.model.constraint import Check
from schema_dsl.sql import Sql


def _build(row: CatalogRow, _columns: ColumnNames) -> Check:
    _, name, _, expression, comment = row
    return Check(Sql(expression), name=name, comment=comment, origin=None)


def _ask(check: Check, relation: sql.Composable, name: sql.Composable) -> sql.Composed:
    # NOT VALID: the question is what the expression means, not which rows meet it.
    return sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} CHECK {} NOT VALID").format(
        relation, name, enclosed(check.expression)
    )


KIND = Kind(kind="check", build=_build, probe=CanonicalQuery(_ask, ("expression",)))
