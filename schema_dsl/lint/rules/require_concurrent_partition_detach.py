"""DETACH PARTITION without CONCURRENTLY on an existing table."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for command in find_alter_commands(step, "AT_DetachPartition"):
        partition = command.definition.partition_cmd
        if not partition.concurrent:
            yield command.span.hit(
                f"DETACH PARTITION blocks reads and writes of {partition.name.relname} and of all of {command.name}"
            )


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "DETACH PARTITION takes an ACCESS EXCLUSIVE lock on the partitioned table and on the partition. "
        "CONCURRENTLY takes only SHARE UPDATE EXCLUSIVE on the partitioned table, in two transactions. Postgres "
        "rejects CONCURRENTLY if the table has a default partition."
    ),
    remedy=(
        "Add CONCURRENTLY, outside a transaction. If there is a default partition, set a short lock_timeout "
        "instead."
    ),
    bad="ALTER TABLE public.events DETACH PARTITION public.events_2020;",
    good="ALTER TABLE public.events DETACH PARTITION public.events_2020 CONCURRENTLY;",
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_DetachPartition"}),
    statement=_check,
    decided=True,
    known_as=("squawk: require-concurrent-partition-detach",),
)
