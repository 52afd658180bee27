"""The rollback leads back to what was there before, and loses no data unless it is told to."""

from __future__ import annotations

from itertools import cycle

from schema_dsl.verify.proof import Outcome, Proof, Status, outcome
from schema_dsl.verify.rollback import (
    WAYS,
    rollback_script,
    try_data_guards,
    try_data_loss,
    try_round_trip,
)
from schema_dsl.verify.scratch import Scratch


def _run(scratch: Scratch) -> Outcome:
    down = rollback_script(scratch)
    if not down.statements:
        return Outcome(status=Status.UNPROVEN, summary="there is nothing to undo", notes=down.notes)
    failures: list[str] = []
    for way, setting in zip(WAYS, cycle(down.settings), strict=False):
        failures += try_round_trip(scratch, down, way, setting)
        failures += try_data_loss(scratch, down, way, setting)
    held = try_data_guards(scratch, down)
    failures += held.failures
    return outcome(
        tuple(dict.fromkeys(failures)),
        f"down as before, up again as after, {' and '.join(WAYS)}; refused for data in each of {held.things} things",
        notes=(*down.notes, *held.notes),
        data={"statements": len(down.statements), "things": held.things},
    )


PROOF = Proof(
    name="rollback",
    promise="The rollback leads back to what was there before, and refuses to lose data unless it is told to.",
    rank=90,
    run=_run,
    slow=True,
)
