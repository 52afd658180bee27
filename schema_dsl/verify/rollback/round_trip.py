"""Try a round trip: apply the migration, roll it back twice, and apply the migration again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from schema_dsl.analysis.identity import table_part
from schema_dsl.migrations import read_allowed
from schema_dsl.parsing import Statement
from schema_dsl.plan.allowance import DATA_LOSS, Allowance, format_target, parse_allowance
from schema_dsl.render import ALLOW_DATA_LOSS
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.fixtures.blocking_rows import remove_blocking_rows
from schema_dsl.verify.fixtures.seed import seeded_database, seeded_template
from schema_dsl.verify.rollback.backfills import (
    Backfill,
    delete_violating,
    find_backfills,
    is_written_by_triggers,
)
from schema_dsl.verify.rollback.contents import ColumnName, Contents
from schema_dsl.verify.rollback.conversions import find_conversions
from schema_dsl.verify.rollback.script import IN_TRANSACTION, RollbackScript
from schema_dsl.verify.rollback.trial import (
    RollbackTrial,
    TrialResult,
    introspect_sides,
    open_trial,
    use_former_names,
)
from schema_dsl.verify.scripts.apply import split_statements
from schema_dsl.verify.scripts.refusals import (
    has_transactions,
    needs_own_transaction,
    refuses_loss,
    stops_at_rows,
)
from schema_dsl.verify.snapshots.catalog import Snapshot, find_catalog_changes, snapshot_catalog

# Postgres adds a column that is created again at the end of its table, and cannot move it.
_COLUMN_ORDER: Final = "column order"


def try_round_trip(scratch: Scratch, down: RollbackScript, mode: str, setting: str) -> TrialResult:
    """Apply, roll back twice and re-apply the migration on existing rows."""
    up = split_statements(scratch.subject.script)
    if mode == IN_TRANSACTION and has_transactions((*up, *down.statements)):
        return TrialResult(
            notes=["the scripts have their own transactions, so they were not run in one transaction"]
        )
    # To read the state after gives the server its roles, so it has to be read before a database of the state before.
    introspect_sides(scratch)
    with (
        seeded_database(scratch, "before", setting) as database,
        open_trial(scratch, down, mode, database) as trial,
    ):
        trial.result.failures += _check_steps(trial)
        trial.result.notes += seeded_template(scratch, "before", setting)[1]
        return trial.result


def _check_steps(trial: RollbackTrial) -> Iterator[str]:
    mode, connection = trial.mode, trial.connection
    up, file = split_statements(trial.scratch.subject.script), trial.scratch.subject.file
    backfills = find_backfills(*use_former_names(trial.scratch))
    # The values that a backfill replaces do not come back, and the rollback stops at those that it wrote.
    delete_violating(trial.observer, backfills)
    before, rows = snapshot_catalog(connection), _read_restored(trial, backfills)
    numbers = trial.read_repeated_numbers()
    rounded: Collection[ColumnName] = ()
    if any(parse_allowance(text).hazard == DATA_LOSS for text in read_allowed(trial.scratch.subject.script)):
        # A column that is dropped with its values may come back NOT NULL.
        trial.result.notes += _remove_dependent_rows(trial, (*up, *trial.down.statements))
        rows = _read_restored(trial, backfills)
    failed = trial.apply(up, file)
    if refuses_loss(failed):
        # Permission to lose data is also permission to round and cut values to the new type.
        rounded = trial.find_retyped_columns()
        # The migration may drop objects that the fixture rows use. No rollback fits rows that refer to lost rows.
        trial.result.notes += _remove_dependent_rows(trial, (*up, *trial.down.statements))
        rows = _read_restored(trial, backfills)
        failed = trial.apply(up, file, allowed=True)
    if failed is not None and mode == IN_TRANSACTION and needs_own_transaction(failed):
        trial.result.notes.append(f"{failed.where} cannot run in one transaction: {failed.what}")
        return
    if failed is not None:
        yield f"{failed.where}: the migration fails {mode}, so its rollback was not tried: {failed.what}"
        return
    after = snapshot_catalog(connection)
    rows = _without_rows_of_triggers(trial, rows, backfills)
    read = _find_read_texts(trial, rows, rounded)
    converted = _read_again(trial, read)
    yield from trial.compare_numbers("after the migration", numbers)
    for time in ("the rollback", "the second run of the rollback"):
        failed = trial.roll_back(allowed=True)
        if failed is not None:
            if stops_at_rows(failed) and any(find_conversions(*use_former_names(trial.scratch))):
                # A plain cast may not fit what using= made of the values.
                trial.result.untried.append(
                    f"rows whose values using= converted, at which {time} stops: {failed.where}: {failed.what}"
                )
                return
            yield f"{failed.where}: {time} fails {mode}: {failed.what}"
            return
        restored = snapshot_catalog(connection)
        yield from _describe_changes(
            f"the state after {time} differs from the state before the migration", before, restored
        )
        trial.result.notes += _describe_orders(before, restored)
    texts = {(content.table, content.name) for content in read.values()}
    yield from trial.compare_contents("after the migration and its rollback", rows, {*rounded, *texts})
    yield from trial.compare_numbers("after the migration and its rollback", numbers)
    respelt = [
        read[key] for key, content in _read_again(trial, read).items() if content.values != read[key].values
    ]
    failed = trial.apply(up, file, allowed=True)
    if failed is not None:
        yield f"{failed.where}: the migration fails {mode} after its rollback: {failed.what}"
        return
    yield from trial.compare_contents("after the migration, its rollback and its re-run", converted)
    trial.result.untried += (
        f"the rollback does not restore the spelling of the values of {content}, which its new type does not keep"
        for content in respelt
    )
    yield from _describe_changes(
        "a re-run of the migration after its rollback differs from the first run",
        after,
        snapshot_catalog(connection),
    )


def _without_rows_of_triggers(
    trial: RollbackTrial, rows: Contents, backfills: Collection[Backfill]
) -> Contents:
    """Return the rows without the tables that triggers of a backfill have changed: their rows stay as they are."""
    script = trial.scratch.subject.script
    written = {key for key, item in rows.items() if is_written_by_triggers(item.table, backfills, script)}
    if not written:
        return rows
    present = trial.read_contents()
    changed = {rows[key].table for key in written if key in present and present[key] != rows[key]}
    return {key: item for key, item in rows.items() if item.table not in changed}


def _find_read_texts(trial: RollbackTrial, rows: Contents, rounded: Collection[ColumnName]) -> Contents:
    """Return the columns of texts that the migration reads as values of another type, which print in one way."""
    retyped = trial.find_retyped_columns() - set(rounded)
    return {
        key: content
        for key, content in rows.items()
        if (content.table, content.name) in retyped and content.type.startswith(("text", "character", "json"))
    }


def _read_again(trial: RollbackTrial, contents: Contents) -> Contents:
    """Read the present values of some columns."""
    return {key: item for key, item in trial.read_contents().items() if key in contents} if contents else {}


def _remove_dependent_rows(trial: RollbackTrial, statements: Sequence[Statement]) -> Iterator[str]:
    """Remove the rows at which the rollback stops once the migration has lost data, and yield a note for each table."""
    settings = f"SET LOCAL {ALLOW_DATA_LOSS} = 'on'"
    scratch, database, file = trial.scratch, trial.database, trial.down.file
    yield from map(str, remove_blocking_rows(scratch, database, statements, file, settings=settings))


def _read_restored(trial: RollbackTrial, backfills: Iterable[Backfill]) -> Contents:
    """Read the rows before the migration, without the columns whose values do not come back.

    These are columns whose NULLs a backfill fills, columns that a using= converts, and columns of which the header
    allows to lose values.
    """
    conversions = find_conversions(*use_former_names(trial.scratch))
    converted = {(table.relation, column) for table, column in conversions}
    filled = [backfill for backfill in backfills if backfill.condition is None]
    lossy = _find_lossy_columns(trial)
    restored = {}
    for key, content in trial.read_contents().items():
        name = content.name or ""
        if (content.table, name) in lossy:
            trial.result.notes.append(
                f"the migration may lose values of {content} (--allow {lossy[content.table, name]}), so those after its"
                " rollback were not compared"
            )
        elif (content.table, name) not in converted and not any(
            content.table == backfill.relation and backfill.sets(name) for backfill in filled
        ):
            restored[key] = content
    return restored


def _find_lossy_columns(trial: RollbackTrial) -> dict[ColumnName, Allowance]:
    """Return the columns that get a type in which the header of the migration allows to lose values."""
    allowed = [parse_allowance(text) for text in read_allowed(trial.scratch.subject.script)]
    lossy = {}
    for relation, name in trial.find_retyped_columns() if allowed else ():
        loss = Allowance(DATA_LOSS, format_target(table_part("column", *relation, name or "")))
        if any(each.covers(loss) for each in allowed):
            lossy[relation, name] = loss
    return lossy


def _describe_changes(comparison: str, before: Snapshot, after: Snapshot) -> Iterator[str]:
    changes = find_catalog_changes(before, after, same_storage=False, ignoring=[_COLUMN_ORDER])
    return (f"{comparison}: {change}" for change in changes)


def _describe_orders(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Yield a note for every table with the same columns in another order."""
    for target, state in after.objects.items():
        earlier = before.objects.get(target)
        if earlier is None or earlier.attributes == state.attributes:
            continue
        old, new = (one.parse().all.get(_COLUMN_ORDER) or [] for one in (earlier, state))
        if old != new and sorted(old) == sorted(new):
            yield (
                f"Postgres adds a column that is created again at the end of its table, so {target} has the columns "
                f"{', '.join(new)} instead of {', '.join(old)} after the rollback"
            )
