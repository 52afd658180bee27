"""Fixtures: the server that `--postgres` selects, and sessions on it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from schema_dsl.postgres import Connection, Database, Server


@pytest.fixture(scope="session")
def server(postgres_server: Server) -> Server:
    """A running server, from the plugin's fixture, which reads `--postgres`."""
    # The first session creates the cache file of the catalog, which CREATE DATABASE then copies.
    postgres_server.connect("template1").close()
    return postgres_server


@pytest.fixture(scope="session")
def shared(server: Server) -> Iterator[Connection]:
    """A session of a superuser in a shared database, for tests that leave nothing behind."""
    with server.database() as database, contextlib.closing(database.connect()) as connection:
        yield connection


@pytest.fixture
def empty(server: Server) -> Iterator[Database]:
    """A fresh, empty database."""
    with server.database() as fresh:
        yield fresh
