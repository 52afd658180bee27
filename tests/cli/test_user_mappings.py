"""The options of the user mapping of another role, which only a superuser reads."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from schema_dsl.postgres import Server
from schema_dsl.verify.databases.scratch import Scratch

Run = Callable[..., click.testing.Result]
DEFINITIONS = """
from schema_dsl import *

reader = Role("schema_dsl_mapped")
postgres_fdw = Extension("postgres_fdw")
films = ForeignServer("films", "postgres_fdw")
mapping = UserMapping(reader, films, options={"user": "%s"})
"""


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Callable[[str], None]:
    """Return a function that declares the user of the mapping, in a project of its own."""
    with contextlib.closing(server.connect()) as connection:
        query = "SELECT FROM pg_available_extension_versions WHERE name = 'postgres_fdw' AND trusted"
        if connection.execute(query).fetchone() is None:
            pytest.skip("only a superuser of this server may create the extension")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = {json.dumps(server.conninfo())}\n'
    )

    def write(user: str, more: str = "") -> None:
        (tmp_path / "definitions" / "remote.py").write_text(DEFINITIONS % user + more)

    return write


def test_both_ways(run: Run, declare: Callable[..., None]) -> None:
    """The options are compared, a later migration leaves them as they are, and the rollback restores them."""
    declare("one")
    assert "" == run("generate", "-q").output
    assert "no differences" in run("diff", "--from", "migrations", "--to", "definitions").output
    declare("two")
    changed = run("generate", "--rollback")
    assert 0 == changed.exit_code, changed.output
    (rollback,) = Path("generated").glob("*_rollback.sql")
    text = rollback.read_text("utf-8")
    assert """OPTIONS (SET "user" 'one')""" in text
    assert "not restore" not in text
    declare("two", 'notes = Table("notes", columns=[Column("id", bigint, primary_key=True)])\n')
    assert "USER MAPPING" not in run("generate", "--stdout").output


def test_not_read(run: Run, declare: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server whose role is no superuser, the rollback says that it does not restore the options."""
    monkeypatch.setattr(Scratch, "connect_to_read", Scratch.connect)
    declare("one")
    assert "" == run("generate", "-q").output
    declare("two")
    changed = run("generate", "--rollback")
    assert 0 == changed.exit_code, changed.output
    (rollback,) = Path("generated").glob("*_rollback.sql")
    sentence = "user mapping schema_dsl_mapped on films has options that only a superuser reads"
    assert f"It does not restore:\n--   {sentence}" in rollback.read_text("utf-8")
    assert sentence in run("generate", "--rollback", "--force").output
