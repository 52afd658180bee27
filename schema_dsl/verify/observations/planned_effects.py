"""Look up the planned hazards of a migration's statements by statement text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import LockMode, lock_strength
from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.migrations import read_allowed
from schema_dsl.parsing import split
from schema_dsl.plan import Plan, allow, parse_allowance, plan
from schema_dsl.plan.rename import Rename
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.render import render_step
from schema_dsl.render.data_loss_guard import list_losses_to_check_first, render_data_loss_check
from schema_dsl.verify.comparison.replay import compare_state_before
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.observations.locks import TableUse


@attrs.frozen
class PlannedEffects:
    """The steps of a plan.

    Attributes:
        steps: The steps by the text of their statements.
        is_unedited: Whether each statement is of the plan, although another version of this package may have written
            another text: the hazards of such a statement are those of all steps.
        renamed: The new names of relations that the migration renames, by the names under which locks are measured.
    """

    steps: Mapping[str, Sequence[Step]]
    renamed: Mapping[QualifiedKey, QualifiedKey] = attrs.Factory(dict)
    is_unedited: bool = False

    def find_hazards(self, text: str, relation: tuple[str, str]) -> Sequence[Hazard] | None:
        """Return the planned locking hazards of a statement on a table, or None if the plan lacks the statement."""
        steps: Iterable[Step] | None = self.steps.get(text)
        if steps is None:
            if not self.is_unedited:
                return None
            steps = chain.from_iterable(self.steps.values())
        names = {relation, self.renamed.get(relation, relation)}
        hazards = (hazard for step in steps for hazard in step.hazards)
        return [hazard for hazard in hazards if hazard.relation in names and hazard.lock]

    def subject(self, text: str) -> Identity | None:
        """Return the object that a statement creates, alters or drops, or None if the plan lacks the statement."""
        return self.steps[text][0].subject if text in self.steps else None


def collect_effects(
    plan: Plan, renames: Iterable[Rename] = (), *, is_unedited: bool = False
) -> PlannedEffects:
    """Index the steps of a plan by statement text. Every statement of a step has all hazards of the step.

    The check for losses before all steps has those of the steps whose losses it counts.
    """
    steps: dict[str, list[Step]] = {}
    for step in (each for planned in plan.steps for each in (planned, *planned.online)):
        for statement in split(render_step(step)).statements:
            steps.setdefault(statement.text, []).append(step)
    losses = list_losses_to_check_first(plan)
    if losses:
        counting = [step for step in plan.steps if set(losses) & set(step.list_losses())]
        for statement in split(render_data_loss_check(losses)).statements:
            steps.setdefault(statement.text, []).extend(counting)
    renamed = {rename.before.relation: rename.after.relation for rename in renames}
    return PlannedEffects(steps, renamed, is_unedited)


def replan_migration(scratch: Scratch) -> Plan:
    """Plan the subject's migration again: the changes to the wanted state, of the objects that the migration changes.

    Raises:
        SchemaDslError: If the state before the migration cannot be compared with the definitions.
    """
    wanted = scratch.subject.wanted
    allowed = [parse_allowance(text) for text in read_allowed(scratch.subject.script)]
    if not scratch.subject.earlier:
        return plan(wanted.existing(), wanted)
    replayed = compare_state_before(scratch)
    before, after = (
        scratch.introspected(state, scratch.settings[0]).catalog.objects for state in ("before", "after")
    )
    # The definitions may be newer than the migration: they may drop or alter what the migration leaves as it is.
    changes = [
        each
        for each in replayed.differences
        if each.identity not in before
        or (
            each.identity not in after
            if each.after is None
            else before[each.identity] != after.get(each.identity)
        )
    ]
    return allow(attrs.evolve(replayed, differences=changes).plan(drop=True), allowed)


def covers(hazards: Sequence[Hazard], use: TableUse) -> bool:
    """Return whether the planned hazards of a statement permit a measured effect.

    A scan counts only under a lock mode that blocks reads or writes. A lock that blocks neither needs no hazard.
    """
    is_blocking = lock_strength(use.lock) >= LockMode.SHARE
    if not is_blocking and not hazards and not use.rewrites:
        return True
    return any(
        lock_strength(hazard.lock) >= lock_strength(use.lock)
        and (hazard.rewrites or not use.rewrites)
        and (hazard.scans or hazard.rewrites or not (use.scans and is_blocking))
        for hazard in hazards
    )
