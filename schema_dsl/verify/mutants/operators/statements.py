"""Mutate statements: leave out statements, IF EXISTS, IF NOT EXISTS, OR REPLACE and the guards of DO blocks."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit


def _remove_statement(fragment: Fragment) -> Iterable[MutationEdit]:
    # A block without its only statement is equivalent to the script without the block, which is another mutant.
    if fragment.kind == "block" or fragment.is_only_statement:
        return
    end = fragment.end + (fragment.script[fragment.end : fragment.end + 1] == ";")
    yield MutationEdit(
        fragment.start, end, "", " ".join(fragment.words[: 1 if fragment.kind == "do_stmt" else 2])
    )


def _remove_if_not_exists(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind == "block":
        return
    for number in fragment.find("if", "not", "exists"):
        yield MutationEdit(
            fragment.tokens[number].start,
            fragment.tokens[number + 2].end,
            "",
            _get_added_column(fragment, number + 3),
        )


def _remove_if_exists(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind == "block":
        return
    for number in fragment.find("if", "exists"):
        name = fragment.words[number + 2]
        yield MutationEdit(fragment.tokens[number].start, fragment.tokens[number + 1].end, "", name)


def _remove_or_replace(fragment: Fragment) -> Iterable[MutationEdit]:
    for number in fragment.find("or", "replace"):
        yield MutationEdit(fragment.tokens[number].start, fragment.tokens[number + 1].end, "")


def _negate_guard(fragment: Fragment) -> Iterable[MutationEdit]:
    for number, detail in _find_guards(fragment):
        token = fragment.tokens[number + 1]
        yield MutationEdit(token.start, token.end, "", detail)


def _disable_guard(fragment: Fragment) -> Iterable[MutationEdit]:
    for number, detail in _find_guards(fragment):
        token = fragment.tokens[number]
        yield MutationEdit(token.end, token.end, " true OR", detail)


def _find_guards(fragment: Fragment) -> Iterable[tuple[int, str]]:
    """Yield the guards of a block, with the name of the object that a guard looks up."""
    if fragment.kind != "block":
        return
    for number in fragment.find("if", "not", "exists", "("):
        closing = fragment.find_closing(number + 3)
        names = [token.word for token in fragment.tokens[number:closing] if token.kind == "string"]
        yield number, names[-1] if names else ""


def _get_added_column(fragment: Fragment, number: int) -> str:
    """Return the name of the added column, or "" for a table or an index, which is the subject itself."""
    return fragment.words[number] if fragment.kind == "alter_table_stmt" else ""


OPERATORS = {
    "statement left out": _remove_statement,
    "IF NOT EXISTS left out": _remove_if_not_exists,
    "IF EXISTS left out": _remove_if_exists,
    "OR REPLACE left out": _remove_or_replace,
    "guard negated": _negate_guard,
    "guard always true": _disable_guard,
}
