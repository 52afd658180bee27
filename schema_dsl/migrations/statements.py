"""The forward statements of a migration, with the rows of COPY ... FROM STDIN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

from schema_dsl.parsing import Statement, split
from schema_dsl.parsing.lexer import read_copy_data

_SEMICOLON: Final = re.compile(r"(?:\s|--[^\n]*\n)*;")


@attrs.frozen(eq=False)
class ReplayedStatement:
    """A statement to send to a server.

    Attributes:
        statement: The statement; its offsets and line are those in the file.
        rows: The rows that follow COPY ... FROM STDIN; None for any other statement.
    """

    statement: Statement
    rows: str | None = None


def read_statements(forward: str) -> Iterator[ReplayedStatement]:
    """Yield the statements of the forward SQL of a migration."""
    for statement in split(forward).statements:
        rows = None
        if _reads_standard_input(statement):
            semicolon = _SEMICOLON.match(forward, statement.end)
            rows = read_copy_data(forward, semicolon.end() - 1) if semicolon else ""
        yield ReplayedStatement(statement, rows)


def _reads_standard_input(statement: Statement) -> bool:
    if statement.kind != "copy_stmt":
        return False
    tree = statement.tree
    return bool(tree.is_from) and not tree.is_program and not tree.filename
