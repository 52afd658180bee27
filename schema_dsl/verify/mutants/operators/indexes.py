"""Mutate indexes: conditions, columns, order, uniqueness and names."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit


def _find_where(fragment: Fragment) -> int | None:
    return next(iter(fragment.find("where")), None) if fragment.kind == "index_stmt" else None


def _remove_where(fragment: Fragment) -> Iterable[MutationEdit]:
    at = _find_where(fragment)
    if at is not None:
        yield MutationEdit(fragment.tokens[at - 1].end, fragment.end, "")


def _negate_where(fragment: Fragment) -> Iterable[MutationEdit]:
    at = _find_where(fragment)
    if at is not None:
        start = fragment.tokens[at].end
        yield MutationEdit(start, fragment.end, f" NOT ({fragment.script[start : fragment.end].strip()})")


def _find_keys(fragment: Fragment) -> list[tuple[int, int]]:
    if fragment.kind != "index_stmt" or "(" not in fragment.words:
        return []
    opening = fragment.words.index("(")
    return fragment.items(opening + 1, fragment.find_closing(opening) - 1)


def _change_column(fragment: Fragment) -> Iterable[MutationEdit]:
    for first, last in _find_keys(fragment):
        if first == last:
            new = "id" if fragment.words[first] != "id" else "created_at"
            yield MutationEdit(
                fragment.tokens[first].start, fragment.tokens[last].end, new, fragment.words[first]
            )


def _make_descending(fragment: Fragment) -> Iterable[MutationEdit]:
    for first, last in _find_keys(fragment):
        if fragment.words[last] not in {"asc", "desc", "first", "last"}:
            end = fragment.tokens[last].end
            yield MutationEdit(end, end, " DESC", fragment.words[first])


def _make_unique(fragment: Fragment) -> Iterable[MutationEdit]:
    for number in fragment.find("create", "index"):
        end = fragment.tokens[number].end
        yield MutationEdit(end, end, " UNIQUE")


def _rename_index(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind == "index_stmt":
        token = fragment.tokens[fragment.words.index("on") - 1]
        yield MutationEdit(token.end, token.end, "_" if token.kind == "word" else "")


OPERATORS = {
    "WHERE left out": _remove_where,
    "WHERE negated": _negate_where,
    "index column changed": _change_column,
    "index order changed": _make_descending,
    "UNIQUE added": _make_unique,
    "index renamed": _rename_index,
}
