"""Tables that the definitions do not create."""

from __future__ import annotations

from schema_dsl import Column, Function, Table, Trigger, bigint, uuid
from schema_dsl.importing import write_definitions
from schema_dsl.model.catalog import build_catalog
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users


def write(*objects: SchemaObject) -> dict[str, str]:
    """Return the modules of the definitions of objects on Supabase, by their names without the ending."""
    supabase = platform("supabase")
    written = write_definitions(build_catalog(objects, platform_tables=supabase.tables), supabase)
    return {name.removesuffix(".py"): text for name, text in written.texts.items()}


def test_table_of_the_platform() -> None:
    """A trigger on a table of the platform and a foreign key to it use the variable of the platform."""
    added = Function("added", body="BEGIN RETURN new; END")
    users = Table(
        "users",
        schema="auth",
        existing=auth_users.existing,
        triggers=[Trigger("added", added, timing="after", events="insert")],
    )
    profiles = Table("profiles", columns=[Column("id", uuid, primary_key=True, references=auth_users)])
    written = write(added, users, profiles)["profiles"]
    assert "from schema_dsl.platforms.supabase import auth_users\n" in written
    assert 'users = Table(\n    "users",\n    schema="auth",\n    existing=auth_users.existing,\n' in written
    assert "references=auth_users" in written
    assert "references=users" not in written


def test_columns_that_refer_to_the_platform() -> None:
    """A column of several tables that refers to a table of the platform is a function that all modules share."""
    owner = Column("user_id", uuid, not_null=True, references=auth_users, on_delete="cascade")
    tables = [
        Table(name, columns=[Column("id", bigint, primary_key=True), owner])
        for name in ("notes", "orders", "visits")
    ]
    written = write(*tables)
    assert "from schema_dsl.platforms.supabase import auth_users\n" in written["shared"]
    assert "def user_id_column() -> Column:\n" in written["shared"]
    for name in ("notes", "orders", "visits"):
        assert "from .shared import user_id_column\n" in written[name]
        assert "auth_users" not in written[name]
