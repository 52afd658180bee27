"""A cluster of our own: how it is initialised, and its server from start to stop."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.account import Account
from schema_dsl.postgres.binaries import Binaries
from schema_dsl.postgres.files import copy_tree, remove_tree
from schema_dsl.postgres.runs import Run

SUPERUSER: Final = "supabase_admin"
"""The role that initdb makes: `postgres` stays free to be the ordinary role that it is on Supabase."""

PORT: Final = 5432
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0

# Nothing here outlives the run, so nothing is made durable; and nothing runs in the background.
_SETTINGS: Final = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
wal_init_zero = off
wal_recycle = off
max_wal_size = 256MB
checkpoint_timeout = 1h
autovacuum = off
bgwriter_lru_maxpages = 0
max_logical_replication_workers = 0
shared_buffers = 64MB
max_connections = 100
max_locks_per_transaction = 1024  # one transaction may create 2,000 tables
max_pred_locks_per_transaction = 64
dynamic_shared_memory_type = mmap  # in the data folder, which is in memory itself and removed in any case
jit = off
logging_collector = off
log_destination = stderr
log_checkpoints = off
lc_messages = C
timezone = UTC
log_timezone = UTC
"""
_SETTINGS_18: Final = "io_method = sync\n"

# Ends when the owner is gone, however it went: only the owner has the other end of its standard input.
_WATCHDOG: Final = """
read -r _
pid_file="$1/data/postmaster.pid"
[ "$(head -n 1 "$pid_file" 2>/dev/null)" = "$2" ] && kill -QUIT "$2"
tries=0
while [ -e "$pid_file" ] && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
rm -rf "$1"
"""


def settings_for(version: int) -> str:
    """The part of postgresql.conf that is ours."""
    return _SETTINGS + (_SETTINGS_18 if version >= 180000 else "")  # noqa: PLR2004


def cluster_key(binaries: Binaries) -> str:
    """What an initialised cluster depends on, as a short name."""
    parts = (binaries.identity, settings_for(binaries.version), _init_options(binaries.version), SUPERUSER)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _init_options(version: int) -> tuple[str, ...]:
    common = (
        "--no-sync",
        "--encoding=UTF8",
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
        "--wal-segsize=1",
    )
    return (*common, "--no-data-checksums") if version >= 180000 else common  # noqa: PLR2004


def initialise(binaries: Binaries, account: Account, target: Path) -> None:
    """Make the cluster at `target/data`, with the superuser's password (for TCP) in `target/password`."""
    with tempfile.TemporaryDirectory(prefix="schema_dsl_init-", ignore_cleanup_errors=True) as name:
        work = Path(name)
        account.own(work)
        password = work / "password"
        password.touch(0o600)
        password.write_text(secrets.token_urlsafe(24))
        account.own(password)
        _initdb(binaries, account, work)
        with (work / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(settings_for(binaries.version))
        copy_tree(work, target, Account())


def _initdb(binaries: Binaries, account: Account, work: Path) -> None:
    data = work / "data"
    command: list[str | Path] = [
        binaries.folder / "initdb",
        "-D",
        data,
        "-U",
        SUPERUSER,
        f"--pwfile={work / 'password'}",
    ]
    command += _init_options(binaries.version)
    try:
        account.run([*command, "--locale=C.UTF-8"])
    except PostgresError as error:
        # Some systems have no C.UTF-8.
        if "locale" not in error.what:
            raise
        remove_tree(data)
        account.run([*command, "--locale=C"])


@attrs.define
class Cluster:
    """A running server of our own."""

    run: Run
    account: Account
    parameters: dict[str, str] = attrs.field(repr=False)
    process: subprocess.Popen[str]
    watchdog: subprocess.Popen[str] | None
    _owner: int = attrs.field(factory=os.getpid)

    def stop(self) -> None:
        """Stop the server and remove all of it; does nothing the second time, or in a forked child."""
        if self._owner != os.getpid():
            return
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            _stop(self.process)
        self.run.remove()
        if self.watchdog is not None and self.watchdog.stdin is not None:
            self.watchdog.stdin.close()
            self.watchdog.wait()


def start_cluster(binaries: Binaries, account: Account, run: Run, *, sockets: bool) -> Cluster:
    """Start the server of `run`, which holds a copy of an initialised cluster; gives it when it is ready.

    Raises:
        PostgresError: With the end of its log, if it does not start.
    """
    port = PORT if sockets else _free_port()
    folder = run.path if sockets else ""
    command: list[str | Path] = [
        binaries.folder / "postgres",
        "-D",
        run.data,
        "-p",
        str(port),
        "-k",
        str(folder),
    ]
    command += ["-c", "listen_addresses=" + ("" if sockets else "127.0.0.1")]
    with run.log.open("w") as log:
        process = account.spawn(command, stdout=log, stderr=log, cwd=run.path)
    host = str(folder) if sockets else "127.0.0.1"
    parameters = {"host": host, "port": str(port), "user": SUPERUSER}
    if not sockets:
        parameters["password"] = (run.path / "password").read_text()
    cluster = Cluster(run, account, parameters, process, None)
    atexit.register(cluster.stop)
    try:
        if sys.platform != "win32":
            quiet = subprocess.DEVNULL
            watch: list[str | Path] = ["/bin/sh", "-c", _WATCHDOG, "sh", run.path, str(process.pid)]
            cluster.watchdog = account.spawn(watch, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)
        _wait_until_ready(cluster)
    except BaseException:
        cluster.stop()
        raise
    return cluster


def _wait_until_ready(cluster: Cluster) -> None:
    """Wait for the word that the server leaves in its pid file: cheaper than connections that are refused."""
    deadline = time.monotonic() + _START_SECONDS
    pid_file = cluster.run.data / "postmaster.pid"
    while time.monotonic() < deadline:
        lines: list[str] = []
        with contextlib.suppress(FileNotFoundError):
            lines = pid_file.read_text().split("\n")
        if len(lines) > 7 and lines[7].strip() == "ready":  # noqa: PLR2004  # the eighth line is its state
            return
        if cluster.process.poll() is not None:
            break
        time.sleep(0.002)
    log = cluster.run.log.read_text(errors="replace").strip()[-2000:]
    what = f"The Postgres server did not start. Its log ends:\n{log}"
    raise PostgresError(what)


def _stop(process: subprocess.Popen[str]) -> None:
    # SIGQUIT leaves out the last checkpoint: everything is about to be removed.
    process.terminate() if sys.platform == "win32" else process.send_signal(signal.SIGQUIT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def copy_cluster(source: Path, run: Run, account: Account) -> None:
    """Put a copy of an initialised cluster into the folder of a run."""
    copy_tree(source / "data", run.data, account)
    shutil.copy(source / "password", run.path / "password")
