"""Try a rollback on tables with rows: it must refuse until data loss is allowed, and change no other rows."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence

from schema_dsl.postgres import Database
from schema_dsl.render import ALLOW_DATA_LOSS
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.fixtures.blocking_rows import remove_blocking_rows
from schema_dsl.verify.fixtures.seed import copy_rows, read_template, seeded_database
from schema_dsl.verify.fixtures.touched import choose_tables
from schema_dsl.verify.rollback.contents import ColumnName, Contents
from schema_dsl.verify.rollback.script import IN_TRANSACTION, RollbackScript
from schema_dsl.verify.rollback.trial import RollbackTrial, TrialResult, open_trial
from schema_dsl.verify.rows import RowBuilder, RowError
from schema_dsl.verify.scripts.lost_session import raise_if_lost
from schema_dsl.verify.scripts.refusals import (
    has_transactions,
    needs_own_transaction,
    refuses_loss,
    stops_at_rows,
)
from schema_dsl.verify.snapshots.catalog import find_catalog_changes, snapshot_catalog


def try_data_loss(scratch: Scratch, down: RollbackScript, mode: str, setting: str) -> TrialResult:
    """Run a rollback on rows: fixture rows of many kinds, and rows that only the state after the migration accepts.

    Without permission to lose data, the rollback must lose nothing; with permission, it must not change the rows that
    it does not drop. The rollback may stop with an error of Postgres at rows that no loss of data would make fit, such
    as NULL after a DROP NOT NULL. The rollback must then keep all rows, and complete after these rows are deleted.
    """
    result = TrialResult()
    if mode == IN_TRANSACTION and has_transactions(down.statements):
        return result
    with seeded_database(scratch, "after", setting) as database:
        result.add(_try_rows(scratch, down, mode, database))
    with scratch.fresh("after", setting) as database:
        add_new_rows(scratch, database)
        result.add(_try_rows(scratch, down, mode, database))
    return result


def add_new_rows(scratch: Scratch, database: Database) -> None:
    """Add the rows of `_insert_new_rows`, which are chosen once for all settings of default privileges."""

    def prepare(template: Database) -> Sequence[str]:
        _insert_new_rows(scratch, template)
        return ()

    model, _ = scratch.prepared("new rows", "after", scratch.settings[0], prepare)
    if not copy_rows(read_template(scratch, model), database):
        _insert_new_rows(scratch, database)


def _insert_new_rows(scratch: Scratch, database: Database) -> None:
    """Insert rows that need not be valid before the migration: with defaults, and with NULL where it is allowed.

    Each row of a table that the migration leaves as it was is valid before, like the fixture rows.
    """
    tables = scratch.subject.wanted.tables
    untouched = choose_tables(scratch, tables).left_out
    with database.connect() as connection:
        builder = RowBuilder(connection, scratch.subject.wanted)
        for table in (each for each in tables if each not in untouched):
            try:
                fields = builder.tables.by_name(table).columns.values()
            except RowError as error:
                # Another proof reports a declared table that does not exist.
                raise_if_lost(error)
                continue
            nullable = [field.name for field in fields if not field.not_null and not field.generated]
            for given in ({}, {}, dict.fromkeys(nullable), *({name: None} for name in nullable)):
                with contextlib.suppress(RowError):
                    builder.insert_row(table, **given)


def _try_rows(scratch: Scratch, down: RollbackScript, mode: str, database: Database) -> TrialResult:
    with open_trial(scratch, down, mode, database) as trial:
        trial.result.failures += _check_steps(trial)
        return trial.result


def _check_steps(trial: RollbackTrial) -> Iterator[str]:
    mode, connection = trial.mode, trial.connection
    before, rows = snapshot_catalog(connection), trial.read_contents()
    numbers = trial.read_repeated_numbers()
    failed = trial.roll_back()
    connection.execute("RESET ALL")
    if failed is None:
        yield from _list_dropped_tables(trial, rows)
        yield from trial.compare_contents("after a rollback without permission to lose data", rows)
        yield from trial.compare_numbers("after a rollback", numbers)
        return
    if mode == IN_TRANSACTION and needs_own_transaction(failed):
        return
    rounded: Collection[ColumnName] = ()
    if refuses_loss(failed):
        # Permission to lose data is also permission to round and cut values to the former type.
        rounded = trial.find_retyped_columns()
        for change in find_catalog_changes(before, snapshot_catalog(connection), same_storage=True):
            yield (
                f"{trial.down.file}, run {mode}, refuses to lose data only after it has changed an object: {change}"
            )
        failed = trial.roll_back(allowed=True)
    if failed is not None and stops_at_rows(failed) and not refuses_loss(failed):
        trial.result.notes.append(
            "rows that only the new schema accepts stop the rollback, which then loses nothing: "
            f"{failed.where}: {failed.what}"
        )
        yield from trial.compare_contents("after a rollback that stopped at rows", rows, rounded)
        remove_blocking_rows(
            trial.scratch,
            trial.database,
            trial.down.statements,
            trial.down.file,
            settings=f"SET LOCAL {ALLOW_DATA_LOSS} = 'on'",
        )
        rows = trial.read_contents()
        failed = trial.roll_back(allowed=True)
    if failed is not None:
        yield f"{failed.where}: the rollback fails {mode} although data loss is allowed: {failed.what}"
        return
    yield from trial.compare_contents("after a rollback with data loss allowed", rows, rounded)
    yield from trial.compare_numbers("after a rollback", numbers)


def _list_dropped_tables(trial: RollbackTrial, rows: Contents) -> Iterator[str]:
    """Yield a sentence for every table with rows that the rollback dropped without permission."""
    remaining = {key[0] for key in trial.read_contents()}
    dropped = {content.table: content.count for key, content in rows.items() if key[0] not in remaining}
    for table, count in dropped.items():
        if count:
            yield (
                f"{trial.down.file}, run {trial.mode}, drops {'.'.join(table)} with its rows ({count}) although data "
                "loss is not allowed"
            )
