"""Snapshots of the catalog: their contents on each version of Postgres, and the descriptions of changes."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator

import attrs
import psycopg
import pytest
from subjects import subject_of

from schema_dsl import Column, Table, bigint
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.verify import Scratch
from schema_dsl.verify.proofs.idempotent import PROOF as IDEMPOTENT
from schema_dsl.verify.proofs.matches import PROOF as MATCHES
from schema_dsl.verify.snapshots.attribute_text import describe_attributes, parse_privileges
from schema_dsl.verify.snapshots.catalog import CatalogObject, find_catalog_changes, snapshot_catalog
from schema_dsl.verify.snapshots.query import SnapshotQuery

NEW = Table("new", columns=[Column("id", bigint, primary_key=True)])
VERSIONS = [14, 15, 16, 17, 18]


@pytest.fixture
def session(empty: Database) -> Iterator[Connection]:
    """A session of a superuser in an empty database."""
    with contextlib.closing(empty.connect()) as connection:
        yield connection


def find_changes(connection: Connection, *statements: str, before: str = "") -> list[str]:
    """Return the changes that statements make, in a transaction that is rolled back."""
    with connection.transaction(force_rollback=True):
        if before:
            connection.execute(before.encode())
        first = snapshot_catalog(connection)
        for statement in statements:
            connection.execute(statement.encode())
        return list(map(str, find_catalog_changes(first, snapshot_catalog(connection), same_storage=False)))


class TestQuery:
    """The query for each version of Postgres and for each role."""

    @pytest.mark.parametrize("major", VERSIONS)
    def test_conditions(self, major: int) -> None:
        """Lines for later versions, other roles and other servers are left out, and no condition stays unnoticed."""
        query = SnapshotQuery(major, cluster=True, superuser=True).compose("catalog")
        assert (major >= 15) is ("pg_parameter_acl" in query)
        assert (major >= 16) is ("suborigin" in query)
        assert "pg_authid AS a" in query
        assert "pg_authid AS a" not in SnapshotQuery(major, cluster=True, superuser=False).compose("catalog")
        of_database = SnapshotQuery(major, cluster=False, superuser=True).compose("catalog")
        assert (False, True) == ("concerned" in query, "concerned" in of_database)
        assert query.count("(") == query.count(")")

    def test_runs(self, server: Server, session: Connection) -> None:
        """The query runs for a superuser and for another role, for the roles of the cluster or of the database."""
        objects = {
            (role, cluster): snapshot_catalog(connection, cluster=cluster).objects
            for role in (None, "pg_monitor")
            for cluster in (True, False)
            for connection in [session]
            for _ in [session.execute(f"SET SESSION AUTHORIZATION {role or 'DEFAULT'}".encode())]
        }
        assert all(("schema", "", "public") in found for found in objects.values())
        assert any(target.kind == "role" for target in objects[None, True])
        assert server.version // 10000 in VERSIONS

    def test_after_discard(self, session: Connection) -> None:
        """A snapshot works after statements that drop all prepared statements."""
        first = snapshot_catalog(session)
        session.execute("DISCARD ALL")
        assert first.attributes == snapshot_catalog(session).attributes
        with session.transaction():
            session.execute("DEALLOCATE ALL")
            assert first.attributes == snapshot_catalog(session).attributes


class TestChanges:
    """Descriptions of changes that no other test has."""

    def test_column_order(self, session: Connection) -> None:
        """Only the order of the columns that both states have counts."""
        table = "CREATE TABLE t (a integer, b integer, c integer);"
        assert ["column a of public.t is missing"] == find_changes(
            session, "ALTER TABLE t DROP a", before=table
        )
        assert ["table public.t has the columns in the order a, c, b instead of a, b, c"] == find_changes(
            session, "ALTER TABLE t DROP b", "ALTER TABLE t ADD b integer", before=table
        )

    def test_ignored_attribute(self, session: Connection) -> None:
        """An attribute can be ignored."""
        with session.transaction(force_rollback=True):
            session.execute("CREATE TABLE t (a integer, b integer)")
            first = snapshot_catalog(session)
            session.execute("ALTER TABLE t DROP a, ADD a integer")
            changes = find_catalog_changes(
                first, snapshot_catalog(session), same_storage=False, ignoring=["column order"]
            )
        assert [] == changes

    def test_subscription(self, session: Connection) -> None:
        """A subscription is read with its publications, and without its connection string."""
        create = (
            "CREATE SUBSCRIPTION feed CONNECTION 'host=x password=secret' PUBLICATION news"
            " WITH (connect = false, slot_name = NONE, enabled = false)"
        )
        assert ["subscription feed is new", "connection of subscription feed is new"] == find_changes(
            session, create
        )
        assert ["connection of subscription feed differs in string"] == find_changes(
            session, "ALTER SUBSCRIPTION feed CONNECTION 'host=x password=other'", before=create
        )
        (change,) = find_changes(
            session, "ALTER SUBSCRIPTION feed SET PUBLICATION more WITH (refresh = false)", before=create
        )
        assert "subscription feed has publications more instead of news" == change

    def test_no_secret(self, session: Connection) -> None:
        """No message shows a password, an option of a server or a setting of an application."""
        before = """
            CREATE FOREIGN DATA WRAPPER w OPTIONS (key 'secret');
            CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (key 'secret');
            CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'secret');
            CREATE ROLE planted_secret PASSWORD 'secret';
            ALTER ROLE planted_secret SET app.key = 'secret';
        """
        found = find_changes(
            session,
            "ALTER FOREIGN DATA WRAPPER w OPTIONS (SET key 'secret 2')",
            "ALTER SERVER s OPTIONS (SET key 'secret 2')",
            "ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET password 'secret 2')",
            "ALTER ROLE planted_secret PASSWORD 'secret 2'",
            "ALTER ROLE planted_secret SET app.key = 'secret 2'",
            before=before,
        )
        assert [
            "foreign server s differs in options",
            "foreign-data wrapper w differs in options",
            "password of role planted_secret differs in value",
            "role planted_secret differs in setting app.key",
            "user mapping of public on server s differs in options",
        ] == sorted(found)

    def test_inherited(self, session: Connection) -> None:
        """The objects of a partition come from those of the partitioned table."""
        with session.transaction(force_rollback=True):
            session.execute("CREATE TABLE p (a integer PRIMARY KEY) PARTITION BY RANGE (a)")
            session.execute("CREATE TABLE q PARTITION OF p DEFAULT")
            objects = snapshot_catalog(session).objects
        parts = {
            str(target): state.parse() for target, state in objects.items() if target.relation == "public.q"
        }
        assert {("column", "public", "p", "a"), ("primary_key", "public", "p", "p_pkey")} <= {
            part.declared_as and part.declared_as[:4] for part in parts.values()
        }
        assert all(part.implied for part in parts.values())


class TestText:
    """Texts of attributes."""

    def test_privileges(self) -> None:
        """The letters of an aclitem become the names of privileges, by grantee."""
        assert {
            "PUBLIC": ["SELECT"],
            '"a ""=b"': ["INSERT with grant option", "UPDATE"],
            "c": [],
        } == parse_privileges(["=r/o", '"a ""=b"=a*w/o', '"a ""=b"=w/x', "c=/o"])

    def test_grantor(self) -> None:
        """Privileges that only have another grantor are a change."""
        old, new = {"privileges": ["a=r/o"]}, {"privileges": ["a=r/x"]}
        assert ["has privileges of other grantors"] == list(describe_attributes(old, new))

    def test_long_texts(self) -> None:
        """Of long texts, the message shows the part with the difference."""
        words = " ".join(f"word{number}" for number in range(200))
        (text,) = describe_attributes({"definition": f"{words} old end"}, {"definition": f"{words} new end"})
        assert len(text) < 120
        assert re.fullmatch(r"has definition ….* new end instead of ….* old end", text)


class TestOtherSessions:
    """Concurrent changes by other sessions of a server are no changes of the migration."""

    def test_roles(self, server: Server) -> None:
        """On an existing server, other sessions create, change and drop roles while the proofs run."""
        stop = threading.Event()

        def disturb() -> None:
            with contextlib.closing(server.connect()) as connection:
                while not stop.is_set():
                    for command in (
                        "CREATE ROLE planted_other",
                        "ALTER ROLE planted_other SET work_mem = '1MB'",
                        "GRANT pg_monitor TO planted_other",
                        "DROP ROLE planted_other",
                    ):
                        with contextlib.suppress(psycopg.Error):
                            connection.execute(command.encode())

        with (
            contextlib.closing(attrs.evolve(server, owns_cluster=False)) as shared,
            Scratch(shared, subject_of(NEW, platform=platform("vanilla"))) as scratch,
        ):
            thread = threading.Thread(target=disturb)
            thread.start()
            try:
                found = [
                    list(proof.run(scratch).failures) for proof in (MATCHES, IDEMPOTENT) for _ in range(3)
                ]
            finally:
                stop.set()
                thread.join()
                with server.connect() as connection:
                    connection.execute("DROP ROLE IF EXISTS planted_other")
        assert [[]] * 6 == found

    def test_roles_of_the_database(self, server: Server) -> None:
        """On an existing server, only the roles to which objects of the database refer count."""
        with (
            contextlib.closing(attrs.evolve(server, owns_cluster=False)) as shared,
            shared.database() as database,
            contextlib.closing(database.connect()) as connection,
            connection.transaction(force_rollback=True),
        ):
            connection.execute("CREATE ROLE planted_other")
            connection.execute("CREATE TABLE t ()")
            role = CatalogObject("role", "", "planted_other")
            assert role not in snapshot_catalog(connection).objects
            assert role in snapshot_catalog(connection, cluster=True).objects
            connection.execute("GRANT SELECT ON t TO planted_other")
            assert role in snapshot_catalog(connection).objects
