"""Findings of lint."""

from __future__ import annotations

import enum

import attrs


class Level(enum.Enum):
    """The level of a finding. Errors fail a run, warnings only with a setting, infos never."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@attrs.frozen(order=True)
class Finding:
    """One defect at one position of a file. Findings sort by file, line, column and rule.

    Attributes:
        file: The path of the file.
        line: The line, from 1.
        column: The column in characters, from 1.
        rule: The name of the check.
        level: The level.
        message: The defect.
        remedy: How to correct the defect.
        source_line: The text of the line.
        end_column: The column after the marked characters, on the same line; equal to `column` to mark a position.
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
