"""Constraints: left out, under another name, with other actions, never or too early validated."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Piece
from schema_dsl.verify.mutants.mutant import MutationEdit
from schema_dsl.verify.mutants.operators.columns import elements
from schema_dsl.verify.mutants.operators.expressions import without


def _left_out(piece: Piece) -> Iterable[MutationEdit]:
    items = elements(piece)
    for number, (first, _) in enumerate(items):
        if piece.kind == "create_stmt" and piece.words[first] == "constraint":
            yield without(piece, items, number, piece.words[first + 1])


def _renamed(piece: Piece) -> Iterable[MutationEdit]:
    if piece.kind not in {"create_stmt", "alter_table_stmt"}:
        return
    for number in piece.find("constraint"):
        if piece.words[number - 1] != "validate":
            token = piece.tokens[number + 1]
            at = token.end - (token.kind == "quoted")
            yield MutationEdit(at, at, "_", token.word)


def _unique_dropped(piece: Piece) -> Iterable[MutationEdit]:
    """Let a unique index be an ordinary one; a constraint is left out as a whole."""
    for number in piece.find("unique", "index"):
        token = piece.tokens[number]
        yield MutationEdit(token.start, token.end, "", piece.subject)


def _actions(piece: Piece) -> Iterable[tuple[int, int]]:
    for event in ("delete", "update"):
        for number in piece.find("on", event):
            two = piece.words[number + 2] in {"set", "no"}
            if piece.kind in {"create_stmt", "alter_table_stmt"}:
                yield number, number + 2 + two


def _no_action(piece: Piece) -> Iterable[MutationEdit]:
    for number, last in _actions(piece):
        yield MutationEdit(piece.tokens[number].start, piece.tokens[last].end, "", piece.text(number, last))


def _other_action(piece: Piece) -> Iterable[MutationEdit]:
    for number, last in _actions(piece):
        start, end = piece.tokens[number + 2].start, piece.tokens[last].end
        for new in ("RESTRICT", "SET NULL", "CASCADE"):
            if new.lower() != piece.script[start:end].lower():
                yield MutationEdit(start, end, new, f"{piece.text(number, last)} {new}")


def _valid_at_once(piece: Piece) -> Iterable[MutationEdit]:
    for number in piece.find("not", "valid"):
        start = piece.tokens[number - 1].end
        names = [piece.words[at + 1] for at in piece.find("constraint")]
        yield MutationEdit(start, piece.tokens[number + 1].end, "", names[0] if names else "")


OPERATORS = {
    "constraint left out": _left_out,
    "constraint renamed": _renamed,
    "UNIQUE left out": _unique_dropped,
    "action left out": _no_action,
    "action changed": _other_action,
    "NOT VALID left out": _valid_at_once,
}
