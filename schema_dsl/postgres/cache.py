"""The cache of initialised clusters: initdb runs once for every server version and set of options."""

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


def get_cache_folder() -> Path:
    """Return the cache folder: in XDG_CACHE_HOME, the user's ~/.cache, or the temporary folder.

    For root, the folder is in /var/cache, because the account that runs the servers cannot read /root.

    Raises:
        PostgresError: If none of these folders is writable.
    """
    for parent in _list_parents():
        folder = parent / "schema_dsl"
        try:
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        except OSError:
            continue
        is_owner = sys.platform == "win32" or folder.stat().st_uid == os.geteuid()
        if is_owner and os.access(folder, os.W_OK | os.X_OK):
            return folder
    what = "There is no writable cache folder for an initialised Postgres cluster."
    raise PostgresError(what, instead="Set XDG_CACHE_HOME to a writable folder.")


def _list_parents() -> Iterator[Path]:
    root = sys.platform != "win32" and os.geteuid() == 0
    cache_home = os.environ.get("XDG_CACHE_HOME")
    if cache_home and Path(cache_home).is_absolute() and not (root and not _is_open_to_all(Path(cache_home))):
        yield Path(cache_home)
    if root:
        yield Path("/var/cache")
    else:
        with contextlib.suppress(RuntimeError):
            yield Path.home() / ".cache"
    user = "" if sys.platform == "win32" else f"-{os.geteuid()}"
    yield Path(tempfile.gettempdir()) / f"schema_dsl-cache{user}"


def _is_open_to_all(folder: Path) -> bool:
    existing = [path for path in (folder, *folder.parents) if path.exists()]
    return all(path.stat().st_mode & 0o001 for path in existing)


def get_cached_cluster(key: str, build: Callable[[Path], None]) -> Path:
    """Return the folder of the cluster `key`, and build it if it does not exist.

    If several runs call this at the same time, one run builds the cluster and the others wait. An unfinished
    cluster never has the final name.

    Args:
        key: The key of the cluster.
        build: Creates the cluster at a path that does not exist yet.
    """
    folder = get_cache_folder()
    target = folder / f"cluster-{key}"
    with contextlib.suppress(FileNotFoundError):
        os.utime(target)
        return target
    with locked(folder / f"cluster-{key}.lock"):
        if not target.exists():
            _remove_unused_clusters(folder)
            new = target.with_suffix(".new")
            remove_tree(new)
            build(new)
            new.rename(target)
    return target


def remove_cached_cluster(key: str) -> None:
    """Remove the cluster `key` from the cache, for example because it is damaged."""
    folder = get_cache_folder()
    with locked(folder / f"cluster-{key}.lock"):
        remove_tree(folder / f"cluster-{key}")


def _remove_unused_clusters(folder: Path) -> None:
    """Remove clusters that no run has used for 30 days. Every update of a server leaves an unused cluster."""
    for entry in folder.glob("cluster-*"):
        with contextlib.suppress(OSError):
            if entry.is_dir() and time.time() - entry.stat().st_mtime > _UNUSED_SECONDS:
                shutil.rmtree(entry, ignore_errors=True)
