"""Find the server that a setting or an option names."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.container import ContainerProvider
from schema_dsl.postgres.dsn import DsnProvider
from schema_dsl.postgres.local import LocalProvider
from schema_dsl.postgres.redact import is_dsn
from schema_dsl.postgres.server import Server


class Provider(Protocol):
    """A source of servers."""

    @property
    def spec(self) -> str:
        """The text that names the provider, without secrets."""
        ...

    def start(self) -> AbstractContextManager[Server]:
        """Provide a server until the context ends; every call provides a separate one."""
        ...


def provider(spec: str) -> Provider:
    """Return the provider that `spec` names. This does not start anything.

    Args:
        spec: `embedded`; a folder of server programs (PostgreSQL 14 to 18); `container`, `container:15` or
            `container:IMAGE`; or a connection string (`postgresql://...`, or `host=... user=...`).

    Raises:
        PostgresError: If it is none of these.
    """
    if spec == "embedded":
        return LocalProvider()
    if spec == "container" or spec.startswith("container:"):
        return ContainerProvider.of(spec.partition(":")[2])
    if is_dsn(spec):
        return DsnProvider(spec)
    if spec and Path(spec).expanduser().is_dir():
        return LocalProvider(Path(spec))
    # A mistyped connection string may contain a password.
    name = repr(spec) if not {"@", "="} & set(spec) and "://" not in spec else "The text (hidden)"
    what = f"{name} does not name a Postgres server."
    instead = "Use embedded, an existing folder of server binaries, container[:VERSION], or a DSN."
    raise PostgresError(what, instead=instead)
