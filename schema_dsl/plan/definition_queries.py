"""SQL expressions that give an object's definition as one text, written by Postgres.

A template compares the texts before and after to detect whether replacing the object changed it.
"""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.names import quote_relation
from schema_dsl.sql import Sql, literal, qualified


def _regclass(identity: Identity) -> str:
    return f"pg_catalog.to_regclass({literal(str(quote_relation(identity)))})"


def build_constraint_query(identity: Identity) -> Sql:
    """Build the query for a constraint."""
    # pg_get_constraintdef appends NOT VALID, which is not part of the definition.
    return Sql(
        "(SELECT pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(oid), ' NOT VALID$', '')\n"  # noqa: S608 - literals
        " FROM pg_catalog.pg_constraint\n"
        f" WHERE conrelid = {_regclass(identity)} AND conname = {literal(identity.name)})"
    )


def build_column_query(identity: Identity) -> Sql:
    """Build the query for a column: its type and the attributes that a change of type can affect."""
    return Sql(
        "(SELECT ROW(pg_catalog.format_type(a.atttypid, a.atttypmod), a.attcollation, a.attnotnull, a.attidentity,\n"  # noqa: S608 - literals
        "     a.attgenerated, pg_catalog.pg_get_expr(d.adbin, d.adrelid))::text\n"
        " FROM pg_catalog.pg_attribute AS a\n"
        " LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum\n"
        f" WHERE a.attrelid = {_regclass(identity)} AND a.attname = {literal(identity.name)})"
    )


def build_index_query(identity: Identity) -> Sql:
    """Build the query for an index."""
    name = literal(str(qualified(identity.schema, identity.name)))
    return Sql(f"pg_catalog.pg_get_indexdef(pg_catalog.to_regclass({name}))")


def build_policy_query(identity: Identity) -> Sql:
    """Build the query for a policy."""
    return Sql(
        "(SELECT ROW(polcmd, polpermissive, polroles, pg_catalog.pg_get_expr(polqual, polrelid),\n"  # noqa: S608 - literals
        "     pg_catalog.pg_get_expr(polwithcheck, polrelid))::text\n"
        " FROM pg_catalog.pg_policy\n"
        f" WHERE polrelid = {_regclass(identity)} AND polname = {literal(identity.name)})"
    )


def build_table_query(identity: Identity) -> Sql:
    """Build the query for a table: its name, or NULL if the table does not exist."""
    return Sql(
        "(SELECT relname FROM pg_catalog.pg_class\n"  # noqa: S608 - literals
        f" WHERE oid = {_regclass(identity)} AND relkind IN ('r', 'p'))::text"
    )


def build_trigger_query(identity: Identity) -> Sql:
    """Build the query for a trigger."""
    return Sql(
        "(SELECT pg_catalog.pg_get_triggerdef(oid)\n"  # noqa: S608 - literals
        " FROM pg_catalog.pg_trigger\n"
        f" WHERE tgrelid = {_regclass(identity)} AND tgname = {literal(identity.name)})"
    )


def build_rule_query(identity: Identity) -> Sql:
    """Build the query for a rule."""
    return Sql(
        "(SELECT pg_catalog.pg_get_ruledef(oid)\n"  # noqa: S608 - literals
        " FROM pg_catalog.pg_rewrite\n"
        f" WHERE ev_class = {_regclass(identity)} AND rulename = {literal(identity.name)})"
    )


def build_view_query(identity: Identity) -> Sql:
    """Build the query for a view or a materialized view."""
    letter = literal("v" if identity.kind == "view" else "m")
    return Sql(
        "(SELECT ROW(pg_catalog.pg_get_viewdef(oid), reloptions)::text\n"  # noqa: S608 - literals
        f" FROM pg_catalog.pg_class WHERE oid = {_regclass(identity)} AND relkind = {letter})"
    )
