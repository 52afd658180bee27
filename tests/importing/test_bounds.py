"""Bounds of partitions as calls of the helpers."""

from __future__ import annotations

import pytest

from schema_dsl.importing.bounds import read_bound
from schema_dsl.importing.python import layout
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
