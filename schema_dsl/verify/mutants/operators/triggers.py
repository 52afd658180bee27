"""Triggers: at another time, on other events, for no row; and what is said about objects."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Piece
from schema_dsl.verify.mutants.mutant import MutationEdit

_TIMES = {"before": "AFTER", "after": "BEFORE"}
_EVENTS = ("INSERT", "UPDATE", "DELETE")


def _trigger(piece: Piece) -> bool:
    return piece.kind == "create_trig_stmt"


def _time(piece: Piece) -> Iterable[MutationEdit]:
    if _trigger(piece):
        for token in piece.tokens:
            if token.word in _TIMES:
                yield MutationEdit(token.start, token.end, _TIMES[token.word], token.word)


def _event(piece: Piece) -> Iterable[MutationEdit]:
    if not _trigger(piece):
        return
    held = {each for each in _EVENTS if each.lower() in piece.words[: piece.words.index("on")]}
    for token in piece.tokens[: piece.words.index("on")]:
        if token.word.upper() in held:
            for new in _EVENTS:
                if new not in held:
                    yield MutationEdit(token.start, token.end, new, f"{token.word} {new} instead")
                    yield MutationEdit(token.end, token.end, f" OR {new}", f"{token.word} {new} too")


def _level(piece: Piece) -> Iterable[MutationEdit]:
    if _trigger(piece):
        for number in piece.find("each", "row"):
            token = piece.tokens[number + 1]
            yield MutationEdit(token.start, token.end, "STATEMENT")


def _when(piece: Piece) -> Iterable[MutationEdit]:
    if _trigger(piece) and "when" not in piece.words:
        for number in piece.find("execute"):
            start = piece.tokens[number].start
            yield MutationEdit(start, start, "WHEN (false) ")


def _comment(piece: Piece) -> Iterable[MutationEdit]:
    if piece.kind == "comment_stmt" and piece.tokens[-1].kind == "string":
        end = piece.tokens[-1].end - 1
        yield MutationEdit(end, end, "!")


OPERATORS = {
    "trigger at another time": _time,
    "trigger on another event": _event,
    "trigger once a statement": _level,
    "trigger that never fires": _when,
    "comment changed": _comment,
}
