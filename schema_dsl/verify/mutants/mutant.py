"""A migration with one small damage."""

from __future__ import annotations

import attrs


@attrs.frozen
class MutationEdit:
    """A damage to a text: what stands from `start` to `end` becomes `new`. `detail` tells it from its like."""

    start: int
    end: int
    new: str
    detail: str = ""


@attrs.frozen(kw_only=True)
class Mutant:
    """A damaged script.

    `identity` is the same as long as the damaged object is called the same, wherever it stands in the file:
    the operator that did it, the object, and the detail.
    """

    identity: str
    operator: str
    subject: str
    detail: str
    line: int
    before: str
    after: str
    script: str = attrs.field(repr=False)

    def __str__(self) -> str:
        """Show the damage as a person would find it."""
        return f"{self.line}: {self.before or '(nothing)'} -> {self.after or '(nothing)'}"
