"""Define mutants: copies of a migration with one small change."""

from __future__ import annotations

import attrs


@attrs.frozen
class MutationEdit:
    """A replacement in a text.

    Attributes:
        start: The offset of the start of the replaced text.
        end: The offset of the end of the replaced text.
        new: The new text.
        detail: The difference from other edits of the same operator and subject.
    """

    start: int
    end: int
    new: str
    detail: str = ""


@attrs.frozen(kw_only=True)
class Mutant:
    """A copy of a script with one edit.

    Attributes:
        identity: Operator, subject and detail. The identity does not depend on the position in the file.
        operator: The name of the mutation operator.
        subject: The object that the mutated fragment is about.
        detail: The detail of the edit.
        line: The line of the edit.
        before: An excerpt of the replaced text.
        after: An excerpt of the new text.
        original: The script.
        edit: The edit.
    """

    identity: str
    operator: str
    subject: str
    detail: str
    line: int
    before: str
    after: str
    original: str = attrs.field(repr=False)
    edit: MutationEdit = attrs.field(repr=False)

    @property
    def script(self) -> str:
        """Return the mutated text. Thousands of copies of a long script would not fit into memory."""
        return self.original[: self.edit.start] + self.edit.new + self.original[self.edit.end :]

    def __str__(self) -> str:
        """Return the edit with its line, for reports."""
        return f"{self.line}: {self.before or '(nothing)'} -> {self.after or '(nothing)'}"
