"""Prove that a migration applies: the stand-ins that it uses are named."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from subjects import subject_of

from schema_dsl import Column, Table, integer
from schema_dsl.migrations import Migration
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Subject
from schema_dsl.verify.proofs.applies import PROOF

SUBJECT = subject_of(Table("made", columns=[Column("id", integer)]), platform=platform("supabase"))
STORAGE = "storage is a stand-in: rows are stored and no files, and the API of Storage checks nothing"
BUCKET = "INSERT INTO storage.buckets (id, name) VALUES ('a', 'a');"
PUBLISHED = "ALTER PUBLICATION supabase_realtime ADD TABLE public.made;"


def list_notes(server: Server, subject: Subject) -> list[str]:
    """Return the notes of the proof."""
    with Scratch(server, subject) as scratch:
        found = PROOF.run(scratch)
    assert not found.failures
    return list(found.notes)


class TestStandIns:
    """A note names each stand-in that the history uses, with its limits."""

    def test_none(self, server: Server) -> None:
        """A history that uses no stand-in has no note."""
        assert [] == list_notes(server, SUBJECT)

    @pytest.mark.parametrize(
        "subject",
        [
            attrs.evolve(SUBJECT, baseline=BUCKET),
            attrs.evolve(SUBJECT, earlier=(Migration.from_text(Path("001_a.sql"), BUCKET),)),
            attrs.evolve(SUBJECT, script=f"{SUBJECT.script}\n{BUCKET}\n"),
        ],
        ids=["baseline", "earlier", "script"],
    )
    def test_storage(self, server: Server, subject: Subject) -> None:
        """A bucket in the baseline, in an earlier migration or in the migration itself is a use of Storage."""
        assert [STORAGE] == list_notes(server, subject)

    def test_later_file(self, server: Server) -> None:
        """A hand-written file after the migration is part of the history."""
        later = Migration.from_text(Path("035_published.sql"), PUBLISHED)
        (note,) = list_notes(server, attrs.evolve(SUBJECT, later=(later,)))
        assert note.startswith("supabase_realtime is a stand-in: no server reads the changes")

    def test_extension_of_the_migration(self, server: Server) -> None:
        """An extension that the migration itself creates is named, where the server has a stand-in for it."""
        with server.connect() as connection:
            row = connection.execute(
                "SELECT comment FROM pg_available_extensions WHERE name = 'pg_cron'"
            ).fetchone()
        if row is None or "stand-in" not in row[0]:
            pytest.skip("the server has no stand-in for pg_cron")
        script = f"{SUBJECT.script}\nCREATE EXTENSION pg_cron;\n"
        (note,) = list_notes(server, attrs.evolve(SUBJECT, script=script))
        assert note.startswith("pg_cron is a stand-in: ")
