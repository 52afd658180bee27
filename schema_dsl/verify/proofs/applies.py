"""Prove that the migration applies, statement by statement and in one transaction."""

from __future__ import annotations

from schema_dsl.verify.apply import (
    ApplyError,
    apply_migration,
    list_apply_modes,
    split_statements,
)
from schema_dsl.verify.lost_session import raise_if_lost
from schema_dsl.verify.proof import Outcome, Proof, conclude
from schema_dsl.verify.refusals import has_transactions, needs_own_transaction
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.stand_ins import list_stand_ins


def _run(scratch: Scratch) -> Outcome:
    subject = scratch.subject
    statements = split_statements(subject.script)
    failures: list[str] = []
    notes: list[str] = []
    modes = list_apply_modes(statements)
    _, whole = modes
    if has_transactions(statements):
        modes.pop(whole)
        notes.append(f"{subject.file} has its own transactions, so it was not applied in one transaction")
    for setting in scratch.settings:
        under = f", under the {setting} default privileges" if setting else ""
        for mode, apply in tuple(modes.items()):
            with scratch.fresh("before", setting) as database, scratch.connect(database) as connection:
                try:
                    apply(connection, statements, subject.file)
                    for migration in subject.later:
                        apply_migration(connection, migration)
                except ApplyError as error:
                    raise_if_lost(error)
                    if mode == whole and needs_own_transaction(error):
                        modes.pop(mode)
                        notes.append(f"{error.where} cannot run in one transaction: {error.what}")
                    else:
                        failures.append(f"{error.where}: fails when applied {mode}{under}: {error.what}")
    with (
        scratch.unchanged("before" if failures else "after") as database,
        scratch.connect(database) as connection,
    ):
        scripts = [migration.forward for migration in subject.migrations]
        notes += list_stand_ins(connection, [subject.baseline, *scripts])
    return conclude(
        tuple(dict.fromkeys(failures)),
        f"{len(statements)} statement{'' if len(statements) == 1 else 's'} applied {' and '.join(modes)}, "
        f"as role {scratch.owner}",
        notes=notes,
        data={"statements": len(statements), "owner": scratch.owner},
    )


PROOF = Proof(
    name="applies",
    promise="The migration applies without errors as a role that is not a superuser.",
    rank=10,
    run=_run,
    checks_application=True,
    checks_folder=True,
)
