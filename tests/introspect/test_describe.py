"""The values of attributes, as messages display them."""

from __future__ import annotations

from typing import Any

import pytest

from schema_dsl import CompositeType, Domain, Exclusion, Function, bigint, sql, text
from schema_dsl.introspect.describe import format_value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (CompositeType("a", {"b": text, "c": bigint}).attributes, "b (type text), c (type bigint)"),
        (
            Domain("d", text, check=sql("VALUE <> ''"), not_null=True).check,
            "d_check (expression \"VALUE <> ''\")",
        ),
        (
            Function("f", arguments="a int DEFAULT 1, OUT b text", returns="text", body="x").arguments,
            'a (type int, default "1"), b (type text, mode out)',
        ),
        (Exclusion([("r", "="), ("d", "&&")]).elements, 'r "=", d "&&"'),
        ((), "none"),
    ],
    ids=["attributes", "checks", "arguments", "elements", "nothing"],
)
def test_parts_of_objects(value: Any, expected: str) -> None:
    """A part of an object has its name and the fields that differ from their defaults, and no name of a class."""
    assert expected == format_value(value)
