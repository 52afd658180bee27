"""A finding together with what can be done about it."""

from __future__ import annotations

import bisect

import attrs

from schema_dsl.lint.finding import Finding
from schema_dsl.lint.rule import Edit
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Statement


@attrs.frozen
class ReportedFinding:
    """A finding, the file that it is in, unless that is Python, and the edits that mend it."""

    finding: Finding
    source: Source | None = None
    edits: tuple[Edit, ...] = ()

    @property
    def offset(self) -> int:
        """Give the offset in the file."""
        if self.source is None:
            return 0
        return self.source.script.lines.offset(self.finding.line, self.finding.column)

    @property
    def statement(self) -> Statement | None:
        """Give the statement of the file that the finding is in."""
        if self.source is None:
            return None
        statements = self.source.statements
        at = bisect.bisect_right(statements, self.offset, key=lambda each: each.start)
        return statements[at - 1] if at else None
