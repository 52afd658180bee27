"""To run the migration again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from psycopg.errors import Diagnostic

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.apply import ApplyError, apply_in_transaction, apply_statements, statements_of
from schema_dsl.verify.proof import Outcome, Proof, outcome
from schema_dsl.verify.row_snapshot import Contents, contents, row_changes
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.seed import empty, seed, seeded
from schema_dsl.verify.snapshot import Snapshot, changes, snapshot

_WAYS: Final = {"in one transaction": apply_in_transaction, "statement by statement": apply_statements}
_WHOLE, _SINGLE = _WAYS


def _run(scratch: Scratch) -> Outcome:
    statements = statements_of(scratch.subject.script)
    found: list[str] = []
    with seeded(scratch, "after") as database:
        found += _again(scratch, database, statements, [_WHOLE, _SINGLE, _WHOLE])
    # The other way to get there, and under what else the platform has as default privileges.
    with scratch.fresh("before", scratch.settings[-1]) as database:
        with scratch.connect(database) as connection:
            apply_statements(connection, statements, scratch.subject.file)
        with database.connect() as connection:
            seed(connection, scratch.subject.wanted)
        found += _again(scratch, database, statements, [_WHOLE, _WHOLE])
        with scratch.connect(database) as connection:
            catalog, rows = _seen(connection)
    count = sum(each.count for each in rows.values())
    return outcome(
        tuple(dict.fromkeys(found)),
        f"run again {' and '.join(_WAYS)}: the same {len(catalog.things)} objects, the same {count} rows, no warning",
        notes=empty(scratch.subject.wanted, rows),
        data={"objects": len(catalog.things), "rows": count},
    )


def _seen(connection: Connection) -> tuple[Snapshot, Contents]:
    return snapshot(connection), contents(connection)


def _again(
    scratch: Scratch, database: Database, statements: Sequence[Statement], ways: Iterable[str]
) -> Iterator[str]:
    """Run the migration over what it left, in one way after another, and say what that changed.

    The rows were put in after its first run. What it does to them the first time that it meets them is not
    held against it.
    """
    file = scratch.subject.file
    running = statements[0] if statements else None
    warnings: list[str] = []

    def heard(diagnostic: Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING" and running is not None:
            warnings.append(f"{file}:{running.line}: the second run warns: {diagnostic.message_primary}")

    def told() -> Iterator[Statement]:
        nonlocal running
        for statement in statements:
            running = statement
            yield statement

    with scratch.connect(database) as connection:
        connection.add_notice_handler(heard)
        before = _seen(connection)
        for number, way in enumerate(ways):
            try:
                _WAYS[way](connection, told(), file)
            except ApplyError as error:
                yield f"{error.where}: the second run, {way}, fails: {error.what}"
            after = _seen(connection)
            yield from _difference(before, after, rows=number > 0)
            before = after
    yield from warnings


def _difference(
    before: tuple[Snapshot, Contents], after: tuple[Snapshot, Contents], *, rows: bool
) -> Iterator[str]:
    objects = changes(before[0], after[0], same_objects=True)
    for each in objects:
        yield f"the second run changes something: {each}"
    # Of a table that was written anew as a whole, that its rows were is nothing more.
    named = {each.thing.name for each in objects}
    for table, said in row_changes(before[1], after[1]):
        if rows and table not in named:
            yield f"the second run changes rows: {table} {said}"


PROOF = Proof(
    name="idempotent",
    promise="To run the migration again changes no object and no row, and raises no warning.",
    rank=30,
    run=_run,
)
