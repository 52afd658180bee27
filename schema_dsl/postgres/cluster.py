"""Start and stop the server of a cluster."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.account import Account
from schema_dsl.postgres.binaries import Binaries
from schema_dsl.postgres.initdb import SUPERUSER
from schema_dsl.postgres.passfile import write_passfile
from schema_dsl.postgres.runs import RunFolder

PORT: Final = 5432
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0

# read returns when this process ends, even after SIGKILL, because only this process has the write end of the pipe.
_WATCHDOG: Final = """
read -r _
pid_file="$1/data/postmaster.pid"
[ "$(head -n 1 "$pid_file" 2>/dev/null)" = "$2" ] && kill -QUIT "$2"
tries=0
while [ -e "$pid_file" ] && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
rm -rf "$1"
"""


@attrs.define
class Cluster:
    """A running server that this process started.

    Attributes:
        run: The folder of the run.
        account: The account that runs the server.
        parameters: The connection parameters of the superuser.
        process: The server.
        watchdog: A shell that stops the server and removes the folder when this process ends; None on Windows.
    """

    run: RunFolder
    account: Account
    parameters: dict[str, str] = attrs.field(repr=False)
    process: subprocess.Popen[str]
    watchdog: subprocess.Popen[str] | None
    _owner: int = attrs.field(factory=os.getpid)

    def stop(self) -> None:
        """Stop the server and remove its folder. A second call, or a call in a forked child, does nothing."""
        if self._owner != os.getpid():
            return
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            _stop_process(self.process)
        self.run.remove()
        if self.watchdog is not None and self.watchdog.stdin is not None:
            self.watchdog.stdin.close()
            self.watchdog.wait()


def start_cluster(
    binaries: Binaries, account: Account, run: RunFolder, *, sockets: bool, options: Sequence[str]
) -> Cluster:
    """Start a server and wait until it accepts connections.

    Args:
        binaries: The server programs.
        account: The account that runs the server.
        run: The folder of the run, with a copy of an initialised cluster.
        sockets: Whether the server listens on a Unix socket, instead of on 127.0.0.1 with a password.
        options: Further options of the server.

    Raises:
        PostgresError: If the server does not start; with the end of its log.
    """
    port = PORT if sockets else _find_free_port()
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
    command += ["-c", "listen_addresses=" + ("" if sockets else "127.0.0.1"), *options]
    with run.log.open("w") as log:
        process = account.spawn(command, stdout=log, stderr=log, cwd=run.path)
    host = str(folder) if sockets else "127.0.0.1"
    parameters = {"host": host, "port": str(port), "user": SUPERUSER}
    if not sockets:
        password = (run.path / "password").read_text()
        parameters["passfile"] = str(write_passfile(run.path / "passfile", password))
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
    """Wait until the pid file of the server contains "ready", which is faster than connection attempts."""
    deadline = time.monotonic() + _START_SECONDS
    pid_file = cluster.run.data / "postmaster.pid"
    while time.monotonic() < deadline:
        lines: list[str] = []
        with contextlib.suppress(FileNotFoundError):
            lines = pid_file.read_text().split("\n")
        if len(lines) > 7 and lines[7].strip() == "ready":  # noqa: PLR2004  # the eighth line is the state
            return
        if cluster.process.poll() is not None:
            break
        time.sleep(0.002)
    log = cluster.run.log.read_text(errors="replace").strip()[-2000:]
    what = f"The Postgres server did not start. Its log ends:\n{log}"
    raise PostgresError(what)


def _stop_process(process: subprocess.Popen[str]) -> None:
    # SIGQUIT skips the shutdown checkpoint, which is useless because the data folder is removed.
    process.terminate() if sys.platform == "win32" else process.send_signal(signal.SIGQUIT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
