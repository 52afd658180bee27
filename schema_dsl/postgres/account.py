"""Whom server programs run as: Postgres refuses to run as root."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.environment import server_environment

RUN_AS: Final = "SCHEMA_DSL_RUN_AS"
"""Environment variable: the account for servers that root starts, by name (default: nobody)."""


@attrs.frozen
class Account:
    """An account of the operating system; without ids, the one that we are."""

    uid: int | None = None
    gid: int | None = None

    @property
    def ids(self) -> frozenset[int]:
        """Who may own what we made: the account, and ourselves before we gave it away."""
        if sys.platform == "win32":
            return frozenset({0})
        return frozenset({os.geteuid()} if self.uid is None else {self.uid, os.geteuid()})

    def own(self, path: Path) -> None:
        """Give a single file or folder to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def spawn(self, command: Sequence[str | Path], **options: Any) -> subprocess.Popen[str]:
        """Start a program as the account: own session, no PG* variables, in a folder it can enter.

        Raises:
            PostgresError: If the program cannot be executed: for root, perhaps out of the account's reach.
        """
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        settings = {"stdin": subprocess.DEVNULL, "cwd": Path("/"), "env": server_environment(), **options}
        try:
            return subprocess.Popen(
                [str(part) for part in command],
                start_new_session=True,
                text=True,
                errors="replace",
                **settings,
            )
        except OSError as error:
            what = f"{command[0]} cannot be run: {error.strerror}."
            raise PostgresError(what) from error

    def run(self, command: Sequence[str | Path]) -> str:
        """Run a program as the account and give its output.

        Raises:
            PostgresError: With the end of what it printed, if it fails.
        """
        with self.spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            output = process.communicate()[0]
        if process.returncode:
            what = f"{Path(command[0]).name} failed ({process.returncode}):\n{output.strip()[-2000:]}"
            raise PostgresError(what)
        return output


def current() -> Account:
    """The account that a server started by this process runs as.

    Raises:
        PostgresError: When we are root and there is no ordinary account to use.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return Account()
    import pwd  # noqa: PLC0415  # not on Windows

    name = os.environ.get(RUN_AS, "nobody")
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        what = f"Postgres does not run as root, and there is no account {name!r} to run it as."
        raise PostgresError(what, instead=f"Name an ordinary account in {RUN_AS}.") from None
    if entry.pw_uid == 0:
        what = f"Postgres does not run as root, and {RUN_AS} names {name!r}, which is root."
        raise PostgresError(what, instead=f"Name an ordinary account in {RUN_AS}.")
    return Account(entry.pw_uid, entry.pw_gid)
