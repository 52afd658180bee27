"""Notes about the objects that a history no longer knows, and about the statement that ends the knowledge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

# The description of the unknown objects by kind; "%s" stands for names.
_TEXTS: Final = {
    "objects": "which objects exist",
    "others": "which operators, casts and collations exist",
    "named": "which of the objects in such statements exist",
    "contents": "which relations there are in %s",
    "existence": "the existence of %s",
    "columns": "the columns of %s",
    "defaults": "the defaults and NOT NULL constraints of %s",
    "owner": "the owner of %s",
    "constraints": "the constraints of %s",
    "indexes": "the indexes of %s",
    "policies": "the policies of %s",
    "triggers": "the triggers of %s",
    "rules": "the rules of %s",
    "grants": "the privileges on %s",
    "row_security": "whether row level security is on for %s",
}
# A statement that makes several of these kinds unknown causes one note.
_EXISTING: Final = frozenset({"relations", "functions", "types"})
_SPELLINGS: Final = {"more triggers": "triggers"}
# A note names so many objects.
_NAMED: Final = 3


@attrs.define
class _Doubt:
    place: str
    statements: set[tuple[str, int]] = attrs.field(factory=set)
    names: dict[str, None] = attrs.field(factory=dict)


@attrs.define(eq=False)
class Doubts:
    """The kinds of objects about which statements ended the knowledge.

    Attributes:
        statement: The file and the line of the statement that is replayed.
    """

    statement: tuple[str, int] = ("", 0)
    _by_kind: dict[str, _Doubt] = attrs.field(factory=dict)

    def add(self, kinds: Iterable[str], *names: str) -> None:
        """Record that the present statement ends the knowledge about objects, or about parts of named objects."""
        for kind in kinds:
            file, line = self.statement
            doubt = self._by_kind.setdefault(_SPELLINGS.get(kind, kind), _Doubt(f"{file}:{line}"))
            doubt.statements.add(self.statement)
            doubt.names.update(dict.fromkeys(names))

    def format_notes(self) -> list[str]:
        """Return a note for each kind, with the first statement after which it is unknown."""
        texts: dict[tuple[str, str], list[str]] = {}
        for kind, doubt in self._by_kind.items():
            start = f"{doubt.place}: after this statement{_format_others(doubt)}"
            texts.setdefault((start, "" if kind in _EXISTING else _format_what(kind, doubt)), []).append(kind)
        return [
            f"{start}, lint does not know {what or _join_kinds(kinds)}; it reports nothing that depends on it"
            for (start, what), kinds in texts.items()
        ]


def _join_kinds(kinds: list[str]) -> str:
    *first, last = kinds
    return f"which {', '.join(first)} and {last} exist" if first else f"which {last} exist"


def _format_others(doubt: _Doubt) -> str:
    others = len(doubt.statements) - 1
    return f" and {others} later one{'s' * (others > 1)}" if others else ""


def _format_what(kind: str, doubt: _Doubt) -> str:
    text = _TEXTS[kind]
    if "%s" not in text:
        return text
    names = list(doubt.names) or ["any relation"]
    named = names if len(names) <= _NAMED + 1 else names[:_NAMED]
    rest = f" and {len(names) - len(named)} more" if len(named) < len(names) else ""
    return text % (", ".join(named) + rest)
