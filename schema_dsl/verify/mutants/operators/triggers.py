"""Mutate triggers and comments."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit

_OPPOSITE_TIMING = {"before": "AFTER", "after": "BEFORE"}
_EVENTS = ("INSERT", "UPDATE", "DELETE")


def _is_trigger(fragment: Fragment) -> bool:
    return fragment.kind == "create_trig_stmt"


def _change_timing(fragment: Fragment) -> Iterable[MutationEdit]:
    if _is_trigger(fragment):
        for token in fragment.tokens:
            if token.word in _OPPOSITE_TIMING:
                yield MutationEdit(token.start, token.end, _OPPOSITE_TIMING[token.word], token.word)


def _change_event(fragment: Fragment) -> Iterable[MutationEdit]:
    if not _is_trigger(fragment):
        return
    present_events = {
        event for event in _EVENTS if event.lower() in fragment.words[: fragment.words.index("on")]
    }
    for token in fragment.tokens[: fragment.words.index("on")]:
        if token.word.upper() in present_events:
            for new in _EVENTS:
                if new not in present_events:
                    yield MutationEdit(token.start, token.end, new, f"{token.word} {new} instead")
                    yield MutationEdit(token.end, token.end, f" OR {new}", f"{token.word} {new} too")


def _change_level(fragment: Fragment) -> Iterable[MutationEdit]:
    if _is_trigger(fragment):
        for number in fragment.find("each", "row"):
            token = fragment.tokens[number + 1]
            yield MutationEdit(token.start, token.end, "STATEMENT")


def _add_false_condition(fragment: Fragment) -> Iterable[MutationEdit]:
    if _is_trigger(fragment) and "when" not in fragment.words:
        for number in fragment.find("execute"):
            start = fragment.tokens[number].start
            yield MutationEdit(start, start, "WHEN (false) ")


def _change_comment(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind == "comment_stmt" and fragment.tokens[-1].kind == "string":
        end = fragment.tokens[-1].end - 1
        yield MutationEdit(end, end, "!")


OPERATORS = {
    "trigger timing changed": _change_timing,
    "trigger event changed": _change_event,
    "trigger level changed": _change_level,
    "trigger condition always false": _add_false_condition,
    "comment changed": _change_comment,
}
