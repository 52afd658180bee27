"""One server with a copy of a Supabase database for each test module."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Connection, Database, provider

BUCKETS = "INSERT INTO storage.buckets (id, name) VALUES ('avatars', 'avatars'), ('private', 'private')"


@pytest.fixture(scope="session")
def supabase() -> Iterator[Database]:
    """The template database, on a separate server, because these tests change roles, which all databases share."""
    with provider("embedded").start() as server, server.database() as database:
        with contextlib.closing(database.connect()) as opened:
            opened.execute(PLATFORM.script(PLATFORM.baseline, PLATFORM.owner).encode())
            opened.execute(BUCKETS.encode())
        yield database


@pytest.fixture(scope="module")
def database(supabase: Database) -> Iterator[Database]:
    """A new database with the baseline of the platform, for one test module."""
    with supabase.server.database(template=supabase) as fresh:
        yield fresh


@pytest.fixture
def separate_database(supabase: Database) -> Iterator[Database]:
    """A new database for one test, for statements that cannot run in a transaction."""
    with supabase.server.database(template=supabase) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def connection(database: Database) -> Iterator[Connection]:
    """A superuser connection."""
    with contextlib.closing(database.connect()) as opened:
        # Tests run the same statement on tables of the same name and different columns.
        opened.prepare_threshold = None
        yield opened


@pytest.fixture
def transaction(connection: Connection) -> Iterator[Connection]:
    """The connection in a transaction that ends with ROLLBACK."""
    connection.execute("BEGIN")
    yield connection
    connection.execute("ROLLBACK")
