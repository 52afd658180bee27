"""Everybody may do with a table what its access says, and nothing else."""

from __future__ import annotations

import attrs

from schema_dsl.model.catalog import Catalog
from schema_dsl.verify.access import Trial, broken, matrix, try_access
from schema_dsl.verify.proof import Outcome, Proof, Status, outcome
from schema_dsl.verify.scratch import Scratch


def _run(scratch: Scratch) -> Outcome:
    subject = scratch.subject
    platform, wanted = subject.platform, subject.wanted
    tables = [table for table in wanted.tables.values() if table.access is not None]
    notes = _silent(wanted)
    if not tables:
        return Outcome(status=Status.UNPROVEN, summary="no table has an access", notes=notes)
    if platform.claims is None and any(table.access and table.access.own for table in tables):
        notes.append(
            f"{platform.name} knows no claims, so nobody's own rows were tried: there is no telling whose"
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
    return outcome(
        broken(trials),
        f"{len(tables)} tables x {roles} roles x 5 operations: {len(trials)} trials{under}",
        notes=notes,
        table=matrix(trials),
        data={"trials": [attrs.asdict(trial) for trial in trials]},
    )


def _silent(wanted: Catalog) -> list[str]:
    """Tell which tables nothing is proven of, for want of an access."""
    return [
        f"{table.name} has no access: who may do what with it is unproven"
        for table in wanted.tables.values()
        if table.access is None and table.existing is None
    ]


PROOF = Proof(
    name="access",
    promise="Every client may do with each table what its access says, and nothing else.",
    rank=60,
    run=_run,
)
