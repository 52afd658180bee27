"""Mutate constraints: leave out or rename constraints, change actions, leave out NOT VALID."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit
from schema_dsl.verify.mutants.operators.columns import list_elements
from schema_dsl.verify.mutants.operators.expressions import remove_item


def _remove_constraint(fragment: Fragment) -> Iterable[MutationEdit]:
    items = list_elements(fragment)
    for number, (first, _) in enumerate(items):
        words = fragment.words[first : first + 2]
        if fragment.kind == "create_stmt" and words[0] == "constraint":
            yield remove_item(fragment, items, number, words[1])
        elif words == ("add", "constraint") and len(items) > 1:
            yield remove_item(fragment, items, number, fragment.words[first + 2])


def _rename_constraint(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind not in {"create_stmt", "alter_table_stmt"}:
        return
    for number in fragment.find("constraint"):
        if fragment.words[number - 1] != "validate":
            token = fragment.tokens[_find_name(fragment, number)]
            at = token.end - (token.kind == "quoted")
            yield MutationEdit(at, at, "_", token.word)


def _find_name(fragment: Fragment, number: int) -> int:
    """Return the number of the token with the name that follows CONSTRAINT or CONSTRAINT IF EXISTS."""
    return number + (3 if fragment.words[number + 1 : number + 3] == ("if", "exists") else 1)


def _remove_unique(fragment: Fragment) -> Iterable[MutationEdit]:
    """Make a unique index an ordinary index. Unique constraints are left out as a whole by another operator."""
    for number in fragment.find("unique", "index"):
        token = fragment.tokens[number]
        yield MutationEdit(token.start, token.end, "", fragment.subject)


def _find_actions(fragment: Fragment) -> Iterable[tuple[int, int]]:
    for event in ("delete", "update"):
        for number in fragment.find("on", event):
            two = fragment.words[number + 2] in {"set", "no"}
            if fragment.kind in {"create_stmt", "alter_table_stmt"}:
                yield number, number + 2 + two


def _remove_action(fragment: Fragment) -> Iterable[MutationEdit]:
    for number, last in _find_actions(fragment):
        yield MutationEdit(
            fragment.tokens[number].start, fragment.tokens[last].end, "", fragment.text(number, last)
        )


def _change_action(fragment: Fragment) -> Iterable[MutationEdit]:
    for number, last in _find_actions(fragment):
        start, end = fragment.tokens[number + 2].start, fragment.tokens[last].end
        for new in ("RESTRICT", "SET NULL", "CASCADE"):
            if new.lower() != fragment.script[start:end].lower():
                yield MutationEdit(start, end, new, f"{fragment.text(number, last)} {new}")


def _remove_not_valid(fragment: Fragment) -> Iterable[MutationEdit]:
    for number in fragment.find("not", "valid"):
        start = fragment.tokens[number - 1].end
        before = [at for at in fragment.find("constraint") if at < number]
        name = fragment.words[_find_name(fragment, before[-1])] if before else ""
        yield MutationEdit(start, fragment.tokens[number + 1].end, "", name)


OPERATORS = {
    "constraint left out": _remove_constraint,
    "constraint renamed": _rename_constraint,
    "UNIQUE left out": _remove_unique,
    "action left out": _remove_action,
    "action changed": _change_action,
    "NOT VALID left out": _remove_not_valid,
}
