"""Mutate the clauses that few constraints, indexes and triggers have: leave one out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit

_KINDS: Final = frozenset({"create_stmt", "alter_table_stmt", "index_stmt", "create_trig_stmt"})
_WORDS: Final = (
    ("match", "full"),
    ("no", "inherit"),
    ("not", "enforced"),
    ("without", "overlaps"),
    ("initially", "deferred"),
)
# These words before a list in parentheses, which is left out with them.
_LISTS: Final = ("include", "with", "set")
# A list in parentheses behind these words, which stay.
_COLUMNS: Final = (("set", "null"), ("set", "default"))


def _remove_clause(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind not in _KINDS:
        return
    for words in _WORDS:
        for number in fragment.find(*words):
            yield _remove(fragment, number, number + len(words) - 1)
    for word in _LISTS:
        for number in fragment.find(word, "("):
            yield _remove(fragment, number, fragment.find_closing(number + 1))
    for words in _COLUMNS:
        for number in fragment.find(*words, "("):
            yield _remove(fragment, number + 2, fragment.find_closing(number + 2))


def _remove(fragment: Fragment, first: int, last: int) -> MutationEdit:
    start, end = fragment.tokens[first - 1].end, fragment.tokens[last].end
    return MutationEdit(start, end, "", f"{fragment.subject} {fragment.text(first, last)}")


OPERATORS = {"clause left out": _remove_clause}
