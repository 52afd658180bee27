"""File locks that end with their process, and fast copies of folders."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schema_dsl.postgres.account import Account

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def open_locked(path: Path, *, wait: bool) -> int | None:
    """Open or create a file and lock it until it is closed or the process ends, even by SIGKILL.

    Returns:
        The file descriptor; None if another process has the lock and `wait` is false.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NOFOLLOW, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  # only on Windows

            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415  # not on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException as error:
        os.close(descriptor)
        if isinstance(error, (BlockingIOError, PermissionError)) and not wait:
            return None
        raise
    return descriptor


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for the lock on a file and hold it until the context ends."""
    descriptor = open_locked(path, wait=True)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def copy_tree(source: Path | str, target: Path | str, account: Account, *, private: bool = True) -> None:
    """Copy a folder. The copy belongs to the account, and other accounts cannot read it if `private` is true.

    This takes half the time of shutil.copytree, which also copies times and needs a second walk to change owners.
    """
    os.mkdir(target, 0o700 if private else 0o755)  # noqa: PTH102  # paths as strings: this is the hot loop
    account.chown(Path(target))
    with os.scandir(source) as entries:
        for entry in entries:
            copy = f"{target}/{entry.name}"
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), copy)  # noqa: PTH115, PTH211
            elif entry.is_dir():
                copy_tree(entry.path, copy, account, private=private)
            else:
                _copy_file(entry.path, copy, account, private=private)


def _copy_file(source: str, target: str, account: Account, *, private: bool) -> None:
    inside = os.open(source, os.O_RDONLY)
    try:
        status = os.fstat(inside)
        mode = 0o600 if private else (status.st_mode & 0o777) | 0o444
        outside = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            if account.uid is not None and account.gid is not None:
                os.fchown(outside, account.uid, account.gid)
            remaining = status.st_size
            while remaining > 0 and (chunk := os.read(inside, min(remaining, 1 << 20))):
                remaining -= os.write(outside, chunk)
        finally:
            os.close(outside)
    finally:
        os.close(inside)


def remove_tree(path: Path) -> None:
    """Remove a folder, also while a stopping server writes into it or another process removes it."""
    for _ in range(5):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
