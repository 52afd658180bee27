"""The proof `resumable` fails if a re-run does not complete an interrupted migration."""

from __future__ import annotations

import pytest
from psycopg.errors import Diagnostic

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify import Outcome, Scratch, Status
from schema_dsl.verify.proofs.resumable import PROOF
from schema_dsl.verify.reruns import interrupt as interrupt_module
from schema_dsl.verify.reruns import interruptions as interruptions_module
from schema_dsl.verify.reruns.interrupt import enable_interruption, interrupt_statement
from schema_dsl.verify.scripts.apply import split_statements

FILE = "034_engagement_system.sql"
PROFILES = "public.user_profiles"


def proof_of(scratch: Scratch, script: str) -> Outcome:
    """Run the proof on a script in place of the migration."""
    with scratch.variant(script=script.lstrip()) as other:
        return PROOF.run(other)


class TestProven:
    """Migrations that can be interrupted anywhere are proven."""

    def test_engagement(self, scratch: Scratch) -> None:
        """A re-run completes the engagement schema's migration after any interruption, without changes to rows."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.notes))
        assert len(split_statements(scratch.subject.script)) == found.data["statements"]
        assert found.data["rows"] >= 6

    def test_own_transaction(self, scratch: Scratch) -> None:
        """A script with transaction statements is re-run in a separate database for every interruption."""
        found = proof_of(scratch, "BEGIN; CREATE TABLE IF NOT EXISTS public.a (); COMMIT; RESET ALL;")
        assert (Status.PROVEN, 8) == (found.status, found.data["statement by statement"])


class TestFailures:
    """Failures and omissions of a re-run are reported with the line of the interruption."""

    def test_rename(self, scratch: Scratch) -> None:
        """After a RENAME, earlier statements of a re-run do not find the old name."""
        found = proof_of(
            scratch,
            f"""
COMMENT ON COLUMN {PROFILES}.display_name IS 'Shown to others.';
ALTER TABLE {PROFILES} RENAME display_name TO full_name;
RESET ALL;
""",
        )
        assert [
            (
                f"{FILE}:3: re-run after an interruption in this statement: the re-run fails: {FILE}:1:"
                ' column "display_name" of relation "public.user_profiles" does not exist'
            )
        ] == found.failures

    def test_guard_in_the_session(self, scratch: Scratch) -> None:
        """A session setting that a later statement reads is lost with the interrupted session."""
        found = proof_of(
            scratch,
            """
DO $$ BEGIN IF to_regclass('public.notes') IS NULL THEN
    CREATE TABLE public.notes (body text); PERFORM set_config('app.fresh', 'yes', false);
END IF; END $$;
DO $$ BEGIN IF current_setting('app.fresh', true) = 'yes' THEN
    CREATE INDEX notes_body_idx ON public.notes (body);
END IF; END $$;
""",
        )
        assert [
            (
                f"{FILE}:4: re-run after an interruption in this statement: the catalog differs from an uninterrupted"
                " run: index public.notes_body_idx of public.notes is missing"
            )
        ] == found.failures

    def test_rows_changed_twice(self, scratch: Scratch) -> None:
        """An UPDATE whose guard is created by a later statement runs twice."""
        found = proof_of(
            scratch,
            f"""
UPDATE {PROFILES} SET display_name = concat(display_name, '!') WHERE to_regclass('public.done') IS NULL;
CREATE TABLE IF NOT EXISTS public.done ();
""",
        )
        [failure], [note] = found.failures, found.notes
        assert failure.startswith(
            f"{FILE}:2: re-run after an interruption in this statement: the rows differ from an uninterrupted run:"
            f" {PROFILES} has changed values in display_name"
        )
        assert note.startswith(
            f"the migration changes existing rows: {PROFILES} has changed values in display_name, updated_at"
        )

    def test_concurrently(self, scratch: Scratch) -> None:
        """An interrupted CREATE INDEX CONCURRENTLY leaves an invalid index, which IF NOT EXISTS skips."""
        found = proof_of(
            scratch, f"CREATE INDEX CONCURRENTLY IF NOT EXISTS names ON {PROFILES} (display_name);"
        )
        assert [
            (
                f"{FILE}:1: re-run after an interruption in this statement: the catalog differs from an uninterrupted"
                f" run: index public.names of {PROFILES} has usable false instead of true"
            )
        ] == found.failures

    def test_own_transaction(self, scratch: Scratch) -> None:
        """Statements before a COMMIT of the script are committed when a later statement is interrupted."""
        found = proof_of(
            scratch, "BEGIN;\nCREATE TABLE public.a ();\nCOMMIT;\nCREATE TABLE IF NOT EXISTS public.b ();\n"
        )
        assert f'{FILE}:2: relation "a" already exists' in found.failures[0]

    def test_script_that_fails(self, scratch: Scratch) -> None:
        """A migration that also fails without interruption is reported as such."""
        found = proof_of(scratch, "CREATE TABLE public.a ();\nSELECT nothing;")
        assert [
            f'the migration fails even when it is not interrupted: {FILE}:2: column "nothing" does not exist'
        ] == found.failures


class TestPlaces:
    """Every statement is interrupted."""

    def test_each_is_interrupted(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every statement is interrupted in a shared database, and one of each kind in a separate database."""
        seen: list[str] = []

        def record(database: Database, connection: Connection, statement: Statement) -> None:
            interrupt_statement(database, connection, statement)
            seen.append(statement.text)

        monkeypatch.setattr(interruptions_module, "interrupt_statement", record)
        tables = [f"CREATE TABLE IF NOT EXISTS public.t{number} ()" for number in range(3)]
        found = proof_of(scratch, ";\n".join([*tables, "RESET ALL"]))
        assert Status.PROVEN is found.status
        assert sorted([*tables, tables[0], "RESET ALL", "RESET ALL"]) == sorted(seen)


class TestInterrupt:
    """The server process of a statement is terminated in the middle of the statement."""

    @pytest.mark.parametrize(
        ("sql", "expected"),
        [
            ("RAISE NOTICE 'one'; CREATE TABLE public.a (); RAISE NOTICE 'two'", ["one"]),
            ("RAISE NOTICE 'one'; COMMENT ON TABLE public.user_profiles IS 'x'; RAISE NOTICE 'two'", ["one"]),
            (
                "RAISE NOTICE 'one'; UPDATE public.user_profiles SET id = id; RAISE NOTICE 'two'",
                ["one", "two"],
            ),
        ],
    )
    def test_middle(self, scratch: Scratch, sql: str, expected: list[str]) -> None:
        """A DO block is interrupted at its first DDL command, or without DDL at its end, before the commit."""
        received: list[str] = []

        def listen(diagnostic: Diagnostic) -> None:
            received.append(diagnostic.message_primary or "")

        with scratch.fresh("before") as database:
            assert enable_interruption(database)
            connection = scratch.connect(database)
            connection.add_notice_handler(listen)
            interrupt_statement(database, connection, split_statements(f"DO $$ BEGIN {sql}; END $$;")[0])
            assert (expected, True) == (received, connection.closed)
            with scratch.connect(database) as other:
                assert (None, None) == other.execute(
                    "SELECT to_regclass('public.a'), obj_description('public.user_profiles'::regclass, 'pg_class')"
                ).fetchone()

    def test_no_superuser(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the right to create event triggers, no statement is interrupted in the middle: the proof says so."""
        monkeypatch.setattr(interrupt_module, "_CREATE_TRIGGER", "SET ROLE anon; CREATE SCHEMA refused")
        found = proof_of(scratch, "CREATE TABLE IF NOT EXISTS public.a ();")
        assert (Status.UNPROVEN, 1) == (found.status, len(found.untried))
        assert "interrupted at its end" in found.untried[0]
