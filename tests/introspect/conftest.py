"""Fixtures: the embedded server, and servers from the folders of programs in SCHEMA_DSL_TEST_BINDIRS."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import pytest
from declared import OWNER, ROLES

from schema_dsl.postgres import Connection, Database, Server, provider

_FOLDERS = [folder for folder in os.environ.get("SCHEMA_DSL_TEST_BINDIRS", "").split(os.pathsep) if folder]


@pytest.fixture(scope="session", params=["embedded", *_FOLDERS])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server, with an owner that is not a superuser, and client roles."""
    with provider(request.param).start() as running:
        with running.connect() as connection:
            connection.execute(ROLES.encode())
        yield running


@pytest.fixture(scope="session")
def template(server: Server) -> Iterator[Database]:
    """A template database without sessions."""
    with server.database(owner=OWNER) as database:
        yield database


@pytest.fixture
def database(server: Server, template: Database) -> Iterator[Database]:
    """A fresh copy of the template."""
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
