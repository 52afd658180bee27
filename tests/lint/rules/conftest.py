"""One server with a copy of a Supabase database for each test module."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Connection, Database, provider

# Objects of a Supabase database that the examples need and the baseline of the platform lacks.
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
    """The template database, on a separate server, because these tests change roles, which all databases share."""
    with provider("embedded").start() as server, server.database() as database:
        with contextlib.closing(database.connect()) as opened:
            opened.execute(PLATFORM.script(PLATFORM.baseline, PLATFORM.owner).encode())
            opened.execute(BESIDE.encode())
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
