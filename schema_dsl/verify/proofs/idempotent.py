"""Prove that a second run of the migration changes no definition and no data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from psycopg.errors import Diagnostic

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.fixtures.fixture_tables import describe_fixture_tables
from schema_dsl.verify.fixtures.seed import (
    describe_empty_tables,
    seed_database,
    seeded_database,
)
from schema_dsl.verify.proof import Outcome, Proof, conclude
from schema_dsl.verify.scripts.apply import ApplyError, apply_statements, list_apply_modes, split_statements
from schema_dsl.verify.scripts.script_name import locate
from schema_dsl.verify.snapshots.catalog import Snapshot, find_catalog_changes, snapshot_catalog
from schema_dsl.verify.snapshots.rows import RowSnapshot, find_row_changes, snapshot_rows


def _run(scratch: Scratch) -> Outcome:
    statements = split_statements(scratch.subject.script)
    modes = list_apply_modes(statements)
    single, whole = modes
    found: list[str] = []
    with seeded_database(scratch, "after") as database:
        found += _rerun(scratch, database, statements, [whole, single, whole])
    # Cover a first run statement by statement, under the last setting of default privileges.
    with scratch.fresh("before", scratch.settings[-1]) as database:
        with scratch.connect(database) as connection:
            apply_statements(connection, statements, scratch.subject.file)
        seed_database(scratch, database, "after", scratch.settings[-1])
        found += _rerun(scratch, database, statements, [whole, whole])
        with scratch.connect(database) as connection:
            catalog, rows = _observe(connection)
    count = sum(table.count for table in rows.values())
    return conclude(
        tuple(dict.fromkeys(found)),
        f"second runs {whole} and {single}: {len(catalog.objects)} objects and {count} rows unchanged, "
        "no warnings",
        notes=[*describe_empty_tables(scratch, rows), *describe_fixture_tables(scratch)],
        data={"objects": len(catalog.objects), "rows": count},
    )


def _observe(connection: Connection) -> tuple[Snapshot, RowSnapshot]:
    return snapshot_catalog(connection), snapshot_rows(connection)


def _rerun(
    scratch: Scratch, database: Database, statements: Sequence[Statement], modes: Iterable[str]
) -> Iterator[str]:
    """Re-run the migration in several modes and yield a sentence for every change.

    The fixture rows were inserted after the first run, so the first re-run may change them.
    """
    file, apply_modes = scratch.subject.file, list_apply_modes(statements)
    running = statements[0] if statements else None
    warnings: list[str] = []

    def record_warning(diagnostic: Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING" and running is not None:
            warnings.append(
                f"{locate(file, running.line)}: the second run raises a warning: {diagnostic.message_primary}"
            )

    def track_statements() -> Iterator[Statement]:
        nonlocal running
        for statement in statements:
            running = statement
            yield statement

    with scratch.connect(database) as connection:
        connection.add_notice_handler(record_warning)
        before = _observe(connection)
        for number, mode in enumerate(modes):
            try:
                apply_modes[mode](connection, track_statements(), file)
            except ApplyError as error:
                yield f"{error.where}: the second run fails {mode}: {error.what}"
            after = _observe(connection)
            yield from _describe_difference(before, after, rows=number > 0)
            before = after
    yield from warnings


def _describe_difference(
    before: tuple[Snapshot, RowSnapshot], after: tuple[Snapshot, RowSnapshot], *, rows: bool
) -> Iterator[str]:
    objects = find_catalog_changes(before[0], after[0], same_storage=True)
    for change in objects:
        yield f"the second run changes an object: {change}"
    # A rewritten table is already reported, so its rewritten rows are not.
    named = {change.target.name for change in objects}
    for table, difference in find_row_changes(before[1], after[1]):
        if rows and table not in named:
            yield f"the second run changes rows: {table} {difference}"


PROOF = Proof(
    name="idempotent",
    promise="A second run changes no definition or row, rewrites no table, rebuilds no index, and raises no warning.",
    rank=30,
    run=_run,
)
