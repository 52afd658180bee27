"""Former names in files of SQL: the comment `-- schema-dsl: renamed_from=old_name`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import Origin
from schema_dsl.parsing import Script
from schema_dsl.parsing.lexer import split_by_lexer

_COMMENT: Final = re.compile(r"--\s*schema-dsl:\s*renamed_from\b(?P<rest>.*)", re.DOTALL)
_NAME: Final = re.compile(r'\s*=\s*(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[^\W\d][\w$]*))\s*')


@attrs.define(eq=False)
class FormerName:
    """A former name that a comment gives.

    Attributes:
        name: The name.
        offset: The offset of the comment in the file.
        origin: The line of the comment.
        is_alone: Whether nothing precedes the comment in its line.
        is_used: Whether an object got the former name.
    """

    name: str
    offset: int
    origin: Origin
    is_alone: bool
    is_used: bool = False

    def take(self) -> str:
        """Return the name, for the object to which it belongs."""
        self.is_used = True
        return self.name


def list_former_names(script: Script, file: Path) -> Iterator[FormerName]:
    """Yield the former names in the comments of a file of SQL, in their order.

    Raises:
        DefinitionError: If a comment has no valid name; with its line.
    """
    text = script.text
    if "renamed_from" not in text:
        return
    for start, end in split_by_lexer(text).line_comments:
        comment = _COMMENT.fullmatch(text[start:end].rstrip())
        if comment is None:
            continue
        line, column = script.lines.position(start)
        origin = Origin(str(file), line)
        match = _NAME.fullmatch(comment["rest"])
        if match is None:
            raise DefinitionError(
                "the comment has renamed_from without a former name",
                where=str(origin),
                instead='Write: -- schema-dsl: renamed_from=old_name, or renamed_from="Old name".',
            )
        # Postgres folds a name without quotes.
        name = match["plain"].lower() if match["plain"] else match["quoted"].replace('""', '"')
        yield FormerName(name, start, origin, not text[start - column + 1 : start].strip())


def require_used(names: Iterable[FormerName]) -> None:
    """Raise DefinitionError for a former name that no object got."""
    for former in names:
        if not former.is_used:
            raise DefinitionError(
                f"the former name {former.name} belongs to nothing that can be renamed",
                where=str(former.origin),
                instead="Move the comment above the CREATE statement of a table, view, index, policy, trigger or rule,"
                " or behind a column or constraint.",
            )


def find_former_name(
    names: Iterable[FormerName], place: int, places: Iterable[int], text: str
) -> FormerName | None:
    """Return the former name of an element of a CREATE statement; None if no comment gives one.

    A comment in a line of its own belongs to the next element, and one behind an element to that.

    Args:
        names: The former names within the statement.
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
