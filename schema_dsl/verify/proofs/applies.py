"""Prove that the migration applies, statement by statement and in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from schema_dsl.analysis.transaction_blocks import needs_several_transactions
from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection
from schema_dsl.verify.databases.independent_settings import list_settings
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.proof import Outcome, Proof, conclude
from schema_dsl.verify.scripts.apply import (
    ApplyError,
    apply_migration,
    apply_statements,
    list_apply_modes,
    split_statements,
)
from schema_dsl.verify.scripts.lost_session import raise_if_lost
from schema_dsl.verify.scripts.refusals import has_transactions, needs_own_transaction
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
    # A transaction that is rolled back needs no database of its own. A commit would check the deferred constraints.
    can_be_undone = not (subject.later or needs_several_transactions(statements))
    if can_be_undone:
        modes[whole] = _apply_as_committed
    for setting in scratch.settings:
        under = f", under the {setting} default privileges" if setting else ""
        for mode in tuple(modes):
            with _open(scratch, setting, is_undone=can_be_undone and mode == whole) as connection:
                try:
                    modes[mode](connection, statements, subject.file)
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
        if others := " and ".join(list_settings(subject)[len(scratch.settings) :]):
            notes.append(
                "the migration creates no object that gets default privileges, so it was tried under the"
                f" {scratch.settings[0]} default privileges only, and not under the {others} ones"
            )
        scripts = [migration.forward for migration in subject.migrations]
        notes += list_stand_ins(connection, [subject.baseline, *scripts])
    return conclude(
        tuple(dict.fromkeys(failures)),
        f"{len(statements)} statement{'' if len(statements) == 1 else 's'} applied {' and '.join(modes)}, "
        f"as role {scratch.owner}",
        notes=notes,
        data={"statements": len(statements), "owner": scratch.owner},
    )


@contextmanager
def _open(scratch: Scratch, setting: str, *, is_undone: bool) -> Iterator[Connection]:
    """Yield a session of the owner in the state before the migration, with a transaction if it is rolled back."""
    state = scratch.unchanged("before", setting) if is_undone else scratch.fresh("before", setting)
    with state as database, scratch.connect(database) as connection:
        if not is_undone:
            yield connection
            return
        with connection.transaction(force_rollback=True):
            yield connection


def _apply_as_committed(connection: Connection, statements: Iterable[Statement], file: str) -> None:
    """Run statements in the open transaction, and what a commit checks."""
    apply_statements(connection, statements, file)
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


PROOF = Proof(
    name="applies",
    promise="The migration applies without errors as a role that is not a superuser.",
    rank=10,
    run=_run,
    checks_application=True,
    checks_folder=True,
)
