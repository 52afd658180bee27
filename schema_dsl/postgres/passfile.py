"""The password of a connection, in a file that only the user can read, instead of in texts that may be displayed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from schema_dsl.postgres.account import Account
from schema_dsl.postgres.runs import create_locked_folder
from schema_dsl.postgres.sweep import sweep


@contextmanager
def password_in_file(parameters: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Move the password of connection parameters to a password file of libpq until the context ends.

    A test that fails shows variables and arguments, and a connection string is an argument of other programs. The file
    of a killed run is removed by the next run.

    Args:
        parameters: The connection parameters. Without a password, nothing is written. A password of several lines does
            not fit into such a file, and stays.
    """
    if not parameters.get("password") or "\n" in parameters["password"]:
        yield dict(parameters)
        return
    rest = {name: value for name, value in parameters.items() if name != "password"}
    account = Account()
    sweep(account)
    folder = create_locked_folder(Path(tempfile.gettempdir()), account)
    try:
        yield rest | {"passfile": str(write_passfile(folder.path / "passfile", parameters["password"]))}
    finally:
        folder.remove()


def write_passfile(path: Path, password: str) -> Path:
    """Write a password file with a password for every server, and return its path."""
    path.touch(0o600)
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    path.write_text(f"*:*:*:*:{escaped}\n", "utf-8", "surrogateescape")
    return path
