"""A finding with the edits that correct it."""

from __future__ import annotations

import bisect

import attrs

from schema_dsl.lint.finding import Finding
from schema_dsl.lint.rule import Edit
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Statement


@attrs.frozen
class ReportedFinding:
    """A finding with its place in the SQL.

    Attributes:
        finding: The finding.
        source: The SQL file; None for a finding in the definitions.
        edits: The edits that correct the finding.
        topic: The decision that the finding repeats; "" if it stands alone. See `merge_repeated`.
    """

    finding: Finding
    source: Source | None = None
    edits: tuple[Edit, ...] = ()
    topic: str = ""

    @property
    def offset(self) -> int:
        """The offset in the file."""
        if self.source is None:
            return 0
        return self.source.script.lines.offset(self.finding.line, self.finding.column)

    @property
    def statement(self) -> Statement | None:
        """The statement that contains the finding."""
        if self.source is None:
            return None
        statements = self.source.statements
        index = bisect.bisect_right(statements, self.offset, key=lambda each: each.start)
        return statements[index - 1] if index else None
