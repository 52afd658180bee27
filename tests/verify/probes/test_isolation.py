"""Tests of the isolation of the tables under trial."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.probes.isolation import disable_keys_of_others

_ENABLED = """
    SELECT k.conrelid::regclass::text, k.conname
    FROM pg_trigger AS t INNER JOIN pg_constraint AS k ON k.oid = t.tgconstraint
    WHERE t.tgrelid = 'hub'::regclass AND t.tgenabled = 'O'
    GROUP BY 1, 2 ORDER BY 1, 2
"""


@pytest.fixture
def hub(empty: Database) -> Iterator[Connection]:
    """A session in a database with a table that many tables reference."""
    with contextlib.closing(empty.connect()) as connection:
        _create_tables(connection)
        yield connection


def _create_tables(connection: Connection) -> None:
    connection.execute("CREATE TABLE top (id int PRIMARY KEY)")
    connection.execute(
        "CREATE TABLE hub (id int PRIMARY KEY, above int REFERENCES top, place int UNIQUE DEFERRABLE,"
        " other int REFERENCES hub)"
    )
    for number in range(12):
        connection.execute(f"CREATE TABLE t{number} (id int REFERENCES hub ON DELETE CASCADE)".encode())
    connection.execute("CREATE TABLE alone (id int REFERENCES top)")


def test_other_keys(hub: Connection) -> None:
    """On a table that many tables reference, the keys of the tables under trial and its own constraints stay."""
    own = [("hub", "hub_above_fkey"), ("hub", "hub_other_fkey"), ("hub", "hub_place_key")]
    disable_keys_of_others(hub, {("public", "t3"), ("public", "t7")})
    assert [*own, ("t3", "t3_id_fkey"), ("t7", "t7_id_fkey")] == hub.execute(_ENABLED).fetchall()


def test_few_references(hub: Connection) -> None:
    """The keys to a table that few tables reference stay enabled."""
    disable_keys_of_others(hub, {("public", f"t{number}") for number in range(12)})
    disabled = hub.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'").fetchone()
    assert (0,) == disabled


def test_no_superuser(hub: Connection) -> None:
    """A role that may not disable the triggers of constraints leaves them enabled."""
    hub.execute("SET SESSION AUTHORIZATION pg_monitor")
    disable_keys_of_others(hub, {("public", "t3")})
    hub.execute("RESET SESSION AUTHORIZATION")
    assert (0,) == hub.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'").fetchone()
