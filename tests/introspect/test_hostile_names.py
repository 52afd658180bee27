"""Tests of names and texts that are hard to quote, through a migration and back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from declared import OWNER, apply, catalog
from hostile import SCHEMAS, schemas
from hypothesis import HealthCheck, given, settings

from schema_dsl.introspect import canonicalize, compare, describe, introspect
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.sql import identifier


@pytest.fixture(scope="session")
def session(server: Server, template: Database) -> Iterator[Connection]:
    """A shared session of the owner; every example is rolled back."""
    with (
        server.database(template=template, owner=OWNER) as database,
        contextlib.closing(database.connect(OWNER)) as connection,
    ):
        connection.execute(f"CREATE SCHEMA {identifier(SCHEMAS[1])}".encode())
        yield connection


class TestHostileNames:
    """Quoting of names and texts."""

    @given(tables=schemas())
    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    def test_round_trip(self, session: Connection, tables: list[SchemaObject]) -> None:
        """Applied by a role that is not a superuser and read back, nothing differs, also after a second run."""
        wanted = catalog(*tables)
        with session.transaction(force_rollback=True):
            apply(session, wanted)
            found = introspect(session, like=wanted)
            assert [] == [describe(item) for item in compare(canonicalize(session, wanted), found)]
            assert () == found.unsupported
            apply(session, wanted)
            assert found == introspect(session, like=wanted)
