"""Names and texts as awkward as Postgres allows, through a migration and back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from declared import OWNER, apply, catalog
from hostile import SCHEMAS, schemas
from hypothesis import HealthCheck, given, settings

from schema_dsl import Table
from schema_dsl.introspect import canonical, compare, describe, introspect
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.sql import identifier


@pytest.fixture(scope="session")
def session(server: Server, template: Database) -> Iterator[Connection]:
    """A session of the owner, shared: each example is rolled back."""
    with (
        server.database(template=template, owner=OWNER) as database,
        contextlib.closing(database.connect(OWNER)) as connection,
    ):
        connection.execute(f"CREATE SCHEMA {identifier(SCHEMAS[1])}".encode())
        yield connection


class TestHostileNames:
    """Nothing about a name or a text changes what is made."""

    @given(tables=schemas())
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    def test_round_trip(self, session: Connection, tables: list[Table]) -> None:
        """Declared, migrated by a role that is no superuser, and read back, nothing differs; twice is once."""
        wanted = catalog(*tables)
        with session.transaction(force_rollback=True):
            apply(session, wanted)
            found = introspect(session)
            assert [] == [describe(each) for each in compare(canonical(session, wanted), found)]
            assert () == found.unsupported
            apply(session, wanted)
            assert found == introspect(session)
