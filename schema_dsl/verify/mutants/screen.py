"""Screen mutants with the checks of the fast proofs, in transactions that are rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import attrs
import psycopg

from schema_dsl.introspect import Introspection, canonicalize, introspect
from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection
from schema_dsl.verify.proofs.matches import find_mismatches
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.snapshot import find_catalog_changes, snapshot_catalog


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
        databases: A connection and the introspected state for each setting of default privileges.
    """

    wanted: Catalog
    declared: Catalog
    databases: tuple[tuple[Connection, Introspection], ...]

    def try_script(self, script: str) -> FailedProof | None:
        """Return the fast proof that fails for a script, or None. None does not mean that all proofs hold."""
        for connection, before in self.databases:
            failed = self._try_in(connection, before, script)
            if failed is not None:
                return failed
        return None

    def _try_in(self, connection: Connection, before: Introspection, script: str) -> FailedProof | None:
        with connection.transaction(force_rollback=True):
            try:
                connection.execute(script.encode())
            except psycopg.Error as error:
                return FailedProof("applies", _message(error))
            mismatches = find_mismatches(self.wanted, self.declared, before, introspect(connection))
            if mismatches:
                return FailedProof("matches", mismatches[0])
            once = snapshot_catalog(connection)
            try:
                connection.execute(script.encode())
            except psycopg.Error as error:
                return FailedProof("idempotent", f"the second run fails: {_message(error)}")
            for change in find_catalog_changes(once, snapshot_catalog(connection), same_objects=False):
                return FailedProof("idempotent", f"the second run changes an object: {change}")
        return None


@contextmanager
def open_screen(scratch: Scratch, declared: Catalog | None = None) -> Iterator[Screen | None]:
    """Yield a screen, or None if the original migration does not pass the screen, as with CREATE INDEX CONCURRENTLY."""
    with _open_databases(scratch) as databases:
        wanted = scratch.subject.wanted
        screen = Screen(wanted, declared or canonicalize(databases[0][0], wanted), databases)
        yield screen if screen.try_script(scratch.subject.script) is None else None


@contextmanager
def _open_databases(scratch: Scratch) -> Iterator[tuple[tuple[Connection, Introspection], ...]]:
    with ExitStack() as stack:
        databases = []
        for setting in scratch.settings:
            database = stack.enter_context(scratch.fresh("before", setting))
            connection = stack.enter_context(scratch.connect(database))
            databases.append((connection, scratch.introspected("before", setting)))
        yield tuple(databases)


def _message(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error)
