"""Servers in containers, by testcontainers."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import secrets
import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.cluster import PORT
from schema_dsl.postgres.connection import Connection, open_connection
from schema_dsl.postgres.initdb import SUPERUSER, settings_for
from schema_dsl.postgres.leftovers import owned, remove_leftovers
from schema_dsl.postgres.redact import redact
from schema_dsl.postgres.server import Server

DEFAULT_IMAGE: Final = "postgres:17"
IMAGE_VARIABLE: Final = "SCHEMA_DSL_CONTAINER_IMAGE"
"""Environment variable: the image that `container` without a version means."""

_READY_SECONDS: Final = 120.0
_ELSE: Final = "Start Docker, or use embedded, a folder of server programs, or a connection string."


@attrs.frozen
class ContainerProvider:
    """A container of an image that behaves as the official `postgres` does."""

    image: str
    spec: str

    @classmethod
    def of(cls, tag: str) -> ContainerProvider:
        """The provider for what follows `container:` (a version or an image), or for nothing."""
        if re.fullmatch(r"[0-9.]+", tag):
            return cls(f"postgres:{tag}", f"container:{tag}")
        image = tag or os.environ.get(IMAGE_VARIABLE) or DEFAULT_IMAGE
        return cls(image, f"container:{tag}" if tag else "container")

    def start(self) -> AbstractContextManager[Server]:
        """Run a container for as long as the context lasts.

        Raises:
            PostgresError: Without testcontainers or Docker, or if the container does not come up.
        """
        return self._start()

    @contextmanager
    def _start(self) -> Iterator[Server]:
        password = secrets.token_urlsafe(24)
        container = _make(self.image)
        with owned() as labels:
            _configure(container, password, labels)
            yield from self._running(container, password)

    def _running(self, container: Any, password: str) -> Iterator[Server]:
        try:
            remove_leftovers(container.get_docker_client().client)
            try:
                _quietly(container.start)
            except Exception as error:  # noqa: BLE001  # of Docker, requests or urllib3: there is no common root
                reason = redact(str(error), [password])[-1000:]
                what = f"The container {self.image} could not be started: {reason}"
                raise PostgresError(what, instead=_ELSE) from None
            connection = _connection(container, self.image, password)
            with connection:
                row = connection.execute(
                    "SELECT current_setting('server_version_num')::int, current_setting('server_version')",
                ).fetchone()
            version, text = row or (0, "?")
            server = Server(
                version=version,
                label=f"PostgreSQL {text.split()[0]} (container {self.image})",
                superuser=SUPERUSER,
                owns_cluster=True,
                parameters=_parameters(container, password),
            )
            with contextlib.closing(server):
                yield server
        finally:
            _stop(container)


def _make(image: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from testcontainers.core.container import DockerContainer  # noqa: PLC0415  # optional, and slow
    except ImportError:
        what = "Containers need testcontainers, which is not installed."
        raise PostgresError(what, instead="pip install 'schema-dsl[container]', or use embedded.") from None
    try:
        container = _quietly(DockerContainer, image)
    except Exception as error:  # noqa: BLE001  # of Docker, requests or urllib3: there is no common root
        reason = str(error)
    else:
        return container
    # docker-py drops the socket that nobody answered on: collected here, not with a warning somewhere else.
    _quietly(gc.collect)
    what = f"Docker does not answer: {reason}"
    raise PostgresError(what, instead=_ELSE)


def _configure(container: Any, password: str, labels: dict[str, str]) -> None:
    container.with_exposed_ports(PORT)
    container.with_env("POSTGRES_USER", SUPERUSER)
    container.with_env("POSTGRES_PASSWORD", password)
    container.with_env("POSTGRES_DB", "postgres")
    container.with_env("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --no-sync")
    # In memory; not where the image declares a volume, which is on disk.
    container.with_env("PGDATA", "/dev/shm/data")  # noqa: S108  # inside the container, where it is ours alone
    container.with_kwargs(shm_size="1g", labels=labels)
    container.with_command(_arguments())


def _arguments() -> list[str]:
    """Our settings as the server's arguments: those that every version knows."""
    lines = [line.split("#")[0].strip() for line in settings_for(0).splitlines()]
    pairs = [line.split(" = ") for line in lines if line]
    return ["postgres", *(part for name, value in pairs for part in ("-c", f"{name}={value}"))]


def _parameters(container: Any, password: str) -> dict[str, str]:
    host, port = container.get_container_host_ip(), container.get_exposed_port(PORT)
    return {"host": host, "port": str(port), "user": SUPERUSER, "password": password, "dbname": "postgres"}


def _connection(container: Any, image: str, password: str) -> Connection:
    """Connect as soon as the server is up for good.

    The official image starts it twice, the first time on a socket inside only: so a connection from outside
    is the proof, and words in the log are not.
    """
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            return open_connection({**_parameters(container, password), "connect_timeout": "5"}, ours=True)
        except Exception as error:  # noqa: BLE001  # of Docker, requests or urllib3: there is no common root
            wrapped = container.get_wrapped_container()
            wrapped.reload()
            if wrapped.status == "running" and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            log = redact(wrapped.logs().decode(errors="replace"), [password]).strip()[-2000:]
            reason = redact(str(error), [password])
            what = f"The server in the container {image} did not come up: {reason}\nIts log ends:\n{log}"
        raise PostgresError(what, instead=_ELSE)


def _stop(container: Any) -> None:
    try:
        if getattr(container, "_container", None) is not None:
            _quietly(container.stop)
    finally:
        # Nobody else does, and its sockets would be warned about later, somewhere else.
        container.get_docker_client().client.close()


def _quietly(call: Any, *arguments: Any) -> Any:
    """Call testcontainers without its warnings about itself, which are nothing to our users."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(*arguments)
