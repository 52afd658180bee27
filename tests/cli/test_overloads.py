"""A function gets an argument with a default, while policies and checks call it without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

DEFINITIONS = """
from schema_dsl import *

has_role = Function(
    "has_role",
    arguments=["team bigint", "needed varchar"{more}],
    returns="boolean",
    language="sql",
    volatility="immutable",
    body="SELECT team > 0 AND needed <> ''",
)
teams = Table(
    "teams",
    columns=[Column("id", bigint, check=sql("public.has_role(id, 'any')"))],
    policies=[Policy("members", "select", to="public", using="public.has_role(id, 'member')")],
)
"""


def test_argument_with_default(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """Without --drop, a message says that the calls would fit both functions; with it, the old one is dropped first."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    settings = f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n"
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    definitions = tmp_path / "definitions" / "teams.py"
    definitions.write_text(DEFINITIONS.format(more=""), "utf-8")
    assert 0 == run("generate").exit_code
    definitions.write_text(
        DEFINITIONS.format(more=', "strict boolean DEFAULT false"').replace("(id, 'member')", "(id, 'm')"),
        "utf-8",
    )
    done = run("generate", "--allow", "wider-policy")
    assert (2, True) == (done.exit_code, "is not unique" in done.output), done.output
    assert "public.has_role(int8, varchar). Drop it with --drop." in done.output
    done = run("generate", "--drop", "--allow", "wider-policy")
    assert 0 == done.exit_code, done.output
    done = run("generate", "--check")
    assert 0 == done.exit_code, done.output
    names = ("applies", "matches", "idempotent", "resumable")
    done = run("verify", *(option for name in names for option in ("--only", name)))
    assert "4 proven" in done.output, done.output
