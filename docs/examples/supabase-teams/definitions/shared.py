"""Shared: the schema for helper functions, which the API does not expose, and common columns."""

from schema_dsl import Column, Function, Schema, gen_random_uuid, now, timestamptz, uuid

private = Schema(
    "private", usage=["authenticated"], comment="Functions for policies and triggers; not in the API."
)

set_updated_at = Function(
    "set_updated_at",
    schema=private.name,
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


def id_column() -> Column:
    """Return the primary key of a table."""
    return Column("id", uuid, primary_key=True, default=gen_random_uuid())


def created_at() -> Column:
    """Return the column with the time of the INSERT."""
    return Column("created_at", timestamptz, not_null=True, default=now())


def updated_at() -> Column:
    """Return the column with the time of the last change, which the trigger set_updated_at sets."""
    return Column("updated_at", timestamptz, not_null=True, default=now())
