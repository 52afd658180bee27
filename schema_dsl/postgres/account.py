"""The account of the operating system that runs server programs. Postgres refuses to run as root."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.environment import build_server_environment

RUN_AS: Final = "SCHEMA_DSL_RUN_AS"
"""Environment variable: the name of the account for servers that root starts (default: nobody)."""


@attrs.frozen
class Account:
    """An account of the operating system; without ids, the account of this process."""

    uid: int | None = None
    gid: int | None = None

    @property
    def ids(self) -> frozenset[int]:
        """The user ids that may own our files: the account, and this process, which creates the files."""
        if sys.platform == "win32":
            return frozenset({0})
        return frozenset({os.geteuid()} if self.uid is None else {self.uid, os.geteuid()})

    def chown(self, path: Path) -> None:
        """Change the owner of a single file or folder to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def spawn(self, command: Sequence[str | Path], **options: Any) -> subprocess.Popen[str]:
        """Start a program as the account, in a new session, without PG* variables and with / as its folder.

        Raises:
            PostgresError: If the program cannot be executed, for example because the account cannot read it.
        """
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        settings = {
            "stdin": subprocess.DEVNULL,
            "cwd": Path("/"),
            "env": build_server_environment(),
            **options,
        }
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
        """Run a program as the account and return its output.

        Raises:
            PostgresError: If the program fails; with the end of its output.
        """
        with self.spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            output = process.communicate()[0]
        if process.returncode:
            what = f"{Path(command[0]).name} failed ({process.returncode}):\n{output.strip()[-2000:]}"
            raise PostgresError(what)
        return output


def get_server_account() -> Account:
    """Return the account for the servers that this process starts.

    Raises:
        PostgresError: If this process runs as root and there is no other account to use.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return Account()
    import pwd  # noqa: PLC0415  # not on Windows

    name = os.environ.get(RUN_AS, "nobody")
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        what = f"Postgres refuses to run as root, and the account {name!r} does not exist."
        raise PostgresError(
            what, instead=f"Set {RUN_AS} to the name of an account that is not root."
        ) from None
    if entry.pw_uid == 0:
        what = f"Postgres refuses to run as root, and {RUN_AS} names {name!r}, which is root."
        raise PostgresError(what, instead=f"Set {RUN_AS} to the name of an account that is not root.")
    return Account(entry.pw_uid, entry.pw_gid)
