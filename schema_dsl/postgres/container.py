"""Servers in containers, started by testcontainers."""

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
from schema_dsl.postgres.initdb import SUPERUSER, build_settings
from schema_dsl.postgres.leftovers import mark_owner, remove_leftovers
from schema_dsl.postgres.passfile import password_in_file
from schema_dsl.postgres.redact import redact
from schema_dsl.postgres.server import Server

DEFAULT_IMAGE: Final = "postgres:17"
IMAGE_VARIABLE: Final = "SCHEMA_DSL_CONTAINER_IMAGE"
"""Environment variable: the image for `container` without a version."""

_READY_SECONDS: Final = 120.0
_ALTERNATIVES: Final = "Start Docker, or use embedded, a folder of server binaries, or a DSN."


@attrs.frozen
class ContainerProvider:
    """A server in a container of the official `postgres` image or a compatible image."""

    image: str
    spec: str

    @classmethod
    def of(cls, tag: str) -> ContainerProvider:
        """Build the provider for the text after `container:`, which is a version, an image, or empty."""
        if re.fullmatch(r"[0-9.]+", tag):
            return cls(f"postgres:{tag}", f"container:{tag}")
        image = tag or os.environ.get(IMAGE_VARIABLE) or DEFAULT_IMAGE
        return cls(image, f"container:{tag}" if tag else "container")

    def start(self) -> AbstractContextManager[Server]:
        """Run a container until the context ends.

        Raises:
            PostgresError: If testcontainers or Docker is missing, or the container does not start.
        """
        return self._start()

    @contextmanager
    def _start(self) -> Iterator[Server]:
        password = secrets.token_urlsafe(24)
        container = _create_container(self.image)
        with mark_owner() as labels:
            _configure_container(container, password, labels)
            yield from self._running(container, password)

    def _running(self, container: Any, password: str) -> Iterator[Server]:
        try:
            remove_leftovers(container.get_docker_client().client)
            try:
                _call_quietly(container.start)
            except Exception as error:  # noqa: BLE001  # Docker, requests and urllib3 have no common base class
                reason = redact(str(error), [password])[-1000:]
                what = f"The container {self.image} could not be started: {reason}"
                raise PostgresError(what, instead=_ALTERNATIVES) from None
            connection = _wait_for_connection(container, self.image, password)
            with connection:
                row = connection.execute(
                    "SELECT current_setting('server_version_num')::int, current_setting('server_version')",
                ).fetchone()
            version, text = row or (0, "?")
            with password_in_file(_get_parameters(container, password)) as parameters:
                server = Server(
                    version=version,
                    label=f"PostgreSQL {text.split()[0]} (container {self.image})",
                    superuser=SUPERUSER,
                    owns_cluster=True,
                    parameters=parameters,
                )
                with contextlib.closing(server):
                    yield server
        finally:
            _stop_container(container)


def _create_container(image: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from testcontainers.core.container import DockerContainer  # noqa: PLC0415  # optional, and slow
    except ImportError:
        what = "Containers need testcontainers, which is not installed."
        raise PostgresError(what, instead="pip install 'schema-dsl[container]', or use embedded.") from None
    try:
        container = _call_quietly(DockerContainer, image)
    except Exception as error:  # noqa: BLE001  # Docker, requests and urllib3 have no common base class
        reason = str(error)
    else:
        return container
    # docker-py leaves an unclosed socket; collecting it here suppresses its ResourceWarning.
    _call_quietly(gc.collect)
    what = f"Docker does not answer: {reason}"
    raise PostgresError(what, instead=_ALTERNATIVES)


def _configure_container(container: Any, password: str, labels: dict[str, str]) -> None:
    container.with_exposed_ports(PORT)
    container.with_env("POSTGRES_USER", SUPERUSER)
    container.with_env("POSTGRES_PASSWORD", password)
    container.with_env("POSTGRES_DB", "postgres")
    container.with_env("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --no-sync")
    # In memory, because the image declares the default folder as a volume on disk.
    container.with_env("PGDATA", "/dev/shm/data")  # noqa: S108  # only this server uses the container
    container.with_kwargs(shm_size="1g", labels=labels)
    container.with_command(_format_server_arguments())


def _format_server_arguments() -> list[str]:
    """Format our settings that every version knows as arguments of the server."""
    lines = [line.split("#")[0].strip() for line in build_settings(0).splitlines()]
    pairs = [line.split(" = ") for line in lines if line]
    return ["postgres", *(part for name, value in pairs for part in ("-c", f"{name}={value}"))]


def _get_parameters(container: Any, password: str) -> dict[str, str]:
    host, port = container.get_container_host_ip(), container.get_exposed_port(PORT)
    return {"host": host, "port": str(port), "user": SUPERUSER, "password": password, "dbname": "postgres"}


def _wait_for_connection(container: Any, image: str, password: str) -> Connection:
    """Connect as soon as the server accepts connections.

    The official image starts the server twice, first with a socket inside the container only. So the log does not
    show when the server is ready, but a connection from outside does.
    """
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            return open_connection(
                {**_get_parameters(container, password), "connect_timeout": "5"}, own_server=True
            )
        except Exception as error:  # noqa: BLE001  # Docker, requests and urllib3 have no common base class
            wrapped = container.get_wrapped_container()
            wrapped.reload()
            if wrapped.status == "running" and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            log = redact(wrapped.logs().decode(errors="replace"), [password]).strip()[-2000:]
            reason = redact(str(error), [password])
            what = f"The server in the container {image} did not start: {reason}\nIts log ends:\n{log}"
        raise PostgresError(what, instead=_ALTERNATIVES)


def _stop_container(container: Any) -> None:
    try:
        if getattr(container, "_container", None) is not None:
            _call_quietly(container.stop)
    finally:
        # testcontainers does not close its client, and open sockets cause a ResourceWarning later.
        container.get_docker_client().client.close()


def _call_quietly(call: Any, *arguments: Any) -> Any:
    """Call a function of testcontainers and suppress its warnings, which do not concern our users."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(*arguments)
