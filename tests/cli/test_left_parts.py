"""Parts of a view that are no longer declared come back with a view that the migration replaces."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

DEFINITIONS = """
from schema_dsl import *

reader = Role("reader")
t = Table("t", columns=[Column("id", bigint), Column("n", {type})])
stored = MaterializedView("stored", "SELECT id, n FROM public.t", indexes=[{index}])
shown = View("shown", "SELECT id, n FROM public.t", select={select})
"""


def test_left_parts(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """Without --drop, an undeclared index stays, and lint accepts the file that creates it again."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    settings = f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n"
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    definitions = tmp_path / "definitions" / "t.py"
    definitions.write_text(
        DEFINITIONS.format(type="integer", index="Index('id', name='i')", select=["reader"]), "utf-8"
    )
    assert 0 == run("generate").exit_code
    definitions.write_text(DEFINITIONS.format(type="bigint", index="", select=None), "utf-8")
    done = run("generate")
    assert 0 == done.exit_code, done.output
    assert "index i of public.stored is not in the definitions" in done.output
    (script,) = (tmp_path / "generated").glob("002_*.sql")
    assert "CREATE INDEX IF NOT EXISTS i" in script.read_text("utf-8")
    done = run("verify", "--only", "applies", "--only", "idempotent", "--only", "locks")
    assert "3 proven" in done.output, done.output
    assert 0 == run("generate", "--drop").exit_code
    assert 0 == run("generate", "--check").exit_code
