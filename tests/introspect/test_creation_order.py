"""The order in which declared objects and columns are created, so that Postgres can rewrite their SQL."""

from __future__ import annotations

from declared import CLIENTS, apply, catalog

from schema_dsl import (
    Column,
    DefaultPrivileges,
    Domain,
    Extension,
    Grant,
    Schema,
    Table,
    View,
    integer,
    sql,
    text,
)
from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import canonicalize, compare, introspect
from schema_dsl.postgres import Connection


class TestCreationOrder:
    """The order in which the declared objects are created, to which expressions may refer."""

    def test_schema_of_extensions(self, owner: Connection) -> None:
        """A schema with privileges is created before the extensions in it."""
        schema = Schema("parts", usage=CLIENTS)
        wanted = catalog(schema, *(Extension(name, schema="parts") for name in ("citext", "btree_gist")))
        found = canonicalize(owner, wanted)
        assert found.objects[Identity("extension", "", "citext")].schema == "parts"

    def test_default_privileges_beside_extensions(self, owner: Connection) -> None:
        """The schema of an extension comes before the extension, also if another schema has default privileges."""
        wanted = catalog(
            Extension("btree_gist", schema="parts"),
            Extension("citext", schema="parts"),
            Schema("app"),
            Schema("parts"),
            DefaultPrivileges("tables", role=CLIENTS[0], schema="app", grants=[Grant("select", to="public")]),
        )
        found = canonicalize(owner, wanted)
        assert found.objects[Identity("extension", "", "btree_gist")].schema == "parts"


class TestColumnOrder:
    """The order of columns, which `*` in the query of a view follows."""

    def test_stays_as_it_is(self, owner: Connection) -> None:
        """A type that is created again does not move the columns that have it behind the others."""
        short = Domain("short", text, check=sql("VALUE <> 'x'"))
        table = Table("t", columns=[Column("a", integer), Column("b", short), Column("c", text)])
        wanted = catalog(short, table, View("v", "SELECT * FROM t"))
        apply(owner, wanted)
        assert [] == compare(canonicalize(owner, wanted), introspect(owner))
        owner.execute("ALTER TABLE t ADD COLUMN d int")
        columns = [
            name for name, _ in canonicalize(owner, wanted).objects[Identity("view", "public", "v")].result
        ]
        assert ["a", "b", "c", "d"] == columns
