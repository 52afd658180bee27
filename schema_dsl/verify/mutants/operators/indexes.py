"""Indexes: of other rows, on other columns, of another kind."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Piece
from schema_dsl.verify.mutants.mutant import MutationEdit


def _where(piece: Piece) -> int | None:
    return next(iter(piece.find("where")), None) if piece.kind == "index_stmt" else None


def _no_where(piece: Piece) -> Iterable[MutationEdit]:
    at = _where(piece)
    if at is not None:
        yield MutationEdit(piece.tokens[at - 1].end, piece.end, "")


def _where_negated(piece: Piece) -> Iterable[MutationEdit]:
    at = _where(piece)
    if at is not None:
        start = piece.tokens[at].end
        yield MutationEdit(start, piece.end, f" NOT ({piece.script[start : piece.end].strip()})")


def _keys(piece: Piece) -> list[tuple[int, int]]:
    if piece.kind != "index_stmt" or "(" not in piece.words:
        return []
    opening = piece.words.index("(")
    return piece.items(opening + 1, piece.closing(opening) - 1)


def _other_column(piece: Piece) -> Iterable[MutationEdit]:
    for first, last in _keys(piece):
        if first == last:
            new = "id" if piece.words[first] != "id" else "created_at"
            yield MutationEdit(piece.tokens[first].start, piece.tokens[last].end, new, piece.words[first])


def _descending(piece: Piece) -> Iterable[MutationEdit]:
    for first, last in _keys(piece):
        if piece.words[last] not in {"asc", "desc", "first", "last"}:
            end = piece.tokens[last].end
            yield MutationEdit(end, end, " DESC", piece.words[first])


def _made_unique(piece: Piece) -> Iterable[MutationEdit]:
    for number in piece.find("create", "index"):
        end = piece.tokens[number].end
        yield MutationEdit(end, end, " UNIQUE")


def _renamed(piece: Piece) -> Iterable[MutationEdit]:
    if piece.kind == "index_stmt":
        token = piece.tokens[piece.words.index("on") - 1]
        yield MutationEdit(token.end, token.end, "_" if token.kind == "word" else "")


OPERATORS = {
    "WHERE left out": _no_where,
    "WHERE negated": _where_negated,
    "index on another column": _other_column,
    "index descending": _descending,
    "UNIQUE added": _made_unique,
    "index renamed": _renamed,
}
