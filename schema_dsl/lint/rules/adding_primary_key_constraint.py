"""A primary key is added to an existing table without USING INDEX."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import CONSTRAINING_COMMANDS, find_index_builds
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    return find_index_builds(step, "primary_key", "this primary key")


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "ADD PRIMARY KEY builds a unique index under an ACCESS EXCLUSIVE lock, which blocks reads too; CREATE "
        "INDEX takes a SHARE lock. USING INDEX attaches an index that was built CONCURRENTLY, without a new build."
    ),
    remedy="CREATE UNIQUE INDEX CONCURRENTLY first, then ADD PRIMARY KEY USING INDEX.",
    bad="ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);",
    good="""
        CREATE UNIQUE INDEX CONCURRENTLY orders_id_idx ON public.orders (id);
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_id_idx;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=CONSTRAINING_COMMANDS,
    statement=_check,
    decided=True,
    known_as=(
        "squawk: adding-serial-primary-key-field",
        "eugene: E7",
    ),
)
