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
    """The old function is no obstacle, although the calls fit both of them, and is dropped with --drop."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    settings = f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n"
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    for more, options in (
        ("", ()),
        (', "strict boolean DEFAULT false"', ("--drop", "--allow", "wider-policy")),
    ):
        (tmp_path / "definitions" / "teams.py").write_text(DEFINITIONS.format(more=more), "utf-8")
        done = run("generate", *options)
        assert 0 == done.exit_code, done.output
    done = run("generate", "--check")
    assert 0 == done.exit_code, done.output
    done = run("verify", "--only", "matches", "--only", "idempotent", "--only", "resumable")
    assert " 0 failed" in done.output, done.output
