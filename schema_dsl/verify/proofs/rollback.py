"""Prove that the rollback restores the state before the migration, and loses data only if that is allowed."""

from __future__ import annotations

from itertools import cycle

from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.proof import Outcome, Proof, conclude
from schema_dsl.verify.rollback import (
    APPLY_MODES,
    TrialResult,
    load_rollback_script,
    try_data_guards,
    try_data_loss,
    try_round_trip,
)
from schema_dsl.verify.rollback.reverse_plan import NoReverseError


def _run(scratch: Scratch) -> Outcome:
    try:
        down = load_rollback_script(scratch)
    except NoReverseError as error:
        return conclude((), "no rollback was run", untried=[str(error)])
    if not down.statements:
        return conclude((), "the migration changes nothing to undo", untried=down.untried, notes=down.notes)
    found = TrialResult()
    for mode, setting in zip(APPLY_MODES, cycle(down.settings), strict=False):
        for attempt in (try_round_trip, try_data_loss):
            found.add(attempt(scratch, down, mode, setting))
    guards = try_data_guards(scratch, down)
    return conclude(
        tuple(dict.fromkeys((*found.failures, *guards.failures))),
        f"rolled back to the state before and re-run to the state after, {' and '.join(APPLY_MODES)}; "
        f"dropped tables and columns guarded against data loss: {guards.tried_count}",
        untried=(*down.untried, *found.untried, *guards.untried),
        notes=tuple(dict.fromkeys((*down.notes, *found.notes))),
        data={"statements": len(down.statements), "things": guards.tried_count},
    )


PROOF = Proof(
    name="rollback",
    promise="The rollback restores the state before the migration, and refuses to lose data unless that is allowed.",
    rank=90,
    run=_run,
    slow=True,
)
