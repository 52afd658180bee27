"""An extension moves to another schema, with the types that columns, views and functions use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

Declare = Callable[[str], None]

DEFINITIONS = '''"""Users."""
from schema_dsl import *
{schemas}
citext = Extension("citext", schema="{schema}")
users = Table("users", columns=[Column("id", bigint, primary_key=True), Column("email", citext.type("citext"))],
    indexes=[Index("email")])
shown = View("shown", "SELECT id, email FROM users WHERE id > 0")
'''


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Declare:
    """Return a function that declares the schema of the extension in a vanilla project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = {json.dumps(server.conninfo())}\n'
    )

    def write(schema: str) -> None:
        declared = "" if schema == "public" else f'{schema} = Schema("{schema}")'
        text = DEFINITIONS.format(schemas=declared, schema=schema)
        (tmp_path / "definitions" / "users.py").write_text(text)

    return write


def test_moved_and_back(run: Run, declare: Declare, tmp_path: Path) -> None:
    """The migration moves the extension and nothing else, to a new schema and to one that exists."""
    declare("public")
    assert 0 == run("generate").exit_code
    declare("ext")
    done = run("generate", "--name", "moved", "--rollback")
    assert 0 == done.exit_code, done.output
    text = (tmp_path / "generated/002_moved.sql").read_text()
    assert "ALTER EXTENSION citext SET SCHEMA ext;" in text
    assert "ALTER TABLE" not in text
    assert "VIEW" not in text
    back = (tmp_path / "generated/002_moved_rollback.sql").read_text()
    assert "ALTER EXTENSION citext SET SCHEMA public;" in back
    assert "ALTER TABLE" not in back
    verified = run("verify", "--only", "matches", "--only", "rollback", "--only", "idempotent")
    assert 0 == verified.exit_code, verified.output
    assert "up to date" in run("generate").output


def test_not_relocatable(run: Run, declare: Declare, tmp_path: Path) -> None:
    """An extension that cannot move is refused before anything is written."""
    declare("public")
    assert 0 == run("generate").exit_code
    with (tmp_path / "definitions/users.py").open("a") as file:
        file.write('moved = Extension("plpgsql", schema="public")\n')
    refused = run("generate")
    assert 2 == refused.exit_code, refused.output
    assert "users.py:8: extension plpgsql cannot move from schema pg_catalog to public: " in refused.stderr
    assert 'Declare schema="pg_catalog", or drop and create' in refused.stderr
