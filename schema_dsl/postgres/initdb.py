"""Initialise a cluster, with settings for short-lived servers."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from pathlib import Path
from typing import Final

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.account import Account
from schema_dsl.postgres.binaries import Binaries
from schema_dsl.postgres.files import copy_tree, remove_tree
from schema_dsl.postgres.runs import RunFolder, create_run_folder

SUPERUSER: Final = "supabase_admin"
"""The superuser that initdb creates. The name `postgres` stays free, because on Supabase it is no superuser."""

# The data does not outlive the run, so durability and background processes are off.
_SETTINGS: Final = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
wal_init_zero = off
wal_recycle = off
max_wal_size = 256MB
checkpoint_timeout = 1h
autovacuum = off
bgwriter_lru_maxpages = 0
max_logical_replication_workers = 0
shared_buffers = 64MB
max_connections = 100
max_locks_per_transaction = 1024  # one transaction may create 2,000 tables
max_pred_locks_per_transaction = 64
dynamic_shared_memory_type = mmap  # files in the data folder, which is in memory and is always removed
jit = off
logging_collector = off
log_destination = stderr
log_checkpoints = off
lc_messages = C
timezone = UTC
log_timezone = UTC
"""
_SETTINGS_18: Final = "io_method = sync\n"
# Free space maps and visibility maps: a quarter of the files that CREATE DATABASE copies. Postgres creates them when it
# needs them.
_MAPS: Final = ("*_fsm", "*_vm")


def build_settings(version: int) -> str:
    """Return our settings for postgresql.conf."""
    return _SETTINGS + (_SETTINGS_18 if version >= 180000 else "")  # noqa: PLR2004


def compute_cluster_key(binaries: Binaries) -> str:
    """Return a hash of everything that an initialised cluster depends on."""
    parts = (
        binaries.identity,
        build_settings(binaries.version),
        _build_initdb_options(binaries.version),
        _MAPS,
        SUPERUSER,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _build_initdb_options(version: int) -> tuple[str, ...]:
    common = (
        "--no-sync",
        "--encoding=UTF8",
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
        "--wal-segsize=1",
    )
    return (*common, "--no-data-checksums") if version >= 180000 else common  # noqa: PLR2004


def initialise_cluster(binaries: Binaries, account: Account, target: Path) -> None:
    """Initialise a cluster in `target/data`, with the superuser's password (for TCP) in `target/password`.

    The work is done in the folder of a run, which the next run removes if this one is killed.
    """
    work = create_run_folder(account)
    try:
        password = work.path / "password"
        password.touch(0o600)
        password.write_text(secrets.token_urlsafe(24))
        account.chown(password)
        _run_initdb(binaries, account, work)
        for pattern in _MAPS:
            for path in work.data.rglob(pattern):
                path.unlink()
        with (work.data / "postgresql.conf").open("a") as configuration:
            configuration.write(build_settings(binaries.version))
        target.mkdir(0o700)
        copy_tree(work.data, target / "data", Account())
        shutil.copy(password, target / "password")
    finally:
        work.remove()


def _run_initdb(binaries: Binaries, account: Account, work: RunFolder) -> None:
    command: list[str | Path] = [
        binaries.folder / "initdb",
        "-D",
        work.data,
        "-U",
        SUPERUSER,
        f"--pwfile={work.path / 'password'}",
    ]
    command += _build_initdb_options(binaries.version)
    try:
        account.run([*command, "--locale=C.UTF-8"])
    except PostgresError as error:
        # Some systems do not have the locale C.UTF-8.
        if "locale" not in error.what:
            raise
        remove_tree(work.data)
        account.run([*command, "--locale=C"])


def copy_cluster(source: Path, run: RunFolder, account: Account) -> None:
    """Copy an initialised cluster into the folder of a run."""
    copy_tree(source / "data", run.data, account)
    shutil.copy(source / "password", run.path / "password")
