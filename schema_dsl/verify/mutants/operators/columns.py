"""Mutate columns: leave out columns, change types, nullability and defaults."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit
from schema_dsl.verify.mutants.operators.expressions import remove_item

_CONSTRAINTS = frozenset({"constraint", "primary", "unique", "check", "foreign", "exclude", "like"})
_AFTER_TYPE = _CONSTRAINTS | {"not", "null", "default", "references", "generated", "collate"}
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


def list_elements(fragment: Fragment) -> list[tuple[int, int]]:
    """Return the elements of CREATE TABLE or the commands of ALTER TABLE as pairs of first and last token."""
    words = fragment.words
    if fragment.kind == "create_stmt" and "(" in words:
        opening = words.index("(")
        return fragment.items(opening + 1, fragment.find_closing(opening) - 1)
    if fragment.kind == "alter_table_stmt":
        # The first command follows the table name.
        dots = [number for number in fragment.find(".") if number < _NAME_ENDS]
        return fragment.items(dots[0] + 2 if dots else 3, len(words) - 1)
    return []


def _find_columns(fragment: Fragment) -> Iterable[tuple[int, int, int]]:
    """Yield columns: the number in the list, the token of the name, and the last token."""
    for number, (first, last) in enumerate(list_elements(fragment)):
        name = first
        if fragment.kind == "alter_table_stmt":
            if fragment.words[first : first + 2] != ("add", "column"):
                continue
            name += 5 if fragment.words[first + 2 : first + 5] == ("if", "not", "exists") else 2
        if name < last and fragment.words[name] not in _CONSTRAINTS:
            yield number, name, last


def _remove_column(fragment: Fragment) -> Iterable[MutationEdit]:
    items = list_elements(fragment)
    for number, name, _ in _find_columns(fragment):
        yield remove_item(fragment, items, number, fragment.words[name])


def _change_type(fragment: Fragment) -> Iterable[MutationEdit]:
    for _, name, last in _find_columns(fragment):
        behind = next((n for n in range(name + 1, last + 1) if fragment.words[n] in _AFTER_TYPE), last + 1)
        new = _OTHER_TYPES.get(fragment.words[name + 1], "text")
        yield MutationEdit(
            fragment.tokens[name + 1].start, fragment.tokens[behind - 1].end, new, fragment.words[name]
        )


def _find_not_null(fragment: Fragment) -> Iterable[tuple[int, int, int | None]]:
    for _, name, last in _find_columns(fragment):
        found = [
            n for n in fragment.find("not", "null", start=name) if n < last and fragment.words[n - 1] != "is"
        ]
        yield name, last, found[0] if found else None


def _remove_not_null(fragment: Fragment) -> Iterable[MutationEdit]:
    for name, _, at in _find_not_null(fragment):
        if at is not None:
            yield MutationEdit(
                fragment.tokens[at].start, fragment.tokens[at + 1].end, "", fragment.words[name]
            )


def _add_not_null(fragment: Fragment) -> Iterable[MutationEdit]:
    for name, last, at in _find_not_null(fragment):
        if at is None:
            end = fragment.tokens[last].end
            yield MutationEdit(end, end, " NOT NULL", fragment.words[name])


def _find_defaults(fragment: Fragment) -> Iterable[tuple[int, int, int]]:
    for _, name, last in _find_columns(fragment):
        for at in fragment.find("default", start=name):
            if at < last:
                # Generated migrations print the default as the last clause of a column.
                yield name, at, last


def _remove_default(fragment: Fragment) -> Iterable[MutationEdit]:
    for name, at, last in _find_defaults(fragment):
        yield MutationEdit(fragment.tokens[at].start, fragment.tokens[last].end, "", fragment.words[name])


def _change_default(fragment: Fragment) -> Iterable[MutationEdit]:
    for name, at, last in _find_defaults(fragment):
        token, column = fragment.tokens[at + 1], fragment.words[name]
        if token.kind == "string" and not token.word.startswith("'{"):
            yield MutationEdit(token.end - 1, token.end - 1, "_", column)
        elif token.word in {"true", "false"}:
            yield MutationEdit(token.start, token.end, "false" if token.word == "true" else "true", column)
        elif token.kind == "word" or token.word.startswith("'{"):
            new = {"now": "'epoch'", "gen_random_uuid": "'00000000-0000-0000-0000-000000000000'"}
            yield MutationEdit(token.start, fragment.tokens[last].end, new.get(token.word, "NULL"), column)


def _remove_collation(fragment: Fragment) -> Iterable[MutationEdit]:
    for _, name, last in _find_columns(fragment):
        for at in fragment.find("collate", start=name):
            if at < last:
                end = at + 3 if fragment.words[at + 2 : at + 3] == (".",) else at + 1
                yield MutationEdit(
                    fragment.tokens[at].start, fragment.tokens[end].end, "", fragment.words[name]
                )


OPERATORS = {
    "column left out": _remove_column,
    "type changed": _change_type,
    "collation left out": _remove_collation,
    "NOT NULL left out": _remove_not_null,
    "NOT NULL added": _add_not_null,
    "default left out": _remove_default,
    "default changed": _change_default,
}
