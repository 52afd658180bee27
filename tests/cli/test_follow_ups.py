"""Later migrations: change the definitions, generate the migration and verify it."""

from __future__ import annotations

import json
from pathlib import Path

import click.testing
import pytest
from command_line import Run

from schema_dsl.postgres import Server

BY_HAND = """
CREATE OR REPLACE FUNCTION public.ranked() RETURNS trigger LANGUAGE plpgsql SET search_path = ''
AS 'BEGIN RETURN NEW; END';
CREATE OR REPLACE TRIGGER ranked BEFORE UPDATE OF rank ON public.notes
    FOR EACH ROW WHEN (NEW.rank > 1) EXECUTE FUNCTION public.ranked();
"""


@pytest.fixture
def definitions(project: Path, server: Server) -> Path:
    """Return the definitions of a project that uses the running server."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"postgres = {json.dumps(server.conninfo())}\n")
    return project / "definitions" / "notes.py"


def edit(path: Path, *changes: tuple[str, str]) -> None:
    """Replace texts in a file, and fail if the file does not contain one of them."""
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def succeeds(done: click.testing.Result) -> str:
    """Return the output of a command, and fail if its exit code is not 0."""
    assert 0 == done.exit_code, done.output
    return done.output


class TestProven:
    """A change of the definitions produces a migration that passes all proofs."""

    def test_another_type(self, run: Run, definitions: Path) -> None:
        """Dependents of a retyped column are recreated, declared or not, and a note names the blocked operations."""
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
        said = succeeds(run("generate", "--name", "wider", "--rollback"))
        assert "note: public.notes: rewrites the table and its indexes, and blocks reads and writes" in said
        # Nobody can act on a finding about statements that the planner chose.
        assert "[" not in said
        assert "warning" not in succeeds(run("lint", "--since", "3"))
        assert "trigger ranked of public.notes is not in the definitions" in said
        text = (migrations / "003_wider.sql").read_text("utf-8")
        assert "CREATE OR REPLACE TRIGGER ranked" in text
        assert "CREATE POLICY ranked" in text
        succeeds(run("verify", "--only", "applies", "--only", "idempotent", "--only", "locks"))
        assert "1 object is left behind" in succeeds(run("generate"))

    def test_another_table_and_check(self, run: Run, definitions: Path) -> None:
        """A later table is created with all its parts, and a check with a new limit is replaced in one statement."""
        succeeds(run("generate"))
        edit(definitions, ("max_length(10_000)", "max_length(5_000)"))
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
        assert 1 == text.count("DROP CONSTRAINT")
        succeeds(run("verify"))
        assert "up to date" in succeeds(run("generate"))

    @pytest.mark.parametrize(
        ("column", "changed"),
        [
            ("numeric(10, 4), not_null=True", "numeric(8, 2), not_null=True"),
            ("numeric(10, 4)", 'numeric(10, 4), not_null=True, backfill="1"'),
        ],
        ids=["narrower", "backfilled"],
    )
    def test_generated_values(self, run: Run, definitions: Path, column: str, changed: str) -> None:
        """The values of a generated column follow those of a column that gets a narrower type or a backfill."""
        definitions.write_text(
            "from schema_dsl import *\n\n"
            'prices = Table("prices", columns=[Column("id", integer, primary_key=True), '
            f'Column("price", {column}), Column("twice", numeric(12, 2), generated="price * 9999"), '
            'Column("old", text, not_null=True)])\n'
        )
        succeeds(run("generate"))
        edit(
            definitions,
            (f'"price", {column}', f'"price", {changed}'),
            (', Column("old", text, not_null=True)', ""),
        )
        succeeds(run("generate", "--drop", "--allow", "data-loss"))
        done = run("verify", "--only", "matches")
        assert " 0 failed" in done.output, done.output
