"""Measure `diff` and the plan of a large schema: created from nothing, and with 1 % of its tables changed.

    python benchmarks/plan.py [TABLES ...]

Every table is that of benchmarks/generate.py. In each changed table, a column gets another type, a check, a policy and
an index change, and a column is added. The figures are the best of several runs in seconds of CPU time.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from typing import Any

import attrs

import schema_dsl as dsl
from schema_dsl.plan import diff, plan_differences

SIZES = (500, 2000)
# The module beside this file.
generate: Any = importlib.import_module("generate")
best, build, declare = generate.best, generate.build, generate.declare


def change(table: dsl.Table) -> dsl.Table:
    """Return a table with a retyped and a new column, and another check, policy and index."""
    columns = [
        attrs.evolve(column, type=dsl.bigint, check=dsl.between(0, 4)) if column.name == "tier" else column
        for column in table.columns
    ]
    policy = attrs.evolve(table.policies[0], using="(SELECT auth.uid()) = user_id AND is_public")
    index = attrs.evolve(table.indexes[1], elements=["state", "tier"])
    return attrs.evolve(
        table,
        columns=[*columns, dsl.Column("extra", dsl.text)],
        policies=[policy, *table.policies[1:]],
        indexes=[index, *table.indexes[2:]],
    )


def measure(count: int) -> dict[str, float]:
    """Measure one size."""
    tables = declare(count)
    changed = [change(table) if number % 100 == 50 else table for number, table in enumerate(tables)]
    before, after = build(tables), build(changed)
    created, differences = diff(before.existing(), before), diff(before, after)
    assert len({item.identity.root for item in differences}) == count // 100
    return {
        "diff": best(3, lambda: diff(before, after)),
        "plan of 1 %": best(3, lambda: plan_differences(differences, after.objects)),
        "plan from nothing": best(3, lambda: plan_differences(created, before.objects)),
    }


def report(sizes: Iterable[int]) -> None:
    """Print a table of figures."""
    for count in sizes:
        figures = measure(count)
        print(f"{count:>6} tables", *(f"{name}: {figure:.3f}" for name, figure in figures.items()), sep="  ")


if __name__ == "__main__":
    report([int(item) for item in sys.argv[1:]] or SIZES)
