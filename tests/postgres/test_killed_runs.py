"""Tests that servers and folders of a run are removed, however the run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schema_dsl.postgres import account as accounts
from schema_dsl.postgres.runs import PREFIX
from schema_dsl.postgres.sweep import sweep

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

# A shell starts background processes with SIGINT ignored, and child processes inherit that.
SCRIPT = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from schema_dsl.cli.signals import interruptible
from schema_dsl.postgres import provider
with interruptible(), provider("embedded").start() as server, server.connect() as connection:
    print(connection.execute("SHOW data_directory").fetchone()[0], flush=True)
    time.sleep(60)
"""

KILLED_INITDB = """
import os, signal
from pathlib import Path
from schema_dsl.postgres import account, initdb
from schema_dsl.postgres.binaries import find_embedded_binaries

def kill(binaries, account, work):
    print(work.path, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

initdb._run_initdb = kill
server_account = account.get_server_account()
initdb.initialise_cluster(find_embedded_binaries(server_account), server_account, Path("/nonexistent"))
"""


@contextmanager
def running() -> Iterator[tuple[subprocess.Popen[str], Path, int]]:
    """Run a program with a server; yield the program's process, the data folder and the server's process id."""
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True) as owner:
        try:
            assert owner.stdout is not None
            data = Path(owner.stdout.readline().strip())
            yield owner, data, int((data / "postmaster.pid").read_text().split()[0])
        finally:
            owner.kill()


def eventually(condition: Callable[[], bool]) -> bool:
    """Return whether the condition becomes true within 8 seconds."""
    deadline = time.monotonic() + 8
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def alive(process: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class TestEnds:
    """Ways to end a program."""

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_terminated(self, number: signal.Signals) -> None:
        """After a termination signal, no server and no folder remain."""
        with running() as (owner, data, server):
            owner.send_signal(number)
            status = owner.wait(10)
            assert not data.parent.exists()
            assert not alive(server)
            assert status == (-signal.SIGINT if number == signal.SIGINT else 128 + number)

    def test_killed(self) -> None:
        """After SIGKILL, the watchdog stops the server and removes the folder."""
        with running() as (owner, data, server):
            owner.kill()
            assert eventually(lambda: not data.parent.exists())
            assert not alive(server)

    def test_all_killed(self) -> None:
        """If the watchdog was killed too, the next run stops the server and removes the folder."""
        with running() as (owner, data, server):
            children = Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()
            for child in {int(child) for child in children} - {server}:
                os.kill(child, signal.SIGKILL)
            assert alive(server)
            owner.kill()
            owner.wait()
            sweep(accounts.get_server_account())
            assert eventually(lambda: not data.parent.exists())
            assert eventually(lambda: not alive(server))

    def test_killed_while_initialising(self) -> None:
        """If a run is killed while it initialises a cluster, the next run removes the unfinished one."""
        killed = subprocess.run(
            [sys.executable, "-c", KILLED_INITDB], capture_output=True, text=True, check=False
        )
        assert -signal.SIGKILL == killed.returncode, killed.stderr
        folder = Path(killed.stdout.strip())
        assert (folder / "password").exists()
        sweep(accounts.get_server_account())
        assert eventually(lambda: not folder.exists())


class TestSweep:
    """The processes and folders that a sweep does not touch."""

    def folder(self) -> Path:
        """Create a folder as a run creates it."""
        return Path(tempfile.mkdtemp(prefix=PREFIX))

    def swept(self, folder: Path) -> bool:
        """Return whether a sweep removes the folder; another test may run a sweep at the same time."""
        sweep(accounts.get_server_account())
        return eventually(lambda: not folder.exists())

    def test_innocent(self) -> None:
        """A process that reuses the id of a dead server is not touched, but the folder is removed."""
        folder = self.folder()
        (folder / "data").mkdir()
        with subprocess.Popen(["sleep", "60"]) as innocent:  # noqa: S607  # any program will do
            (folder / "data" / "postmaster.pid").write_text(f"{innocent.pid}\n{folder}/data\n")
            (folder / "lock").touch()  # an unlocked file marks a dead run
            assert self.swept(folder)
            assert innocent.poll() is None
            innocent.kill()

    def test_living(self) -> None:
        """The folder of a living run is not touched."""
        with running() as (_, data, server):
            sweep(accounts.get_server_account())
            assert alive(server)
            assert data.exists()

    def test_fresh(self) -> None:
        """A new folder without a lock file is not touched for a minute."""
        folder = self.folder()
        sweep(accounts.get_server_account())
        assert folder.exists()
        os.utime(folder, (0, 0))
        assert self.swept(folder)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can make folders of another account")
    def test_foreign(self) -> None:
        """A folder of another account is not touched."""
        folder = self.folder()
        os.chown(folder, 12345, 12345)
        os.utime(folder, (0, 0))
        try:
            sweep(accounts.get_server_account())
            assert folder.exists()
        finally:
            folder.rmdir()
