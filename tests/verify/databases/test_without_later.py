"""The state after a migration without the later ones belongs to the databases of the subject."""

from __future__ import annotations

from pathlib import Path

import attrs
from subjects import subject_of

from schema_dsl import Column, Table, bigint
from schema_dsl.migrations import Migration
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch

TABLE = Table("made", columns=[Column("id", bigint, primary_key=True)])


def test_databases_are_dropped(server: Server) -> None:
    """All proofs use the same databases, and these are dropped with the others."""
    subject = subject_of(TABLE, platform=platform("vanilla"))
    later = Migration.from_text(Path("035_later.sql"), "ALTER TABLE public.made ADD COLUMN size bigint")
    with Scratch(server, attrs.evolve(subject, later=(later,))) as scratch:
        alone = scratch.without_later()
        assert alone is scratch.without_later()
        with scratch.unchanged("after"), alone.unchanged("after") as database:
            pass
    with server.connect() as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database.name]).fetchall()
    assert not found
    with Scratch(server, subject) as scratch:
        assert scratch.without_later() is scratch
