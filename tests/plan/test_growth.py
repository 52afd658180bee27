"""The work of planning grows linearly with the changed objects, counted in lines of Python that run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, Final

import pytest
from specimen_parts import catalog

from schema_dsl import (
    Column,
    Enum,
    Function,
    Index,
    Partition,
    Schema,
    Table,
    View,
    bigint,
    by_range,
    integer,
    text,
    values_from,
)
from schema_dsl.plan import plan

Objects = Sequence[Any]


def change_functions(count: int) -> tuple[Objects, Objects]:
    """Change the results of functions, each of which calls another one."""

    def declare(returns: str) -> Objects:
        bodies = [f"SELECT 1::{returns}", *(f"SELECT public.f{number}()" for number in range(count))]
        return [Function(f"f{number}", returns=returns, body=body) for number, body in enumerate(bodies)]

    return declare("integer"), declare("bigint")


def change_enums(count: int) -> tuple[Objects, Objects]:
    """Remove a label of enums, each of which is the type of a column."""

    def declare(labels: Sequence[str]) -> Objects:
        enums = [Enum(f"e{number}", labels) for number in range(count)]
        return [*enums, *(Table(f"t{n}", columns=[Column("a", each)]) for n, each in enumerate(enums))]

    return declare("abc"), declare("ab")


def drop_views(count: int) -> tuple[Objects, Objects]:
    """Drop tables and the views of them."""
    tables = [Table(f"t{number}", columns=[Column("a", bigint)]) for number in range(count)]
    return [*tables, *(View(f"v{n}", query=f"SELECT a FROM public.t{n}") for n in range(count))], []


def change_indexes(count: int) -> tuple[Objects, Objects]:
    """Move indexes to another column."""

    def declare(column: str) -> Objects:
        columns = [Column("a", bigint), Column("b", bigint)]
        return [
            Table(f"t{number}", columns=columns, indexes=[Index(column, name=f"i{number}")])
            for number in range(count)
        ]

    return declare("a"), declare("b")


def change_schemas(count: int) -> tuple[Objects, Objects]:
    """Change the objects of schemas, each of which has objects of the same names."""

    def declare(type_: Any, returns: str) -> Objects:
        return [
            each
            for schema in (f"s{number}" for number in range(count))
            for each in (
                Schema(schema),
                Table("t", schema=schema, columns=[Column("a", type_), Column("b", text)]),
                View("v", schema=schema, query=f"SELECT a FROM {schema}.t"),
                Function("f", schema=schema, returns=returns, body=f"SELECT 1::{returns}"),
            )
        ]

    return declare(integer, "integer"), declare(bigint, "bigint")


def replace_partitions(count: int) -> tuple[Objects, Objects]:
    """Drop the partitions of a table, and create as many."""

    def declare(prefix: str) -> Objects:
        partitions = [Partition(f"{prefix}{n}", values_from(n, to=n + 1)) for n in range(count)]
        key = Column("a", bigint, primary_key=True)
        return [Table("parts", columns=[key], partition_by=by_range("a"), partitions=partitions)]

    return declare("old"), declare("new")


def count_lines(work: Callable[[], object]) -> int:
    """Count the lines that run, whose number, unlike the time, is the same in every run."""
    count = 0

    def count_line(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return count_line

    before = sys.gettrace()
    sys.settrace(count_line)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


LISTED: Final = [
    change_functions,
    change_enums,
    drop_views,
    change_indexes,
    change_schemas,
    replace_partitions,
]


@pytest.mark.parametrize("declare", LISTED)
def test_linear(declare: Callable[[int], tuple[Objects, Objects]]) -> None:
    """Four times the changed objects take about four times the work."""

    def count_for(count: int) -> int:
        before, after = (catalog(*objects) for objects in declare(count))
        return count_lines(lambda: plan(before, after))

    count_for(1)
    few, many = count_for(40), count_for(160)
    assert 4.4 > many / few, (few, many)
