"""The work of loading definitions, which grows with the number of tables and not with its square."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

from schema_dsl.model.catalog import Catalog

Load = Callable[..., Catalog]


def count_calls(load: Load, count: int) -> Counter[str]:
    """Load a module with some tables, and return how often each function is called."""
    text = "\n".join(
        f'table_{number} = Table("table_{number}", columns=[Column("id", uuid, primary_key=True)])'
        for number in range(count)
    )
    calls: Counter[str] = Counter()

    def add_call(frame: FrameType, event: str, argument: Any) -> None:
        if event in ("call", "c_call"):
            calls[frame.f_code.co_qualname if event == "call" else argument.__qualname__] += 1

    sys.setprofile(add_call)
    try:
        load(app=text)
    finally:
        sys.setprofile(None)
    return calls


def test_linear(load: Load) -> None:
    """Twice the tables in one module take twice the calls, and the line table of the module is read once."""
    count_calls(load, 1)
    few, many = count_calls(load, 200), count_calls(load, 400)
    assert many.total() < 2.1 * few.total()
    assert ({"code.co_lines": 1}, {"code.co_lines": 1}) == tuple(
        {name: calls[name] for name in calls if "co_lines" in name} for calls in (few, many)
    )
