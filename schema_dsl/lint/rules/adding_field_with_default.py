"""A new column for which the table is written anew."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.facts.rewrites import rewriting_column
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in altered(step, "AT_AddColumn"):
        column = each.definition.column_def
        reason = rewriting_column(step.schema, column)
        if reason:
            kinds = {enumeration("ConstrType")[wrapped.constraint.contype] for wrapped in column.constraints}
            yield Hit(
                each.place.start,
                f"{each.name} is rewritten whole, and nobody can read or write it meanwhile: {reason}",
                each.place.length,
                remedy=_COMPUTED if "CONSTR_GENERATED" in kinds else None,
            )


_COMPUTED = (
    "Add a plain column, keep it with a trigger, and fill the old rows in batches; from Postgres 18 on, make it "
    "VIRTUAL where it need not be stored."
)


RULE = Rule(
    name="adding-field-with-default",
    group="locks",
    level=Level.WARNING,
    summary="A column is added that makes Postgres rewrite the table: a volatile default, serial, identity, STORED.",
    why=(
        "A default that is the same for every row, now() among them, is kept in the catalog and costs nothing. "
        "What differs from row to row has to be written into each, under an ACCESS EXCLUSIVE lock, with all indexes."
    ),
    remedy="Add the column without it, SET DEFAULT for new rows, then fill the old ones in batches.",
    bad=(
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS token uuid DEFAULT gen_random_uuid();",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS position bigserial;",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS line bigint GENERATED ALWAYS AS IDENTITY;",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS cents bigint GENERATED ALWAYS AS (total * 100) STORED;",
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS placed_at timestamptz NOT NULL DEFAULT now();\n"
            "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS token uuid;\n"
            "ALTER TABLE public.orders ALTER COLUMN token SET DEFAULT gen_random_uuid();"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: adding-field-with-default", "eugene: E11"),
)
