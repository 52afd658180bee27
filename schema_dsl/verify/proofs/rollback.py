"""Prove that the rollback restores the state before the migration, and loses data only if that is allowed."""

from __future__ import annotations

from itertools import cycle

from schema_dsl.verify.proof import Outcome, Proof, Status, conclude
from schema_dsl.verify.rollback import (
    APPLY_MODES,
    load_rollback_script,
    try_data_guards,
    try_data_loss,
    try_round_trip,
)
from schema_dsl.verify.scratch import Scratch


def _run(scratch: Scratch) -> Outcome:
    down = load_rollback_script(scratch)
    if not down.statements:
        return Outcome(status=Status.UNPROVEN, summary="the migration has nothing to undo", notes=down.notes)
    failures: list[str] = []
    for mode, setting in zip(APPLY_MODES, cycle(down.settings), strict=False):
        failures += try_round_trip(scratch, down, mode, setting)
        failures += try_data_loss(scratch, down, mode, setting)
    guards = try_data_guards(scratch, down)
    failures += guards.failures
    return conclude(
        tuple(dict.fromkeys(failures)),
        f"rolled back to the state before and re-run to the state after, {' and '.join(APPLY_MODES)}; "
        f"dropped tables and columns guarded against data loss: {guards.object_count}",
        notes=(*down.notes, *guards.notes),
        data={"statements": len(down.statements), "things": guards.object_count},
    )


PROOF = Proof(
    name="rollback",
    promise="The rollback restores the state before the migration, and refuses to lose data unless that is allowed.",
    rank=90,
    run=_run,
    slow=True,
)
