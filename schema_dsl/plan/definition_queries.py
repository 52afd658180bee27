"""What tells whether an object is as it was, as queries of one text that Postgres itself writes."""

from __future__ import annotations

from schema_dsl.model.identity import Identity
from schema_dsl.plan.names import relation_of
from schema_dsl.sql import Sql, literal, qualified


def _regclass(identity: Identity) -> str:
    return f"pg_catalog.to_regclass({literal(str(relation_of(identity)))})"


def of_constraint(identity: Identity) -> Sql:
    """Ask for a constraint, whether or not it has been validated."""
    return Sql(
        "(SELECT pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(oid), ' NOT VALID$', '')\n"  # noqa: S608 - literals
        " FROM pg_catalog.pg_constraint\n"
        f" WHERE conrelid = {_regclass(identity)} AND conname = {literal(identity.name)})"
    )


def of_column(identity: Identity) -> Sql:
    """Ask for a column's type, and what else is changed with it."""
    return Sql(
        "(SELECT ROW(pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,\n"  # noqa: S608 - literals
        "     a.attgenerated, pg_catalog.pg_get_expr(d.adbin, d.adrelid))::text\n"
        " FROM pg_catalog.pg_attribute AS a\n"
        " LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum\n"
        f" WHERE a.attrelid = {_regclass(identity)} AND a.attname = {literal(identity.name)})"
    )


def of_index(identity: Identity) -> Sql:
    """Ask for an index."""
    name = literal(str(qualified(identity.schema, identity.name)))
    return Sql(f"pg_catalog.pg_get_indexdef(pg_catalog.to_regclass({name}))")


def of_policy(identity: Identity) -> Sql:
    """Ask for a policy."""
    return Sql(
        "(SELECT ROW(polcmd, polpermissive, polroles, pg_catalog.pg_get_expr(polqual, polrelid),\n"  # noqa: S608 - literals
        "     pg_catalog.pg_get_expr(polwithcheck, polrelid))::text\n"
        " FROM pg_catalog.pg_policy\n"
        f" WHERE polrelid = {_regclass(identity)} AND polname = {literal(identity.name)})"
    )


def of_table(identity: Identity) -> Sql:
    """Ask whether a table is there."""
    name = literal(str(qualified(identity.schema, identity.name)))
    return Sql(f"pg_catalog.to_regclass({name})::text")


def of_trigger(identity: Identity) -> Sql:
    """Ask for a trigger."""
    return Sql(
        "(SELECT pg_catalog.pg_get_triggerdef(oid)\n"  # noqa: S608 - literals
        " FROM pg_catalog.pg_trigger\n"
        f" WHERE tgrelid = {_regclass(identity)} AND tgname = {literal(identity.name)})"
    )
