"""A database like Supabase's for each file of tests, on one server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Connection, Database, provider

# What else a Supabase database has, so far as examples are about it.
BESIDE = """
CREATE PUBLICATION supabase_realtime;
CREATE SCHEMA storage;
GRANT USAGE ON SCHEMA storage TO authenticated;
CREATE TABLE storage.objects (id uuid DEFAULT gen_random_uuid(), bucket_id text, name text, owner_id text);
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
GRANT INSERT, SELECT ON storage.objects TO authenticated;
CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE
    AS 'SELECT string_to_array(name, ''/'')';
"""


@pytest.fixture(scope="session")
def supabase() -> Iterator[Database]:
    """The database that others are copies of, on a server of its own: these tests change what all databases share."""
    with provider("embedded").start() as server, server.database() as database:
        with contextlib.closing(database.connect()) as opened:
            opened.execute(PLATFORM.script(PLATFORM.baseline, PLATFORM.owner).encode())
            opened.execute(BESIDE.encode())
        yield database


@pytest.fixture(scope="module")
def database(supabase: Database) -> Iterator[Database]:
    """A fresh database with the platform's baseline."""
    with supabase.server.database(template=supabase) as fresh:
        yield fresh


@pytest.fixture
def apart(supabase: Database) -> Iterator[Database]:
    """A fresh database for one test: for what cannot run in a transaction."""
    with supabase.server.database(template=supabase) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def connection(database: Database) -> Iterator[Connection]:
    """A session of a superuser."""
    with contextlib.closing(database.connect()) as opened:
        # A statement is asked of tables of one name and many shapes.
        opened.prepare_threshold = None
        yield opened


@pytest.fixture
def tried(connection: Connection) -> Iterator[Connection]:
    """The session in a transaction that is not kept."""
    connection.execute("BEGIN")
    yield connection
    connection.execute("ROLLBACK")
