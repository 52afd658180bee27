"""Mutate the bounds of partitions: leave an end open, or add NULL to a list."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit

_UNBOUNDED = {"from": "MINVALUE", "to": "MAXVALUE"}


def _change_bound(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind not in {"create_stmt", "alter_table_stmt"}:
        return
    for at in fragment.find("for", "values"):
        for number in range(at + 2, len(fragment.words) - 1):
            word = fragment.words[number]
            if word in {"from", "to", "in"} and fragment.words[number + 1] == "(":
                closing = fragment.find_closing(number + 1)
                start, end = fragment.tokens[number + 1].end, fragment.tokens[closing].start
                if word == "in":
                    yield MutationEdit(end, end, ", NULL", word)
                else:
                    keys = len(list(fragment.items(number + 2, closing - 1)))
                    yield MutationEdit(start, end, ", ".join([_UNBOUNDED[word]] * keys), word)


OPERATORS = {"bound changed": _change_bound}
