"""DETACH PARTITION while others work."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in altered(step, "AT_DetachPartition"):
        partition = each.definition.partition_cmd
        if not partition.concurrent:
            yield Hit(
                each.place.start,
                f"detaching {partition.name.relname} stops reads and writes of it, and of {each.name} as a whole",
                each.place.length,
            )


RULE = Rule(
    name="require-concurrent-partition-detach",
    group="locks",
    level=Level.WARNING,
    summary="A partition is detached without CONCURRENTLY.",
    why=(
        "DETACH PARTITION takes an ACCESS EXCLUSIVE lock on the partitioned table and on the partition. CONCURRENTLY "
        "takes SHARE UPDATE EXCLUSIVE on the first, in two transactions; it is not possible where there is a default "
        "partition."
    ),
    remedy="Add CONCURRENTLY, outside a transaction; keep a short lock_timeout where there is a default partition.",
    bad=("ALTER TABLE public.events DETACH PARTITION public.events_2020;",),
    good=("ALTER TABLE public.events DETACH PARTITION public.events_2020 CONCURRENTLY;",),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: require-concurrent-partition-detach",),
)
