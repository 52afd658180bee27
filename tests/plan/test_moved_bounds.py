"""New bounds of partitions: a second run changes nothing, and partitions of partitions keep their identity columns."""

from __future__ import annotations

import contextlib
from typing import Any, Final

import pytest
from specimen_parts import catalog

from schema_dsl import (
    Column,
    Enum,
    Partition,
    PartitionKey,
    Table,
    Type,
    bigint,
    by_hash,
    by_list,
    by_range,
    integer,
    sql,
    text,
    timestamptz,
    values_from,
    values_in,
    values_modulo,
)
from schema_dsl.parsing import split
from schema_dsl.plan import plan
from schema_dsl.postgres import Connection, Server
from schema_dsl.render import Header, render
from schema_dsl.sql import Sql

HEADER: Final = Header(file="1.sql", title="", purpose="", date="2026-01-01", definitions="0" * 16)
MOOD: Final = Enum("mood", ["sad", "o'k"])
CHANGED_BOUNDS: Final[dict[str, tuple[Any, PartitionKey, Sql, Sql]]] = {
    "timestamptz": (
        timestamptz,
        by_range("k"),
        values_from("2026-01-01", to="2026-02-01"),
        values_from("2026-01-01", to="2026-03-01"),
    ),
    "date": (
        Type("date"),
        by_range("k"),
        values_from("2026-01-01", to="2026-02-01"),
        values_from("20260101", to=sql("date '2026-02-01' + 1")),
    ),
    "numeric": (Type("numeric(10, 2)"), by_range("k"), values_from(1, to="3"), values_from("1", to=4)),
    "bigint": (bigint, by_range("k"), values_from(-1, to=10), values_from(-2, to=20)),
    "text": (text, by_list("k"), values_in("a\\b"), values_in("a\\b", "it's", 1)),
    "enum": (MOOD, by_list("k"), values_in("sad"), values_in("o'k", None)),
    "interval": (
        Type("interval"),
        by_range("k"),
        values_from(None, to="1 day"),
        values_from("24 hours", to="2 days 1 hour"),
    ),
    "hash": (bigint, by_hash("k"), values_modulo(2, remainder=0), values_modulo(4, remainder=0)),
    "default": (text, by_list("k"), values_in("a"), sql("DEFAULT")),
}


def _run(connection: Connection, text: str) -> None:
    for statement in split(text).statements:
        connection.execute(statement.text.encode())


def _read_attachments(connection: Connection) -> list[Any]:
    """Read the partitions with the transactions that attached them."""
    query = "SELECT inhrelid, xmin::text FROM pg_inherits ORDER BY 1"
    return connection.execute(query).fetchall()


@pytest.mark.parametrize("name", CHANGED_BOUNDS)
def test_second_run_attaches_nothing(server: Server, name: str) -> None:
    """A second run attaches no partition again, however Postgres prints its bound in that session."""
    type_, key, *bounds = CHANGED_BOUNDS[name]
    before, after = (
        catalog(
            *([MOOD] if type_ is MOOD else []),
            Table(
                "p'arts",
                columns=[Column("k", type_)],
                partition_by=key,
                partitions=[Partition('p "1"', bound)],
            ),
        )
        for bound in bounds
    )
    with server.database() as database, contextlib.closing(database.connect()) as connection:
        _run(connection, render(plan(catalog(), before), before, HEADER))
        changed = render(plan(before, after), after, HEADER)
        first = _read_attachments(connection)
        _run(connection, changed)
        attached = _read_attachments(connection)
        assert first != attached
        _run(connection, changed)
        assert attached == _read_attachments(connection)
        for setting in ("DateStyle = 'SQL, DMY'", "IntervalStyle = 'iso_8601'", "bytea_output = 'escape'"):
            connection.execute(f"SET {setting}".encode())
        _run(connection, changed)
        assert attached == _read_attachments(connection)


def test_partitions_of_a_moved_partition_keep_their_identity(server: Server) -> None:
    """After new bounds of a partition, inserts into its partitions still get the next numbers, at each depth."""
    if server.version < 170000:
        pytest.skip("before Postgres 17, partitioned tables have no identity columns")

    def build(end: int, inner: int) -> Any:
        leaf = Partition("leaf", values_modulo(1, remainder=0))
        middle = Partition("middle", values_from(0, to=inner), partition_by=by_hash("k"), partitions=[leaf])
        upper = Partition(
            "upper",
            values_from(0, to=end),
            partition_by=by_range("n"),
            partitions=[middle, Partition("beside")],
        )
        columns = [
            Column("id", bigint, not_null=True, identity="by default"),
            Column("k", integer),
            Column("n", integer),
        ]
        return catalog(Table("parts", columns=columns, partition_by=by_range("k"), partitions=[upper]))

    before, after = build(10, 10), build(20, 15)
    with server.database() as database, contextlib.closing(database.connect()) as connection:
        _run(connection, render(plan(catalog(), before), before, HEADER))
        connection.execute("INSERT INTO parts (k, n) VALUES (1, 1), (2, 2)")
        for present, wanted in ((before, after), (after, before)):
            for _ in range(2):
                _run(connection, render(plan(present, wanted), wanted, HEADER))
            connection.execute(
                "INSERT INTO leaf (k, n) VALUES (3, 3); INSERT INTO beside (k, n) VALUES (3, 90)"
            )
        numbers = connection.execute("SELECT id FROM parts ORDER BY id").fetchall()
        assert [(number,) for number in range(1, 7)] == numbers


def test_second_run_under_an_existing_table_attaches_nothing(server: Server) -> None:
    """A partition of a table whose key is not declared is attached once as well."""
    before, after = (
        catalog(
            Table(
                "parts", existing=[Column("k", bigint)], partitions=[Partition("p", values_from(1, to=end))]
            )
        )
        for end in (10, 20)
    )
    with server.database() as database, contextlib.closing(database.connect()) as connection:
        connection.execute("CREATE TABLE parts (k bigint) PARTITION BY RANGE (k)")
        _run(connection, render(plan(before.existing(), before), before, HEADER))
        changed = render(plan(before, after), after, HEADER)
        first = _read_attachments(connection)
        _run(connection, changed)
        attached = _read_attachments(connection)
        assert first != attached
        _run(connection, changed)
        assert attached == _read_attachments(connection)
