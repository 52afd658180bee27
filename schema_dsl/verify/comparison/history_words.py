"""Select the statements of a history that can concern some objects, because to parse all of them takes long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from schema_dsl.analysis.bodies import expand_blocks
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.identity import Identity
from schema_dsl.parsing import Statement
from schema_dsl.verify.scripts.apply import split_statements

# A foreign key does not create, rename or drop the table that it refers to.
_WORD: Final = re.compile(r"\breferences\s+[\w.]+|(\w+)")

_LENGTH: Final = 15
"""The number of compared characters of a word. Postgres cuts names after 63 bytes."""

_RENAME: Final = "rename"

# The statements with these words may concern objects that they do not name: all objects of a schema, default
# privileges, casts, user mappings, and the objects of dynamic SQL.
_ALWAYS: Final = frozenset({_RENAME, "schema", "privileges", "cast", "mapping", "execute"})

_ESCAPED: Final = re.compile(r"\\|u&", re.IGNORECASE)

_NAMED_ALONE: Final = frozenset({"relation", "routine", "type"})
"""The namespaces of objects that statements name without their parents, such as indexes."""

ANY_WORD: Final = ""
"""The word that each statement has."""


def list_words(objects: Iterable[Identity]) -> frozenset[str]:
    """Return a word for each object that the statements contain that create, rename or drop the object.

    A statement names the outermost parent of an object, or an object that needs no parent, such as an index.
    """
    named = {
        each
        for identity in objects
        for each in (identity.root, identity)
        if each.parent is None or each.namespace[0] in _NAMED_ALONE
    }
    return frozenset(next(_read_words(identity.name), ANY_WORD) for identity in named)


def list_former_words(scripts: Iterable[str]) -> frozenset[str]:
    """Return the words, as `list_words` does, of the former names of all objects that scripts rename."""
    return list_words(
        effect.identity
        for script in scripts
        for statement in expand_blocks(select_statements(script, frozenset({_RENAME}), frozenset()))
        for effect in effects(statement)
        if effect.verb == _RENAME
    )


def select_statements(
    script: str, words: frozenset[str], always: frozenset[str] = _ALWAYS
) -> Iterator[Statement]:
    """Yield the statements of a script that contain one of some words, or may contain it in another form.

    Args:
        script: The script.
        words: The words, as `list_words` returns them.
        always: The words of other statements to yield.
    """
    wanted = words | always
    for statement, found in zip(split_statements(script), _list_words_of_statements(script), strict=True):
        if not wanted.isdisjoint(found):
            yield statement


@lru_cache(maxsize=64)
def _list_words_of_statements(script: str) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset({*_read_words(statement.text), ANY_WORD})
        if _ESCAPED.search(statement.text) is None
        else frozenset({ANY_WORD, *_ALWAYS})
        for statement in split_statements(script)
    )


def _read_words(text: str) -> Iterator[str]:
    """Yield the first characters of each word, in one case."""
    return (word[:_LENGTH] for word in _WORD.findall(text.casefold()) if word)
