"""What a rollback does to rows: it refuses to lose any until that is allowed, and then leaves all others alone."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.postgres import Connection
from schema_dsl.verify.rollback.script import RollbackScript, allowed
from schema_dsl.verify.row_snapshot import contents, row_changes
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.seed import seeded
from schema_dsl.verify.snapshot import changes, snapshot


def try_data_loss(scratch: Scratch, down: RollbackScript, way: str, setting: str) -> list[str]:
    """Run it over rows: without permission nothing changes, with it every row of other tables is as it was."""
    with seeded(scratch, "after", setting) as database, scratch.connect(database) as connection:
        return list(_steps(connection, down, way))


def _steps(connection: Connection, down: RollbackScript, way: str) -> Iterator[str]:
    before, rows = snapshot(connection), contents(connection)
    refused = down.run(connection, way)
    connection.execute("RESET ALL")
    if refused is None:
        now = contents(connection)
        for table, held in rows.items():
            if held.count and table not in now:
                yield f"{down.file}, {way}, drops {table} with {held.count} rows without having been told to"
        return
    for each in changes(before, snapshot(connection), same_objects=True):
        yield f"{down.file}, {way}, refuses to lose data, but by then has changed something: {each}"
    failed = down.run(allowed(connection), way)
    if failed is not None:
        yield f"{failed.where}: told to lose data, the rollback fails, {way}: {failed.what}"
        return
    for table, said in row_changes(rows, contents(connection)):
        yield f"after the rollback of a migration that was in use, {table} {said}"
