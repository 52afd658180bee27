"""Test the run of all proofs: verdicts of proofs that cannot run, and servers that die."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

import attrs
import psycopg
import pytest
from subjects import subject_of

from schema_dsl import Column, Table, integer
from schema_dsl.errors import PostgresError
from schema_dsl.migrations import Migration
from schema_dsl.platforms import platform
from schema_dsl.postgres import Database, Server
from schema_dsl.verify import Outcome, Proof, Report, Scratch, Status, list_proofs, verify
from schema_dsl.verify.proof import Sample, conclude, draw_sample
from schema_dsl.verify.rows import MissingError, RowError
from schema_dsl.verify.run import run_proofs

SUBJECT = subject_of(Table("made", columns=[Column("id", integer)]), platform=platform("vanilla"))


def prove(name: str, run: Callable[[Scratch], Outcome]) -> Proof:
    """Return a proof with a body."""
    return Proof(name=name, promise="", rank=0, run=run)


def crash(scratch: Scratch) -> Outcome:
    """Kill one server process with SIGKILL, and take the error for an answer of the database."""
    with scratch.fresh("after") as database, database.connect() as connection:
        with contextlib.suppress(psycopg.Error):
            connection.execute("COPY (SELECT 1) TO PROGRAM 'kill -9 $PPID'")
        return conclude(["the row is refused"], "")


def terminate(scratch: Scratch) -> Outcome:
    """Terminate the own session, as an administrator does."""
    with scratch.fresh("after") as database, database.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        connection.execute("SELECT 1")
    return conclude((), "")


def wait(scratch: Scratch) -> Outcome:
    """Use a session for a while."""
    with scratch.fresh("after") as database, database.connect() as connection:
        connection.execute("SELECT pg_sleep(1)")
    return conclude((), "")


class TestServerThatDies:
    """A server that dies under a proof is one error instead of a failure of every proof."""

    def test_killed_process(self) -> None:
        """After one server process is killed, the run ends with one error, although seven proofs were running."""
        waiting = [prove(f"wait {number}", wait) for number in range(6)]
        with pytest.raises(PostgresError) as raised:
            verify(SUBJECT, ["embedded"], [prove("crash", crash), *waiting])
        assert "the server ended a session while the proofs ran, so there is no verdict" in raised.value.what
        assert "embedded" in raised.value.what
        assert "log of the server" in (raised.value.instead or "")

    def test_terminated_session(self) -> None:
        """A session that an administrator terminates is the same error, although the server lives."""
        with pytest.raises(PostgresError, match="the server ended a session"):
            verify(SUBJECT, ["embedded"], [prove("terminate", terminate)])


class TestProofThatCannotRun:
    """The verdict on a proof that raises an error depends on the error."""

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (RowError("no row of public.made fits"), Status.UNPROVEN),
            (MissingError("table public.made does not exist"), Status.FAILED),
            (psycopg.errors.UndefinedColumn("column x does not exist"), Status.FAILED),
        ],
        ids=["no fixture row", "object missing", "database error"],
    )
    def test_verdict(self, server: Server, error: Exception, status: Status) -> None:
        """Without a fixture row the proof is unproven and says so; an error of the database is a failure."""

        def fail(_: Scratch) -> Outcome:
            raise error

        with Scratch(server, SUBJECT) as scratch:
            [result] = run_proofs(scratch, (prove("any", fail),))
        assert status is result.outcome.status
        [sentence] = result.outcome.failures or result.outcome.untried
        assert str(error) in sentence

    def test_migration_that_does_not_apply(self, server: Server) -> None:
        """If the migration does not apply, the proofs that need it are unproven, and name the reason."""
        subject = attrs.evolve(SUBJECT, script="SELECT nothing;")
        with Scratch(server, subject) as scratch:
            [result] = run_proofs(scratch, (prove("any", wait),))
        assert Status.UNPROVEN is result.outcome.status
        assert ("not run: the migration does not apply",) == result.outcome.untried


class TestLaterMigrations:
    """Hand-written migrations after the newest generated one."""

    LATER = (Migration.from_text(Path("035_hotfix.sql"), "SELECT 1;"),)

    def test_what_each_proof_is_about(self) -> None:
        """Five proofs look at the database after the last file of the folder, the others at the generated migration."""
        about_the_folder = {proof.name for proof in list_proofs() if proof.checks_folder}
        assert {"applies", "matches", "constraints", "triggers", "access"} == about_the_folder
        about_the_migration = {proof.name for proof in list_proofs() if not proof.checks_folder}
        assert {"idempotent", "resumable", "never weaker", "locks", "rollback"} <= about_the_migration

    def test_named(self, server: Server) -> None:
        """A proof about the generated migration names the files that it does not try, and does not see them."""
        seen: list[object] = []

        def look(scratch: Scratch) -> Outcome:
            seen.append(scratch.subject.later)
            return conclude((), "")

        proofs = (prove("one", look), attrs.evolve(prove("two", look), checks_folder=True))
        with Scratch(server, attrs.evolve(SUBJECT, later=self.LATER)) as scratch:
            one, two = run_proofs(scratch, proofs)
        assert (
            "the proof does not try 035_hotfix.sql, which schema-dsl did not generate",
        ) == one.outcome.notes
        assert () == two.outcome.notes
        assert {(), self.LATER} == set(seen)


class TestProgress:
    """The lines about the progress of the proofs."""

    def test_rest(self, server: Server) -> None:
        """The line of a proof that ends says how many of how many have ended, and names the others."""
        ended = threading.Event()
        lines: list[str] = []

        def hold(_: Scratch) -> Outcome:
            ended.wait(30)
            return conclude((), "")

        def record(line: str) -> None:
            lines.append(line)
            if line.startswith("fast: "):
                ended.set()

        proofs = (prove("fast", lambda _: conclude((), "")), prove("slow", hold), prove("long", hold))
        with Scratch(server, SUBJECT) as scratch:
            run_proofs(scratch, proofs, record)
        assert lines[3].endswith("; 1 of 3, still long, slow")
        assert lines[4].endswith(("; 2 of 3, still long", "; 2 of 3, still slow"))
        assert lines[5].endswith(" s)")


class TestConclude:
    """The verdict follows from the failures and the omitted trials."""

    def test_proven(self) -> None:
        """A proof without failures that tried everything is proven."""
        assert (Status.PROVEN, "3 rows") == _verdict(conclude((), "3 rows"))

    def test_unproven(self) -> None:
        """A proof that did not try something is unproven, and the summary counts the omissions."""
        assert (Status.UNPROVEN, "3 rows; 1 thing was not tried") == _verdict(
            conclude((), "3 rows", untried=["a", "a"])
        )
        assert "3 rows; 2 things were not tried" == conclude((), "3 rows", untried=["a", "b"]).summary

    def test_failed(self) -> None:
        """A failure outweighs omitted trials, which stay in the outcome."""
        found = conclude(["wrong"], "3 rows", untried=["a"])
        assert (Status.FAILED, "wrong") == _verdict(found)
        assert ("a",) == found.untried

    def test_sample(self) -> None:
        """A proof that sampled is proven, and the summary says how much it sampled with which seed."""
        sample = Sample(300, 9_000, 7) + Sample(100, 3_000, 7)
        assert (Status.PROVEN, "12 tables; sampled 400 of 12,000, seed 7") == _verdict(
            conclude((), "12 tables", sample=sample)
        )

    def test_complete_sample(self) -> None:
        """A sample of everything is not mentioned."""
        assert "12 tables" == conclude((), "12 tables", sample=Sample(12, 12, 7)).summary

    def test_draw(self) -> None:
        """The seed selects the sample; different seeds select different samples, and a short list stays whole."""
        items = list(range(12_000))
        assert draw_sample(items, 400, 7) == draw_sample(items, 400, 7) == sorted(draw_sample(items, 400, 7))
        assert draw_sample(items, 400, 7) != draw_sample(items, 400, 8)
        assert items[:400] == draw_sample(items[:400], 400, 7)


def _verdict(outcome: Outcome) -> tuple[Status, str]:
    return outcome.status, outcome.summary


class TestReport:
    """A report knows which proofs have which status."""

    def test_all_proven(self) -> None:
        """Unproven is no failure, but the report is not all proven."""
        report = verify(SUBJECT, ["embedded"], [prove("one", lambda _: conclude((), "", untried=["a"]))])
        assert isinstance(report, Report)
        assert (True, False, ["one"]) == (report.ok, report.all_proven, report.with_status(Status.UNPROVEN))


class TestVariants:
    """Threads may share a variant, whose states before the migration are those of its parent."""

    def test_no_deadlock(self, server: Server) -> None:
        """A thread that prepares a template of the parent for the variant does not wait for one that waits for it."""
        second_inside = threading.Event()

        def prepare_first(_: Database) -> list[str]:
            second.start()
            second_inside.wait(0.2)
            variant.introspected("after", "")
            return []

        def prepare_second(_: Database) -> list[str]:
            second_inside.set()
            variant.introspected("before", "")
            return []

        with Scratch(server, SUBJECT) as scratch, scratch.variant(script="SELECT 1") as variant:
            first = threading.Thread(
                target=variant.prepared, args=("first", "before", "", prepare_first), daemon=True
            )
            second = threading.Thread(
                target=variant.prepared, args=("second", "after", "", prepare_second), daemon=True
            )
            first.start()
            first.join(30)
            assert not first.is_alive()
            second.join(30)
            assert not second.is_alive()
