"""Columns: left out, of another type, nullable or not, with another default."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Piece
from schema_dsl.verify.mutants.mutant import MutationEdit
from schema_dsl.verify.mutants.operators.expressions import without

_CONSTRAINTS = frozenset({"constraint", "primary", "unique", "check", "foreign", "exclude", "like"})
_BEHIND_TYPE = _CONSTRAINTS | {"not", "null", "default", "references", "generated", "collate"}
# ALTER TABLE [IF EXISTS] [ONLY] schema . name
_NAME_ENDS = 8
_OTHER_TYPES = {
    "text": "varchar(60)",
    "varchar": "text",
    "uuid": "text",
    "timestamptz": "timestamp",
    "timestamp": "timestamptz",
    "date": "timestamptz",
    "integer": "bigint",
    "bigint": "integer",
    "smallint": "integer",
    "numeric": "double precision",
    "boolean": "text",
    "jsonb": "json",
    "json": "jsonb",
}


def elements(piece: Piece) -> list[tuple[int, int]]:
    """Give what CREATE TABLE lists, or the changes that ALTER TABLE makes: the first and the last token of each."""
    words = piece.words
    if piece.kind == "create_stmt" and "(" in words:
        opening = words.index("(")
        return piece.items(opening + 1, piece.closing(opening) - 1)
    if piece.kind == "alter_table_stmt":
        # The first change follows the name of the table.
        dots = [number for number in piece.find(".") if number < _NAME_ENDS]
        return piece.items(dots[0] + 2 if dots else 3, len(words) - 1)
    return []


def _columns(piece: Piece) -> Iterable[tuple[int, int, int]]:
    """Give columns: the number in its list, the token with the name, and the last token."""
    for number, (first, last) in enumerate(elements(piece)):
        name = first
        if piece.kind == "alter_table_stmt":
            if piece.words[first : first + 2] != ("add", "column"):
                continue
            name += 5 if piece.words[first + 2 : first + 5] == ("if", "not", "exists") else 2
        if name < last and piece.words[name] not in _CONSTRAINTS:
            yield number, name, last


def _left_out(piece: Piece) -> Iterable[MutationEdit]:
    items = elements(piece)
    for number, name, _ in _columns(piece):
        yield without(piece, items, number, piece.words[name])


def _type(piece: Piece) -> Iterable[MutationEdit]:
    for _, name, last in _columns(piece):
        behind = next((n for n in range(name + 1, last + 1) if piece.words[n] in _BEHIND_TYPE), last + 1)
        new = _OTHER_TYPES.get(piece.words[name + 1], "text")
        yield MutationEdit(piece.tokens[name + 1].start, piece.tokens[behind - 1].end, new, piece.words[name])


def _not_null(piece: Piece) -> Iterable[tuple[int, int, int | None]]:
    for _, name, last in _columns(piece):
        found = [n for n in piece.find("not", "null", start=name) if n < last and piece.words[n - 1] != "is"]
        yield name, last, found[0] if found else None


def _nullable(piece: Piece) -> Iterable[MutationEdit]:
    for name, _, at in _not_null(piece):
        if at is not None:
            yield MutationEdit(piece.tokens[at].start, piece.tokens[at + 1].end, "", piece.words[name])


def _not_nullable(piece: Piece) -> Iterable[MutationEdit]:
    for name, last, at in _not_null(piece):
        if at is None:
            end = piece.tokens[last].end
            yield MutationEdit(end, end, " NOT NULL", piece.words[name])


def _defaults(piece: Piece) -> Iterable[tuple[int, int, int]]:
    for _, name, last in _columns(piece):
        for at in piece.find("default", start=name):
            if at < last:
                # Whatever else a column says stands before its default.
                yield name, at, last


def _no_default(piece: Piece) -> Iterable[MutationEdit]:
    for name, at, last in _defaults(piece):
        yield MutationEdit(piece.tokens[at].start, piece.tokens[last].end, "", piece.words[name])


def _other_default(piece: Piece) -> Iterable[MutationEdit]:
    for name, at, last in _defaults(piece):
        token, column = piece.tokens[at + 1], piece.words[name]
        if token.kind == "string" and not token.word.startswith("'{"):
            yield MutationEdit(token.end - 1, token.end - 1, "_", column)
        elif token.word in {"true", "false"}:
            yield MutationEdit(token.start, token.end, "false" if token.word == "true" else "true", column)
        elif token.kind == "word" or token.word.startswith("'{"):
            new = {"now": "'epoch'", "gen_random_uuid": "'00000000-0000-0000-0000-000000000000'"}
            yield MutationEdit(token.start, piece.tokens[last].end, new.get(token.word, "NULL"), column)


OPERATORS = {
    "column left out": _left_out,
    "type changed": _type,
    "NOT NULL left out": _nullable,
    "NOT NULL added": _not_nullable,
    "default left out": _no_default,
    "default changed": _other_default,
}
