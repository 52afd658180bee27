"""Migrations after the first: changed definitions, generated and put to the proof."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from schema_dsl.postgres import Server

Run = Callable[..., click.testing.Result]

BY_HAND = """
CREATE OR REPLACE FUNCTION public.ranked() RETURNS trigger LANGUAGE plpgsql SET search_path = ''
AS 'BEGIN RETURN NEW; END';
CREATE OR REPLACE TRIGGER ranked BEFORE UPDATE OF rank ON public.notes
    FOR EACH ROW WHEN (NEW.rank > 1) EXECUTE FUNCTION public.ranked();
"""


@pytest.fixture
def definitions(project: Path, server: Server) -> Path:
    """The project's definitions; it asks the server that is running already."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"postgres = {json.dumps(server.conninfo())}\n")
    return project / "definitions" / "notes.py"


def edit(path: Path, *changes: tuple[str, str]) -> None:
    """Change a file, which must hold what is changed."""
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def succeeds(done: click.testing.Result) -> str:
    """Give what a command said that went well."""
    assert 0 == done.exit_code, done.output
    return done.output


class TestProven:
    """A change of the definitions leads to a migration that all proofs hold for."""

    def test_another_check(self, run: Run, definitions: Path) -> None:
        """A check with another limit is exchanged within one statement."""
        succeeds(run("generate"))
        edit(definitions, ("max_length(10_000)", "max_length(5_000)"))
        succeeds(run("generate", "--name", "shorter"))
        text = (definitions.parents[1] / "migrations" / "002_shorter.sql").read_text("utf-8")
        assert 1 == text.count("DROP CONSTRAINT")
        succeeds(run("verify"))
        assert "nothing to do" in succeeds(run("generate"))

    def test_another_type(self, run: Run, definitions: Path) -> None:
        """What stands on a column is made anew around its change, declared or not, and privileges too."""
        edit(
            definitions,
            ("Column, Index", "Column, Index, Policy, integer"),
            ('Column("created_at"', 'Column("rank", integer),\n        Column("created_at"'),
            ("indexes=[", 'indexes=[Index("rank", where="rank > 0"), '),
            (
                "policies=[",
                'policies=[Policy("ranked", "all", to="authenticated", permissive=False, using="rank IS NOT NULL"), ',
            ),
        )
        succeeds(run("generate"))
        migrations = definitions.parents[1] / "migrations"
        (migrations / "002_by_hand.sql").write_text(BY_HAND)
        edit(definitions, ("integer", "bigint"))
        said = succeeds(run("generate", "--name", "wider"))
        assert "trigger ranked of public.notes is there but no longer declared" in said
        text = (migrations / "003_wider.sql").read_text("utf-8")
        assert "CREATE OR REPLACE TRIGGER ranked" in text
        assert "CREATE POLICY ranked" in text
        assert "CREATE INDEX" not in text
        succeeds(run("verify", "--only", "applies", "--only", "idempotent", "--only", "locks"))
        assert "nothing to do" in succeeds(run("generate"))

    def test_another_table(self, run: Run, definitions: Path) -> None:
        """A table that comes later comes with all that is on it, and may be pointed to by one that is there."""
        succeeds(run("generate"))
        definitions.with_name("topics.py").write_text(
            '''"""Topics."""

from schema_dsl import Access, Column, Index, Table, bigint, may, text
from schema_dsl.platforms.supabase import service_role_may

topics = Table(
    "topics",
    columns=[Column("id", bigint, primary_key=True, identity="always"), Column("name", text, not_null=True)],
    indexes=[Index("name")],
    policies=[service_role_may("all")],
    access=Access(service_role=may("all", rows="all")),
)
'''
        )
        succeeds(run("generate", "--name", "topics"))
        text = (definitions.parents[1] / "migrations" / "002_topics.sql").read_text("utf-8")
        assert "GENERATED ALWAYS AS IDENTITY" in text
        assert "topics_name_idx" in text
        succeeds(run("verify"))
