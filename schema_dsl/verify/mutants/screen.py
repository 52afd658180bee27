"""Screen mutants with the checks of the fast proofs, in transactions that are rolled back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import attrs
import psycopg

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import canonicalize
from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection
from schema_dsl.verify.comparison.left_behind import list_left_behind
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.snapshots.catalog import find_catalog_changes, snapshot_catalog
from schema_dsl.verify.snapshots.introspection import introspect_changed
from schema_dsl.verify.snapshots.undeclared import SchemaState, find_mismatches


class FailedProof(NamedTuple):
    """A proof that failed on a mutant, with its first failure message."""

    proof: str
    message: str


@attrs.frozen
class Screen:
    """Databases in the state before the migration, in which scripts are tried and rolled back.

    The screen runs the checks of the proofs `applies`, `matches` and `idempotent` without creating a database for
    every script. Not safe to use from several threads.

    Attributes:
        wanted: The declared state.
        declared: The declared state as Postgres prints it.
        owner: The role that applies migrations.
        removable: The objects that earlier migrations created and that are no longer declared.
        databases: A connection and the state for each setting of default privileges.
    """

    wanted: Catalog
    declared: Catalog
    owner: str
    removable: Collection[Identity]
    databases: tuple[tuple[Connection, SchemaState], ...]

    def try_script(self, script: str) -> FailedProof | None:
        """Return the fast proof that fails for a script, or None. None does not mean that all proofs hold."""
        for connection, before in self.databases:
            failed = self._try_in(connection, before, script)
            if failed is not None:
                return failed
        return None

    def _try_in(self, connection: Connection, before: SchemaState, script: str) -> FailedProof | None:
        with connection.transaction(force_rollback=True):
            try:
                connection.execute(script.encode())
            except psycopg.Error as error:
                return FailedProof("applies", _message(error))
            once = snapshot_catalog(connection)
            after = SchemaState(introspect_changed(connection, like=self.wanted), once)
            mismatches = find_mismatches(
                self.wanted, self.declared, before, after, self.owner, removable=self.removable
            )
            if mismatches:
                return FailedProof("matches", mismatches[0])
            try:
                connection.execute(script.encode())
            except psycopg.Error as error:
                return FailedProof("idempotent", f"the second run fails: {_message(error)}")
            for change in find_catalog_changes(once, snapshot_catalog(connection), same_storage=False):
                return FailedProof("idempotent", f"the second run changes an object: {change}")
        return None


@contextmanager
def open_screen(scratch: Scratch, declared: Catalog | None) -> Iterator[Screen | None]:
    """Yield a screen, or None if the original migration does not pass the screen, as with CREATE INDEX CONCURRENTLY."""
    with _open_databases(scratch) as databases:
        wanted = scratch.subject.wanted
        if declared is None:
            declared = canonicalize(databases[0][0], wanted)
        removable = list_left_behind(
            scratch, scratch.subject.earlier, declared, databases[0][1].introspection.catalog
        )
        screen = Screen(wanted, declared, scratch.owner, frozenset(removable), databases)
        yield screen if screen.try_script(scratch.subject.script) is None else None


@contextmanager
def _open_databases(scratch: Scratch) -> Iterator[tuple[tuple[Connection, SchemaState], ...]]:
    with ExitStack() as stack:
        databases = []
        for setting in scratch.settings:
            database = stack.enter_context(scratch.fresh("before", setting))
            connection = stack.enter_context(scratch.connect(database))
            state = SchemaState(scratch.introspected("before", setting), snapshot_catalog(connection))
            databases.append((connection, state))
        yield tuple(databases)


def _message(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error)
