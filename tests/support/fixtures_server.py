"""A server for the whole run, where `--postgres` says, and sessions on it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from schema_dsl.postgres import Connection, Database, Server


@pytest.fixture(scope="session")
def server(postgres_server: Server) -> Server:
    """A running server; its fixture in our own plugin knows `--postgres`."""
    return postgres_server


@pytest.fixture(scope="session")
def shared(server: Server) -> Iterator[Connection]:
    """A session of a superuser in a database that tests share: for what leaves nothing behind."""
    with server.database() as database, contextlib.closing(database.connect()) as connection:
        yield connection


@pytest.fixture
def empty(server: Server) -> Iterator[Database]:
    """A fresh database with nothing in it."""
    with server.database() as fresh:
        yield fresh
