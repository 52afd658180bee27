"""A function gets an argument with a default, or another function of its name."""

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


@pytest.fixture
def definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """Return the file of definitions of a project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    settings = f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n"
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    return tmp_path / "definitions" / "teams.py"


def test_argument_with_default(run: Run, definitions: Path) -> None:
    """Without --drop, a message says that the calls would fit both functions; with it, the old one is dropped first."""
    definitions.write_text(DEFINITIONS.format(more=""), "utf-8")
    assert 0 == run("generate").exit_code
    definitions.write_text(
        DEFINITIONS.format(more=', "strict boolean DEFAULT false"').replace("(id, 'member')", "(id, 'm')"),
        "utf-8",
    )
    done = run("generate", "--allow", "wider-policy")
    assert (2, True) == (done.exit_code, "is not unique" in done.output), done.output
    assert "public.has_role(int8, varchar)\n  Drop it with --drop." in done.output
    done = run("generate", "--drop", "--allow", "wider-policy")
    assert 0 == done.exit_code, done.output
    done = run("generate", "--check")
    assert 0 == done.exit_code, done.output
    names = ("applies", "matches", "idempotent", "resumable")
    done = run("verify", *(option for name in names for option in ("--only", name)))
    assert "4 proven" in done.output, done.output


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["n numeric"], ["n numeric", "rate numeric DEFAULT 0.2"]),
        (["n numeric DEFAULT 0", "m text DEFAULT 'a'"], ["n numeric"]),
        ([], ["n numeric DEFAULT 0"]),
    ],
)
def test_calls_that_the_definitions_do_not_contain(
    run: Run, definitions: Path, before: list[str], after: list[str]
) -> None:
    """The message comes without an object that the migration creates, because applications call functions, too."""
    text = """
from schema_dsl import *

tax = Function("tax", arguments={arguments}, returns="numeric", language="sql", body="SELECT 1.0")
"""
    definitions.write_text(text.format(arguments=before), "utf-8")
    assert 0 == run("generate").exit_code
    definitions.write_text(text.format(arguments=after), "utf-8")
    done = run("generate")
    assert (2, True) == (done.exit_code, "is not unique" in done.output), done.output
    assert "--drop" in done.output
    done = run("generate", "--drop")
    assert 0 == done.exit_code, done.output
    assert 0 == run("generate", "--check").exit_code


FORMAT = """
from schema_dsl import *

reader, writer = Role("reader"), Role("writer")
texts = Function("form", arguments=["a text"], returns="text", language="sql", body="SELECT a", execute={texts})
"""
NUMBERS = """
numbers = Function("form", arguments=["a integer"], returns="text", language="sql", body="SELECT ''", execute={numbers})
"""


def test_second_function(run: Run, definitions: Path) -> None:
    """A function that stays is no change when another one gets its name, and neither are its privileges."""
    definitions.write_text(FORMAT.format(texts=["reader"]), "utf-8")
    assert 0 == run("generate").exit_code
    definitions.write_text((FORMAT + NUMBERS).format(texts=["reader"], numbers=["reader"]), "utf-8")
    done = run("generate", "--stdout")
    assert ("form(integer)" in done.output, "form(text)" in done.output) == (True, False), done.output


def test_exchanged_privileges(run: Run, definitions: Path) -> None:
    """Functions of one name exchange the roles that may execute them: the definitions have changed."""
    text = FORMAT + NUMBERS
    definitions.write_text(text.format(texts=["reader"], numbers=["writer"]), "utf-8")
    assert 0 == run("generate").exit_code
    definitions.write_text(text.format(texts=["writer"], numbers=["reader"]), "utf-8")
    done = run("generate", "--allow", "new-privilege", "--stdout")
    assert "GRANT EXECUTE ON FUNCTION public.form(text) TO writer" in done.output, done.output
