"""Observe a database before and after a migration."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Final

import attrs
import psycopg
from psycopg import IsolationLevel, errors

from schema_dsl.analysis.transaction_blocks import needs_several_transactions
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.comparison.renames import carry_out, list_renames
from schema_dsl.verify.databases.requested import list_requested
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.observations.session import act_as, permit_data_loss
from schema_dsl.verify.roles.cluster import hidden_roles, restored_roles
from schema_dsl.verify.scripts.apply import (
    ApplyError,
    apply_in_transaction,
    apply_migration,
    apply_statements,
    rehearse_statements,
    split_statements,
)
from schema_dsl.verify.scripts.refusals import allow_data_loss, has_transactions
from schema_dsl.verify.snapshots.catalog import snapshot_catalog
from schema_dsl.verify.snapshots.introspection import introspect_changed
from schema_dsl.verify.snapshots.rows import RowSnapshot, snapshot_rows
from schema_dsl.verify.snapshots.undeclared import SchemaState

# CREATE INDEX CONCURRENTLY, VACUUM and the like, COMMIT in a DO block, and the use of a new label of an enum.
_NOT_IN_TRANSACTION: Final = (
    errors.ActiveSqlTransaction,
    errors.InvalidTransactionTermination,
    errors.UnsafeNewEnumValueUsage,
)


@attrs.frozen
class Observation:
    """The contents of a database.

    Attributes:
        schema: The objects.
        rows: The rows.
    """

    schema: SchemaState
    rows: RowSnapshot


@attrs.frozen
class ObservedMigration:
    """A database before and after a migration.

    Attributes:
        before: The state before the migration.
        after: The state after the migration.
        new_roles: The roles that the migration creates although another run may have created them earlier.
        knows_roles: Whether `new_roles` is known: it is found out in one transaction, which is rolled back.
        own: The state after the migration alone; None if no other migrations follow it.
    """

    before: Observation
    after: Observation
    new_roles: Sequence[str] = ()
    knows_roles: bool = True
    own: SchemaState | None = None


class _NotInTransactionError(Exception):
    """The migration cannot run in one transaction."""


def observe_migration(scratch: Scratch, database: Database) -> ObservedMigration:
    """Run the migration in a database and return the states before and after.

    If possible, the migration runs in one transaction, which sees no commits of other sessions and is rolled back;
    otherwise statement by statement.

    Raises:
        ApplyError: If a statement fails, with its file and line.
    """
    statements = split_statements(scratch.subject.script)
    later = (migration.forward for migration in scratch.subject.later)
    controls_transactions = has_transactions(statements)
    if not (
        controls_transactions
        or needs_several_transactions(statements)
        or any(has_transactions(split_statements(text)) for text in later)
    ):
        with (
            contextlib.suppress(_NotInTransactionError),
            contextlib.closing(database.connect()) as connection,
        ):
            return _observe_in_transaction(scratch, connection)
    roles = None if controls_transactions else _rehearse_roles(scratch, database)
    with contextlib.closing(database.connect()) as observer:
        before = _observe_before(scratch, observer, cluster=None)
        with contextlib.closing(scratch.connect(database)) as runner:
            apply_statements(allow_data_loss(runner), statements, scratch.subject.file)
            runner.execute("RESET ALL")
            rows = snapshot_rows(observer)
            own = _observe_schema(scratch, observer, cluster=None) if scratch.subject.later else None
            for migration in scratch.subject.later:
                apply_migration(runner, migration)
        after = Observation(_observe_schema(scratch, observer, cluster=None), rows)
        return ObservedMigration(before, after, roles or (), knows_roles=roles is not None, own=own)


def _rehearse_roles(scratch: Scratch, database: Database) -> list[str] | None:
    """Return the roles that the migration creates if they are missing; None if it cannot run in a transaction."""
    with contextlib.closing(database.connect()) as connection:
        candidates = scratch.list_unneeded_roles(connection)
        with contextlib.suppress(_NotInTransactionError), connection.transaction(force_rollback=True):
            return _find_created_roles(scratch, connection, candidates)
    return None


def _observe_in_transaction(scratch: Scratch, connection: Connection) -> ObservedMigration:
    # In the catalogs too, a REPEATABLE READ transaction sees only its own changes.
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    # psycopg drops its prepared statements after ROLLBACK, and with them those of the snapshot.
    connection.prepare_threshold = None
    early, candidates = scratch.early_roles, scratch.list_unneeded_roles(connection)
    with connection.transaction(force_rollback=True):
        # Another run of the migration may have created its roles, granted its memberships and so on.
        try:
            with hidden_roles(connection, candidates) if early is None else restored_roles(connection, early):
                return _observe_once(scratch, connection)
        except (ApplyError, psycopg.Error):
            # The migration refers to one of the roles, or the session may not change roles, or another session does.
            created = _find_created_roles(scratch, connection, candidates)
        with hidden_roles(connection, created):
            return _observe_once(scratch, connection)


def _observe_once(scratch: Scratch, connection: Connection) -> ObservedMigration:
    before = _observe_before(scratch, connection, cluster=True)
    with connection.transaction(force_rollback=True):
        _run_script(scratch, connection)
        # Row changes of later migrations do not count.
        rows = snapshot_rows(connection)
        own = _observe_schema(scratch, connection, cluster=True) if scratch.subject.later else None
        _run_later(scratch, connection)
        after = Observation(_observe_schema(scratch, connection, cluster=True), rows)
        return ObservedMigration(before, after, own=own)


def _run_later(scratch: Scratch, connection: Connection) -> None:
    """Run the later migrations as the owner, and continue as the superuser."""
    for migration in scratch.subject.later:
        act_as(connection, scratch.owner)
        try:
            with connection.transaction():
                apply_migration(connection, migration)
        except ApplyError as error:
            if isinstance(error.__cause__, _NOT_IN_TRANSACTION):
                raise _NotInTransactionError from error
            raise
        connection.execute("SET LOCAL SESSION AUTHORIZATION DEFAULT")
        connection.execute("RESET ALL")


def _run_script(scratch: Scratch, connection: Connection) -> None:
    """Run the migration as its owner, and continue as the superuser with the settings of a new session.

    Raises:
        ApplyError: If a statement fails, with its file and line.
    """
    permit_data_loss(connection)
    act_as(connection, scratch.owner)
    statements, file = split_statements(scratch.subject.script), scratch.subject.file
    try:
        with connection.transaction():
            if needs_several_transactions(statements):
                rehearse_statements(connection, statements, file)
            else:
                connection.execute(scratch.subject.script.encode())
    except _NOT_IN_TRANSACTION as error:
        raise _NotInTransactionError from error
    except psycopg.Error:
        # The second run locates the error.
        apply_in_transaction(connection, statements, file)
    connection.execute("SET LOCAL SESSION AUTHORIZATION DEFAULT")
    connection.execute("RESET ALL")


def _observe_before(scratch: Scratch, connection: Connection, *, cluster: bool | None) -> Observation:
    """Return the contents of the database before the migration, with the names after the migration."""
    renames = list_renames(scratch)
    if not renames:
        return _observe(scratch, connection, cluster=cluster)
    with connection.transaction(force_rollback=True):
        carry_out(connection, renames)
        return _observe(scratch, connection, cluster=cluster)


def _observe(scratch: Scratch, connection: Connection, *, cluster: bool | None) -> Observation:
    schema = _observe_schema(scratch, connection, cluster=cluster, is_before=True)
    return Observation(schema, snapshot_rows(connection))


def _observe_schema(
    scratch: Scratch, connection: Connection, *, cluster: bool | None, is_before: bool = False
) -> SchemaState:
    subject = scratch.subject
    like = list_requested(subject.wanted, subject.earlier if is_before else subject.migrations)
    introspection = introspect_changed(connection, like=like)
    return SchemaState(introspection, snapshot_catalog(connection, cluster=cluster))


def _find_created_roles(scratch: Scratch, connection: Connection, names: Sequence[str]) -> list[str]:
    """Return those of some roles that the migration creates if they are missing; it may only refer to the others."""
    if not names:
        return []
    try:
        with hidden_roles(connection, names):
            _run_script(scratch, connection)
            # The snapshot of the transaction still shows a role that another session has dropped and created again;
            # to_regrole reads the present catalog.
            present = connection.execute(
                "SELECT name FROM pg_catalog.unnest(%s::text[]) AS name"
                " WHERE pg_catalog.to_regrole(pg_catalog.quote_ident(name)) IS NOT NULL",
                [list(names)],
            ).fetchall()
            return [name for (name,) in present]
    except (ApplyError, psycopg.Error):
        if len(names) == 1:
            return []
    halves = names[: len(names) // 2], names[len(names) // 2 :]
    return [name for half in halves for name in _find_created_roles(scratch, connection, half)]
