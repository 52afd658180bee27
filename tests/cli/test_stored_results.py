"""`generate` names the objects that store results of a function whose body changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

DEFINITIONS = """
from schema_dsl import *

f = Function("f", arguments=["a bigint"], returns="bigint", language="sql", volatility="immutable", body="SELECT {}")
g = Function("g", returns="bigint", language="sql", volatility="stable", body="SELECT {}::bigint")
t = Table(
    "t",
    columns=[
        Column("id", bigint, check=sql("public.f(id) > 0")),
        Column("twice", bigint, generated="public.f(id)"),
        Column("given", bigint, default=sql("public.g()")),
    ],
    indexes=[Index(sql("public.f(id)"), name="i")],
    policies=[Policy("p", "select", to="public", using="public.g() > 0")],
)
parted = Table(
    "parted",
    columns=[Column("id", bigint)],
    partition_by=PartitionKey(sql("RANGE (public.f(id))")),
    partitions=[Partition("rest")],
)
"""


def test_other_body(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """A note names stored results that Postgres does not compute again, and no object that calls the function."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    settings = f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n"
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    for bodies in (("a", 1), ("a + 1", 2)):
        (tmp_path / "definitions" / "t.py").write_text(DEFINITIONS.format(*bodies), "utf-8")
        done = run("generate", "--allow", "wider-policy")
        assert 0 == done.exit_code, done.output
    (note,) = [line for line in done.stderr.splitlines() if "gets another body" in line]
    assert note.startswith("note: function public.f(int8) gets another body")
    assert {
        "check t_id_check of public.t may be violated by existing rows",
        "column twice of public.t has the old values until its rows are updated",
        "index i of public.t has the old keys until REINDEX",
        "table public.parted has its rows in the partitions that the old body chose",
    } == set(note.partition("old body: ")[2].split("; "))
