"""`schema-dsl generate` where a function that stays reads an object that the migration drops or renames."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

Declare = Callable[[str], None]

TABLE = 'notes = Table("notes", columns=[Column("id", bigint, primary_key=True), Column("label", text)])\n'
RENAMED = TABLE.replace('"label", text', '"title", text, renamed_from="label"')
DROPPED = TABLE.replace(', Column("label", text)', "")


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Declare:
    """Return a function that writes the definitions of a vanilla project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = {json.dumps(server.conninfo())}\n'
    )

    def write(text: str) -> None:
        (tmp_path / "definitions" / "notes.py").write_text(f"from schema_dsl import *\n{text}")

    return write


def reader(column: str, language: str) -> str:
    """Return the declaration of a function that reads a column."""
    query = f"SELECT n.{column} FROM public.notes AS n WHERE n.id = note"
    body = query if language == "sql" else f"BEGIN RETURN ({query}); END"
    return (
        f'read = Function("read", arguments=["note bigint"], returns="text", language="{language}",'
        f' volatility="stable", set={{"search_path": ""}}, execute=[], body="{body}")\n'
    )


@pytest.mark.parametrize("language", ["sql", "plpgsql"])
@pytest.mark.parametrize("changed", [RENAMED, DROPPED])
def test_refused(run: Run, declare: Declare, changed: str, language: str) -> None:
    """The function and its line are named, and nothing is written."""
    declare(TABLE + reader("label", language))
    assert 0 == run("generate").exit_code
    declare(changed + reader("label", language))
    done = run("generate", "--drop")
    assert 1 == done.exit_code, done.output
    assert (
        "notes.py:3:1: error[unknown-column] the migration breaks function public.read(int8): column"
        in done.output
    )
    assert ["001_notes.sql"] == sorted(path.name for path in Path("generated").iterdir())


@pytest.mark.parametrize(
    "changed", ["", TABLE.replace('"notes"', '"remarks"').replace("text)])", 'text)], renamed_from="notes")')]
)
def test_table(run: Run, declare: Declare, changed: str) -> None:
    """A whole table that is dropped or renamed is missed as well, also by a function that counts its rows."""
    counts = (
        'amount = Function("amount", returns="bigint", language="plpgsql", set={"search_path": ""}, execute=[],'
        ' body="BEGIN RETURN (SELECT count(*) FROM public.notes); END")\n'
    )
    declare(TABLE + counts)
    assert 0 == run("generate").exit_code
    declare(changed + counts)
    done = run("generate", "--drop")
    assert 1 == done.exit_code, done.output
    assert 'breaks function public.amount(): relation "public.notes" does not exist' in done.output


def test_function(run: Run, declare: Declare) -> None:
    """A function that is dropped is missed by one that calls it."""
    functions = [
        f'{name} = Function("{name}", returns="bigint", language="plpgsql", set={{"search_path": ""}}, execute=[],'
        f' body="BEGIN RETURN {value}; END")\n'
        for name, value in (("one", "1"), ("next", "1 + public.one()"))
    ]
    declare("".join(functions))
    assert 0 == run("generate").exit_code
    declare(functions[1])
    done = run("generate", "--drop")
    assert 1 == done.exit_code, done.output
    assert "breaks function public.next(): function public.one() does not exist" in done.output


@pytest.mark.parametrize("language", ["sql", "plpgsql"])
def test_changed_with_it(run: Run, declare: Declare, language: str) -> None:
    """A function that follows the rename, or that reads other columns, is right."""
    declare(TABLE + reader("label", language))
    assert 0 == run("generate").exit_code
    declare(RENAMED + reader("title", language))
    done = run("generate")
    assert 0 == done.exit_code, done.output
    declare(TABLE.replace('Column("label", text)', 'Column("title", text)') + reader("title", language))
    assert 0 == run("generate").exit_code
