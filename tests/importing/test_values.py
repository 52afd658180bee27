"""Values as Python source."""

from __future__ import annotations

from typing import Any

import pytest

import schema_dsl
from schema_dsl import Function, sql
from schema_dsl.importing import write_definitions
from schema_dsl.model.catalog import build_catalog
from schema_dsl.platforms import platform

QQQ = '"' * 3
PAD = " " * 8


def write(body: str, language: str) -> tuple[str, Function]:
    """Return the source of a function, and the function that the source declares."""
    declared = Function("f", returns="integer", language=language, body=sql(body))
    written = write_definitions(build_catalog([declared]), platform("vanilla"))
    text = written.texts["functions.py"]
    found: dict[str, Any] = {}
    exec(text, found)  # noqa: S102 - the written module
    assert isinstance(found["f"], schema_dsl.Function)
    return text, found["f"]


@pytest.mark.parametrize(
    ("body", "source"),
    [
        (
            "\nBEGIN\n    RETURN 1;\nEND\n",
            f"body={QQQ}\n        BEGIN\n            RETURN 1;\n        END\n    {QQQ},\n",
        ),
        (
            "\n    BEGIN\n        RETURN 1;\n    END\n",
            f"body=sql(\n{PAD}{QQQ}\n{PAD}    BEGIN\n{PAD}        RETURN 1;\n{PAD}    END\n{PAD}{QQQ},\n{PAD}indent=4",
        ),
        (
            "\nBEGIN\n\n  RETURN 1;\nEND ",
            f"body=sql(\n{PAD}{QQQ}\n{PAD}    BEGIN\n\n{PAD}      RETURN 1;\n{PAD}    END {QQQ},\n{PAD}indent=0",
        ),
        # Trailing blanks of a line without text would be lost.
        ("\n  BEGIN\n  \n  RETURN 1; END\n", f"body=sql({QQQ}\n  BEGIN\n  \n  RETURN 1; END\n{QQQ})"),
        ("\n\tBEGIN\n\tRETURN 1; END\n", f"body=sql({QQQ}\n\tBEGIN\n\tRETURN 1; END\n{QQQ})"),
        (" BEGIN RETURN 1; END ", 'body=sql(" BEGIN RETURN 1; END ")'),
    ],
)
def test_indentation_of_a_body(body: str, source: str) -> None:
    """The lines of a body stand below the argument, and its own indentation is kept exactly."""
    text, found = write(body, "plpgsql")
    assert source in text
    assert body == found.body


def test_body_of_the_standard() -> None:
    """A body in the syntax of the SQL standard, of which Postgres keeps no text, is written as people write it."""
    text, _ = write("RETURN ((n % 2) + (1)::numeric)", "sql")
    assert 'body="RETURN (n % 2) + 1"' in text
    text, _ = write("BEGIN ATOMIC\n SELECT 1;\nEND", "sql")
    assert f"body={QQQ}\n        BEGIN ATOMIC\n         SELECT 1;\n        END\n    {QQQ}" in text
