"""A run that is cut short, and that a second one does not make good, is noticed."""

from __future__ import annotations

import pytest
from psycopg.errors import Diagnostic

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify import Outcome, Scratch, Status
from schema_dsl.verify import interrupt as interrupt_module
from schema_dsl.verify import interruptions as stops_module
from schema_dsl.verify.apply import statements_of
from schema_dsl.verify.interrupt import arm, interrupt
from schema_dsl.verify.proofs.resumable import PROOF

FILE = "034_engagement_system.sql"
PROFILES = "public.user_profiles"


def proof_of(scratch: Scratch, script: str) -> Outcome:
    """Put a script to the proof, in the migration's place."""
    with scratch.with_script(script.lstrip()) as other:
        return PROOF.run(other)


class TestSound:
    """A migration that can be cut short anywhere is shown to be so."""

    def test_engagement(self, scratch: Scratch) -> None:
        """The engagement schema's migration is made good wherever it was cut short, and rows are as they were."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.notes))
        assert len(statements_of(scratch.subject.script)) == found.data["statements"]
        assert found.data["rows"] >= 6

    def test_own_transaction(self, scratch: Scratch) -> None:
        """A file with transactions of its own is run again for each place in a database of its own."""
        found = proof_of(scratch, "BEGIN; CREATE TABLE IF NOT EXISTS public.a (); COMMIT; RESET ALL;")
        assert (Status.PROVEN, 8) == (found.status, found.data["statement by statement"])


class TestNotMadeGood:
    """What a second run passes over, or stumbles over, is told with the line where the first one ended."""

    def test_rename(self, scratch: Scratch) -> None:
        """After a rename, what comes before it no longer finds its object."""
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
                f"{FILE}:3: terminated in this statement and run again, it stops: {FILE}:1 fails:"
                ' column "display_name" of relation "public.user_profiles" does not exist'
            )
        ] == found.failures

    def test_guard_in_the_session(self, scratch: Scratch) -> None:
        """What one statement leaves in the session for the next is lost with the session."""
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
                f"{FILE}:4: terminated in this statement and run again, it does not end as a run that was not cut"
                " short: index public.notes_body_idx of public.notes is gone"
            )
        ] == found.failures

    def test_rows_changed_twice(self, scratch: Scratch) -> None:
        """A change of rows whose guard only comes after it is made twice."""
        found = proof_of(
            scratch,
            f"""
UPDATE {PROFILES} SET display_name = concat(display_name, '!') WHERE to_regclass('public.done') IS NULL;
CREATE TABLE IF NOT EXISTS public.done ();
""",
        )
        assert [
            (
                f"{FILE}:2: terminated in this statement and run again, it does not leave the rows of a run that was"
                f" not cut short: {PROFILES} has other values in display_name"
            )
        ] == found.failures
        assert [
            (
                f"the migration itself changes rows that were there: {PROFILES} has other values in display_name,"
                " updated_at"
            )
        ] == found.notes

    def test_concurrently(self, scratch: Scratch) -> None:
        """An index that is built concurrently, cut short, stays unusable; IF NOT EXISTS takes it for made."""
        found = proof_of(
            scratch, f"CREATE INDEX CONCURRENTLY IF NOT EXISTS names ON {PROFILES} (display_name);"
        )
        assert [
            (
                f"{FILE}:1: terminated in this statement and run again, it does not end as a run that was not cut"
                f" short: index public.names of {PROFILES} has as usable no longer true but false"
            )
        ] == found.failures

    def test_own_transaction(self, scratch: Scratch) -> None:
        """What stands behind a COMMIT in the file is on its own."""
        found = proof_of(
            scratch, "BEGIN;\nCREATE TABLE public.a ();\nCOMMIT;\nCREATE TABLE IF NOT EXISTS public.b ();\n"
        )
        assert f'{FILE}:2 fails: relation "a" already exists' in found.failures[0]

    def test_script_that_does_not_run(self, scratch: Scratch) -> None:
        """Of a migration that does not run at all, that is said."""
        found = proof_of(scratch, "CREATE TABLE public.a ();\nSELECT nothing;")
        assert [
            f'a run that is not cut short fails already: {FILE}:2 fails: column "nothing" does not exist'
        ] == found.failures


class TestPlaces:
    """Every statement is cut short."""

    def test_each_is_interrupted(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each in one of the databases that serve for many, and one of each kind in a database of its own."""
        seen: list[str] = []

        def noted(database: Database, connection: Connection, statement: Statement) -> None:
            interrupt(database, connection, statement)
            seen.append(statement.text)

        monkeypatch.setattr(stops_module, "interrupt", noted)
        tables = [f"CREATE TABLE IF NOT EXISTS public.t{number} ()" for number in range(3)]
        found = proof_of(scratch, ";\n".join([*tables, "RESET ALL"]))
        assert Status.PROVEN is found.status
        assert sorted([*tables, tables[0], "RESET ALL", "RESET ALL"]) == sorted(seen)


class TestInterrupt:
    """A statement's process is really terminated, and in the middle of it."""

    @pytest.mark.parametrize(
        ("sql", "heard"),
        [
            ("RAISE NOTICE 'one'; CREATE TABLE public.a (); RAISE NOTICE 'two'", ["one"]),
            ("RAISE NOTICE 'one'; COMMENT ON TABLE public.user_profiles IS 'x'; RAISE NOTICE 'two'", ["one"]),
            (
                "RAISE NOTICE 'one'; UPDATE public.user_profiles SET id = id; RAISE NOTICE 'two'",
                ["one", "two"],
            ),
        ],
    )
    def test_middle(self, scratch: Scratch, sql: str, heard: list[str]) -> None:
        """A block ends with its first DDL command; without any, when all is done, before it is committed."""
        said: list[str] = []

        def listen(diagnostic: Diagnostic) -> None:
            said.append(diagnostic.message_primary or "")

        with scratch.fresh("before") as database:
            assert arm(database)
            connection = scratch.connect(database)
            connection.add_notice_handler(listen)
            interrupt(database, connection, statements_of(f"DO $$ BEGIN {sql}; END $$;")[0])
            assert (heard, True) == (said, connection.closed)
            with scratch.connect(database) as other:
                assert (None, None) == other.execute(
                    "SELECT to_regclass('public.a'), obj_description('public.user_profiles'::regclass, 'pg_class')"
                ).fetchone()

    def test_no_superuser(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever may make no event trigger still has statements terminated, and says that it is at their end."""
        monkeypatch.setattr(interrupt_module, "_TRIGGER", "SET ROLE anon; CREATE SCHEMA refused")
        found = proof_of(scratch, "CREATE TABLE IF NOT EXISTS public.a ();")
        assert (Status.PROVEN, 1) == (found.status, len(found.notes))
        assert "terminated at their end" in found.notes[0]
