"""Tests of reading a whole database: one snapshot, without the platform, with the names of unmodelled objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.errors import PostgresError
from schema_dsl.introspect.database import DatabaseContents, read_database
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.introspect.reading import open_catalog_cursor
from schema_dsl.model.plain import to_plain
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.snapshots.catalog import snapshot_catalog
from schema_dsl.verify.snapshots.query import SnapshotQuery

VANILLA: Final = platform("vanilla")
SUPABASE: Final = platform("supabase")

# One object of each kind that a schema can have, by the name of the kind.
EVERY_KIND: Final = {
    "schema": 'CREATE SCHEMA "Other one"',
    "extension": "CREATE EXTENSION citext",
    "sequence": "CREATE SEQUENCE counter",
    "view": "CREATE VIEW v AS SELECT 1 AS a",
    "materialized_view": "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
    "foreign_data_wrapper": "CREATE FOREIGN DATA WRAPPER w OPTIONS (secret 'hunter2')",
    "foreign_server": "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (secret 'hunter2')",
    "user_mapping": "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'hunter2')",
    "foreign_table": "CREATE FOREIGN TABLE f (a int) SERVER s",
    "composite_type": "CREATE TYPE pair AS (a int, b text)",
    "range": "CREATE TYPE span AS RANGE (SUBTYPE = float8)",
    "base_type": "CREATE TYPE base",
    "enum": "CREATE TYPE mood AS ENUM ('ok')",
    "domain": "CREATE DOMAIN email AS text",
    "table": "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b text, c text)",
    "rule": "CREATE RULE r AS ON DELETE TO t DO ALSO NOTHING",
    "statistics": "CREATE STATISTICS st ON b, c FROM t",
    "aggregate": "CREATE AGGREGATE agg (int) (SFUNC = int4pl, STYPE = int)",
    "function": "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "procedure": "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN END'",
    "event_trigger": "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
    "operator": "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
    "operator_class": "CREATE OPERATOR CLASS oc FOR TYPE int USING hash AS OPERATOR 1 =",
    "operator_family": "CREATE OPERATOR FAMILY of USING hash",
    "collation": 'CREATE COLLATION co FROM "C"',
    "conversion": "CREATE CONVERSION cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    "text_search_configuration": "CREATE TEXT SEARCH CONFIGURATION tc (COPY = pg_catalog.simple)",
    "text_search_dictionary": "CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = pg_catalog.simple)",
    "cast": "CREATE CAST (mood AS text) WITH INOUT",
    "publication": "CREATE PUBLICATION pub FOR TABLE t",
    "published_table": "",
    "default_privileges": "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "language": "CREATE LANGUAGE l HANDLER plpgsql_call_handler",
    "transform": (
        "CREATE FUNCTION to_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'numeric_support';"
        " CREATE TRANSFORM FOR int LANGUAGE plpgsql (FROM SQL WITH FUNCTION to_sql(internal))"
    ),
    "access_method": "CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler",
    "text_search_parser": (
        "CREATE TEXT SEARCH PARSER ps (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,"
        " LEXTYPES = prsd_lextype)"
    ),
    "text_search_template": "CREATE TEXT SEARCH TEMPLATE tt (LEXIZE = dsimple_lexize)",
    "subscription": "CREATE SUBSCRIPTION su CONNECTION 'password=hunter2' PUBLICATION pub"
    " WITH (connect = false, slot_name = NONE)",
    "security_label": (
        "SET allow_system_table_mods = on;"
        " INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 0, 'provider', 'hunter2')"
    ),
}
# The kinds of objects in each catalog of pg_catalog whose rows are objects, by the name without pg_.
CATALOGS: Final = {
    "am": "access_method", "cast": "cast",
    "class": "table sequence view materialized_view foreign_table composite_type index", "collation": "collation",
    "constraint": "primary_key unique check foreign_key exclusion not_null_name",
    "conversion": "conversion", "default_acl": "default_privileges", "event_trigger": "event_trigger",
    "extension": "extension", "foreign_data_wrapper": "foreign_data_wrapper", "foreign_server": "foreign_server",
    "language": "language", "namespace": "schema", "opclass": "operator_class", "operator": "operator",
    "opfamily": "operator_family", "policy": "policy", "proc": "function procedure aggregate",
    "publication": "publication", "publication_rel": "published_table", "rewrite": "rule view",
    "statistic_ext": "statistics", "subscription": "subscription", "transform": "transform", "trigger": "trigger",
    "ts_config": "text_search_configuration", "ts_dict": "text_search_dictionary", "ts_parser": "text_search_parser",
    "ts_template": "text_search_template", "type": "base_type enum domain range composite_type",
    "user_mapping": "user_mapping",
}  # fmt: skip
# The catalogs whose rows are attributes of other objects, belong to the server, or hold data.
NO_OBJECTS: Final = frozenset(
    {"attrdef", "enum", "amop", "amproc", "publication_namespace", "authid", "auth_members", "database", "tablespace",
     "parameter_acl", "largeobject_metadata"}
)  # fmt: skip
# Kinds of the snapshot that are a part or a facet of another object, or outside of the database.
_FACETS: Final = frozenset(
    {"the database", "column", "constraint", "index", "trigger", "policy", "membership", "role", "password",
     "connection", "multirange type", "row type", "tablespace", "parameter", "system", "extension's"}
)  # fmt: skip
_SNAPSHOT_NAMES: Final = {
    "range type": "range",
    "type": "base_type",
    "statistics object": "statistics",
    "foreign-data wrapper": "foreign_data_wrapper",
    "ALTER DEFAULT PRIVILEGES": "default_privileges",
}


@pytest.fixture
def everything(admin: Connection) -> Iterator[Connection]:
    """A session in a database with one object of each kind."""
    admin.execute("SET client_min_messages = error")
    for statement in filter(None, EVERY_KIND.values()):
        admin.execute(statement.encode())
    yield admin
    admin.execute("DROP SUBSCRIPTION su")


def list_kinds(contents: DatabaseContents) -> set[str]:
    """Return the kinds of the objects, of the model and not."""
    return {identity.kind for identity in contents.catalog.objects} | {
        each.identity.kind for each in contents.unmodelled
    }


class TestUnmodelled:
    """Objects and properties outside the model are named."""

    def test_every_kind_is_named(self, everything: Connection) -> None:
        """Each object of each kind is read, or named with its kind, and no secret of it is."""
        contents = read_database(everything, VANILLA)
        assert set(EVERY_KIND) - list_kinds(contents) == set()
        assert [] == [each for each in contents.unmodelled if each.identity.kind in load_kinds()]
        assert "hunter2" not in "".join(contents.omissions)

    def test_every_catalog_is_known(self, admin: Connection) -> None:
        """Each catalog of objects has kinds that are read or named, so a new catalog fails the test."""
        rows = admin.execute(
            "SELECT substr(relname, 4) FROM pg_class INNER JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND attname = 'oid'"
        ).fetchall()
        assert {name for (name,) in rows} <= CATALOGS.keys() | NO_OBJECTS
        kinds = {kind for text in CATALOGS.values() for kind in text.split()}
        assert kinds <= EVERY_KIND.keys() | load_kinds().keys()

    def test_strict(self, everything: Connection) -> None:
        """Each object that the model does not have is in a sentence with its kind and its name."""
        contents = read_database(everything, VANILLA)
        texts = " ".join(contents.omissions)
        found = {each.identity.kind for each in contents.unmodelled}
        assert EVERY_KIND.keys() - load_kinds().keys() == found
        for kind in found:
            assert f"{kind.replace('_', ' ')} " in texts

    def test_the_snapshot_has_no_other_kinds(self, everything: Connection) -> None:
        """The snapshot of all catalogs, which other code reads, shows no kind that is not named."""
        kinds = {
            _SNAPSHOT_NAMES.get(target.kind, target.kind.replace(" ", "_"))
            for target, state in snapshot_catalog(everything, cluster=False).objects.items()
            if target.kind not in _FACETS and not state.parse().implied
        }
        assert set() == kinds - list_kinds(read_database(everything, VANILLA))

    def test_the_snapshot_reads_each_catalog_with_rows(self, everything: Connection) -> None:
        """Of a database with objects of each kind, the snapshot leaves out nothing that the whole query reads."""
        everything.execute("SELECT lo_create(0)")
        query = SnapshotQuery(everything.info.server_version // 10000, cluster=True, superuser=True)
        with open_catalog_cursor(everything) as cursor:
            rows = cursor.execute(query.compose("catalog").encode()).fetchall()
            relations = query.compose("relations").replace("$1", "ARRAY(SELECT oid FROM pg_class)")
            rows += cursor.execute(relations.encode()).fetchall()
        found = snapshot_catalog(everything, cluster=True).objects
        assert {tuple(row[:3]) for row in rows} == {tuple(target) for target in found}
        assert {"event trigger", "cast", "conversion", "subscription", "large object", "security label"} <= {
            target.kind for target in found
        }

    def test_what_exists_from_the_beginning(self, admin: Connection) -> None:
        """A new database has nothing to name."""
        assert () == read_database(admin, VANILLA).omissions

    def test_privileges_of_an_extension(self, admin: Connection) -> None:
        """Privileges that differ from those an extension gives are reported, and those that it gives are not."""
        admin.execute("CREATE EXTENSION pg_stat_statements; CREATE EXTENSION citext")
        assert () == read_database(admin, VANILLA).omissions
        admin.execute(
            "GRANT EXECUTE ON FUNCTION citext_eq(citext, citext) TO pg_monitor;"
            " REVOKE SELECT ON pg_stat_statements FROM PUBLIC"
        )
        texts = read_database(admin, VANILLA).omissions
        assert [
            f"extension {name}: the privileges on 1 of its objects differ from what the extension gives"
            for name in ("citext", "pg_stat_statements")
        ] == list(texts)
        admin.execute(
            "REVOKE EXECUTE ON FUNCTION citext_eq(citext, citext) FROM pg_monitor;"
            " GRANT SELECT ON pg_stat_statements TO PUBLIC"
        )
        assert () == read_database(admin, VANILLA).omissions

    def test_one_schema(self, everything: Connection) -> None:
        """Of one schema, its own objects are named, and those outside of schemas are not."""
        named = {each.identity for each in read_database(everything, VANILLA, ["Other one"]).unmodelled}
        assert named <= {Identity("schema", "", "Other one")}


class TestPlatform:
    """The objects of the platform are left out, and ours on its tables stay."""

    OURS: Final = """
        CREATE SCHEMA auth; CREATE SCHEMA storage;
        CREATE TABLE auth.users (id uuid PRIMARY KEY); CREATE TABLE storage.objects (id uuid CHECK (id IS NOT NULL));
        CREATE TABLE auth.sessions (id uuid);
        CREATE FUNCTION auth.own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE FUNCTION public.mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER own AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION auth.own();
        CREATE TRIGGER mine AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.mine();
        CREATE POLICY mine ON storage.objects USING (true); CREATE VIEW auth.v AS SELECT 1 AS a;
        CREATE TABLE public.notes (id uuid REFERENCES auth.users);
    """

    def test_ours_stay(self, admin: Connection) -> None:
        """A policy on a table of the platform stays, and a trigger that calls a function of ours."""
        admin.execute(self.OURS.encode())
        contents = read_database(admin, SUPABASE)
        found = {identity for identity in contents.catalog.objects if identity.schema in SUPABASE.schemas}
        users, objects = Identity("table", "auth", "users"), Identity("table", "storage", "objects")
        assert {
            users,
            objects,
            table_part("trigger", "auth", "users", "mine"),
            table_part("policy", "storage", "objects", "mine"),
        } == found
        assert ["id"] == [column.name for column in contents.catalog.objects[users].existing]
        assert Identity("table", "public", "notes") in contents.catalog.objects
        assert () == contents.omissions

    def test_a_named_schema_is_read_whole(self, admin: Connection) -> None:
        """A schema of the platform that --schema names is read with everything."""
        admin.execute(self.OURS.encode())
        objects = read_database(admin, SUPABASE, ["auth"]).catalog.objects
        assert {"users", "sessions"} == {each.name for each in objects if each.kind == "table"}
        assert objects[Identity("table", "auth", "users")].existing is None


class TestReading:
    """The way of reading."""

    def test_nothing_can_be_written(self, owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        """The transaction is read-only and has one snapshot."""
        seen: list[Any] = []

        def record(connection: Connection) -> dict[Any, Any]:
            seen.append(connection.execute("SHOW transaction_read_only").fetchone())
            seen.append(connection.execute("SHOW transaction_isolation").fetchone())
            return {}

        monkeypatch.setattr("schema_dsl.introspect.database.read_partitions", record)
        read_database(owner, VANILLA)
        assert [("on",), ("repeatable read",)] == seen

    def test_an_unreadable_catalog(self, database: Database, admin: Connection) -> None:
        """A role that may not read a table of the catalog gets an error that names the table."""
        admin.execute("REVOKE SELECT ON pg_catalog.pg_policy FROM PUBLIC")
        with database.connect("reader") as connection, pytest.raises(PostgresError) as error:
            read_database(connection, VANILLA)
        assert "permission denied for table pg_policy" in str(error.value)

    def test_an_unknown_schema(self, owner: Connection) -> None:
        """A misspelled schema is an error, and not an empty answer."""
        with pytest.raises(PostgresError, match="has no schema nothing"):
            read_database(owner, VANILLA, ["public", "nothing"])

    def test_plain_values(self, everything: Connection) -> None:
        """Each object of the model has a form in JSON."""
        contents = read_database(everything, VANILLA)
        plain = [to_plain(identity, item) for identity, item in contents.catalog.objects.items()]
        assert plain == json.loads(json.dumps(plain))
        assert {"kind": "enum", "schema": "public", "name": "mood", "labels": ["ok"]} in plain


def test_the_driver_is_not_asked_to_prepare(owner: Connection) -> None:
    """A pooler in transaction mode keeps no prepared statements."""
    for _ in range(2):
        read_database(owner, VANILLA)
    assert [(0,)] == owner.execute("SELECT count(*)::int FROM pg_prepared_statements").fetchall()
    assert psycopg.pq.TransactionStatus.IDLE == owner.info.transaction_status
