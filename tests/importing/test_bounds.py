"""Bounds of partitions as calls of the helpers."""

from __future__ import annotations

import pytest

from schema_dsl import Column, date, text, timestamp, timestamptz
from schema_dsl.importing.bounds import read_bound, shorten_bound
from schema_dsl.importing.python import layout
from schema_dsl.model.partition import PartitionKey, by_list, by_range, values_from
from schema_dsl.model.type import Type
from schema_dsl.sql import Sql


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        ("FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')", 'values_from("2026-01-01", to="2026-02-01")'),
        ("FOR VALUES FROM (MINVALUE, 1) TO (9, MAXVALUE)", "values_from((None, 1), to=(9, None))"),
        ("FOR VALUES IN ('it''s', NULL)", 'values_in("it\'s", None)'),
        ("FOR VALUES IN (true, false)", "values_in(True, False)"),
        ("FOR VALUES WITH (MODULUS 4, REMAINDER 1)", "values_modulo(4, remainder=1)"),
        ("FOR VALUES WITH (modulus 4, remainder 1)", "values_modulo(4, remainder=1)"),
        ("FOR VALUES FROM ('a'::public.kind) TO ('b'::public.kind)", None),
        ("FOR VALUES IN (1.50)", None),
    ],
)
def test_bound(bound: str, expected: str | None) -> None:
    """A bound of constants is the call of the helper that gives the same text, and any other bound is none."""
    call = read_bound(Sql(bound))
    assert expected == (None if call is None else layout(call))


@pytest.mark.parametrize(
    ("key", "kind", "low"),
    [
        (by_range("At"), timestamp, "2026-01-01"),
        (by_list("At"), Type("timestamp(3) without time zone"), "2026-01-01"),
        (by_range("At", "other"), timestamp, "2026-01-01 00:00:00"),
        (by_range("At"), timestamptz, "2026-01-01 00:00:00"),
        (by_range("At"), text, "2026-01-01 00:00:00"),
        (by_range("other"), timestamp, "2026-01-01 00:00:00"),
    ],
)
def test_midnight(key: PartitionKey, kind: Type, low: str) -> None:
    """A date stands for midnight in the bounds of a column of type timestamp, and of no other type."""
    columns = [Column("At", kind), Column("other", date)]
    bound = values_from("2026-01-01 00:00:00", to="2026-02-01 00:00:01")
    assert values_from(low, to="2026-02-01 00:00:01") == shorten_bound(bound, key, columns)
