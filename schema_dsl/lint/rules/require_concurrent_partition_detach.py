"""DETACH PARTITION without CONCURRENTLY."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for command in find_alter_commands(step, "AT_DetachPartition"):
        partition = command.definition.partition_cmd
        if not partition.concurrent:
            yield command.span.hit(
                f"DETACH PARTITION blocks reads and writes of {partition.name.relname} and of all of {command.name}"
            )


RULE = Rule(
    name="require-concurrent-partition-detach",
    group="locks",
    level=Level.WARNING,
    summary="DETACH PARTITION without CONCURRENTLY on an existing table.",
    why=(
        "DETACH PARTITION takes an ACCESS EXCLUSIVE lock on the partitioned table and on the partition. "
        "CONCURRENTLY takes only SHARE UPDATE EXCLUSIVE on the partitioned table, in two transactions. Postgres "
        "rejects CONCURRENTLY if the table has a default partition."
    ),
    remedy=(
        "Add CONCURRENTLY, outside a transaction. If there is a default partition, set a short lock_timeout "
        "instead."
    ),
    bad=("ALTER TABLE public.events DETACH PARTITION public.events_2020;",),
    good=("ALTER TABLE public.events DETACH PARTITION public.events_2020 CONCURRENTLY;",),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: require-concurrent-partition-detach",),
)
