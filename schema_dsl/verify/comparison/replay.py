"""Replay a history of migrations on a server and compare the result with the definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import Unsupported, compare
from schema_dsl.introspect.partitions import read_partitions
from schema_dsl.introspect.scope import ManagedScope
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.privilege import Privilege, find_built_in
from schema_dsl.model.table import Table
from schema_dsl.plan import Difference, Plan, Weakening, find_weakenings, plan_differences
from schema_dsl.plan.declared import use_declared_spelling
from schema_dsl.plan.partitions import Partitions
from schema_dsl.plan.rename import Rename
from schema_dsl.plan.similar import find_similar
from schema_dsl.plan.state import State
from schema_dsl.plan.superseded import find_superseded
from schema_dsl.postgres import provider
from schema_dsl.verify.comparison.default_grants import is_granted, list_default_grants
from schema_dsl.verify.comparison.left_behind import list_left_behind
from schema_dsl.verify.comparison.renames import RenamedState, read_renamed_before
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.subject import Subject


@attrs.frozen
class ReplayDifference:
    """The differences between a replayed history and the definitions.

    Attributes:
        differences: The differences, from the replayed state to the declared state.
        present: All objects after the next migration: the declared objects and the undeclared objects of the history.
        weakenings: The changes that weaken access, including the drop of undeclared objects.
        renames: The renames, which come before the differences.
        partitions: The partitions of the partitioned tables.
        similar: The pairs of an undeclared and a new object that may be one renamed object.
        superseded: The undeclared objects that the plan drops, because a declared object replaces them.
        compared: The differences, with both sides as Postgres prints them.
        inexpressible: A sentence for each property of a declared object that the definitions cannot declare.
    """

    differences: Sequence[Difference]
    present: Mapping[Identity, Any]
    weakenings: Sequence[Weakening] = ()
    renames: Sequence[Rename] = ()
    similar: Sequence[Rename] = ()
    partitions: Partitions = attrs.Factory(dict)
    superseded: frozenset[Identity] = frozenset()
    compared: Sequence[Difference] = ()
    inexpressible: tuple[str, ...] = ()

    def list_changes(self, *, drop: bool) -> list[Difference]:
        """List the differences that the migration removes; without `drop`, only superseded undeclared objects."""
        return [
            difference
            for difference in self.differences
            if drop or difference.after is not None or difference.identity in self.superseded
        ]

    def plan(self, *, drop: bool) -> Plan:
        """Plan the migration to the declared state. Undeclared objects are dropped only with `drop`."""
        return plan_differences(self.list_changes(drop=drop), self.present, self.renames, self.partitions)

    def list_weakenings(self, *, drop: bool) -> tuple[Weakening, ...]:
        """Return the changes of `plan` that weaken access."""
        dropped = {difference.identity for difference in self.differences if difference.after is None}
        return tuple(item for item in self.weakenings if drop or item.identity not in dropped)

    @property
    def undeclared(self) -> tuple[Identity, ...]:
        """Return the objects that the history creates and the definitions do not declare.

        A table stands for its parts.
        """
        found = set(self.left)
        return tuple(each for each in self.left if each.parent is None or each.root not in found)

    @property
    def left(self) -> tuple[Identity, ...]:
        """Return the objects that the history creates and the definitions do not declare, with the parts of each."""
        return tuple(
            difference.identity
            for difference in self.differences
            if difference.after is None and difference.identity not in self.superseded
        )


def compare_history(spec: str, subject: Subject) -> ReplayDifference:
    """Replay the migrations before the subject's migration on a scratch server, and compare with the definitions.

    Args:
        spec: The server, as in `--postgres`.
        subject: The migrations to replay, and the declared state; the migration itself does not run.

    Raises:
        PostgresError: If the server does not start or the history does not apply.
    """
    with provider(spec).start() as server, Scratch(server, subject) as scratch:
        return compare_state_before(scratch)


def _withhold_defaults(scratch: Scratch, found: ReplayDifference) -> ReplayDifference:
    """Return the difference with the roles that have no privileges on objects whose privileges are not declared.

    Otherwise the roles to which ALTER DEFAULT PRIVILEGES grants access would get it where the plan creates such an
    object again. A privilege that a role has under one setting of default privileges comes from that setting.
    """
    if all(difference.before is None for difference in found.differences):
        return found
    declared = {
        identity.root
        for identity, item in scratch.subject.wanted.objects.items()
        if isinstance(item, Privilege)
    }
    candidates = [
        identity
        for identity in _list_created_again(found)
        if identity not in declared and not isinstance(found.present.get(identity), Table)
    ]
    # To replay the history under each setting takes as long as all else.
    if not candidates:
        return found
    states = [scratch.introspected("before", setting).catalog.objects for setting in scratch.settings]
    created = [identity for identity in candidates if all(identity in state for state in states)]
    withheld = {
        part: find_built_in(part)
        for part in list_default_grants(created, states)
        if not is_granted(part, states)
    }
    return attrs.evolve(found, present={**withheld, **found.present})


def _list_created_again(found: ReplayDifference) -> list[Identity]:
    """Return the present objects that the plan may create again: those that differ, and their dependents."""
    state = State(found.present)
    # A part that differs may be one that no longer exists.
    parts = [difference.identity for difference in found.differences]
    roots: set[Identity] = set()
    while parts:
        new = {part.root for part in parts} - roots
        roots |= new
        parts = [
            dependency.dependent
            for part in (*parts, *(part for root in new for part in state.parts(root)))
            for dependency in state.dependents(part)
            if dependency.dependent.root not in roots
        ]
    return [identity for identity in found.present if identity in roots]


def compare_state_before(scratch: Scratch) -> ReplayDifference:
    """Compare the state before the subject's migration with the definitions."""
    subject = scratch.subject
    state = read_renamed_before(scratch)
    with scratch.unchanged("before") as database, scratch.connect(database) as connection:
        partitions = read_partitions(connection)
    left = list_left_behind(scratch, subject.earlier, state.declared, state.present.catalog, state.renames)
    return _withhold_defaults(scratch, compare_with_definitions(subject.wanted, state, left, partitions))


def compare_with_definitions(
    wanted: Catalog, state: RenamedState, left: Iterable[Identity], partitions: Partitions
) -> ReplayDifference:
    """Compare a state with the definitions.

    Args:
        wanted: The declared state.
        state: The state, and the declared state as Postgres prints it.
        left: The objects that are not declared and were left behind.
        partitions: The partitions of the partitioned tables.
    """
    declared, present = state.declared, state.present
    compared = compare(declared, present, ManagedScope(declared, frozenset(left)))
    different = {difference.identity for difference in compared}
    new = {
        difference.identity.root
        for difference in compared
        if difference.before is None and difference.identity.parent is None
    }
    # compare() reports a missing relation without the objects on it, but the migration must create those as well.
    compared += [
        Difference(identity, None, declared_object)
        for identity, declared_object in declared.objects.items()
        if identity not in different and identity.root in new
    ]
    # No migration leads to the declared object from a property that the model cannot express.
    plannable = [each for each in compared if not isinstance(each.before, Unsupported)]
    inexpressible = tuple(
        f"{each.identity} {each.before.text}. The definitions cannot declare this"
        for each in compared
        if isinstance(each.before, Unsupported)
    )
    # The comparison uses the objects as Postgres prints them. The migration contains them as the definitions do.
    differences = [use_declared_spelling(difference, wanted.objects) for difference in plannable]
    undeclared = {
        identity: present_object
        for identity, present_object in present.catalog.objects.items()
        if identity not in wanted.objects
    }
    superseded = find_superseded(plannable, present.catalog.objects, declared.objects)
    weakenings = find_weakenings(plannable, present.catalog.objects, wanted.roles)
    return ReplayDifference(
        differences,
        {**undeclared, **wanted.objects},
        weakenings,
        state.renames,
        find_similar(
            (difference for difference in plannable if difference.identity not in superseded),
            present.catalog.objects,
            declared.objects,
        ),
        partitions,
        superseded,
        compared,
        inexpressible,
    )
