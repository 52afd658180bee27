"""The lock modes of tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from psycopg import errors

from schema_dsl.analysis.locks import LockMode, lock_strength
from schema_dsl.postgres import Connection, Server

ACCESSES = {"reads": LockMode.ACCESS_SHARE, "writes": LockMode.ROW_EXCLUSIVE}


@pytest.fixture(scope="module")
def sessions(server: Server) -> Iterator[tuple[Connection, Connection]]:
    """Two sessions in a database with a table."""
    with (
        server.database() as database,
        contextlib.closing(database.connect()) as first,
        contextlib.closing(database.connect()) as second,
    ):
        first.execute("CREATE TABLE locked ()")
        yield first, second


def lock(session: Connection, mode: LockMode) -> None:
    """Lock the table."""
    session.execute(f"LOCK TABLE locked IN {mode} MODE NOWAIT".encode())


class TestModes:
    """The names, the order and the conflicts of the modes."""

    @pytest.mark.parametrize("mode", LockMode)
    def test_names(self, sessions: tuple[Connection, Connection], mode: LockMode) -> None:
        """Postgres accepts the name of a mode in LOCK TABLE, and shows the other name in pg_locks."""
        session, _ = sessions
        with session.transaction(force_rollback=True):
            lock(session, mode)
            seen = session.execute("SELECT mode FROM pg_locks WHERE relation = 'locked'::regclass").fetchall()
        assert (mode.pg_locks_name,) in seen

    @pytest.mark.parametrize("mode", LockMode)
    def test_blocks(self, sessions: tuple[Connection, Connection], mode: LockMode) -> None:
        """A mode blocks reads or writes exactly if another session cannot lock the table for them."""
        first, second = sessions
        blocked = []
        for access, wanted in ACCESSES.items():
            with first.transaction(force_rollback=True), second.transaction(force_rollback=True):
                lock(first, mode)
                try:
                    lock(second, wanted)
                except errors.LockNotAvailable:
                    blocked.append(access)
        assert mode.blocks == " and ".join(blocked)

    def test_order(self) -> None:
        """The modes are sorted by strength, and other modes of pg_locks are weaker than all of them."""
        assert sorted(LockMode) == list(LockMode)
        assert [int(mode) for mode in LockMode] == [lock_strength(mode.pg_locks_name) for mode in LockMode]
        assert 0 == lock_strength("SIReadLock") == lock_strength(None)
