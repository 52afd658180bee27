"""Test the proof that the database enforces the declared access."""

from __future__ import annotations

import attrs
import pytest
from subjects import damaged, engagement_subject, subject_of
from tried_access import OWNER, QUEUE, STATES, failures, notes, run_trials, supabase_subject

from schema_dsl import Access, Check, Column, Policy, Table, integer, may, sql
from schema_dsl.errors import PostgresError
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.access import assert_access, try_access
from schema_dsl.verify.proofs.access import PROOF


class TestEngagement:
    """The engagement schema without faults."""

    def test_holds_under_both_default_privileges(self, scratch: Scratch) -> None:
        """The database enforces the declared access under every setting of default privileges."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert "(tables: 3, roles: 3, operations: 5)" in found.summary
        assert "under the new and old default privileges" in found.summary
        assert {"new", "old"} == {trial["setting"] for trial in found.data["trials"]}

    def test_table_of_observed_access(self, scratch: Scratch) -> None:
        """The report has a line per table and role, with the rows that each operation reached."""
        table = [list(row) for row in PROOF.run(scratch).table]
        assert ["table", "role", "select", "insert", "update", "delete", "truncate"] == table[0]
        assert [STATES, "authenticated", "own rows", "no", "no", "no", "no"] in table
        assert [QUEUE, "service_role", "all rows", "all rows", "all rows", "all rows", "no"] in table
        assert [QUEUE, "anon", "no", "no", "no", "no", "no"] in table
        assert 10 == len(table)

    def test_trials_are_rolled_back(self, scratch: Scratch, engagement: Subject) -> None:
        """The trials leave no row and no role, and a second run has the same result."""
        table = engagement.wanted.tables["public", STATES]
        # Roles are global to the server, and other tests create roles.
        query = (
            f"SELECT (SELECT count(*) FROM {STATES}), (SELECT count(*) FROM auth.users),"
            " (SELECT array_agg(rolname ORDER BY rolname) FROM pg_roles)"
        )
        with scratch.fresh("after") as database:
            with database.connect() as connection:
                before = connection.execute(query).fetchone()
            for _ in range(2):
                assert_access(database, table, engagement.platform, engagement.wanted)
            with database.connect() as connection:
                assert before == connection.execute(query).fetchone()

    def test_existing_rows(self, scratch: Scratch, engagement: Subject) -> None:
        """The trials ignore and keep existing rows, even rows that other tables reference."""
        with scratch.fresh("after") as database:
            with database.connect() as connection:
                connection.execute(
                    "INSERT INTO auth.users (id) SELECT gen_random_uuid() FROM generate_series(1, 5);"
                    f"INSERT INTO {STATES} (user_id) SELECT id FROM auth.users;"
                    f"CREATE TABLE refers (id uuid REFERENCES {STATES});"
                    f"INSERT INTO refers SELECT id FROM {STATES}"
                )
            table = engagement.wanted.tables["public", STATES]
            assert_access(database, table, engagement.platform, engagement.wanted)
            with database.connect() as connection:
                assert (5,) == connection.execute(f"SELECT count(*) FROM {STATES}").fetchone()

    def test_callers(self, scratch: Scratch, engagement: Subject) -> None:
        """The callers have claims unset, '', {} or without a sub, or the sub of an owner, other or unknown user."""
        callers = {
            (trial.role, trial.caller)
            for trial in run_trials(scratch, engagement, only=[STATES])
            if trial.caller
        }
        plain = {"without claims", "with claims ''", "with claims {}", "with claims without a sub"}
        users = {"as the row's owner", "as another user", "with the sub of an unknown user"}
        assert plain == {caller for role, caller in callers if role == "anon"}
        assert plain == {caller for role, caller in callers if role == "service_role"}
        assert plain | users == {caller for role, caller in callers if role == "authenticated"}

    def test_as_the_role_itself(self, scratch: Scratch, engagement: Subject) -> None:
        """The session of a caller has the session_user and the current_user of an API request."""
        users = "session_user = 'authenticator' AND current_user = 'authenticated'"
        strict = damaged(engagement, OWNER, f"{OWNER[:-1]} AND {users})")
        assert [] == failures(scratch, strict, STATES)


class TestUnproven:
    """The proof reports access that it cannot prove."""

    def test_open_table_without_access(self, server: Server) -> None:
        """A table that client roles can reach and that declares no access is unproven."""
        table = Table("loose", columns=[Column("id", integer, primary_key=True)])
        with Scratch(server, supabase_subject(notes(), table)) as scratch:
            found = PROOF.run(scratch)
        expected = "loose declares no access, and anon, authenticated and service_role can reach it"
        assert (Status.UNPROVEN, (expected,), []) == (found.status, found.untried, list(found.notes))

    def test_closed_table_without_access(self, server: Server) -> None:
        """A table that declares no access is unproven also where no client role can reach it."""
        table = Table("loose", schema="hidden", columns=[Column("id", integer, primary_key=True)])
        subject = attrs.evolve(
            supabase_subject(notes(), table), baseline="CREATE SCHEMA hidden AUTHORIZATION postgres"
        )
        with Scratch(server, subject) as scratch:
            found = PROOF.run(scratch)
        expected = "hidden.loose declares no access, so no access to it was tried"
        assert (Status.UNPROVEN, (expected,), []) == (found.status, found.untried, list(found.notes))

    def test_nothing_declares_access(self, server: Server) -> None:
        """On plain Postgres, without client roles, one sentence names the created tables without access."""
        tables = [Table(name, columns=[Column("id", integer, primary_key=True)]) for name in ("one", "two")]
        with Scratch(server, subject_of(*tables, platform=platform("vanilla"))) as scratch:
            found = PROOF.run(scratch)
        expected = "one and two declare no access, so no access to them was tried"
        assert (Status.UNPROVEN, (expected,)) == (found.status, found.untried)

    def test_existing_table_without_access(self, server: Server) -> None:
        """An existing table without access is a note."""
        with Scratch(server, engagement_subject()) as scratch:
            found = PROOF.run(scratch)
        assert (Status.PROVEN, ["user_profiles declares no access"]) == (found.status, list(found.notes))

    def test_existing_table_with_policies_alone(self, server: Server) -> None:
        """An existing table for which only policies are declared is a note as well."""
        shared = Policy("read_all", "select", to="authenticated", using=sql("true"))
        old = Table("old", existing=[Column("id", integer)], policies=[shared])
        baseline = "CREATE TABLE public.old (id integer); ALTER TABLE public.old OWNER TO postgres"
        with Scratch(server, attrs.evolve(supabase_subject(notes(), old), baseline=baseline)) as scratch:
            found = PROOF.run(scratch)
        assert ["old declares no access"] == list(found.notes)

    def test_table_without_rows(self, server: Server) -> None:
        """A table that no row fits is named, and the other tables are tried."""
        empty = Table(
            "empty",
            columns=[Column("id", integer, primary_key=True)],
            constraints=[Check("false", name="never")],
            policies=[Policy("all", "select", to="authenticated", using=sql("true"))],
            access=Access(authenticated=may("select", rows="all")),
        )
        weak = notes(Policy("weak", to="authenticated", using=sql("true")))
        with Scratch(server, supabase_subject(empty, weak)) as scratch:
            found = PROOF.run(scratch)
        assert any("another user's row in notes" in each for each in found.failures)
        assert any(each.startswith("access to empty: ") for each in found.untried)

    def test_role_with_undeclared_bypassrls(self, scratch: Scratch, engagement: Subject) -> None:
        """A role with undeclared BYPASSRLS is an error, because every trial of the role succeeds."""
        roles = tuple(
            attrs.evolve(role, bypasses_row_security=False) if role.name == "service_role" else role
            for role in engagement.platform.roles
        )
        undeclared = attrs.evolve(engagement.platform, roles=roles)
        wanted = attrs.evolve(engagement.wanted, roles=roles)
        table = wanted.tables["public", STATES]
        with scratch.fresh("after") as database, pytest.raises(PostgresError, match="has BYPASSRLS"):
            try_access(database, table, undeclared, wanted)
