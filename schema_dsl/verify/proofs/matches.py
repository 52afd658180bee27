"""Prove that the migration produces the declared objects and changes nothing else."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import adopt_equal_sql, find_different_sql
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.introspect.scope import ManagedScope
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.materialized_view import MaterializedView
from schema_dsl.model.role import Role
from schema_dsl.plan import Difference, diff
from schema_dsl.plan.children import find_children
from schema_dsl.plan.dependency import OnReplace
from schema_dsl.plan.identity_sequence import build_sequence_query
from schema_dsl.plan.number_source import build_sequence_source, find_number_source
from schema_dsl.plan.state import State
from schema_dsl.verify.access.report import qualify_by_settings
from schema_dsl.verify.comparison.left_behind import list_left_behind
from schema_dsl.verify.comparison.renames import list_renames
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.fixtures.fixture_tables import describe_fixture_tables
from schema_dsl.verify.fixtures.seed import seeded_template
from schema_dsl.verify.observations.dml import (
    creates_objects,
    read_commands,
    record_commands,
    record_new_tables,
)
from schema_dsl.verify.observations.observation import ObservedMigration, observe_migration
from schema_dsl.verify.observations.session import (
    RequiredSettings,
    find_leftovers,
    hold_session_state,
    read_session_state,
)
from schema_dsl.verify.proof import Outcome, Proof, conclude
from schema_dsl.verify.rollback.backfills import (
    Backfill,
    fill_rows,
    find_backfills,
    is_written_by_triggers,
)
from schema_dsl.verify.scripts.apply import ApplyError, apply_statements, split_statements
from schema_dsl.verify.scripts.lost_session import raise_if_lost
from schema_dsl.verify.snapshots.rows import RowSnapshot, list_row_changes
from schema_dsl.verify.snapshots.undeclared import NOT_DECLARED, find_mismatches

# The attributes of a column, and of its type, that its values depend on.
_VALUE_ATTRIBUTES: Final = frozenset({"type", "base", "subtype", "attributes", "generated"})


def _run(scratch: Scratch) -> Outcome:
    wanted = scratch.subject.wanted
    declared = scratch.canonicalize_definitions()
    session = _run_in_session(scratch)
    found: dict[str, list[str]] = {}
    untried: list[str] = []
    effects: dict[str, None] = {}
    for setting in scratch.settings:
        observed = _observe(scratch, setting, untried)
        declared = _adopt_equal_sql(scratch, declared, observed.after.schema.introspection.catalog)
        for sentence in _describe_failures(scratch, declared, observed, session, effects):
            found.setdefault(sentence, []).append(setting)
    kinds = Counter(identity.kind for identity in declared.objects)
    counted = ", ".join(f"{kind.replace('_', ' ')}: {count}" for kind, count in kinds.items())
    rows = sum(table.count for table in observed.before.rows.values())
    return conclude(
        [*qualify_by_settings(found, scratch.settings), *session.failures],
        f"{len(declared.objects)} objects match the definitions ({counted}); nothing else changed: "
        f"{len(observed.after.schema.catalog.objects)} objects of all kinds, {rows} rows, the session",
        untried=untried,
        notes=[
            *_list_left_behind(scratch, declared, observed),
            *_list_ignored(wanted, declared),
            *effects,
            *describe_fixture_tables(scratch),
        ],
        data=dict(kinds),
    )


def _adopt_equal_sql(scratch: Scratch, declared: Catalog, present: Catalog) -> Catalog:
    """Return the declared state with the SQL of a database where Postgres only prints the two texts differently."""
    different = find_different_sql(declared, present)
    if not different:
        return declared
    # The migration may drop a function, and the SQL then calls another one of that name.
    with scratch.unchanged("after") as database, scratch.connect(database) as connection:
        return adopt_equal_sql(connection, declared, different)


def _list_ignored(wanted: Catalog, declared: Catalog) -> Iterator[str]:
    """Yield a note for each kind of which the server has no objects, because a later version of Postgres has them."""
    for kind, count in Counter(each.kind for each in wanted.objects if each not in declared.objects).items():
        since = load_kinds()[kind].since // 10000
        yield f"{kind.replace('_', ' ')}s: {count}, which have no effect before Postgres {since}"


def _list_left_behind(scratch: Scratch, declared: Catalog, observed: ObservedMigration) -> list[str]:
    """Return a note for each object that is ours, present and not declared, and that no failure is about."""
    present = observed.after.schema.introspection.catalog
    left = list_left_behind(scratch, scratch.subject.migrations, declared, present)
    scope = ManagedScope(declared)
    return [
        f"{identity} is left behind: the migrations create it, and it is not in the definitions"
        for identity in left
        if not scope.manages(identity)
    ]


def _observe(scratch: Scratch, setting: str, untried: list[str]) -> ObservedMigration:
    """Run the migration on fixture rows, or without rows if it fails on them."""
    template, notes = seeded_template(scratch, "before", setting)
    untried += notes
    try:
        with scratch.copy(template) as database:
            observed = observe_migration(scratch, database)
    except ApplyError as error:
        raise_if_lost(error)
        with scratch.fresh("before", setting) as database:
            observed = observe_migration(scratch, database)
        untried.append(f"whether rows change, because the migration fails on fixture rows: {error}")
    if not (observed.knows_roles or scratch.server.owns_cluster):
        untried.append("whether the migration creates roles, because it cannot run in one transaction")
    return observed


@attrs.frozen
class _SessionRun:
    """A run of the migration statement by statement in a session of its own.

    Attributes:
        failures: A sentence for each fault of the session.
        commands: The INSERT, UPDATE, DELETE and TRUNCATE commands by table.
    """

    failures: Sequence[str]
    commands: dict[str, str]


def _run_in_session(scratch: Scratch) -> _SessionRun:
    subject = scratch.subject
    failures: list[str] = []
    with (
        scratch.fresh("before") as database,
        database.connect() as observer,
        scratch.connect(database) as connection,
    ):
        record_commands(observer)
        # After a ROLLBACK, psycopg would drop all prepared statements, not only its own.
        connection.prepare_threshold = None
        required = RequiredSettings(connection, subject.settings, subject.file)
        hold_session_state(connection)
        before = read_session_state(connection, subject.script)
        try:
            for statement in split_statements(subject.script):
                failures += required.check(statement)
                apply_statements(connection, [statement], subject.file)
                if creates_objects(statement):
                    record_new_tables(observer)
        except ApplyError as error:
            raise_if_lost(error)
            failures.append(f"{error.where}: the migration fails statement by statement: {error.what}")
        else:
            failures += find_leftovers(before, read_session_state(connection, subject.script), subject.file)
        return _SessionRun(failures, read_commands(observer))


def _describe_failures(
    scratch: Scratch,
    declared: Catalog,
    observed: ObservedMigration,
    session: _SessionRun,
    effects: dict[str, None],
) -> Iterator[str]:
    wanted, before, after = scratch.subject.wanted, observed.before, observed.after
    removable = list_left_behind(
        scratch,
        scratch.subject.earlier,
        declared,
        before.schema.introspection.catalog,
        list_renames(scratch),
    )
    yield from find_mismatches(
        wanted,
        declared,
        before.schema,
        after.schema,
        scratch.owner,
        removable=removable,
        own=observed.own,
    )
    yield from (
        f"role {name} is new, {NOT_DECLARED}"
        for name in observed.new_roles
        if Identity(Role.kind, "", name) not in wanted.objects
    )
    changed = set()
    backfills = _find_backfills(wanted, observed)
    by_triggers = {
        table
        for table, rows in observed.after.rows.items()
        if is_written_by_triggers(rows.relation, backfills, scratch.subject.script)
    }
    for change, table in _describe_rows(scratch, observed):
        changed.add(table)
        if table in by_triggers:
            effects[f"triggers that a backfill fires change rows: {change}"] = None
        else:
            yield f"{change}, {NOT_DECLARED}"
    backfilled = {backfill.table for backfill in backfills}
    for table, commands in session.commands.items():
        if table not in changed | by_triggers and not (table in backfilled and commands == "UPDATE"):
            yield f"the migration runs {commands} on {table}, and the definitions do not declare it"


def _describe_rows(scratch: Scratch, observed: ObservedMigration) -> Iterator[tuple[str, str]]:
    """Yield each table's undeclared changes of its rows as the start of a sentence, and the name of the table."""
    wanted = scratch.subject.wanted
    before, after = observed.before, observed.after
    differences = [
        difference
        for difference in diff(before.schema.introspection.catalog, after.schema.introspection.catalog)
        if difference.identity in wanted.objects
    ]
    changed = {
        difference.identity for difference in differences if _VALUE_ATTRIBUTES & set(difference.attributes)
    }
    objects = after.schema.introspection.catalog.objects
    columns = _list_columns_of(changed, objects)
    children = find_children(objects)
    computed = {
        (".".join(root.relation), identity.name)
        for identity in columns
        for root in (identity.root, *children.get(identity.root, ()))
    }

    continued = _find_continued_sequences(scratch, differences, before.rows)

    # Postgres computes the rows of a materialized view when it is created again.
    views = {".".join(identity.relation) for identity in wanted.of_kind(MaterializedView.kind)}

    def is_compared(table: str, column: str) -> bool:
        return (table, column) not in computed and table not in continued

    filled, backfills = before.rows, _find_backfills(wanted, observed)
    if backfills:
        with scratch.unchanged("after") as database, contextlib.closing(database.connect()) as connection:
            filled = fill_rows(connection, before.rows, after.rows, backfills)
    for change in list_row_changes(filled, after.rows, is_compared):
        if not change.rewritten and change.table not in views:
            yield f"{change.table} {change.description}", change.table
    for table, rows in after.rows.items():
        # An undeclared new table is reported anyway.
        if table not in before.rows and rows.count and rows.relation in wanted.tables:
            yield f"{table} is new and has rows ({rows.count})", table


def _list_columns_of(changed: Iterable[Identity], objects: Mapping[Identity, Any]) -> list[Identity]:
    """Return columns, those of a type with other values, and the generated columns that have their values from one.

    Args:
        changed: The columns and types that differ.
        objects: The objects after the migration.
    """
    found = dict.fromkeys(each for each in changed if each in objects)
    if found:
        state = State(objects)
        pending = list(found)
        for identity in pending:
            for dependency in state.dependents(identity):
                each = dependency.dependent
                has_type = dependency.on_replace is OnReplace.ADAPT
                if each not in found and (has_type or getattr(objects[each], "generated", None)):
                    found[each] = None
                    pending.append(each)
    return [each for each in found if each.kind == Column.kind]


_NAME_OF_RELATION: Final = """
    SELECT n.nspname::text, c.relname::text
    FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid =
"""


def _find_continued_sequences(
    scratch: Scratch, differences: Sequence[Difference], rows: RowSnapshot
) -> frozenset[str]:
    """Return the sequences whose next number the migration may set.

    These are the new sources of a column's numbers, which continue after the largest number, and the sequences of
    identities with other options, which start again if the next number is outside of the new bounds. The sequence of
    an identity may take the name of the former source.
    """
    moved = {
        difference.identity: find_number_source(difference.after)
        for difference in differences
        if difference.identity.kind == Column.kind
        and difference.before is not None
        and difference.after is not None
        and find_number_source(difference.before) != find_number_source(difference.after)
    }
    # The sequence of an identity column has no name in the definitions.
    columns = {identity for identity, source in moved.items() if source is not None and source.name is None}
    columns |= {difference.identity for difference in differences if "sequence" in difference.attributes}
    of_identities = set()
    if columns:
        with scratch.unchanged("after") as database, contextlib.closing(database.connect()) as connection:
            for identity in columns:
                query = _NAME_OF_RELATION + build_sequence_query(identity)
                of_identities |= set(connection.execute(query.encode()).fetchall())
    new_sources = set(moved.values())
    return frozenset(
        table
        for table, read in rows.items()
        if read.is_sequence
        and (build_sequence_source(*read.relation) in new_sources or read.relation in of_identities)
    )


def _find_backfills(wanted: Catalog, observed: ObservedMigration) -> tuple[Backfill, ...]:
    before, after = observed.before.schema.introspection, observed.after.schema.introspection
    return find_backfills(wanted, before.catalog, after.catalog)


PROOF = Proof(
    name="matches",
    promise="After the migration, every declared object equals its definition, and nothing else has changed.",
    rank=20,
    run=_run,
    checks_folder=True,
)
