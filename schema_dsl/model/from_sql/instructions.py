"""Instructions for the next migration in files of SQL: the comment `-- schema-dsl: renamed_from=old_name`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import Origin
from schema_dsl.parsing import Script, SqlSyntaxError, parse_expression
from schema_dsl.parsing.lexer import split_by_lexer
from schema_dsl.sql import Sql

RENAMED_FROM: Final = "renamed_from"
_KEYWORDS: Final = (RENAMED_FROM, "using", "backfill")
_COMMENT: Final = re.compile(
    rf"--\s*schema-dsl:\s*(?P<keyword>{'|'.join(_KEYWORDS)})\b(?P<rest>.*)", re.DOTALL
)
_NAME: Final = re.compile(r'\s*=\s*(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[^\W\d][\w$]*))\s*')


@attrs.define(eq=False)
class Instruction:
    """A former name, or an expression, that a comment gives.

    Attributes:
        keyword: The argument in Python: "renamed_from", "using" or "backfill".
        value: The former name, or the expression as SQL.
        offset: The offset of the comment in the file.
        origin: The line of the comment.
        is_alone: Whether nothing precedes the comment in its line.
        is_used: Whether an object or part got the value.
    """

    keyword: str
    value: str
    offset: int
    origin: Origin
    is_alone: bool
    is_used: bool = False

    def take(self) -> str:
        """Return the value, for the object to which it belongs."""
        self.is_used = True
        return self.value


def list_instructions(script: Script, file: Path) -> Iterator[Instruction]:
    """Yield the instructions in the comments of a file of SQL, in their order.

    Raises:
        DefinitionError: If a comment has no valid name or expression; with its line.
    """
    text = script.text
    if not any(keyword in text for keyword in _KEYWORDS):
        return
    for start, end in split_by_lexer(text).line_comments:
        comment = _COMMENT.fullmatch(text[start:end].rstrip())
        if comment is None:
            continue
        line, column = script.lines.position(start)
        origin = Origin(str(file), line)
        is_alone = not text[start - column + 1 : start].strip()
        if comment["keyword"] != RENAMED_FROM:
            yield Instruction(comment["keyword"], _read_expression(comment, origin), start, origin, is_alone)
            continue
        match = _NAME.fullmatch(comment["rest"])
        if match is None:
            raise DefinitionError(
                "the comment has renamed_from without a former name",
                where=str(origin),
                instead='Write: -- schema-dsl: renamed_from=old_name, or renamed_from="Old name".',
            )
        # Postgres folds a name without quotes.
        name = match["plain"].lower() if match["plain"] else match["quoted"].replace('""', '"')
        yield Instruction(RENAMED_FROM, name, start, origin, is_alone)


def _read_expression(comment: re.Match[str], origin: Origin) -> Sql:
    equals, _, expression = comment["rest"].partition("=")
    problem = "without an expression" if equals.strip() or not expression.strip() else ""
    try:
        if not problem:
            parse_expression(expression)
    except SqlSyntaxError as error:
        problem = f"with an error of syntax: {error.problem.message}"
    if problem:
        raise DefinitionError(
            f"the comment has {comment['keyword']} {problem}",
            where=str(origin),
            instead=f"Write one expression in the line: -- schema-dsl: {comment['keyword']}=lower(email)",
        )
    return Sql(expression.strip())


def require_used(names: Iterable[Instruction]) -> None:
    """Raise DefinitionError for an instruction that no object or part got."""
    for former in names:
        if former.is_used:
            continue
        if former.keyword != RENAMED_FROM:
            raise DefinitionError(
                f"the comment with {former.keyword}= is at no column or constraint",
                where=str(former.origin),
                instead="Move the comment into a line of its own above the column, or behind it.",
            )
        raise DefinitionError(
            f"the comment with renamed_from={former.value} is at no object that can be renamed",
            where=str(former.origin),
            instead="Move the comment above the CREATE statement of a table, view, index, policy, trigger or rule,"
            " or behind a column or constraint.",
        )


def find_instruction(
    names: Iterable[Instruction], place: int, places: Iterable[int], text: str
) -> Instruction | None:
    """Return the instruction for an element of a CREATE statement; None if no comment gives one.

    A comment in a line of its own belongs to the next element, and one behind an element to that.

    Args:
        names: The instructions of one keyword within the statement.
        place: The offset of the element.
        places: The offsets of all elements.
        text: The text of the file.
    """
    for former in names:
        later = [each for each in places if each > former.offset]
        earlier = [each for each in places if each < former.offset and "\n" not in text[each : former.offset]]
        if place == (min(later, default=None) if former.is_alone else max(earlier, default=None)):
            return former
    return None
