"""Conditions and values: lists, bounds, comparisons, constants."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Piece
from schema_dsl.verify.mutants.mutant import MutationEdit

_COMPARISONS = {">=": ">", "<=": "<", ">": ">=", "<": "<=", "=": "<>", "<>": "="}
# Statements that hold no condition and no value of a schema.
_OTHERS = frozenset({"block", "comment_stmt", "variable_set_stmt", "grant_stmt", "do_stmt"})


def _lists(piece: Piece) -> Iterable[tuple[int, list[tuple[int, int]]]]:
    if piece.kind in _OTHERS:
        return
    for number in piece.find("in", "("):
        yield number, piece.items(number + 2, piece.closing(number + 1) - 1)


def _member_removed(piece: Piece) -> Iterable[MutationEdit]:
    for at, members in _lists(piece):
        if len(members) > 1:
            for number, (first, last) in enumerate(members):
                yield without(piece, members, number, f"{piece.words[at - 1]} {piece.text(first, last)}")


def _member_added(piece: Piece) -> Iterable[MutationEdit]:
    for at, members in _lists(piece):
        first, last = members[-1]
        token = piece.tokens[last]
        new = "'stranger'" if piece.tokens[first].kind == "string" else "987654"
        yield MutationEdit(token.end, token.end, f", {new}", piece.words[at - 1])


def _in_negated(piece: Piece) -> Iterable[MutationEdit]:
    for number, _ in _lists(piece):
        token = piece.tokens[number]
        yield MutationEdit(token.start, token.start, "NOT ", piece.words[number - 1])


def _number_moved(piece: Piece) -> Iterable[MutationEdit]:
    if piece.kind in _OTHERS:
        return
    for number, token in enumerate(piece.tokens):
        if token.kind == "number" and token.word.isdigit():
            for step in (-1, 1):
                value = int(token.word) + step
                if value >= 0 or piece.words[number - 1] != "(":
                    before = piece.words[number - 1]
                    yield MutationEdit(token.start, token.end, str(value), f"{before} {token.word} {step:+}")


def _comparison(piece: Piece) -> Iterable[MutationEdit]:
    if piece.kind in _OTHERS:
        return
    number = 0
    while number < len(piece.tokens):
        token = piece.tokens[number]
        following = piece.tokens[number + 1] if number + 1 < len(piece.tokens) else None
        joined = following is not None and following.start == token.end
        sign = token.word + (following.word if joined and following else "")
        if sign not in _COMPARISONS:
            sign = token.word
        if token.kind == "other" and sign in _COMPARISONS:
            yield MutationEdit(token.start, token.start + len(sign), _COMPARISONS[sign], sign)
        number += len(sign) if token.kind == "other" else 1


def _between(piece: Piece) -> Iterable[MutationEdit]:
    for number in piece.find("between"):
        token = piece.tokens[number]
        yield MutationEdit(token.start, token.start, "NOT ", piece.words[number - 1])


def _null_test(piece: Piece) -> Iterable[MutationEdit]:
    if piece.kind in _OTHERS:
        return
    for number in piece.find("is", "not", "null"):
        token = piece.tokens[number + 1]
        yield MutationEdit(token.start, token.end, "", piece.words[number - 1])


def _constant(piece: Piece) -> Iterable[MutationEdit]:
    """Change a constant that something is compared with."""
    if piece.kind in _OTHERS:
        return
    for number, token in enumerate(piece.tokens):
        if token.kind == "string" and number and piece.words[number - 1] in {"=", ">", "<", "~"}:
            yield MutationEdit(token.end - 1, token.end - 1, "_", piece.text(number, number))


def without(piece: Piece, items: list[tuple[int, int]], number: int, detail: str = "") -> MutationEdit:
    """Leave out one item of several that commas part."""
    first, last = items[number]
    if number + 1 < len(items):
        return MutationEdit(piece.tokens[first].start, piece.tokens[items[number + 1][0]].start, "", detail)
    start = piece.tokens[items[number - 1][1]].end if number else piece.tokens[first].start
    return MutationEdit(start, piece.tokens[last].end, "", detail)


OPERATORS = {
    "list member left out": _member_removed,
    "list member added": _member_added,
    "IN negated": _in_negated,
    "number moved": _number_moved,
    "comparison changed": _comparison,
    "BETWEEN negated": _between,
    "IS NOT NULL negated": _null_test,
    "constant changed": _constant,
}
