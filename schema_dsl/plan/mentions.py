"""Find SQL that may name objects of a state other than relations and their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.sql import Sql

_WORD: Final = re.compile(r"\w+")
_ESCAPE: Final = re.compile(r"\\[bfnrt]")


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


class ReaderIndex:
    """The objects whose SQL may name other objects, by the words of the SQL."""

    def __init__(self) -> None:
        self._readers: list[Identity] = []
        self._by_word: dict[str, list[int]] = {}
        # The SQL may spell any name in escapes.
        self._escaped: list[int] = []

    def add(self, reader: Identity, text: str) -> None:
        """Add an object with SQL of it."""
        number = len(self._readers)
        self._readers.append(reader)
        lower = text.lower()
        words = set(_WORD.findall(lower))
        if "\\" in lower:
            # A name may follow an escape such as a newline.
            words.update(_WORD.findall(_ESCAPE.sub(" ", lower)))
        # Postgres names an array type with an underscore before the name of the type of its elements.
        words.update([word[1:] for word in words if word[0] == "_"])
        for word in words:
            self._by_word.setdefault(word, []).append(number)
        if 'u&"' in lower:
            self._escaped.append(number)

    def find(self, names: Iterable[str]) -> Iterator[Identity]:
        """Yield the objects whose SQL may contain one of the names, in the order in which they were added."""
        numbers = set(self._escaped)
        for name in names:
            # An operator has no word.
            found: Sequence[int] = range(len(self._readers))
            for word in _WORD.findall(name.lower()):
                found = min(found, self._by_word.get(word, ()), key=len)
            numbers.update(found)
        return (self._readers[number] for number in sorted(numbers))


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
