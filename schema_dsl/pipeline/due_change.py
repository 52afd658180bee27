"""Plan the change that the next migration makes: from the state after the migrations to the definitions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from schema_dsl.migrations import Migration
from schema_dsl.pipeline.baseline_objects import creates_declared
from schema_dsl.pipeline.free_names import require_free_names
from schema_dsl.pipeline.instruction_columns import require_known_columns
from schema_dsl.pipeline.instructions import note_similar, note_stale
from schema_dsl.pipeline.project import Project
from schema_dsl.pipeline.rehearsal import RehearsalReasons, find_rehearsal_reasons
from schema_dsl.pipeline.renamed_labels import note_renamed_labels
from schema_dsl.pipeline.stored_results import note_stored_results
from schema_dsl.pipeline.unique_calls import require_unique_calls

if TYPE_CHECKING:
    from schema_dsl.plan import Difference, Plan, Weakening
    from schema_dsl.plan.rename import Rename


@attrs.frozen
class DueChange:
    """The work of a migration.

    Attributes:
        plan: The plan.
        changes: The changes that the plan makes.
        weakenings: The changes that weaken access.
        undeclared: The undeclared objects that the plan does not drop.
        reasons: The objects for which the migration is run before it is written.
        notes: Sentences about objects that may have been renamed, and properties that cannot be declared.
        renames: The renames, which come before the changes.
    """

    plan: Plan
    changes: Sequence[Difference]
    weakenings: tuple[Weakening, ...]
    undeclared: tuple[str, ...] = ()
    reasons: RehearsalReasons = attrs.Factory(RehearsalReasons)
    notes: tuple[str, ...] = ()
    renames: Sequence[Rename] = ()


def plan_due_change(project: Project, replayed: Iterable[Migration], *, drop: bool) -> DueChange:
    """Plan from the state after the replayed migrations, or from the existing tables if there are none."""
    from schema_dsl.plan import (  # noqa: PLC0415 - only a due migration needs it
        diff,
        find_weakenings,
        plan_differences,
    )

    history = tuple(replayed)
    if not history and not creates_declared(project):
        before, wanted = project.wanted.existing(), project.wanted
        changes: Sequence[Difference] = diff(before, wanted)
        weakenings = find_weakenings(changes, before.objects, wanted.roles)
        return DueChange(plan_differences(changes, wanted.objects), changes, weakenings)
    from schema_dsl.verify import Subject  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.verify.comparison.replay import compare_history  # noqa: PLC0415

    subject = Subject(
        platform=project.platform,
        baseline=project.baseline,
        earlier=history,
        file="",
        script="",
        wanted=project.wanted,
        managed=project.settings.managed,
    )
    difference = compare_history(project.settings.postgres, subject)
    undeclared = () if drop else tuple(map(str, difference.undeclared))
    changes = difference.list_changes(drop=drop)
    require_free_names(changes, difference.present, project.wanted.objects)
    require_unique_calls(changes, difference.present, project.wanted.objects)
    require_known_columns(changes, difference.present, difference.renames)
    weakenings = difference.list_weakenings(drop=drop)
    plan = difference.plan(drop=drop)
    notes = (
        *difference.inexpressible,
        *(note_similar(project, rename) for rename in difference.similar),
        *dict.fromkeys(note_stale(project, plan, changes, difference.renames, difference.present)),
        *note_stored_results(changes, difference.present),
        *note_renamed_labels(changes),
    )
    left = () if drop else difference.left
    reasons = find_rehearsal_reasons(plan, changes, left, difference.present, project.wanted.objects)
    return DueChange(plan, changes, weakenings, undeclared, reasons, notes, difference.renames)
