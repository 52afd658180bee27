"""Servers to read from: the embedded one, and any others that SCHEMA_DSL_TEST_BINDIRS names the programs of."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import pytest
from declared import OWNER, PREPARATION, ROLES

from schema_dsl.postgres import Connection, Database, Server, provider

_FOLDERS = [folder for folder in os.environ.get("SCHEMA_DSL_TEST_BINDIRS", "").split(os.pathsep) if folder]


@pytest.fixture(scope="session", params=["embedded", *_FOLDERS])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server, with an owner who is no superuser and roles of clients."""
    with provider(request.param).start() as running:
        with running.connect() as connection:
            connection.execute(ROLES.encode())
        yield running


@pytest.fixture(scope="session")
def template(server: Server) -> Iterator[Database]:
    """A database with the types and functions that the declared tables lean on; nobody connects to it."""
    with server.database(owner=OWNER) as database:
        with database.connect(OWNER) as connection:
            connection.execute(PREPARATION.encode())
        yield database


@pytest.fixture
def database(server: Server, template: Database) -> Iterator[Database]:
    """A fresh database like the template."""
    with server.database(template=template, owner=OWNER) as fresh:
        yield fresh


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A session of the role that migrations run as."""
    with contextlib.closing(database.connect(OWNER)) as connection:
        yield connection


@pytest.fixture
def admin(database: Database) -> Iterator[Connection]:
    """A session of a superuser."""
    with contextlib.closing(database.connect()) as connection:
        yield connection
