"""Mutate expressions: lists, bounds, comparisons and constants."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit

_COMPARISONS = {">=": ">", "<=": "<", ">": ">=", "<": "<=", "=": "<>", "<>": "="}
# Statements without conditions or values of the schema.
_OTHERS = frozenset({"block", "comment_stmt", "variable_set_stmt", "grant_stmt", "do_stmt"})


def _find_lists(fragment: Fragment) -> Iterable[tuple[int, list[tuple[int, int]]]]:
    if fragment.kind in _OTHERS:
        return
    for number in fragment.find("in", "("):
        yield number, fragment.items(number + 2, fragment.find_closing(number + 1) - 1)


def _remove_member(fragment: Fragment) -> Iterable[MutationEdit]:
    for at, members in _find_lists(fragment):
        if len(members) > 1:
            for number, (first, last) in enumerate(members):
                yield remove_item(
                    fragment, members, number, f"{fragment.words[at - 1]} {fragment.text(first, last)}"
                )


def _add_member(fragment: Fragment) -> Iterable[MutationEdit]:
    for at, members in _find_lists(fragment):
        first, last = members[-1]
        token = fragment.tokens[last]
        new = "'stranger'" if fragment.tokens[first].kind == "string" else "987654"
        yield MutationEdit(token.end, token.end, f", {new}", fragment.words[at - 1])


def _negate_in(fragment: Fragment) -> Iterable[MutationEdit]:
    for number, _ in _find_lists(fragment):
        token = fragment.tokens[number]
        yield MutationEdit(token.start, token.start, "NOT ", fragment.words[number - 1])


def _change_number(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind in _OTHERS:
        return
    for number, token in enumerate(fragment.tokens):
        if token.kind == "number" and token.word.isdigit():
            for step in (-1, 1):
                value = int(token.word) + step
                if value >= 0 or fragment.words[number - 1] != "(":
                    before = fragment.words[number - 1]
                    yield MutationEdit(token.start, token.end, str(value), f"{before} {token.word} {step:+}")


def _change_comparison(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind in _OTHERS:
        return
    number = 0
    while number < len(fragment.tokens):
        token = fragment.tokens[number]
        following = fragment.tokens[number + 1] if number + 1 < len(fragment.tokens) else None
        joined = following is not None and following.start == token.end
        sign = token.word + (following.word if joined and following else "")
        if sign not in _COMPARISONS:
            sign = token.word
        if token.kind == "other" and sign in _COMPARISONS:
            yield MutationEdit(token.start, token.start + len(sign), _COMPARISONS[sign], sign)
        number += len(sign) if token.kind == "other" else 1


def _negate_between(fragment: Fragment) -> Iterable[MutationEdit]:
    for number in fragment.find("between"):
        token = fragment.tokens[number]
        yield MutationEdit(token.start, token.start, "NOT ", fragment.words[number - 1])


def _negate_null_test(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind in _OTHERS:
        return
    for number in fragment.find("is", "not", "null"):
        token = fragment.tokens[number + 1]
        yield MutationEdit(token.start, token.end, "", fragment.words[number - 1])


def _change_constant(fragment: Fragment) -> Iterable[MutationEdit]:
    """Change a constant in a comparison."""
    if fragment.kind in _OTHERS:
        return
    for number, token in enumerate(fragment.tokens):
        if token.kind == "string" and number and fragment.words[number - 1] in {"=", ">", "<", "~"}:
            yield MutationEdit(token.end - 1, token.end - 1, "_", fragment.text(number, number))


def remove_item(fragment: Fragment, items: list[tuple[int, int]], number: int, detail: str) -> MutationEdit:
    """Return the edit that removes an item from a comma-separated list."""
    first, last = items[number]
    if number + 1 < len(items):
        return MutationEdit(
            fragment.tokens[first].start, fragment.tokens[items[number + 1][0]].start, "", detail
        )
    start = fragment.tokens[items[number - 1][1]].end if number else fragment.tokens[first].start
    return MutationEdit(start, fragment.tokens[last].end, "", detail)


OPERATORS = {
    "list member left out": _remove_member,
    "list member added": _add_member,
    "IN negated": _negate_in,
    "number changed": _change_number,
    "comparison changed": _change_comparison,
    "BETWEEN negated": _negate_between,
    "IS NOT NULL negated": _negate_null_test,
    "constant changed": _change_constant,
}
