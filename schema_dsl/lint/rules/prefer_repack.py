"""VACUUM FULL or CLUSTER on an existing table."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.alter_commands import is_existing_table
from schema_dsl.lint.facts.locks import list_locks
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    if effects(step.statement)[0].verb != "rebuild":
        return
    acquired = list(list_locks(step))
    tables = [lock.display_name for lock in acquired if is_existing_table(step, lock.schema, lock.name)]
    if tables or not acquired:
        command = "VACUUM FULL" if step.kind == "vacuum_stmt" else "CLUSTER"
        yield f"{command} rewrites {', '.join(tables) or 'every table'}, and blocks reads and writes"


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "Both commands rewrite the table and all its indexes under an ACCESS EXCLUSIVE lock, which may take hours, "
        "and need free disk space for a second copy. Plain VACUUM blocks neither reads nor writes. pg_repack "
        "(REPACK CONCURRENTLY from Postgres 19 on) rewrites the table without blocking them."
    ),
    remedy="Use plain VACUUM. Use pg_repack if the disk space must return to the operating system.",
    bad=("VACUUM FULL public.orders;", "CLUSTER public.orders USING orders_pkey;"),
    good="VACUUM (ANALYZE) public.orders;",
    kinds=frozenset({"vacuum_stmt", "cluster_stmt"}),
    statement=_check,
    known_as=("squawk: prefer-repack",),
)
