"""ADD COLUMN rewrites the table: the column has a volatile default, or is serial, identity or STORED."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.facts.rewrites import find_rewrite_reason
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for action in find_alter_commands(step, "AT_AddColumn"):
        reason = find_rewrite_reason(step.schema, action.effects[0].node)
        if reason:
            kinds = {effect.identity.kind for effect in action.effects}
            yield action.span.hit(
                f"this rewrites {action.name} and blocks reads and writes of the table: {reason}",
                remedy=_GENERATED_REMEDY if "expression" in kinds else None,
            )


_GENERATED_REMEDY = (
    "Add a plain column, maintain it with a trigger and fill the existing rows in batches. From Postgres 18 on, "
    "use VIRTUAL if the value need not be stored."
)


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "Postgres stores a default that is the same for every row, such as now(), in the catalog and changes no "
        "row. A value that differs from row to row has to be written to every row: Postgres rewrites the table and "
        "its indexes under an ACCESS EXCLUSIVE lock."
    ),
    remedy=(
        "Add the column without the default, SET DEFAULT for new rows, then fill the existing rows in batches."
    ),
    bad=(
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS token uuid DEFAULT gen_random_uuid();",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS position bigserial;",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS line bigint GENERATED ALWAYS AS IDENTITY;",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS cents bigint GENERATED ALWAYS AS (total * 100) STORED;",
    ),
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS placed_at timestamptz NOT NULL DEFAULT now();
        ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS token uuid;
        ALTER TABLE public.orders ALTER COLUMN token SET DEFAULT gen_random_uuid();
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_AddColumn"}),
    statement=_check,
    decided=True,
    known_as=("squawk: adding-field-with-default", "eugene: E11"),
)
