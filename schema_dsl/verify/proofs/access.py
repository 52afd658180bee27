"""Prove that every client role can do exactly what the access of each table declares."""

from __future__ import annotations

import attrs

from schema_dsl.model.catalog import Catalog
from schema_dsl.verify.access import Trial, build_matrix, describe_failures, try_access
from schema_dsl.verify.proof import Outcome, Proof, Status, conclude
from schema_dsl.verify.scratch import Scratch


def _run(scratch: Scratch) -> Outcome:
    subject = scratch.subject
    platform, wanted = subject.platform, subject.wanted
    tables = [table for table in wanted.tables.values() if table.access is not None]
    notes = _note_tables_without_access(wanted)
    if not tables:
        return Outcome(status=Status.UNPROVEN, summary="no table declares access", notes=notes)
    if platform.claims is None and any(table.access and table.access.own for table in tables):
        notes.append(
            f"{platform.name} has no request claims, so access to the caller's own rows was not tried"
        )
    trials: list[Trial] = []
    for setting in scratch.settings:
        with scratch.fresh("after", setting) as database:
            for table in tables:
                trials += try_access(database, table, platform, wanted, setting=setting)
    roles = len({trial.role for trial in trials})
    under = (
        f", under the {' and '.join(scratch.settings)} default privileges" if any(scratch.settings) else ""
    )
    return conclude(
        describe_failures(trials),
        f"{len(trials)} trials (tables: {len(tables)}, roles: {roles}, operations: 5){under}",
        notes=notes,
        table=build_matrix(trials),
        data={"trials": [attrs.asdict(trial) for trial in trials]},
    )


def _note_tables_without_access(wanted: Catalog) -> list[str]:
    """Return a note for every declared table without access."""
    return [
        f"{table.name} declares no access, so its privileges and policies were not tried"
        for table in wanted.tables.values()
        if table.access is None and table.existing is None
    ]


PROOF = Proof(
    name="access",
    promise="Every client role can do exactly what the access of each table declares.",
    rank=60,
    run=_run,
)
