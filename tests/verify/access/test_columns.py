"""Declared access that depends on columns: of single columns, and by the column of the owner."""

from __future__ import annotations

import attrs
import pytest
from subjects import damaged
from tried_access import NO_POLICY, NOT_ALLOWED, failures, notes, run_trials, supabase_subject

from schema_dsl import Access, Column, Policy, Table, integer, may, sql, text, uuid
from schema_dsl.platforms.supabase import owner_may, service_role_may
from schema_dsl.verify import Scratch, Subject
from schema_dsl.verify.access import build_matrix, describe_failures


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
