"""Try a rollback on tables with rows: it must refuse until data loss is allowed, and change no other rows."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.postgres import Connection
from schema_dsl.verify.rollback.script import RollbackScript, allow_data_loss
from schema_dsl.verify.row_snapshot import find_row_changes, snapshot_rows
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.seed import seeded_database
from schema_dsl.verify.snapshot import find_catalog_changes, snapshot_catalog


def try_data_loss(scratch: Scratch, down: RollbackScript, mode: str, setting: str) -> list[str]:
    """Run a rollback on fixture rows and return the failures.

    Without permission to lose data, the rollback must change nothing; with permission, it must not change the rows that
    it does not drop.
    """
    with seeded_database(scratch, "after", setting) as database, scratch.connect(database) as connection:
        return list(_check_steps(connection, down, mode))


def _check_steps(connection: Connection, down: RollbackScript, mode: str) -> Iterator[str]:
    before, rows = snapshot_catalog(connection), snapshot_rows(connection)
    refused = down.run(connection, mode)
    connection.execute("RESET ALL")
    if refused is None:
        remaining = snapshot_rows(connection)
        for table, old in rows.items():
            if old.count and table not in remaining:
                yield (
                    f"{down.file}, run {mode}, drops {table} with its rows ({old.count}) although data loss is not "
                    "allowed"
                )
        return
    for change in find_catalog_changes(before, snapshot_catalog(connection), same_objects=True):
        yield f"{down.file}, run {mode}, refuses to lose data only after it has changed an object: {change}"
    failed = down.run(allow_data_loss(connection), mode)
    if failed is not None:
        yield f"{failed.where}: the rollback fails {mode} although data loss is allowed: {failed.what}"
        return
    for table, difference in find_row_changes(rows, snapshot_rows(connection)):
        yield f"after a rollback with data loss allowed, {table} {difference}"
