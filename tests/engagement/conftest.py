"""Fixtures to inspect the engagement schema on a real server with plain SQL, without `schema_dsl.introspect`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from schema_dsl.postgres import Connection, Database

Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def admin(database: Database) -> Iterator[Connection]:
    """A superuser's session, to read the catalog and insert rows."""
    with contextlib.closing(database.connect()) as connection:
        yield connection


@pytest.fixture
def query(admin: Connection) -> Query:
    """A function that runs a query as a superuser and returns all rows."""

    def run(text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return admin.execute(text.encode(), parameters or None).fetchall()

    return run


@pytest.fixture
def user(admin: Connection) -> UUID:
    """A signed-up user."""
    return new_user(admin)


@pytest.fixture
def other(admin: Connection) -> UUID:
    """Another signed-up user."""
    return new_user(admin)


def new_user(admin: Connection) -> UUID:
    """Insert a user as Supabase's auth service does, and return the id."""
    identity = uuid4()
    admin.execute("INSERT INTO auth.users (id) VALUES (%s)", [identity])
    return identity
