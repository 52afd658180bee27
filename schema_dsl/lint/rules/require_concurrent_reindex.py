"""REINDEX without CONCURRENTLY on an existing table."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.locks import LockMode
from schema_dsl.lint.facts.alter_commands import is_existing_table
from schema_dsl.lint.facts.breaking import format_object
from schema_dsl.lint.facts.locks import find_table_of_index
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.facts.transactions import insert_concurrently
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    rebuilt = effects(step.statement)[0]
    word = rebuilt.identity.kind
    if word == "system" or rebuilt.lock is not LockMode.SHARE:
        # Postgres rejects CONCURRENTLY for REINDEX SYSTEM.
        return
    target = f"the tables of this {word}"
    if rebuilt.relation is not None:
        table = find_table_of_index(step, rebuilt.locked) if word == "index" else rebuilt.locked
        if (word == "table" or table != rebuilt.locked) and not is_existing_table(step, *table):
            return
        target = (
            format_object(rebuilt.identity) if word == "table" else f"the table of {rebuilt.identity.name}"
        )
    yield find_first_line(step.statement).hit(
        f"REINDEX blocks writes to {target}, and reads that plan with a rebuilt index",
        edits=insert_concurrently(step, word),
    )


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "REINDEX takes a SHARE lock on the table, which blocks writes. It also takes an ACCESS EXCLUSIVE lock on "
        "each index, which blocks even reads when Postgres plans them. CONCURRENTLY builds a second index next to "
        "the first."
    ),
    remedy="Add CONCURRENTLY, outside a transaction. With the Supabase CLI, use a separate file.",
    bad=("REINDEX TABLE public.orders;", "REINDEX INDEX public.orders_pkey;"),
    good=(
        "REINDEX TABLE CONCURRENTLY public.orders;",
        "REINDEX (VERBOSE) INDEX CONCURRENTLY public.orders_pkey;",
    ),
    kinds=frozenset({"reindex_stmt"}),
    statement=_check,
    known_as=("squawk: require-concurrent-reindex",),
)
