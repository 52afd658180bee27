"""Initialised clusters, kept on disk: initdb runs once for each server version and set of options."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.files import locked, remove_tree

_UNUSED_SECONDS: Final = 30 * 24 * 3600


def cache_folder() -> Path:
    """The folder for what can be made again: XDG_CACHE_HOME, else the user's, else a temporary one.

    Root's is in /var/cache: another account runs the servers, and cannot look into /root.

    Raises:
        PostgresError: If none of them can be written.
    """
    for parent in _parents():
        folder = parent / "schema_dsl"
        try:
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        except OSError:
            continue
        ours = sys.platform == "win32" or folder.stat().st_uid == os.geteuid()
        if ours and os.access(folder, os.W_OK | os.X_OK):
            return folder
    what = "There is no folder to keep an initialised Postgres in."
    raise PostgresError(what, instead="Set XDG_CACHE_HOME to a folder that can be written.")


def _parents() -> Iterator[Path]:
    root = sys.platform != "win32" and os.geteuid() == 0
    named = os.environ.get("XDG_CACHE_HOME")
    if named and Path(named).is_absolute() and not (root and not _open_to_all(Path(named))):
        yield Path(named)
    if root:
        yield Path("/var/cache")
    else:
        with contextlib.suppress(RuntimeError):
            yield Path.home() / ".cache"
    user = "" if sys.platform == "win32" else f"-{os.geteuid()}"
    yield Path(tempfile.gettempdir()) / f"schema_dsl-cache{user}"


def _open_to_all(folder: Path) -> bool:
    existing = [place for place in (folder, *folder.parents) if place.exists()]
    return all(place.stat().st_mode & 0o001 for place in existing)


def cached(key: str, build: Callable[[Path], None]) -> Path:
    """The folder for `key`, built if it is not there yet.

    Several runs may ask at once: one builds, the others wait for it. `build` is given a path that does not
    exist; only what it finished is ever seen under the key.
    """
    folder = cache_folder()
    target = folder / f"cluster-{key}"
    with contextlib.suppress(FileNotFoundError):
        os.utime(target)
        return target
    with locked(folder / f"cluster-{key}.lock"):
        if not target.exists():
            _forget_unused(folder)
            new = target.with_suffix(".new")
            remove_tree(new)
            build(new)
            new.rename(target)
    return target


def forget(key: str) -> None:
    """Drop what is kept for `key`, say because it turned out to be damaged."""
    folder = cache_folder()
    with locked(folder / f"cluster-{key}.lock"):
        remove_tree(folder / f"cluster-{key}")


def _forget_unused(folder: Path) -> None:
    """Drop clusters that no run has used for a month: every update of a server leaves one behind."""
    for entry in folder.glob("cluster-*"):
        with contextlib.suppress(OSError):
            if entry.is_dir() and time.time() - entry.stat().st_mtime > _UNUSED_SECONDS:
                shutil.rmtree(entry, ignore_errors=True)
