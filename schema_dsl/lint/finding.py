"""What a check has to say about one place of a file."""

from __future__ import annotations

import enum

import attrs


class Level(enum.Enum):
    """How bad it is. Errors fail a run, warnings do where asked to, infos never."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@attrs.frozen(order=True)
class Finding:
    """One thing wrong at one place, and what to do about it.

    Lines and columns count from 1, columns in characters. `end_column` is the column behind the last
    character concerned, on the same line; equal to `column` where there is no more to mark than the place.
    The order is that of a report: by file, line, column, rule.
    """

    file: str
    line: int
    column: int
    rule: str
    level: Level = attrs.field(order=lambda level: list(Level).index(level))
    message: str
    remedy: str = ""
    source_line: str = ""
    end_column: int = attrs.field(
        default=attrs.Factory(lambda self: self.column, takes_self=True), kw_only=True, order=False
    )
