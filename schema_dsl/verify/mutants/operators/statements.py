"""Statements left out, and what makes them fit to be run again."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Piece
from schema_dsl.verify.mutants.mutant import MutationEdit


def _left_out(piece: Piece) -> Iterable[MutationEdit]:
    # Of the only statement of a block nothing is left but the block.
    if piece.kind == "block" or piece.alone:
        return
    end = piece.end + (piece.script[piece.end : piece.end + 1] == ";")
    yield MutationEdit(piece.start, end, "", " ".join(piece.words[: 1 if piece.kind == "do_stmt" else 2]))


def _if_not_exists(piece: Piece) -> Iterable[MutationEdit]:
    if piece.kind == "block":
        return
    for number in piece.find("if", "not", "exists"):
        yield MutationEdit(
            piece.tokens[number].start, piece.tokens[number + 2].end, "", _column(piece, number + 3)
        )


def _or_replace(piece: Piece) -> Iterable[MutationEdit]:
    for number in piece.find("or", "replace"):
        yield MutationEdit(piece.tokens[number].start, piece.tokens[number + 1].end, "")


def _guard_negated(piece: Piece) -> Iterable[MutationEdit]:
    for number, detail in _guards(piece):
        token = piece.tokens[number + 1]
        yield MutationEdit(token.start, token.end, "", detail)


def _guard_open(piece: Piece) -> Iterable[MutationEdit]:
    for number, detail in _guards(piece):
        token = piece.tokens[number]
        yield MutationEdit(token.end, token.end, " true OR", detail)


def _guards(piece: Piece) -> Iterable[tuple[int, str]]:
    """Find the conditions of a block, with what they look for."""
    if piece.kind != "block":
        return
    for number in piece.find("if", "not", "exists", "("):
        closing = piece.closing(number + 3)
        names = [token.word for token in piece.tokens[number:closing] if token.kind == "string"]
        yield number, names[-1] if names else ""


def _column(piece: Piece, number: int) -> str:
    """Name the column that is added; a table or an index is the subject itself."""
    return piece.words[number] if piece.kind == "alter_table_stmt" else ""


OPERATORS = {
    "statement left out": _left_out,
    "IF NOT EXISTS left out": _if_not_exists,
    "OR REPLACE left out": _or_replace,
    "guard negated": _guard_negated,
    "guard always open": _guard_open,
}
