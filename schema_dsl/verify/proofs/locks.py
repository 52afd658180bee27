"""No statement keeps others waiting beyond what the plan said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schema_dsl.plan.step import Hazard
from schema_dsl.verify.apply import statements_of
from schema_dsl.verify.locks import Measured, TableUse, measure, strength
from schema_dsl.verify.planned_effects import PlannedEffects, covers, declared, planned
from schema_dsl.verify.proof import Outcome, Proof, outcome
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.seed import seeded

_HEADER: Final = ("line", "statement", "table", "strongest lock", "rows", "ms")
_WORDS: Final = 6
# What any query takes.
_READING: Final = "AccessShareLock"


def _run(scratch: Scratch) -> Outcome:
    file = scratch.subject.file
    plan = declared(planned(scratch))
    with seeded(scratch, "before") as database, scratch.connect(database) as connection:
        measured = list(measure(connection, statements_of(scratch.subject.script), file))
    failures, notes = [], []
    for each in measured:
        place = f"{file}:{each.statement.line}: {_named(each, plan)}"
        if each.uses is None:
            notes.append(f"{place} refuses to be in a transaction: what it locks was not measured")
            continue
        for use in each.uses:
            hazards = plan.of(each.statement.text, use.relation)
            if not covers(hazards or (), use):
                failures.append(f"{place} {_taken(use)}; {_declared(hazards)}")
    rows = list(_rows(measured, plan))
    strongest = max((use.lock for each in measured for use in each.uses or ()), key=strength, default=None)
    return outcome(
        failures,
        f"{len(rows)} of {len(measured)} statements lock a table that was there, none more than declared; "
        f"the strongest lock is {strongest}, the slowest statement took "
        f"{max((each.milliseconds for each in measured), default=0):.0f} ms",
        notes=notes,
        table=[_HEADER, *rows] if rows else (),
        data={"statements": [_data(each) for each in measured]},
    )


def _named(measured: Measured, plan: PlannedEffects) -> str:
    """Give a statement's first words; of a block they tell nothing, so what it is about."""
    subject = plan.subject(measured.statement.text)
    if measured.statement.kind == "do_stmt" and subject is not None:
        return f"DO block for {subject}"
    words = measured.statement.text.split()
    return " ".join(words[:_WORDS]) + (" ..." if len(words) > _WORDS else "")


def _taken(use: TableUse) -> str:
    relation = ".".join(use.relation)
    doing = [f"takes {use.lock} on {relation}"]
    if use.rewrites:
        doing.append("writes every row anew")
    if use.scans:
        doing.append("reads every row")
    return " and ".join(doing)


def _declared(hazards: Sequence[Hazard] | None) -> str:
    if hazards is None:
        return "the plan has no such statement"
    said = dict.fromkeys(
        f"{each.lock}{' writing every row anew' if each.rewrites else ' reading every row' if each.scans else ''}"
        for each in hazards
    )
    return f"declared was {', or '.join(said) or 'nothing'}"


def _rows(measured: Sequence[Measured], plan: PlannedEffects) -> Iterator[tuple[str, ...]]:
    for each in measured:
        for use in each.uses or ():
            if strength(use.lock) > strength(_READING):
                rows = "written anew" if use.rewrites else "read" if use.scans else ""
                yield (
                    str(each.statement.line),
                    _named(each, plan),
                    ".".join(use.relation),
                    use.lock,
                    rows,
                    f"{each.milliseconds:.1f}",
                )


def _data(measured: Measured) -> dict[str, object]:
    return {
        "line": measured.statement.line,
        "milliseconds": round(measured.milliseconds, 2),
        "locks": [
            {"table": ".".join(use.relation), "lock": use.lock, "rewrites": use.rewrites, "scans": use.scans}
            for use in measured.uses or ()
        ],
    }


PROOF = Proof(
    name="locks",
    promise="No statement takes a stronger lock on a table that is in use, or rewrites or reads it, than declared.",
    rank=80,
    run=_run,
)
