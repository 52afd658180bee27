"""Statements that run again in place: which ones, and whether they change nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import pytest

from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.proofs import resumable
from schema_dsl.verify.reruns import interruptions
from schema_dsl.verify.reruns.statements import Reruns, Writes, apply_counted, find_names
from schema_dsl.verify.scripts.apply import split_statements
from schema_dsl.verify.snapshots.catalog import snapshot_catalog


def results(server: Server, *statements: str) -> Sequence[bool]:
    """Apply statements one by one, and return for each whether those that share a name change nothing again."""
    parsed = split_statements(";\n".join(statements))
    with (
        server.database() as database,
        contextlib.closing(database.connect()) as connection,
        contextlib.closing(database.connect()) as other,
    ):
        reruns = Reruns(parsed, *find_names(snapshot_catalog(connection)), 7)
        found = []
        for number, statement in enumerate(parsed):
            writes = apply_counted(connection, statement, "file.sql")
            found.append(reruns.changes_nothing(other, number, writes))
        return found


class TestChangesNothing:
    """Statements that change nothing when they run again."""

    def test_guarded(self, server: Server) -> None:
        """Guarded statements, equal privileges and comments, and objects replaced by equal ones change nothing."""
        assert (
            results(
                server,
                "CREATE TABLE IF NOT EXISTS a (id int)",
                "ALTER TABLE a ENABLE ROW LEVEL SECURITY",
                "REVOKE ALL ON a FROM PUBLIC",
                "COMMENT ON TABLE a IS 'x'",
                "DO $$ BEGIN DROP POLICY IF EXISTS p ON a; CREATE POLICY p ON a USING (true); END $$",
                "CREATE OR REPLACE VIEW v AS SELECT id FROM a",
                "UPDATE a SET id = 1 WHERE id IS NULL",
            )
            == [True] * 7
        )

    @pytest.mark.parametrize(
        "statements",
        [
            ("CREATE TABLE IF NOT EXISTS a (id int)", "ALTER TABLE a RENAME TO b"),
            ("CREATE TABLE IF NOT EXISTS a (id int)", "INSERT INTO a VALUES (1)"),
            ("CREATE TABLE a (id int)",),
            (
                "DO $$ BEGIN IF to_regclass('a') IS NOT NULL THEN EXECUTE 'ALTER TABLE a ADD b int'; END IF; END $$",
                "CREATE TABLE IF NOT EXISTS a (id int)",
            ),
            ("CREATE SEQUENCE IF NOT EXISTS s", "SELECT nextval('s')"),
            (
                "DO $$ BEGIN IF obj_description('a'::regclass, 'pg_class') = 'x' THEN CREATE ROLE b; END IF; END $$",
                "COMMENT ON TABLE a IS 'x'",
            ),
        ],
    )
    def test_change(self, server: Server, statements: tuple[str, ...]) -> None:
        """A statement that fails, or writes something else, is noticed after the statement that brings it about."""
        made = (
            ()
            if any("a (id int)" in each for each in statements)
            else ("CREATE TABLE IF NOT EXISTS a (i int)",)
        )
        assert not results(server, *made, *statements)[-1]


class TestRelated:
    """The choice of statements to run again."""

    def reruns(self, *statements: str) -> Reruns:
        """Return the re-runs of statements in which `users` and `uid()` are frequent names."""
        filler = [f"SELECT users, uid({number})" for number in range(30)]
        return Reruns(
            split_statements(";\n".join([*filler, *statements])), frozenset({"users"}), frozenset({"uid"}), 7
        )

    def test_rare_names(self) -> None:
        """Statements that share a rare word run again, and no others."""
        reruns = self.reruns("SELECT one", "SELECT two", "SELECT one, two")
        assert [30, 31, 32] == reruns.list_related(32, Writes(frozenset({"pg_class"}), rows=False))
        assert [31] == reruns.list_related(31, Writes(frozenset({"pg_class"}), rows=False))

    def test_frequent_names(self) -> None:
        """Frequent words count as names of relations, and as names of routines if a routine was written."""
        reruns = self.reruns("SELECT uid, one")
        assert [30] == reruns.list_related(30, Writes(frozenset({"pg_policy"}), rows=False))
        assert 31 == len(reruns.list_related(30, Writes(frozenset({"pg_proc"}), rows=False)))
        assert 31 == len(
            self.reruns("SELECT users").list_related(30, Writes(frozenset({"pg_class"}), rows=False))
        )

    def test_nothing_written(self) -> None:
        """A statement that wrote nothing needs no re-run."""
        assert [] == self.reruns("SELECT one").list_related(30, Writes(frozenset(), rows=False))

    def test_sampled(self) -> None:
        """If too many share a name, a seed selects some, and the sample has both numbers."""
        reruns = Reruns(split_statements("SELECT a;\n" * 100), frozenset({"a"}), frozenset(), 7)
        chosen = reruns.list_related(99, None)
        assert (40, 100) == (len(chosen), reruns.sample.possible)
        assert chosen == reruns.list_related(99, None)


class TestProof:
    """The proof `resumable` with few whole re-runs, as for a long migration."""

    def test_fault_is_found(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """The re-run in place finds the interruption that a sample does not contain."""
        monkeypatch.setattr(resumable, "_MOST_RERUN_STATEMENTS_IN_PLACE", 0)
        tables = [f"CREATE TABLE IF NOT EXISTS public.t{number} ()" for number in range(20)]
        fault = "ALTER TABLE public.t7 RENAME TO moved"
        with scratch.variant(script=";\n".join([*tables[:8], fault, *tables[8:]])) as other:
            found = resumable.PROOF.run(other)
        assert Status.FAILED is found.status
        assert any("034_engagement_system.sql:10: re-run" in failure for failure in found.failures)

    def test_sample_is_named(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """The summary says after how many of how many places the whole migration was re-run."""
        monkeypatch.setattr(resumable, "_MOST_RERUN_STATEMENTS_IN_PLACE", 0)
        tables = [f"CREATE TABLE IF NOT EXISTS public.t{number} ()" for number in range(20)]
        with scratch.variant(script=";\n".join(tables)) as other:
            found = resumable.PROOF.run(other)
        assert Status.PROVEN is found.status
        assert "change nothing in a re-run; interrupted at" in found.summary
        assert "of 21 places (seed 7)" in found.summary

    def test_fewer_places(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """The summary says after how many of how many statements others were re-run, if not after each."""
        monkeypatch.setattr(resumable, "_MOST_RERUN_STATEMENTS_IN_PLACE", 0)
        monkeypatch.setattr(interruptions, "_MOST_CHECKED", 5)
        tables = [f"CREATE TABLE IF NOT EXISTS public.t{number} ()" for number in range(20)]
        with scratch.variant(script=";\n".join(tables)) as other:
            found = resumable.PROOF.run(other)
        assert Status.PROVEN is found.status
        assert found.summary.startswith("after 5 of 20 statements, those that share a name with it")
