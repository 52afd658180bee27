"""Shared: roles, extensions, and the columns that many tables have."""

from schema_dsl import Column, Extension, Function, Role, Schema, gen_random_uuid, now, timestamptz, uuid

# The application connects as app_user, and the reporting tool as reporting.
app_user = Role("app_user")
reporting = Role("reporting", client=False)

public = Schema("public", usage=[app_user, reporting])
extensions = Schema("extensions", usage=[app_user, reporting], comment="Types and operators of extensions.")
citext = Extension("citext", schema=extensions.name)
pg_trgm = Extension("pg_trgm", schema=extensions.name)
btree_gist = Extension("btree_gist", schema=extensions.name)

set_updated_at = Function(
    "set_updated_at",
    returns="trigger",
    language="plpgsql",
    set={"search_path": ""},
    execute=[],
    body="""
        BEGIN
            NEW.updated_at := now();
            RETURN NEW;
        END
    """,
    comment="Set the column updated_at of a changed row.",
)

current_user_id = Function(
    "current_user_id",
    returns="uuid",
    language="sql",
    volatility="stable",
    parallel="safe",
    set={"search_path": ""},
    execute=[app_user],
    body="SELECT nullif(current_setting('app.user_id', true), '')::uuid",
    comment="Return the id of the user whose request runs, or NULL.",
)


def id_column() -> Column:
    """Return the primary key of a table."""
    return Column("id", uuid, primary_key=True, default=gen_random_uuid())


def created_at() -> Column:
    """Return the column with the time of the INSERT."""
    return Column("created_at", timestamptz, not_null=True, default=now())


def updated_at() -> Column:
    """Return the column with the time of the last change, which the trigger set_updated_at sets."""
    return Column("updated_at", timestamptz, not_null=True, default=now())
