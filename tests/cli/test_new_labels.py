"""A migration that adds a label to an enum and uses it is generated and verified."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

MEMBERS = """
from schema_dsl import Check, Column, Enum, Table, bigint

role = Enum("role", [{labels}])
members = Table(
    "members",
    columns=[Column("id", bigint, primary_key=True), Column("role", role, not_null=True, default={default})],
    constraints=[Check("role <> {default} OR id > 0", name="c")],
)
"""


@pytest.mark.parametrize("runner", ["psql", "psql-single-transaction"])
def test_used_at_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server, runner: str
) -> None:
    """The new label is committed before its use, by hand and in every proof, and the way back removes it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.schema-dsl]\nrunner = {json.dumps(runner)}\npostgres = {json.dumps(server.conninfo())}\n",
        "utf-8",
    )
    for labels, default in (('"guest"', "'guest'"), ('"guest", "owner"', "'owner'")):
        text = MEMBERS.format(labels=labels, default=default)
        (tmp_path / "definitions" / "members.py").write_text(text, "utf-8")
        done = run("generate", "--rollback")
        assert done.exit_code == 0, done.output
    migrations = sorted((tmp_path / "generated").glob("00[2-9]_*.sql"))
    forward = [file.read_text("utf-8") for file in migrations if "rollback" not in file.name]
    assert "ADD VALUE IF NOT EXISTS 'owner'" in forward[0]
    assert (runner == "psql") is ("DEFAULT 'owner'" in forward[0])
    assert (runner == "psql") is ("It runs statement by statement" in forward[0])
    done = run("verify")
    assert done.exit_code == 0, done.output
    assert " 0 failed" in done.output


@pytest.mark.parametrize(
    ("labels", "renamed"), [('"visitor", "owner"', True), ('"owner"', False), ('"owner", "visitor"', False)]
)
def test_removed_label(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, labels: str, *, renamed: bool
) -> None:
    """One note names a removed label; another has the statement that renames it, if a new label is in its place."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    file = tmp_path / "definitions" / "members.py"
    file.write_text(MEMBERS.format(labels='"guest", "owner"', default="'owner'"), "utf-8")
    assert 0 == run("generate").exit_code
    file.write_text(MEMBERS.format(labels=labels, default="'owner'"), "utf-8")
    output = run("generate", "--check").output
    stops = (
        "note: the migration stops, with the number of rows, at the values of column role of public.members"
    )
    assert f"{stops} with a removed label of public.role: 'guest'\n" in output
    assert 1 == output.count("the migration stops")
    statement = "ALTER TYPE public.role RENAME VALUE 'guest' TO 'visitor';"
    assert renamed is (statement in output)
    if renamed:
        (tmp_path / "generated" / "002_visitor.sql").write_text(f"{statement}\n", "utf-8")
        assert 0 == run("generate", "--check").exit_code
