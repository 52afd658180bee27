"""VACUUM FULL and CLUSTER."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import in_use
from schema_dsl.lint.facts.locks import is_set, locks
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    full = step.kind == "vacuum_stmt"
    if full and not is_set(step.tree.options, "full"):
        return
    taken = list(locks(step))
    used = [lock.shown for lock in taken if in_use(step, lock.schema, lock.name)]
    if used or not taken:
        what = "VACUUM FULL" if full else "CLUSTER"
        place = head(step.statement)
        yield Hit(
            place.start,
            f"{what} rewrites {', '.join(used) or 'every table'}, and nobody can read or write it meanwhile",
            place.length,
        )


RULE = Rule(
    name="prefer-repack",
    group="locks",
    level=Level.WARNING,
    summary="VACUUM FULL or CLUSTER on a table that is in use.",
    why=(
        "Both write the table and all its indexes anew under an ACCESS EXCLUSIVE lock, which may take hours, and need "
        "as much disk again. Plain VACUUM locks nobody out; pg_repack (REPACK CONCURRENTLY from Postgres 19 on) "
        "rewrites while others work."
    ),
    remedy="Use plain VACUUM, or pg_repack where the space has to go back to the system.",
    bad=("VACUUM FULL public.orders;", "CLUSTER public.orders USING orders_pkey;"),
    good=("VACUUM (ANALYZE) public.orders;",),
    kinds=frozenset({"vacuum_stmt", "cluster_stmt"}),
    statement=_check,
    known_as=("squawk: prefer-repack",),
)
