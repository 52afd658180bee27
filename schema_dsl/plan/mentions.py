"""Tell quickly which SQL may name objects of a state that are neither relations nor parts of relations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import attrs

from schema_dsl.sql import Sql

_WORD: Final = re.compile(r"\w+")


class MentionedNames:
    """The names of objects such as types and functions. Analyzing SQL takes longer than looking for these names."""

    def __init__(self, names: Iterable[str]) -> None:
        """Collect the first word of each name, and the names without a word."""
        words, others = set(), []
        for name in names:
            found = _WORD.search(name.lower())
            if found is None:
                others.append(name)
            else:
                words.add(found[0])
        self._words, self._others = frozenset(words), tuple(others)
        # Types and expressions repeat.
        self._known: dict[str, bool] = {}

    def occur_in(self, text: str) -> bool:
        """Return whether the text may contain one of the names."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._may_occur_in(text)
        return found

    def _may_occur_in(self, text: str) -> bool:
        if not self._words and not self._others:
            return False
        lower = text.lower()
        return (
            not self._words.isdisjoint(_WORD.findall(lower))
            # U&"..." may spell a name in escapes.
            or 'u&"' in lower
            or any(name in text for name in self._others)
        )


def list_sql(value: Any) -> Sequence[Sql]:
    """List the texts of SQL in the value of an attribute: a type, an expression, or a tuple of elements with some."""
    if value is None:
        return ()
    if isinstance(value, Sql):
        return (value,)
    items = (
        value
        if isinstance(value, tuple)
        else [getattr(value, name) for name in _list_fields(value.__class__)]
    )
    return [text for item in items if item.__class__ not in _WITHOUT_SQL for text in list_sql(item)]


_WITHOUT_SQL: Final = frozenset({str, bool, int, type(None)})


@lru_cache
def _list_fields(kind: Any) -> tuple[str, ...]:
    """Return the names of the fields of a class; none for a class without."""
    if not attrs.has(kind):
        return ()
    return tuple(field.name for field in attrs.fields(kind))
