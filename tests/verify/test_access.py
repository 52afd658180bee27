"""Test the proof that the database enforces the declared access."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import jinja2
import pytest
from subjects import damaged, engagement_subject, subject_of

from schema_dsl import Access, Check, Column, Policy, Table, integer, may, sql, text, uuid
from schema_dsl.errors import PostgresError
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may
from schema_dsl.postgres import Server
from schema_dsl.render import environment
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.access import Trial, assert_access, build_matrix, describe_failures, try_access
from schema_dsl.verify.apply import apply_script
from schema_dsl.verify.proofs.access import PROOF

STATES = "user_engagement_states"
TRANSITIONS = "engagement_state_transitions"
QUEUE = "engagement_message_queue"
SUPABASE = platform("supabase")


def run_trials(
    scratch: Scratch, subject: Subject, settings: Iterable[str] = ("new",), only: Iterable[str] = ()
) -> list[Trial]:
    """Apply a subject's script to the state before the migration, and try the access of its tables."""
    names = set(only)
    trials: list[Trial] = []
    for setting in settings:
        with scratch.fresh("before", setting) as database:
            with scratch.connect(database) as connection:
                apply_script(connection, subject.script, subject.file)
            for table in subject.wanted.tables.values():
                if table.access is not None and (not names or table.name in names):
                    result = try_access(database, table, subject.platform, subject.wanted).under(setting)
                    trials += result.trials
    return trials


def failures(scratch: Scratch, subject: Subject, *only: str, settings: Iterable[str] = ("new",)) -> list[str]:
    """Return the failures of the trials."""
    return describe_failures(run_trials(scratch, subject, settings, only))


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


NOT_ALLOWED = "but the declared access does not allow it"
NOT_GRANTED = "but the declared access does not grant it: only policies protect the rows"
NO_POLICY = "but the declared access allows it: no policy allows the operation"
READS_ANY = f"authenticated can read another user's row in {TRANSITIONS}"
OWNER = "USING ((SELECT auth.uid()) = user_id)"


def policy_of(table: str, name: str) -> str:
    """Return the start of a CREATE POLICY statement of the migration."""
    return f"CREATE POLICY {name} ON public.{table}\n        FOR "


class TestFaultsInSql:
    """The proof reports faults in the SQL of the migration."""

    def test_using_true(self, scratch: Scratch, engagement: Subject) -> None:
        """A policy that is always true is a failure."""
        found = failures(scratch, damaged(engagement, OWNER, "USING (true)"))
        assert f"{READS_ANY}, {NOT_ALLOWED}" in found
        assert f"authenticated can read another user's row in {STATES}, {NOT_ALLOWED}" in found

    def test_using_negated(self, scratch: Scratch, engagement: Subject) -> None:
        """A negated policy shows the rows of other users, and hides the caller's own rows."""
        found = failures(scratch, damaged(engagement, OWNER, OWNER.replace(" = ", " <> ")), TRANSITIONS)
        assert f"{READS_ANY}, {NOT_ALLOWED}" in found
        assert any(failure.startswith("authenticated cannot read its own row in") for failure in found)

    @pytest.mark.parametrize("table", [STATES, TRANSITIONS, QUEUE])
    def test_to_service_role_forgotten(self, scratch: Scratch, engagement: Subject, table: str) -> None:
        """A policy for PUBLIC is a failure, even if a missing privilege protects the rows."""
        policy = policy_of(table, "service_role_all") + "ALL TO "
        found = failures(scratch, damaged(engagement, policy + "service_role", policy + "PUBLIC"), table)
        expected = (
            f"authenticated could read another user's row in {table} if authenticated held SELECT: "
            "the policies allow it, but the declared access does not"
            if table == QUEUE
            else f"authenticated can read another user's row in {table}, {NOT_ALLOWED}"
        )
        assert expected in found
        assert any(failure.startswith("anon could read rows in") for failure in found)

    @pytest.mark.parametrize("table", [STATES, TRANSITIONS, QUEUE])
    def test_row_level_security_off(self, scratch: Scratch, engagement: Subject, table: str) -> None:
        """Policies without ENABLE ROW LEVEL SECURITY have no effect."""
        enable = f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;"
        found = failures(scratch, damaged(engagement, enable, ""), table)
        assert any(
            "authenticated can read another" in failure or "authenticated could read" in failure
            for failure in found
        )

    def test_revoke_missing(self, scratch: Scratch, engagement: Subject) -> None:
        """Privileges that only the old default privileges grant are failures that name the setting."""
        revoke = f"REVOKE ALL ON TABLE public.{QUEUE} FROM PUBLIC, anon, authenticated, service_role;"
        found = failures(scratch, damaged(engagement, revoke, ""), QUEUE, settings=("new", "old"))
        assert f"anon can truncate {QUEUE}, {NOT_ALLOWED} (under the old default privileges)" in found
        assert f"service_role can truncate {QUEUE}, {NOT_ALLOWED} (under the old default privileges)" in found
        assert all(failure.endswith("(under the old default privileges)") for failure in found)

    @pytest.mark.parametrize(
        ("grant", "sentence"),
        [
            (
                "INSERT ON TABLE public.{} TO authenticated",
                f"authenticated holds INSERT on {{}}, {NOT_GRANTED}",
            ),
            (
                "TRUNCATE ON TABLE public.{} TO authenticated",
                f"authenticated can truncate {{}}, {NOT_ALLOWED}",
            ),
            (
                "SELECT ON TABLE public.{} TO anon",
                f"anon holds SELECT on {{}}, {NOT_GRANTED}",
            ),
            (
                "TRIGGER ON TABLE public.{} TO anon",
                f"anon can create triggers on {{}} (TRIGGER), {NOT_ALLOWED}",
            ),
            (
                "REFERENCES (id) ON TABLE public.{} TO anon",
                f"anon can create foreign keys to {{}} (REFERENCES), {NOT_ALLOWED}",
            ),
            (
                "UPDATE (state) ON TABLE public.{} TO authenticated",
                f"authenticated holds UPDATE on {{}}, {NOT_GRANTED}",
            ),
        ],
    )
    def test_undeclared_grant(self, scratch: Scratch, engagement: Subject, grant: str, sentence: str) -> None:
        """An undeclared privilege is a failure, even if policies protect the rows."""
        added = attrs.evolve(engagement, script=f"{engagement.script};\nGRANT {grant.format(STATES)};\n")
        assert [sentence.format(STATES)] == failures(scratch, added, STATES)

    def test_maintain(self, scratch: Scratch, engagement: Subject) -> None:
        """An undeclared MAINTAIN privilege is a failure."""
        if scratch.server.version < 170000:
            pytest.skip("MAINTAIN exists since PostgreSQL 17")
        grant = f"GRANT MAINTAIN ON TABLE public.{STATES} TO service_role"
        added = attrs.evolve(engagement, script=f"{engagement.script};\n{grant};\n")
        expected = [f"service_role can run maintenance commands on {STATES} (MAINTAIN), {NOT_ALLOWED}"]
        assert expected == failures(scratch, added, STATES)

    def test_missing_grant(self, scratch: Scratch, engagement: Subject) -> None:
        """A missing grant of a declared operation is a failure."""
        grant = f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.{QUEUE} TO service_role;"
        found = failures(scratch, damaged(engagement, grant, grant.replace("INSERT, ", "")), QUEUE)
        expected = (
            f"service_role cannot insert rows into {QUEUE}, "
            "but the declared access allows it: a privilege is missing"
        )
        assert expected in found

    def test_command_widened(self, scratch: Scratch, engagement: Subject) -> None:
        """A policy for ALL instead of SELECT is a failure, even if no privilege uses the policy."""
        policy = policy_of(TRANSITIONS, "authenticated_select_own")
        found = failures(scratch, damaged(engagement, policy + "SELECT", policy + "ALL"), TRANSITIONS)
        assert (
            f"authenticated could delete its own row from {TRANSITIONS} if authenticated held DELETE: "
            "the policies allow it, but the declared access does not"
        ) in found

    def test_policy_missing(self, scratch: Scratch, engagement: Subject) -> None:
        """A missing policy for the caller's own rows is a failure."""
        without_policy = attrs.evolve(
            engagement,
            script=f"{engagement.script};\nDROP POLICY authenticated_select_own ON public.{TRANSITIONS};\n",
        )
        expected = [f"authenticated cannot read its own row in {TRANSITIONS}, {NO_POLICY}"]
        assert expected == failures(scratch, without_policy, TRANSITIONS)

    def test_policy_of_a_role_that_bypasses(self, scratch: Scratch, engagement: Subject) -> None:
        """A missing policy for a role with BYPASSRLS is a failure, because the role can lose BYPASSRLS."""
        without_policy = attrs.evolve(
            engagement, script=f"{engagement.script};\nDROP POLICY service_role_all ON public.{QUEUE};\n"
        )
        expected = f"without BYPASSRLS, service_role cannot read rows in {QUEUE}, {NO_POLICY}"
        assert expected in failures(scratch, without_policy, QUEUE)

    def test_anon_with_empty_claims(self, scratch: Scratch, engagement: Subject) -> None:
        """Access of a request without claims only is a failure that names the caller."""
        policy = policy_of(TRANSITIONS, "authenticated_select_own") + "SELECT TO authenticated"
        hole = "current_setting('request.jwt.claims', true) IS NULL"
        found = failures(
            scratch,
            damaged(engagement, f"{policy} {OWNER}", f"{policy} {OWNER[:-1]} OR {hole})"),
            TRANSITIONS,
        )
        assert [f"{READS_ANY} without claims, {NOT_ALLOWED}"] == found


def notes(*policies: Policy | list[Policy], **more: object) -> Table:
    """Declare a table of notes that only their owners may read and write."""
    access = Access(own="user_id", authenticated=may("all", rows="own"), service_role=may("all", rows="all"))
    return Table(
        "notes",
        columns=[
            Column("id", uuid, primary_key=True, default=sql("gen_random_uuid()")),
            Column("user_id", uuid, not_null=True, references=auth_users),
            Column("body", text, not_null=True),
        ],
        policies=list(policies) or [owner_may("all", own="user_id"), service_role_may("all")],
        **{"access": access, **more},  # type: ignore[arg-type]
    )


def supabase_subject(*tables: Table) -> Subject:
    """Return the first migration of some tables on Supabase."""
    return subject_of(*tables, platform=SUPABASE)


IS_OWN_ROW = sql("(SELECT auth.uid()) = user_id")


class TestFaultsInDefinitions:
    """The proof reports declared policies that do not enforce the declared access."""

    def test_without_fault(self, scratch: Scratch) -> None:
        """Owners may run every operation on their own rows."""
        trials = run_trials(scratch, supabase_subject(notes()), ("new", "old"))
        assert [] == describe_failures(trials)
        assert ["notes", "authenticated", *["own rows"] * 4, "no"] in build_matrix(trials)

    def test_update_transfers_rows(self, scratch: Scratch) -> None:
        """An UPDATE policy without a check on the new row allows a caller to transfer its own row."""
        policy = Policy("u", "update", to="authenticated", using=IS_OWN_ROW, check=sql("true"))
        table = notes(owner_may("select", "insert", "delete", own="user_id"), policy)
        expected = [f"authenticated can transfer its own row in notes to another user, {NOT_ALLOWED}"]
        assert expected == failures(scratch, supabase_subject(table))

    def test_update_takes_over_rows(self, scratch: Scratch) -> None:
        """An UPDATE policy with a check on the new row only allows a caller to take over another user's row."""
        policy = Policy("u", "update", to="authenticated", using=sql("true"), check=IS_OWN_ROW)
        read = Policy("s", "select", to="authenticated", using=IS_OWN_ROW)
        found = failures(
            scratch, supabase_subject(notes(owner_may("insert", "delete", own="user_id"), read, policy))
        )
        assert f"authenticated can take over another user's row in notes, {NOT_ALLOWED}" in found

    def test_insert_as_another(self, scratch: Scratch) -> None:
        """An INSERT policy without a check on the owner allows a caller to insert a row of another user."""
        policy = Policy("i", "insert", to="authenticated", check=sql("true"))
        table = notes(owner_may("select", "update", "delete", own="user_id"), policy)
        expected = [f"authenticated can insert a row of another user into notes, {NOT_ALLOWED}"]
        assert expected == failures(scratch, supabase_subject(table))

    def test_delete_of_others(self, scratch: Scratch) -> None:
        """A DELETE policy without a condition on the owner allows a caller to delete another user's row."""
        policy = Policy("d", "delete", to="authenticated", using=sql("true"))
        table = notes(owner_may("select", "insert", "update", own="user_id"), policy)
        expected = [f"authenticated can delete another user's row from notes, {NOT_ALLOWED}"]
        assert expected == failures(scratch, supabase_subject(table))

    def test_restrictive_by_mistake(self, scratch: Scratch) -> None:
        """A restrictive policy without a permissive policy allows nothing."""
        policy = Policy("d", "delete", to="authenticated", using=IS_OWN_ROW, permissive=False)
        table = notes(owner_may("select", "insert", "update", own="user_id"), policy)
        expected = [f"authenticated cannot delete its own row from notes, {NO_POLICY}"]
        assert expected == failures(scratch, supabase_subject(table))

    def test_faulty_template(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """A template that drops the USING condition is a failure, because the trials run on the database."""
        real = environment.get_environment()
        name = "policy/create.sql.j2"
        assert real.loader is not None
        source, *_ = real.loader.get_source(real, name)
        open_to_all = """{% for clause in clauses %}
            {{ clause.__class__("USING (true)") if clause.startswith("USING") else clause }}{% endfor %}"""
        faulty = jinja2.DictLoader({name: source.replace('{{ clauses | fitting("    ") }}', open_to_all)})
        patched = real.overlay(loader=jinja2.ChoiceLoader([faulty, real.loader]))
        monkeypatch.setattr(
            environment, "_load_template", lambda stem: patched.get_template(f"{stem}.sql.j2")
        )
        subject = supabase_subject(notes())
        assert "USING (true)" in subject.script
        expected = f"authenticated can read another user's row in notes, {NOT_ALLOWED}"
        assert expected in failures(scratch, subject)


class TestColumns:
    """Access with column limits."""

    LIMITED = Access(
        own="user_id",
        authenticated=[may("select", rows="own"), may("update", rows="own", columns=["body"])],
        service_role=may("all", rows="all"),
    )

    def limited(self) -> Subject:
        """Return a subject in which owners may update one column."""
        return supabase_subject(
            notes(owner_may("select", "update", own="user_id"), service_role_may("all"), access=self.LIMITED)
        )

    def test_update_of_one_column(self, scratch: Scratch) -> None:
        """The trials update the granted column, and fail to update every other column."""
        trials = run_trials(scratch, self.limited())
        assert [] == describe_failures(trials)
        assert ["notes", "authenticated", "own rows", "no", "own rows (body)", "no", "no"] in build_matrix(
            trials
        )
        columns = {trial.column: trial.seen.outcome for trial in trials if trial.column}
        assert {"id": "denied", "user_id": "denied", "body": "allowed"} == columns

    def test_undeclared_column_grant(self, scratch: Scratch) -> None:
        """An undeclared grant on another column is a failure."""
        subject = self.limited()
        added = attrs.evolve(
            subject, script=f"{subject.script};\nGRANT UPDATE (id) ON public.notes TO authenticated"
        )
        expected = [f"authenticated can update column id of its own row in notes, {NOT_ALLOWED}"]
        assert expected == failures(scratch, added)

    def test_select_of_one_column(self, scratch: Scratch) -> None:
        """SELECT on one column shows this column of the caller's own rows, and no other column."""
        access = Access(own="user_id", authenticated=may("select", rows="own", columns=["body"]))
        table = notes(owner_may("select", own="user_id"), access=access)
        trials = run_trials(scratch, supabase_subject(table))
        assert [] == describe_failures(trials)
        assert ["notes", "authenticated", "own rows (body)", "no", "no", "no", "no"] in build_matrix(trials)


class TestOwners:
    """Owner columns of different types and references."""

    @pytest.mark.parametrize(
        ("kind", "mine"),
        [
            (uuid, "owner = (SELECT auth.uid())"),
            (text, "owner = (SELECT auth.jwt() ->> 'sub')"),
            (integer, "owner = (SELECT (auth.jwt() ->> 'sub')::int)"),
        ],
    )
    def test_column_without_foreign_key(self, scratch: Scratch, kind: object, mine: str) -> None:
        """An owner column without a foreign key holds the sub of the claims, as uuid, text or number."""
        table = Table(
            "things",
            columns=[Column("owner", kind, primary_key=True)],  # type: ignore[arg-type]
            policies=[Policy("r", to="authenticated", using=sql(mine))],
            access=Access(own="owner", authenticated=may("all", rows="own")),
        )
        # The sub of an unknown user is not a number, so the policy fails with an error and shows no row.
        assert [] == failures(scratch, supabase_subject(table))

    def test_through_another_table(self, scratch: Scratch) -> None:
        """An owner column can reference a row of another table, which has an owner."""
        entries = Table(
            "entries",
            columns=[
                Column("id", uuid, primary_key=True, default=sql("gen_random_uuid()")),
                Column("note_id", uuid, not_null=True, references=(note := notes())),
            ],
            policies=[
                Policy(
                    "s",
                    "select",
                    to="authenticated",
                    using=sql("note_id IN (SELECT id FROM public.notes WHERE user_id = (SELECT auth.uid()))"),
                )
            ],
            access=Access(own="note_id", authenticated=may("select", rows="own")),
        )
        assert [] == failures(scratch, supabase_subject(note, entries), "entries")

    def test_rows_without_owner(self, scratch: Scratch) -> None:
        """The trials cover tables without owners: all client roles may read, and only the service role may write."""
        table = Table(
            "tariffs",
            columns=[Column("id", integer, primary_key=True)],
            policies=[Policy("r", "select", to=["anon", "authenticated"], using=sql("true"))],
            access=Access(
                anon=may("select", rows="all"),
                authenticated=may("select", rows="all"),
                service_role=may("all", rows="all"),
            ),
        )
        trials = run_trials(scratch, supabase_subject(table))
        assert [] == describe_failures(trials)
        assert ["tariffs", "anon", "all rows", "no", "no", "no", "no"] in build_matrix(trials)
        closed = damaged(
            supabase_subject(table),
            "TO anon, authenticated USING (true)",
            "TO anon USING (true)",
        )
        expected = [f"authenticated cannot read rows in tariffs, {NO_POLICY}"]
        assert expected == failures(scratch, closed)


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
