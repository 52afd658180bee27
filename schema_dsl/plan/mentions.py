"""Find SQL that may name objects of a state other than relations and their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.resolve import DEFAULT_SCHEMA
from schema_dsl.sql import Sql

_Key = TypeVar("_Key")
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
        return (
            not self._words.isdisjoint(list_words(text))
            # U&"..." may spell a name in escapes.
            or 'u&"' in text.lower()
            or any(name in text for name in self._others)
        )


def list_words(text: str) -> set[str]:
    """List the words of SQL that may be names of objects or parts of names, in lower case."""
    lower = text.lower()
    words = set(_WORD.findall(lower))
    if "\\" in lower:
        # A name may follow an escape such as a newline.
        words.update(_WORD.findall(_ESCAPE.sub(" ", lower)))
    # Postgres names an array type with an underscore before the name of the type of its elements.
    words.update([word[1:] for word in words if word[0] == "_"])
    return words


class ReaderIndex:
    """The objects whose SQL may name other objects, by the words of the SQL."""

    def __init__(self) -> None:
        self._readers: list[Identity] = []
        self._by_word: dict[str, list[int]] = {}
        self._by_home: dict[tuple[str, str], list[int]] = {}
        # The SQL may spell any name in escapes.
        self._escaped: list[int] = []

    def add(self, reader: Identity, *texts: str) -> None:
        """Add an object with its SQL."""
        number, home = len(self._readers), reader.root.schema
        self._readers.append(reader)
        for word in set().union(*map(list_words, texts)):
            self._by_word.setdefault(word, []).append(number)
            self._by_home.setdefault((home, word), []).append(number)
        if any('u&"' in text.lower() for text in texts):
            self._escaped.append(number)

    def find(self, objects: Iterable[Identity]) -> Iterator[Identity]:
        """Yield the objects whose SQL may name one of some objects, in the order in which they were added."""
        numbers = set(self._escaped)
        for identity in objects:
            schema, words = identity.schema, _WORD.findall(identity.name.lower())
            if schema not in ("", DEFAULT_SCHEMA):
                # Without a schema, the name means an object of the schema of the SQL or of the default schema.
                numbers.update(self._find([(schema, word) for word in words], self._by_home))
                words += _WORD.findall(schema.lower())
            numbers.update(self._find(words, self._by_word))
        return (self._readers[number] for number in sorted(numbers))

    def _find(self, words: Iterable[_Key], index: Mapping[_Key, Sequence[int]]) -> Sequence[int]:
        # An operator has no word.
        found: Sequence[int] = range(len(self._readers))
        for word in words:
            found = min(found, index.get(word, ()), key=len)
        return found


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
