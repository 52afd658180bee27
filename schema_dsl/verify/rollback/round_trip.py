"""Up and down again, and what is then not as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from schema_dsl.postgres import Connection
from schema_dsl.verify.apply import statements_of
from schema_dsl.verify.rollback.script import REFUSED, WAYS, RollbackScript, allowed, attempt
from schema_dsl.verify.row_snapshot import Contents, contents, row_changes
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.seed import seeded
from schema_dsl.verify.snapshot import CatalogChange, changes, snapshot


def try_round_trip(scratch: Scratch, down: RollbackScript, way: str, setting: str) -> list[str]:
    """Go up, down, down once more and up again, past rows that were there before."""
    with seeded(scratch, "before", setting) as database, scratch.connect(database) as connection:
        return list(_steps(scratch, connection, down, way))


def _steps(scratch: Scratch, connection: Connection, down: RollbackScript, way: str) -> Iterator[str]:
    up = statements_of(scratch.subject.script)
    file = scratch.subject.file
    before, rows = snapshot(connection), _values(connection)
    failed = attempt(WAYS[way], connection, up, file)
    if failed is not None:
        yield f"{failed.where}: going up, {way}, fails, so that there is nothing to undo: {failed.what}"
        return
    after = snapshot(connection)
    for time in ("the rollback", "the rollback, run a second time"):
        failed = down.run(connection, way)
        if failed is not None and failed.sqlstate == REFUSED:
            # Rows that were there before may have got more than a default, which then is there to be lost.
            failed = down.run(allowed(connection), way)
        if failed is not None:
            yield f"{failed.where}: {time}, {way}, fails: {failed.what}"
            return
        yield from _told(f"after {time}", changes(before, snapshot(connection), same_objects=False))
    for table, said in row_changes(rows, _values(connection)):
        yield f"after up and down, {table} {said}"
    failed = attempt(WAYS[way], connection, up, file)
    if failed is not None:
        yield f"{failed.where}: going up again after the rollback, {way}, fails: {failed.what}"
        return
    yield from _told(
        "up again after the rollback it is not as the first time",
        changes(after, snapshot(connection), same_objects=False),
    )


def _values(connection: Connection) -> Contents:
    """Read what the rows hold; that the way up writes them anew is nothing to undo."""
    return {name: attrs.evolve(rows, versions=None) for name, rows in contents(connection).items()}


def _told(when: str, found: Iterable[CatalogChange]) -> Iterator[str]:
    return (f"{when}: {each}" for each in found)
