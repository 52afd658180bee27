"""A first look at a mutant: what the cheap proofs would say of it, in a transaction that is never kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import attrs
import psycopg

from schema_dsl.introspect import Introspection, canonical, introspect
from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection
from schema_dsl.verify.proofs.matches import mismatches
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.snapshot import changes, snapshot


class FailedProof(NamedTuple):
    """Which proof fails for a mutant, and what it says."""

    proof: str
    said: str


@attrs.frozen
class Screen:
    """Databases in the state before the migration, one a setting, that scripts are tried in and undone again.

    What it says is what the proofs would: it asks the same questions, of a database that is not made anew
    for each script. Not for use by several threads.
    """

    wanted: Catalog
    declared: Catalog
    places: tuple[tuple[Connection, Introspection], ...]

    def look(self, script: str) -> FailedProof | None:
        """Say which of the cheap proofs would notice; None if none of them, which means nothing."""
        for connection, before in self.places:
            noticed = self._in(connection, before, script)
            if noticed is not None:
                return noticed
        return None

    def _in(self, connection: Connection, before: Introspection, script: str) -> FailedProof | None:
        with connection.transaction(force_rollback=True):
            try:
                connection.execute(script.encode())
            except psycopg.Error as error:
                return FailedProof("applies", _message(error))
            found = mismatches(self.wanted, self.declared, before, introspect(connection))
            if found:
                return FailedProof("matches", found[0])
            once = snapshot(connection)
            try:
                connection.execute(script.encode())
            except psycopg.Error as error:
                return FailedProof("idempotent", f"the second run fails: {_message(error)}")
            for each in changes(once, snapshot(connection), same_objects=False):
                return FailedProof("idempotent", f"the second run changes something: {each}")
        return None


@contextmanager
def screen(scratch: Scratch, declared: Catalog | None = None) -> Iterator[Screen | None]:
    """Give a screen; None where the migration, undamaged, cannot be run in one transaction."""
    with _places(scratch) as places:
        wanted = scratch.subject.wanted
        made = Screen(wanted, declared or canonical(places[0][0], wanted), places)
        yield made if made.look(scratch.subject.script) is None else None


@contextmanager
def _places(scratch: Scratch) -> Iterator[tuple[tuple[Connection, Introspection], ...]]:
    with ExitStack() as stack:
        places = []
        for setting in scratch.settings:
            database = stack.enter_context(scratch.fresh("before", setting))
            connection = stack.enter_context(scratch.connect(database))
            places.append((connection, scratch.introspected("before", setting)))
        yield tuple(places)


def _message(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error)
