"""The marks of the tools: comments that divide a file into sections, or change how the tool runs it.

The patterns match at the start of a comment, in any case, as those of goose and node-pg-migrate do.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

import attrs

# The treatment of the text before the first mark of a tool.
Prologue: TypeAlias = Literal["runs", "ignored", "refused"]

BREAKPOINT: Final = "--> statement-breakpoint"


@attrs.frozen
class Tool:
    """A tool that has the sections of both directions in one file.

    Attributes:
        name: The name.
        up: The mark of the forward section; None if the file starts with it.
        down: The mark of the section that undoes the migration.
        prologue: The treatment of the text before the first mark.
        may_repeat: Whether a direction may have several sections. Otherwise only the first mark of a direction counts.
        needs_up: Whether the tool refuses a file whose first section is not the forward one.
        statement: The marks around one statement, which may contain semicolons.
        in_transaction: Whether the tool runs a file in one transaction.
        prefix: A text that may be before the two dashes of a mark.
        escaped_semicolon: The text for a semicolon inside a statement; "" if the tool parses the statements.
    """

    name: str
    up: re.Pattern[str] | None
    down: re.Pattern[str]
    prologue: Prologue
    may_repeat: bool = False
    needs_up: bool = False
    statement: re.Pattern[str] | None = None
    in_transaction: bool = True
    prefix: str = ""
    escaped_semicolon: str = ""


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"--{pattern}", re.IGNORECASE)


def _compile_statement(tool: str) -> re.Pattern[str]:
    return _compile(rf"[ \t-]*\+{tool}[ \t]+statement(?:begin|end)(?!\w)")


TOOLS: Final = (
    Tool(
        "goose",
        _compile(r"[ \t-]*\+goose[ \t]+up(?!\S)"),
        _compile(r"[ \t-]*\+goose[ \t]+down(?!\S)"),
        "refused",
        needs_up=True,
        statement=_compile_statement("goose"),
    ),
    Tool(
        "sql-migrate",
        _compile(r"[ \t-]*\+migrate[ \t]+up(?!\S)"),
        _compile(r"[ \t-]*\+migrate[ \t]+down(?!\S)"),
        "ignored",
        may_repeat=True,
        statement=_compile_statement("migrate"),
    ),
    # micrate and rambler send each statement alone.
    Tool(
        "micrate",
        _compile(r"[ \t-]*\+micrate[ \t]+up(?!\S)"),
        _compile(r"[ \t-]*\+micrate[ \t]+down(?!\S)"),
        "ignored",
        may_repeat=True,
        statement=_compile_statement("micrate"),
        in_transaction=False,
    ),
    Tool(
        "rambler",
        _compile(r"[ \t]*rambler[ \t]+up(?!\S)"),
        _compile(r"[ \t]*rambler[ \t]+down(?!\S)"),
        "ignored",
        may_repeat=True,
        in_transaction=False,
    ),
    # An option may follow, but a sentence after migrate:down is a comment.
    Tool(
        "dbmate",
        _compile(r"[ \t-]*migrate:up(?!\S)"),
        _compile(r"[ \t-]*migrate:down(?:[ \t]+\S+)?[ \t]*\r?\Z"),
        "refused",
        needs_up=True,
    ),
    # Without a mark of the forward section, node-pg-migrate runs the whole file.
    Tool(
        "node-pg-migrate",
        _compile(r"[\s-]*up\s+migration"),
        _compile(r"[\s-]*down\s+migration"),
        "ignored",
    ),
    # Evolutions of Play commit each statement.
    Tool(
        "Play",
        _compile(r"[ \t-]*!ups[ \t]*\r?\Z"),
        _compile(r"[ \t-]*!downs[ \t]*\r?\Z"),
        "ignored",
        in_transaction=False,
        prefix="#",
        escaped_semicolon=";;",
    ),
    Tool("MyBatis Migrations", None, _compile(r"[ \t]*//[ \t]*@undo\b"), "runs"),
    Tool("tern", None, _compile(r"-- create above / drop below ----"), "runs"),
)
# The file may have such a comment and no sections. sqlx reads only the start of the file.
NO_TRANSACTION: Final = _compile(
    r"[ \t-]*(?:\+goose[ \t]+no[ \t]+transaction|\+migrate[ \t]+up[ \t](?:.*[ \t])?notransaction"
    r"|migrate:up[ \t](?:.*[ \t])?transaction:false|atlas:txmode[ \t]+none|![ \t]*no-transaction"
    r"|tern:[ \t]*disable-tx)(?!\S)"
)
# graphile-migrate writes such a line, and Liquibase needs one.
TRANSACTION_AT_START: Final = re.compile(r"--!\s*Previous:|--\s*liquibase\s+formatted\s+sql\b", re.IGNORECASE)
# Liquibase runs each set of changes in a transaction, unless its line says otherwise.
CHANGESET_ALONE: Final = _compile(r"[ \t]*changeset\b.*\brunInTransaction:false\b")
NO_TRANSACTION_AT_START: Final = "-- no-transaction"
# A file without a match has no mark. The pattern starts with literal characters, which the module re finds fast.
MAY_HAVE_MARKS: Final = re.compile(
    r"--(?<!---)[\s-]*+(?:\+|rambler\s|migrate:|(?:up|down)\s+migration|create above|no-transaction|atlas:|tern:|!|//"
    r"|>)",
    re.IGNORECASE,
)
