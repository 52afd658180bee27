"""Values as Python source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from schema_dsl import Function, Procedure, sql
from schema_dsl.definitions import load_definitions
from schema_dsl.importing import write_definitions
from schema_dsl.model.catalog import build_catalog
from schema_dsl.platforms import platform

QQQ = '"' * 3


def write(body: str, language: str) -> dict[str, str]:
    """Return the files of the definitions of a function."""
    declared = Function("f", returns="integer", language=language, body=sql(body))
    return dict(write_definitions(build_catalog([declared]), platform("vanilla")).texts)


def load(folder: Path, files: Mapping[str, str]) -> Function:
    """Return the function that files declare."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (found,) = load_definitions(folder, platform("vanilla")).of_kind("function").values()
    assert isinstance(found, Function)
    return found


def test_body_in_python(tmp_path: Path) -> None:
    """A body whose lines have no indentation of their own stands below the argument."""
    body = "\nBEGIN\n    RETURN 1;\nEND\n"
    files = write(body, "plpgsql")
    source = f"body={QQQ}\n        BEGIN\n            RETURN 1;\n        END\n    {QQQ},\n"
    assert source in files["functions.py"]
    assert {"__init__.py", "functions.py"} == files.keys()
    assert body == load(tmp_path, files).body


@pytest.mark.parametrize(
    "body",
    [
        "\n    BEGIN\n        RETURN 1;\n    END\n",
        "\nBEGIN\n\n  RETURN 1;\nEND ",
        "\n  BEGIN\n  \n  RETURN 1; END\n",
        "\n\tBEGIN\n\tRETURN 1; END\n",
        " BEGIN RETURN 1; END ",
        "BEGIN RETURN '$$'; END $function$",
    ],
)
def test_body_in_a_file(tmp_path: Path, body: str) -> None:
    """A body whose indentation counts stands in a file of SQL, and is kept exactly."""
    files = write(body, "plpgsql")
    assert 'f = Function.from_file("sql/f.sql")\n' in files["functions.py"]
    assert body in files["sql/f.sql"]
    assert body == load(tmp_path, files).body


def test_files_of_all_functions() -> None:
    """If one function has a file, all functions have one, with the options of CREATE FUNCTION."""
    objects = [
        Function("plain", returns="integer", execute=["public"], body="BEGIN RETURN 1; END"),
        Function(
            "kept",
            arguments=["a integer", "b text"],
            returns="SETOF integer",
            language="sql",
            volatility="stable",
            security_definer=True,
            set={"search_path": ""},
            comment="What is kept.",
            body=sql("\n    SELECT 1\n"),
        ),
        Procedure("tidy", body=sql("\n    BEGIN NULL; END\n")),
    ]
    files = write_definitions(build_catalog(objects), platform("vanilla")).texts
    assert 'plain = Function.from_file("sql/plain.sql", execute=["public"])' in files["functions.py"]
    assert 'kept = Function.from_file("sql/kept.sql", comment="What is kept.")' in files["functions.py"]
    assert (
        "CREATE FUNCTION public.kept(a int, b text)\nRETURNS SETOF integer\n"
        "LANGUAGE sql STABLE SECURITY DEFINER\nSET search_path = ''\nAS $$\n    SELECT 1\n$$;\n"
    ) == files["sql/kept.sql"]
    assert files["sql/tidy.sql"].startswith("CREATE PROCEDURE public.tidy()\nLANGUAGE plpgsql\nAS $$\n")


def test_body_of_the_standard() -> None:
    """A body in the syntax of the SQL standard, of which Postgres keeps no text, is written as people write it."""
    text = write("RETURN ((n % 2) + (1)::numeric)", "sql")["functions.py"]
    assert 'body="RETURN (n % 2) + 1"' in text
    text = write("BEGIN ATOMIC\n SELECT 1;\nEND", "sql")["functions.py"]
    assert f"body={QQQ}\n        BEGIN ATOMIC\n         SELECT 1;\n        END\n    {QQQ}" in text
