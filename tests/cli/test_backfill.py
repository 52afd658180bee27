"""A declared backfill= is verified like the rest of a migration."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from schema_dsl.postgres import Server

Run = Callable[..., click.testing.Result]

NOTES = """
from schema_dsl import Column, Table, bigint, text

notes = Table("notes", columns=[Column("id", bigint, primary_key=True), Column("title", text{more})])
"""


@pytest.fixture
def migration(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """The migration that fills a column with NULLs, and makes it NOT NULL."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n", "utf-8"
    )
    for more in ("", ', not_null=True, backfill="none"'):
        (tmp_path / "definitions" / "notes.py").write_text(NOTES.format(more=more), "utf-8")
        done = run("generate")
        assert done.exit_code == 0, done.output
    return next((tmp_path / "generated").glob("002_*.sql"))


def test_proven(run: Run, migration: Path) -> None:
    """The UPDATE of a backfill, and the rows that it fills, are what the definitions ask for."""
    assert "UPDATE public.notes SET title = 'none'" in migration.read_text("utf-8")
    done = run("verify", "--only", "matches", "--only", "applies")
    assert done.exit_code == 0, done.output
    assert "2 proven" in done.output


def test_rollback(run: Run, migration: Path) -> None:
    """The rollback names the NULLs that it does not restore, which are no failure."""
    assert migration.is_file()
    done = run("verify", "--only", "rollback")
    assert done.exit_code == 0, done.output
    assert "does not restore the NULLs of column title of public.notes" in " ".join(done.output.split())


def test_other_values(run: Run, migration: Path) -> None:
    """A backfill that also replaces values that were not NULL is a failure that counts the rows."""
    text = migration.read_text("utf-8")
    condition = "WHERE title IS NOT DISTINCT FROM NULL"
    assert condition in text
    migration.write_text(text.replace(condition, "WHERE true"), "utf-8")
    done = run("verify", "--only", "matches")
    assert done.exit_code == 1
    assert "public.notes has changed values in title" in done.output
