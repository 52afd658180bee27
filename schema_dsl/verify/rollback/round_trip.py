"""Try a round trip: apply the migration, roll it back twice, and apply the migration again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from schema_dsl.postgres import Connection
from schema_dsl.verify.apply import split_statements
from schema_dsl.verify.rollback.script import (
    APPLY_MODES,
    REFUSAL_SQLSTATE,
    RollbackScript,
    allow_data_loss,
    try_apply,
)
from schema_dsl.verify.row_snapshot import RowSnapshot, find_row_changes, snapshot_rows
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.seed import seeded_database
from schema_dsl.verify.snapshot import CatalogChange, find_catalog_changes, snapshot_catalog


def try_round_trip(scratch: Scratch, down: RollbackScript, mode: str, setting: str) -> list[str]:
    """Apply, roll back twice and re-apply the migration on existing rows, and return the failures."""
    with seeded_database(scratch, "before", setting) as database, scratch.connect(database) as connection:
        return list(_check_steps(scratch, connection, down, mode))


def _check_steps(scratch: Scratch, connection: Connection, down: RollbackScript, mode: str) -> Iterator[str]:
    up = split_statements(scratch.subject.script)
    file = scratch.subject.file
    before, rows = snapshot_catalog(connection), _snapshot_values(connection)
    failed = try_apply(APPLY_MODES[mode], connection, up, file)
    if failed is not None:
        yield f"{failed.where}: the migration fails {mode}, so its rollback was not tried: {failed.what}"
        return
    after = snapshot_catalog(connection)
    for time in ("the rollback", "the second run of the rollback"):
        failed = down.run(connection, mode)
        if failed is not None and failed.sqlstate == REFUSAL_SQLSTATE:
            # The migration may have set values other than defaults in existing rows, which the rollback loses.
            failed = down.run(allow_data_loss(connection), mode)
        if failed is not None:
            yield f"{failed.where}: {time} fails {mode}: {failed.what}"
            return
        yield from _format_changes(
            f"the state after {time} differs from the state before the migration",
            find_catalog_changes(before, snapshot_catalog(connection), same_objects=False),
        )
    for table, difference in find_row_changes(rows, _snapshot_values(connection)):
        yield f"after the migration and its rollback, {table} {difference}"
    failed = try_apply(APPLY_MODES[mode], connection, up, file)
    if failed is not None:
        yield f"{failed.where}: the migration fails {mode} after its rollback: {failed.what}"
        return
    yield from _format_changes(
        "a re-run of the migration after its rollback differs from the first run",
        find_catalog_changes(after, snapshot_catalog(connection), same_objects=False),
    )


def _snapshot_values(connection: Connection) -> RowSnapshot:
    """Snapshot the rows without their versions, because a migration may rewrite rows with unchanged values."""
    return {
        name: attrs.evolve(rows, version_checksum=None) for name, rows in snapshot_rows(connection).items()
    }


def _format_changes(comparison: str, changes: Iterable[CatalogChange]) -> Iterator[str]:
    return (f"{comparison}: {change}" for change in changes)
