"""The proof `never weaker`: temporarily added and temporarily lost access."""

from __future__ import annotations

import re

import attrs
import pytest
from subjects import damaged, subject_of

from schema_dsl import Access, Check, Column, Policy, Table, may, sql, text, uuid
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users, service_role_may
from schema_dsl.postgres import Server
from schema_dsl.verify import Outcome, Scratch, Status, Subject
from schema_dsl.verify.access.moments import never_weaker_check
from schema_dsl.verify.proofs.never_weaker import PROOF
from schema_dsl.verify.scripts.apply import split_statements

QUEUE = "engagement_message_queue"
NEITHER = "which is allowed neither before nor after the migration"
BOTH = "which is allowed both before and after the migration, in a re-run"
MINE = "((SELECT auth.uid()) = user_id)"


def proven(server: Server, subject: Subject) -> Outcome:
    """Run the proof on a subject."""
    with Scratch(server, subject) as scratch:
        return PROOF.run(scratch)


def notes(*policies: Policy) -> Subject:
    """Build a subject with one table, in which users may read and delete their own rows."""
    table = Table(
        "notes",
        columns=[
            Column("id", uuid, primary_key=True, default=sql("gen_random_uuid()")),
            Column("user_id", uuid, not_null=True, references=auth_users),
            Column("body", text, not_null=True),
        ],
        policies=[
            *(policies or [Policy("mine", to="authenticated", using=sql(MINE))]),
            service_role_may("all"),
        ],
        access=Access(
            own="user_id",
            authenticated=may("select", "delete", rows="own"),
            service_role=may("all", rows="all"),
        ),
    )
    return subject_of(table, platform=platform("supabase"))


def followed_by(subject: Subject, *statements: str) -> Subject:
    """Append statements to the script."""
    return attrs.evolve(subject, script=f"{subject.script};\n" + "".join(f"{each};\n" for each in statements))


def place(subject: Subject, text: str) -> str:
    """Return the position of the first statement that contains a text, as the proof prints it."""
    for number, statement in enumerate(split_statements(subject.script), 1):
        if text in statement.text:
            return f"statement {number} (line {statement.line})"
    return pytest.fail(f"not in the script: {text}")


class TestEngagement:
    """The engagement schema's migration."""

    def test_holds(self, scratch: Scratch) -> None:
        """At no moment is access wider than before and after, under all default privileges."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, []) == (found.status, list(found.failures))
        # The proof re-runs the migration after every possible interruption, so it observes many moments per statement.
        assert found.data["moments"] > 10 * len(split_statements(scratch.subject.script))
        # Every interruption is followed by a whole re-run, and no statement commits inside.
        assert (found.data["interruptions"], 0) == (found.data["re-runs"], found.data["rounds"])


class TestAddedAccess:
    """Access that client roles have for a moment, and neither before nor after the migration."""

    def test_created_then_revoked(self, server: Server, engagement: Subject) -> None:
        """Default privileges open a table until the next statements revoke them."""
        pattern = rf"DO \$\$ BEGIN\n(    CREATE TABLE[^;]*\.{QUEUE} .*?)END \$\$;"
        block = re.search(pattern, engagement.script, re.DOTALL)
        assert block is not None
        open_first = damaged(engagement, block[0], block[1])
        created = place(open_first, f"CREATE TABLE IF NOT EXISTS public.{QUEUE}")
        added = [each for each in proven(server, open_first).failures if NEITHER in each]
        under = f"{NEITHER} (under the old default privileges)"
        assert f"after {created}, anon can insert rows into {QUEUE}, {under}" in added
        assert f"after {created}, anon can truncate {QUEUE}, {under}" in added
        assert all(each.startswith(f"after {created}") and each.endswith(under) for each in added)

    def test_row_level_security_off_for_a_moment(self, server: Server) -> None:
        """While row level security is disabled, all rows are visible."""
        around = followed_by(
            notes(),
            "ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY",
        )
        off = place(around, "DISABLE ROW LEVEL SECURITY")
        expected = [
            f"after {off}, authenticated can {does}, {NEITHER}"
            for does in ("delete another user's row from notes", "read another user's row in notes")
        ]
        assert expected == sorted(proven(server, around).failures)

    def test_table_without_rows(self, server: Server) -> None:
        """A table that no row fits is named, and the other tables are tried."""
        empty = Table(
            "empty",
            columns=[Column("id", uuid, primary_key=True)],
            constraints=[Check("false", name="never")],
            policies=[Policy("all", "select", to="authenticated", using="true")],
            access=Access(authenticated=may("select", rows="all")),
        )
        given = notes()
        both = attrs.evolve(subject_of(*given.wanted.tables.values(), empty, platform=platform("supabase")))
        weak = followed_by(
            both,
            "ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY",
        )
        found = proven(server, weak)
        assert any("another user's row in notes" in each for each in found.failures)
        assert any(each.startswith("access to empty: ") for each in found.untried)

    def test_objects_without_access(self, server: Server) -> None:
        """Existing tables without an access, columns and views are followed as well."""
        baseline = """
            CREATE TABLE public.papers (user_id uuid, body text, secret text);
            ALTER TABLE public.papers ENABLE ROW LEVEL SECURITY;
            REVOKE ALL ON public.papers FROM PUBLIC, anon, authenticated, service_role;
            GRANT SELECT (body) ON public.papers TO authenticated;
            CREATE VIEW public.titles WITH (security_invoker = true) AS SELECT body FROM public.papers;
            REVOKE ALL ON public.titles FROM PUBLIC, anon, authenticated, service_role;
        """
        known = platform("supabase")
        usual = dict(list(known.default_privileges.items())[:1])
        opened = followed_by(
            attrs.evolve(notes(), baseline=baseline, platform=attrs.evolve(known, default_privileges=usual)),
            "GRANT SELECT ON public.titles TO anon",
            "REVOKE SELECT ON public.titles FROM anon",
            "GRANT SELECT (secret) ON public.papers TO authenticated",
            "REVOKE SELECT (secret) ON public.papers FROM authenticated",
            "GRANT DELETE, SELECT ON public.papers TO authenticated",
            "DROP POLICY IF EXISTS open ON public.papers",
            "CREATE POLICY open ON public.papers FOR ALL TO authenticated USING (body = 'open')",
            "DROP POLICY open ON public.papers",
            "REVOKE DELETE, SELECT ON public.papers FROM authenticated",
            "GRANT SELECT (body) ON public.papers TO authenticated",
        )
        view, column, policy = (
            place(opened, text) for text in ("GRANT SELECT ON", "GRANT SELECT (secret)", "CREATE POLICY open")
        )
        found = proven(server, opened).failures
        gained = "granted neither before nor after the migration"
        assert f"after {view}, anon gained SELECT on view titles, {gained}" in found
        assert (
            f"after {column}, authenticated gained SELECT on column secret of table papers, {gained}" in found
        )
        assert f"after {policy}, authenticated can delete rows from papers, {NEITHER}" in found

    def test_restrictive_policy_recreated(self, server: Server) -> None:
        """Between DROP and CREATE of a restrictive policy, only the permissive policy applies."""
        restrict = Policy("restrict", to="authenticated", using=sql(MINE), permissive=False)
        two = followed_by(
            notes(restrict, Policy("yes", to="authenticated", using=sql("true"))),
            "DROP POLICY restrict ON public.notes",
            f"CREATE POLICY restrict ON public.notes AS RESTRICTIVE TO authenticated USING {MINE}",
        )
        dropped = place(two, "DROP POLICY restrict")
        expected = f"after {dropped}, authenticated can read another user's row in notes, {NEITHER}"
        assert expected in proven(server, two).failures

    def test_within_a_statement(self, server: Server) -> None:
        """The concurrent probe detects access that a statement with inner commits allows for a moment."""
        inside = followed_by(
            notes(),
            "DO $$ BEGIN GRANT TRUNCATE ON public.notes TO anon; COMMIT; PERFORM pg_sleep(0.2);"
            " REVOKE TRUNCATE ON public.notes FROM anon; END $$",
        )
        expected = [f"while {place(inside, 'pg_sleep')} runs, anon can truncate notes, {NEITHER}"]
        assert expected == list(proven(server, inside).failures)

    def test_after_an_interruption(self, server: Server) -> None:
        """A statement that adds access only after an interruption is reported with the interrupted position."""
        opening = (
            "DO $$ BEGIN IF to_regclass('public.notes') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_policy"
            " WHERE polrelid = to_regclass('public.notes')) THEN GRANT TRUNCATE ON public.notes TO anon;"
            " END IF; END $$"
        )
        subject = notes()
        early = attrs.evolve(subject, script=f"{opening};\n{subject.script}")
        stop = place(early, "CREATE TABLE IF NOT EXISTS public.notes")
        what = f"after statement 1 (line 1), anon can truncate notes, {NEITHER}"
        expected = [f"{what}, in a re-run of a migration interrupted after {stop}"]
        assert expected == list(proven(server, early).failures)

    def test_default_privileges_after_an_interruption(self, server: Server) -> None:
        """A table that only a re-run after an interruption creates again is open under the old default privileges."""
        again = """
            DO $$ BEGIN
                IF to_regclass('public.notes') IS NOT NULL
                    AND NOT EXISTS (SELECT FROM pg_policies WHERE tablename = 'notes') THEN
                    DROP TABLE public.notes;
                    CREATE TABLE public.notes (id uuid DEFAULT gen_random_uuid(), user_id uuid, body text);
                END IF;
            END $$;
        """
        subject = notes()
        found = proven(server, attrs.evolve(subject, script=again + subject.script)).failures
        added = [each for each in found if "anon can insert rows into notes" in each]
        assert added
        assert all("a migration interrupted after statement 2" in each for each in added)
        assert all(each.endswith("(under the old default privileges)") for each in added)

    def test_after_an_interruption_of_many(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        """With few whole re-runs, the re-run of the statements that name a changed table finds the same failures."""
        monkeypatch.setattr(never_weaker_check, "_MOST_RERUN_STATEMENTS", 0)
        monkeypatch.setattr(never_weaker_check, "_FEWEST_RERUNS", 0)
        opening = (
            "DO $$ BEGIN IF to_regclass('public.notes') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_policy"
            " WHERE polrelid = to_regclass('public.notes')) THEN GRANT TRUNCATE ON public.notes TO anon;"
            " END IF; END $$"
        )
        subject = notes()
        early = attrs.evolve(subject, script=f"{opening};\n{subject.script}")
        found = proven(server, early)
        stop = place(early, "CREATE TABLE IF NOT EXISTS public.notes")
        what = f"after statement 1 (line 1), anon can truncate notes, {NEITHER}"
        assert [f"{what}, in a re-run of a migration interrupted after {stop}"] == list(found.failures)
        assert 0 == found.data["re-runs"] < found.data["interruptions"]
        assert f"{found.data['interruptions']} interruptions" in proven(server, subject).summary

    def test_fewer_interruptions(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        """The summary says after how many of how many interruptions statements were re-run, if not after each."""
        monkeypatch.setattr(never_weaker_check, "_MOST_RERUN_STATEMENTS", 0)
        monkeypatch.setattr(never_weaker_check, "_FEWEST_RERUNS", 0)
        monkeypatch.setattr(never_weaker_check, "_MOST_INTERRUPTIONS", 1)
        found = proven(server, notes())
        assert Status.PROVEN is found.status
        # At most one under each of the two settings of default privileges.
        assert re.search(rf"; after [0-2] of {found.data['interruptions']} interruptions that", found.summary)

    def test_policy_of_another_table(self, server: Server) -> None:
        """A table is probed again when a table that its policy reads changes."""
        is_open = f"{MINE} OR EXISTS (SELECT FROM public.openings)"
        subject = notes(Policy("open", to="authenticated", using=sql(is_open)))
        before = (
            "CREATE TABLE public.openings (id int); INSERT INTO public.openings VALUES (1);"
            "GRANT SELECT ON public.openings TO authenticated; ALTER TABLE public.openings ENABLE ROW LEVEL SECURITY;"
        )
        around = followed_by(
            attrs.evolve(subject, baseline=before),
            "DROP POLICY IF EXISTS seen ON public.openings",
            "CREATE POLICY seen ON public.openings FOR SELECT TO authenticated USING (true)",
            "DROP POLICY IF EXISTS seen ON public.openings",
        )
        opened = place(around, "CREATE POLICY seen")
        expected = f"after {opened}, authenticated can read another user's row in notes, {NEITHER}"
        assert expected in proven(server, around).failures

    def test_dropped_table(self, server: Server) -> None:
        """A policy reads a table before the migration that the migration drops, with a column of another table."""
        subject = notes()
        before = notes(
            Policy(
                "mine",
                to="authenticated",
                using=sql(
                    f"{MINE} OR EXISTS (SELECT FROM public.shares AS s"
                    " WHERE s.note = body AND s.user_id = (SELECT auth.uid()))"
                ),
            )
        )
        shares = (
            "CREATE TABLE public.shares (note text, user_id uuid);\n"
            "GRANT SELECT ON public.shares TO authenticated;\n"
        )
        dropping = followed_by(
            attrs.evolve(subject, baseline=shares + before.script), "DROP TABLE IF EXISTS public.shares"
        )
        found = proven(server, dropping)
        assert (Status.PROVEN, []) == (found.status, list(found.failures))

    def test_new_column_of_memberships(self, server: Server) -> None:
        """Rows of the table of memberships with a new column do not fit before the migration."""
        member = (
            "EXISTS (SELECT FROM public.members AS m WHERE m.note = body AND m.user_id = (SELECT auth.uid()))"
        )
        subject = notes(Policy("member", to="authenticated", using=sql(member)))
        members = (
            "CREATE TABLE public.members (note text, user_id uuid, PRIMARY KEY (note, user_id));\n"
            "GRANT SELECT ON public.members TO authenticated;\n"
        )
        adding = followed_by(
            attrs.evolve(subject, baseline=members + subject.script),
            "ALTER TABLE public.members ADD COLUMN IF NOT EXISTS id uuid NOT NULL DEFAULT gen_random_uuid()",
        )
        found = proven(server, adding)
        assert (Status.PROVEN, []) == (found.status, list(found.failures))


class TestLostAccess:
    """Access that client roles lose for a moment, and have both before and after the migration."""

    def test_policy_recreated(self, server: Server) -> None:
        """Between DROP and CREATE of a policy, users cannot see their own rows."""
        two = followed_by(
            notes(),
            "DROP POLICY mine ON public.notes",
            f"CREATE POLICY mine ON public.notes TO authenticated USING {MINE}",
        )
        dropped = place(two, "DROP POLICY mine ON")
        expected = [
            f"after {dropped}, authenticated cannot {does}, {BOTH}"
            for does in ("delete its own row from notes", "read its own row in notes")
        ]
        assert expected == sorted(proven(server, two).failures)

    def test_grants_renewed(self, server: Server) -> None:
        """Between REVOKE and GRANT, the service role has no access."""
        renewed = followed_by(
            notes(),
            "REVOKE INSERT ON public.notes FROM service_role",
            "GRANT INSERT ON public.notes TO service_role",
        )
        revoked = place(renewed, "REVOKE INSERT")
        expected = [f"after {revoked}, service_role cannot insert rows into notes, {BOTH}"]
        assert expected == list(proven(server, renewed).failures)


class TestUnproven:
    """Access that could not be tried is reported."""

    def test_rows_that_do_not_fit(self, server: Server) -> None:
        """A state that no fixture row fits is reported in a note and does not count as a state without access."""
        never = followed_by(
            notes(),
            "ALTER TABLE public.notes DROP CONSTRAINT IF EXISTS never,"
            " ADD CONSTRAINT never CHECK (false) NOT VALID, FORCE ROW LEVEL SECURITY",
            "ALTER TABLE public.notes DROP CONSTRAINT never, NO FORCE ROW LEVEL SECURITY",
        )
        found = proven(server, never)
        assert [] == list(found.failures)
        assert ["access to notes was not tried "] == [note[:30] for note in found.notes]

    def test_table_without_access(self, server: Server) -> None:
        """A created table that declares no access is named, alone and beside a table that declares one."""
        loose = Table("loose", columns=[Column("id", uuid, primary_key=True)])
        (declared,) = (table for table in notes().wanted.tables.values() if table.access is not None)
        for tables in ((loose,), (declared, loose)):
            found = proven(server, subject_of(*tables, platform=platform("supabase")))
            expected = ["loose declares no access, so no access to it was tried"]
            assert (Status.UNPROVEN, expected) == (found.status, list(found.untried))

    def test_existing_table_without_access(self, server: Server) -> None:
        """Without any access to try the proof is unproven, also where the only table exists before the migration."""
        table = Table("old", existing=[Column("id", uuid, primary_key=True)], columns=[Column("note", text)])
        subject = attrs.evolve(
            subject_of(table, platform=platform("supabase")),
            baseline="CREATE TABLE public.old (id uuid PRIMARY KEY)",
        )
        found = proven(server, subject)
        assert (Status.UNPROVEN, ["no table declares access"]) == (found.status, list(found.untried))
