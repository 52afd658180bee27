"""The names of the objects that a file creates and drops; dropping an object and recreating it breaks no query."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.effects import DEFINING_KINDS, Effect, effects
from schema_dsl.analysis.effects.names import local_name
from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.source import Source

_DROPPING_KINDS = frozenset(kind for kind in DEFINING_KINDS if kind.startswith(("drop", "alter")))


def is_rollback_file(step: HistoryStep) -> bool:
    """Return whether a file is a rollback script, which drops the objects of its migration."""
    return step.source.undoes


def is_harmless_removal(step: HistoryStep, identity: Identity) -> bool:
    """Return whether no query misses an object that a statement drops or renames.

    The file creates an object of the same local name in the statement or later, or the file is a rollback script,
    which drops the objects of its migration.
    """
    return is_name_reused(step, identity) or is_rollback_file(step)


def is_name_reused(step: HistoryStep, identity: Identity) -> bool:
    """Return whether the file gives the local name of an object to another object, in the statement or later."""
    return _find_creations(step.source).get(local_name(identity), -1) >= step.statement.start


def is_name_given_by_rename(step: HistoryStep, identity: Identity) -> bool:
    """Return whether the file gives an object its name, before the statement, so that older queries do not use it."""
    start = step.statement.start
    return any(
        offset < start
        and effect.new_identity is not None
        and local_name(effect.new_identity) == local_name(identity)
        for offset, effect in _list_renames(step.source)
    )


@cached
def _list_renames(source: Source) -> list[tuple[int, Effect]]:
    """Return the renames of a file, with the offsets of their statements."""
    return [item for item in _iterate_effects(source, DEFINING_KINDS) if item[1].verb == "rename"]


@cached
def find_drop_offsets(source: Source) -> dict[tuple[str, ...], int]:
    """Return the local names that a file drops, with the offset of the first statement that drops the name."""
    offsets: dict[tuple[str, ...], int] = {}
    for start, effect in _iterate_effects(source, _DROPPING_KINDS):
        if effect.verb == "drop":
            offsets.setdefault(local_name(effect.identity), start)
    return offsets


@cached
def find_creation_offsets(source: Source) -> dict[tuple[str, ...], int]:
    """Return the local names that a file creates, with the offset of the first statement that creates the name."""
    offsets: dict[tuple[str, ...], int] = {}
    for start, effect in _iterate_effects(source, DEFINING_KINDS):
        if effect.creates:
            offsets.setdefault(local_name(effect.identity), start)
    return offsets


@cached
def _find_creations(source: Source) -> dict[tuple[str, ...], int]:
    """Return the local names that a file creates, with the offset of the last statement that creates the name."""
    offsets: dict[tuple[str, ...], int] = {}
    for start, effect in _iterate_effects(source, DEFINING_KINDS):
        if effect.verb == "rename" and effect.new_identity is not None:
            offsets[local_name(effect.new_identity)] = start
        elif effect.creates:
            offsets[local_name(effect.identity)] = start
    return offsets


def _iterate_effects(source: Source, kinds: frozenset[str]) -> Iterator[tuple[int, Effect]]:
    for statement in source.expanded:
        if statement.kind in kinds:
            for effect in effects(statement):
                yield statement.start, effect
