"""Nothing of a run outlives it, however it ends."""

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

# A shell that runs something in the background has it ignore Ctrl-C, and so do its children.
SCRIPT = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from schema_dsl.postgres import interruptible, provider
with interruptible(), provider("embedded").start() as server, server.connect() as connection:
    print(connection.execute("SHOW data_directory").fetchone()[0], flush=True)
    time.sleep(60)
"""


@contextmanager
def running() -> Iterator[tuple[subprocess.Popen[str], Path, int]]:
    """A program with a server: its process, the server's data folder, and the server's process."""
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True) as owner:
        try:
            assert owner.stdout is not None
            data = Path(owner.stdout.readline().strip())
            yield owner, data, int((data / "postmaster.pid").read_text().split()[0])
        finally:
            owner.kill()


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it comes true within a few seconds."""
    deadline = time.monotonic() + 8
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def alive(process: int) -> bool:
    """Whether a process runs: what nobody has collected yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class TestEnds:
    """Ways to end a program."""

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_asked(self, number: signal.Signals) -> None:
        """Asked to end, it leaves nothing behind when it has ended."""
        with running() as (owner, data, server):
            owner.send_signal(number)
            status = owner.wait(10)
            assert not data.parent.exists()
            assert not alive(server)
            assert status == (-signal.SIGINT if number == signal.SIGINT else 128 + number)

    def test_killed(self) -> None:
        """Killed, it leaves a watchdog that tidies up."""
        with running() as (owner, data, server):
            owner.kill()
            assert eventually(lambda: not data.parent.exists())
            assert not alive(server)

    def test_all_killed(self) -> None:
        """If that was killed too, the next run does it."""
        with running() as (owner, data, server):
            children = Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()
            for child in {int(child) for child in children} - {server}:
                os.kill(child, signal.SIGKILL)
            assert alive(server)
            owner.kill()
            owner.wait()
            sweep(accounts.current())
            assert eventually(lambda: not data.parent.exists())
            assert eventually(lambda: not alive(server))


class TestSweep:
    """What tidying up leaves alone."""

    def folder(self) -> Path:
        """A folder as a run begins it."""
        return Path(tempfile.mkdtemp(prefix=PREFIX))

    def swept(self, folder: Path) -> bool:
        """Whether the folder is gone after a sweep: ours, or that of another test at the same time."""
        sweep(accounts.current())
        return eventually(lambda: not folder.exists())

    def test_innocent(self) -> None:
        """A process that has the number of a dead server is not touched, and the folder goes."""
        folder = self.folder()
        (folder / "data").mkdir()
        with subprocess.Popen(["sleep", "60"]) as innocent:  # noqa: S607  # any program will do
            (folder / "data" / "postmaster.pid").write_text(f"{innocent.pid}\n{folder}/data\n")
            (folder / "lock").touch()  # from now on, a run that died
            assert self.swept(folder)
            assert innocent.poll() is None
            innocent.kill()

    def test_living(self) -> None:
        """The folder of a run that lives is not touched."""
        with running() as (_, data, server):
            sweep(accounts.current())
            assert alive(server)
            assert data.exists()

    def test_fresh(self) -> None:
        """Nor is one that is just being made, and has no lock yet."""
        folder = self.folder()
        sweep(accounts.current())
        assert folder.exists()
        os.utime(folder, (0, 0))
        assert self.swept(folder)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can make folders of another account")
    def test_foreign(self) -> None:
        """Nor is one of another account."""
        folder = self.folder()
        os.chown(folder, 12345, 12345)
        os.utime(folder, (0, 0))
        try:
            sweep(accounts.current())
            assert folder.exists()
        finally:
            folder.rmdir()
