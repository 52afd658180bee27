"""Tests of transactions like those of PostgREST."""

from __future__ import annotations

import psycopg
import pytest

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import Database, Server, as_role

ROLES = """
CREATE ROLE session_authenticator LOGIN NOINHERIT;
CREATE ROLE session_user_role;
CREATE ROLE session_stranger;
CREATE ROLE session_service BYPASSRLS;
GRANT session_user_role, session_service TO session_authenticator;
"""
TABLE = """
CREATE TABLE notes (owner text NOT NULL);
GRANT SELECT, INSERT ON notes TO session_user_role;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_setting('request.jwt.claims', true)::json ->> 'sub');
INSERT INTO notes VALUES ('ann'), ('bob');
"""
USER = "session_user_role"


@pytest.fixture(scope="module")
def roles(server: Server) -> None:
    """Create the roles once, because roles belong to the server."""
    with server.connect() as connection:
        connection.execute(ROLES)


@pytest.fixture
def notes(roles: None, database: Database) -> Database:
    """A database with a table with policies."""
    assert roles is None
    with database.connect() as connection:
        connection.execute(TABLE)
    return database


def owners(connection: psycopg.Connection[tuple[str, ...]]) -> list[str]:
    """List the owners of the visible rows."""
    return [owner for (owner,) in connection.execute("SELECT owner FROM notes ORDER BY owner")]


class TestAsRole:
    """`as_role()`."""

    def test_claims(self, notes: Database) -> None:
        """Policies can read the claims, which are given as a mapping or as JSON."""
        with as_role(notes, USER, claims={"sub": "ann"}) as connection:
            assert ["ann"] == owners(connection)
        with as_role(notes, USER, claims='{"sub": "bob"}') as connection:
            assert ["bob"] == owners(connection)
        with as_role(notes, USER) as connection:
            assert [] == owners(connection)

    def test_login(self, notes: Database) -> None:
        """The session logs in as `login` and takes the role of the request."""
        with as_role(notes, USER, login="session_authenticator") as connection:
            row = connection.execute("SELECT session_user, current_user").fetchone()
        assert ("session_authenticator", USER) == row

    def test_not_granted(self, notes: Database) -> None:
        """A role that is not granted to the login role is refused."""
        with (
            pytest.raises(PostgresError, match="cannot take the role session_stranger"),
            as_role(notes, "session_stranger", login="session_authenticator"),
        ):
            pass

    @pytest.mark.parametrize(
        ("role", "trait"), [("supabase_admin", "superuser"), ("session_service", "BYPASSRLS")]
    )
    def test_refused(self, notes: Database, role: str, trait: str) -> None:
        """A superuser or a role with BYPASSRLS is refused."""
        with pytest.raises(PostgresError, match=trait), as_role(notes, role):
            pass

    def test_meant(self, notes: Database) -> None:
        """A role with BYPASSRLS is accepted with bypassrls=True."""
        with as_role(notes, "session_service", bypassrls=True) as connection:
            assert ("session_service",) == connection.execute("SELECT current_user").fetchone()

    @pytest.mark.parametrize(("commit", "kept"), [(False, 0), (True, 1)])
    def test_end(self, notes: Database, commit: bool, kept: int) -> None:  # noqa: FBT001  # a parameter of the test
        """The transaction is rolled back, or committed with commit=True."""
        with as_role(notes, USER, claims={"sub": "eve"}, commit=commit) as connection:
            connection.execute("INSERT INTO notes VALUES ('eve')")
        with notes.connect() as connection:
            assert kept == owners(connection).count("eve")

    def test_connection(self, notes: Database) -> None:
        """A connection can be used several times, and gets its role and claims back."""
        with notes.connect() as connection:
            for name in ("ann", "bob"):
                with as_role(connection, USER, claims={"sub": name}) as same:
                    assert [name] == owners(same)
            assert ["ann", "bob"] == owners(connection)
            row = connection.execute(
                "SELECT current_user, current_setting('request.jwt.claims', true)"
            ).fetchone()
            assert ("supabase_admin", "") == row

    def test_failed_statement(self, notes: Database) -> None:
        """A refused statement raises the error of psycopg."""
        with pytest.raises(psycopg.errors.InsufficientPrivilege), as_role(notes, USER) as connection:
            connection.execute("DELETE FROM notes")

    def test_open_transaction(self, notes: Database) -> None:
        """A connection with an open transaction is refused, because as_role cannot end that transaction."""
        with notes.connect(autocommit=False) as connection:
            connection.execute("SELECT 1")
            with (
                pytest.raises(PostgresError, match="already has an open transaction"),
                as_role(connection, USER),
            ):
                pass
