"""Find the tables that a migration touches, so that a small one of a large schema need not try all tables again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import attrs

from schema_dsl.analysis.identity import RELATION_KINDS, ROUTINE_KINDS, Identity
from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.introspect.reading import RELATION
from schema_dsl.plan.mentions import list_sql
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.state import State
from schema_dsl.verify.proof import Sample, draw_sample
from schema_dsl.verify.reruns import list_words
from schema_dsl.verify.scratch import Scratch

_MOST_UNTOUCHED: Final = 10
"""The largest number of tables that a proof tries among those that the migration leaves as they were."""


@attrs.frozen
class TableChoice:
    """The tables that a proof tries.

    Attributes:
        left_out: The tables that are not tried again.
        sample: The numbers of tried and of all tables that the migration leaves as they were.
    """

    left_out: frozenset[QualifiedKey]
    sample: Sample

    def describe(self, subject: str) -> list[str]:
        """Return a note about the tables that are not tried again; nothing if all are tried.

        Args:
            subject: The tried parts of a table, such as "constraints".
        """
        if not self.left_out:
            return []
        sample = self.sample
        tried = f"the {subject} of {sample.tried:,} were tried (seed {sample.seed})"
        return [
            f"of {sample.possible:,} tables that the migration leaves as they were, {tried}; --all tries each"
        ]


def choose_tables(
    scratch: Scratch, tables: Iterable[QualifiedKey], further: Collection[QualifiedKey] | None = ()
) -> TableChoice:
    """Choose the tables to try: those that the migration touches, and a sample of the others.

    Args:
        scratch: The migration.
        tables: The tables that the proof is about.
        further: Tables that count as touched; None for all.
    """
    subject = scratch.subject
    if subject.tries_all or further is None:
        return TableChoice(frozenset(), Sample(0, 0, subject.seed))
    untouched = sorted(list_untouched(scratch, tables).difference(further))
    chosen = draw_sample(untouched, _MOST_UNTOUCHED, subject.seed)
    return TableChoice(
        frozenset(untouched).difference(chosen), Sample(len(chosen), len(untouched), subject.seed)
    )


def list_untouched(scratch: Scratch, tables: Iterable[QualifiedKey]) -> frozenset[QualifiedKey]:
    """Return the tables that the migration leaves as they were; none if they are few, or if that is not known."""
    candidates = frozenset(tables)
    if len(candidates) <= _MOST_UNTOUCHED or scratch.subject.is_outdated:
        return frozenset()
    touched = scratch.compute_once("touched tables", lambda: find_touched_tables(scratch))
    return frozenset() if touched is None else candidates - touched


def find_touched_tables(scratch: Scratch) -> frozenset[QualifiedKey] | None:
    """Return the tables that the migration may affect; None for all tables.

    These are the tables that differ before and after the migration, call a different function, have an object that
    depends on one of these, or are named in the script or its rollback. Any table may depend on another object that
    existed before, such as a type.
    """
    before, after = (
        scratch.introspected(state, scratch.settings[0]).catalog.objects for state in ("before", "after")
    )
    changed = {
        identity for identity in before.keys() | after.keys() if before.get(identity) != after.get(identity)
    }
    routines = {
        identity.root
        for identity in changed
        if identity.root in before and identity.root.kind in ROUTINE_KINDS
    }
    states = State(before), State(after)
    changed |= {caller for state in states for caller in _list_callers(state, routines)}
    present = {identity.root for identity in changed if identity.root in before}
    if any(root.kind != RELATION and root not in routines for root in present):
        return None
    words = list_words(f"{scratch.subject.script} {scratch.subject.rollback or ''}")
    tables = {
        identity
        for identity in before.keys() | after.keys()
        if identity.parent is None and identity.kind == RELATION
    }
    named = frozenset(table.relation for table in tables if list_words(table.name) <= words)
    if len(named) == len(tables):
        return named
    # A part that existed before and is as before depends on no new object.
    existing = {identity for identity in changed if identity.root in before}
    new = (table.relation for table in tables if table not in before)
    return named.union(new, *(_list_concerned(state, existing) for state in states))


def _list_callers(state: State, routines: set[Identity]) -> set[Identity]:
    """Return the objects that call one of some routines, and add direct and indirect callers to the routines."""
    rules = load_kind_rules()
    code = {
        identity: list_words(
            " ".join(
                text for name in rules[identity.kind].expressions for text in list_sql(getattr(item, name))
            )
        )
        for identity, item in state.objects.items()
        if identity.kind in ROUTINE_KINDS
    }
    callers: set[Identity] = set()
    pending = list(routines)
    while pending:
        called = pending.pop()
        found = {dependency.dependent for dependency in state.dependents(called)}
        # A body is read by its words. One that builds its statements may call every routine.
        found |= {
            each for each, words in code.items() if list_words(called.name) <= words or "execute" in words
        }
        callers |= found
        new = {each.root for each in found if each.root.kind in ROUTINE_KINDS} - routines
        routines |= new
        pending += new
    return callers


def _list_concerned(state: State, changed: Iterable[Identity]) -> set[QualifiedKey]:
    """Return the relations of some objects, and those that depend on a part of these relations."""
    parts = [part for root in {identity.root for identity in changed} for part in state.parts(root)]
    dependents = (each.dependent for part in parts for each in state.dependents(part))
    return {each.relation for each in (*parts, *dependents) if each.root.kind in RELATION_KINDS}
