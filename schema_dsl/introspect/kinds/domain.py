"""Read domains."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn, compose_parenthesized
from schema_dsl.model.constraint import Check
from schema_dsl.model.domain import Domain
from schema_dsl.model.identity import copy_with
from schema_dsl.model.type import Type
from schema_dsl.sql import Sql


def _build(row: CatalogRow, _columns: ColumnNames) -> Domain:
    _, name, _, schema, base, collation, not_null, default, checks, comment = row
    return Domain(
        name,
        Type(base),
        collation=None if collation is None else Sql(collation),
        not_null=not_null,
        default=None if default is None else Sql(default),
        check=[
            Check(Sql(expression), name=check, validated=validated, comment=note, origin=None)
            for check, expression, validated, note in checks
        ],
        schema=schema,
        comment=comment,
        origin=None,
    )


def _build_stand_in(domain: Domain) -> StandIn:
    name = sql.Identifier(domain.schema, domain.name)
    parts = [sql.SQL("CREATE DOMAIN {} AS {}").format(name, sql.SQL(domain.base.sql))]
    if domain.collation is not None:
        parts.append(sql.SQL("COLLATE ") + sql.SQL(domain.collation))
    if domain.default is not None:
        parts.append(sql.SQL("DEFAULT ") + compose_parenthesized(domain.default))
    parts += [
        sql.SQL("CONSTRAINT {} CHECK {}").format(
            sql.Identifier(check.name), compose_parenthesized(check.expression)
        )
        for check in domain.check
    ]
    return StandIn(sql.SQL("DROP DOMAIN IF EXISTS {} CASCADE").format(name), sql.SQL(" ").join(parts))


def _restore_checks(declared: Domain, rewritten: Domain) -> Domain:
    """Give the rewritten checks the state and the comment that CREATE DOMAIN cannot contain."""
    stored = {check.name: check.expression for check in rewritten.check}
    checks = tuple(copy_with(check, expression=stored[check.name]) for check in declared.check)
    return copy_with(rewritten, check=checks)


KIND = Kind(
    kind="domain",
    found_in="pg_type WHERE typtype = 'd' AND oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("base", "collation", "default", "check"),
    restore=_restore_checks,
)
