"""Prove that no statement locks, rewrites or scans an existing table beyond the plan's hazards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schema_dsl.analysis.locks import LockMode, lock_strength
from schema_dsl.plan.step import Hazard
from schema_dsl.verify.comparison.renames import list_table_renames
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.fixtures.seed import seeded_database, seeded_template
from schema_dsl.verify.observations.locks import MeasuredStatement, TableUse, measure_statements
from schema_dsl.verify.observations.planned_effects import (
    PlannedEffects,
    collect_effects,
    covers,
    replan_migration,
)
from schema_dsl.verify.proof import Outcome, Proof, conclude
from schema_dsl.verify.scripts.apply import ApplyError, split_statements
from schema_dsl.verify.scripts.lost_session import raise_if_lost
from schema_dsl.verify.scripts.refusals import allow_data_loss, refuses_loss
from schema_dsl.verify.scripts.script_name import locate, locate_line

_HEADER: Final = ("line", "statement", "table", "strongest lock", "rows", "ms")
_WORDS: Final = 6


def _run(scratch: Scratch) -> Outcome:
    file = scratch.subject.file
    subject = scratch.subject
    is_unedited = subject.is_generated and not subject.is_edited
    plan = collect_effects(replan_migration(scratch), list_table_renames(scratch), is_unedited=is_unedited)
    try:
        statements = _measure(scratch, allows_data_loss=False)
    except ApplyError as error:
        raise_if_lost(error)
        if not refuses_loss(error):
            raise
        # The migration drops objects with values, and refuses that without permission.
        statements = _measure(scratch, allows_data_loss=True)
    failures, untried, rewritten = [], [], []
    for statement in statements:
        place = f"{locate(file, statement.statement.line)}: {_format_statement(statement, plan)}"
        if statement.uses is None:
            untried.append(
                f"the locks of {place}: it cannot run in a transaction, in which locks are measured"
            )
            continue
        if (
            is_unedited
            and plan.subject(statement.statement.text) is None
            and any(map(_is_reported, statement.uses))
        ):
            rewritten.append(locate_line(file, statement.statement.line))
        for use in statement.uses:
            hazards = plan.find_hazards(statement.statement.text, use.relation)
            if not covers(hazards or (), use):
                failures.append(f"{place} {_describe_use(use)}; {_describe_hazards(hazards)}")
    return conclude(
        failures,
        _summarize(statements),
        untried=untried,
        notes=(*_describe_rewritten(rewritten), *seeded_template(scratch, "before")[1]),
        table=[_HEADER, *rows] if (rows := list(_build_rows(statements, plan, file))) else (),
        data={"statements": [_build_data(statement) for statement in statements]},
    )


def _describe_rewritten(lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield (
            "from these definitions, this version of schema-dsl writes other statements than at"
            f" {', '.join(lines)}, so their locks were compared with all locks of the plan on their tables"
        )


def _measure(scratch: Scratch, *, allows_data_loss: bool) -> list[MeasuredStatement]:
    """Measure the migration on existing rows.

    Raises:
        ApplyError: If a statement fails.
    """
    with (
        seeded_database(scratch, "before") as database,
        scratch.connect(database) as connection,
        database.connect() as observer,
    ):
        if allows_data_loss:
            allow_data_loss(connection)
        statements = split_statements(scratch.subject.script)
        return list(measure_statements(connection, observer, statements, scratch.subject.file))


def _summarize(statements: Sequence[MeasuredStatement]) -> str:
    uses = [use for statement in statements for use in statement.uses or ()]
    strongest = max((use.lock for use in uses), key=lock_strength, default=None)
    count = f"{len(statements)} statement{'' if len(statements) == 1 else 's'}"
    # A statement counts once, although it may lock several tables.
    locking = sum(any(map(_is_reported, statement.uses or ())) for statement in statements)
    locks = (
        f"{locking} of {count} {'locks' if locking == 1 else 'lock'} existing tables, none more than planned; "
        f"strongest lock: {strongest}"
        if strongest
        else f"{count}: no lock on existing tables"
    )
    slowest = max((statement.milliseconds for statement in statements), default=0)
    return f"{locks}; slowest statement: {slowest:.0f} ms"


def _is_reported(use: TableUse) -> bool:
    return lock_strength(use.lock) > LockMode.ACCESS_SHARE


def _format_statement(measured: MeasuredStatement, plan: PlannedEffects) -> str:
    """Return the first words of a statement, or the object that a DO block is about."""
    subject = plan.subject(measured.statement.text)
    if measured.statement.kind == "do_stmt" and subject is not None:
        return f"DO block for {subject}"
    words = measured.statement.text.split()
    return " ".join(words[:_WORDS]) + (" ..." if len(words) > _WORDS else "")


def _describe_use(use: TableUse) -> str:
    relation = ".".join(use.relation)
    effects = [f"takes {use.lock} on {relation}"]
    if use.rewrites:
        effects.append("rewrites the table")
    if use.scans:
        effects.append("scans the table")
    return " and ".join(effects)


def _describe_hazards(hazards: Sequence[Hazard] | None) -> str:
    if hazards is None:
        return "the plan does not contain this statement"
    hazard_texts = dict.fromkeys(
        f"{hazard.lock}{' with a table rewrite' if hazard.rewrites else ' with a table scan' if hazard.scans else ''}"
        for hazard in hazards
    )
    return f"the plan allows {', or '.join(hazard_texts) or 'no lock'}"


def _build_rows(
    statements: Sequence[MeasuredStatement], plan: PlannedEffects, file: str
) -> Iterator[tuple[str, ...]]:
    for statement in statements:
        for use in statement.uses or ():
            if _is_reported(use):
                rows = "rewritten" if use.rewrites else "scanned" if use.scans else ""
                yield (
                    locate_line(file, statement.statement.line),
                    _format_statement(statement, plan),
                    ".".join(use.relation),
                    use.lock,
                    rows,
                    f"{statement.milliseconds:.1f}",
                )


def _build_data(measured: MeasuredStatement) -> dict[str, object]:
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
    promise="No statement locks, rewrites or scans an existing table beyond what the plan allows.",
    rank=80,
    run=_run,
)
