"""A foreign key that is dropped while its columns stay."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.facts.constraints import dropped_constraints
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    leaving = {each.command.name for each in altered(step, "AT_DropColumn")}
    for each, constraint in dropped_constraints(step):
        if constraint is None or constraint.kind != "foreign" or leaving & set(constraint.columns):
            continue
        target = constraint.target[1] if constraint.target else "its table"
        yield Hit(
            each.place.start,
            f"nothing keeps {', '.join(constraint.columns)} of {each.name} in step with {target} any more, "
            "and ON DELETE no longer happens",
            each.place.length,
        )


RULE = Rule(
    name="ban-drop-foreign-key",
    group="data",
    level=Level.WARNING,
    summary="A foreign key is dropped while its columns stay.",
    why=(
        "From then on rows may point to nothing, and rows that ON DELETE CASCADE would have removed stay. To put it "
        "back, every such row must be found first."
    ),
    remedy="Drop the columns too, or say which foreign key takes its place, in the same file.",
    bad=(
        (
            "ALTER TABLE public.orders ADD CONSTRAINT orders_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES auth.users (id) NOT VALID;\n"
            "ALTER TABLE public.orders DROP CONSTRAINT orders_user_id_fkey;"
        ),
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders DROP CONSTRAINT IF EXISTS orders_user_id_fkey;\n"
            "ALTER TABLE public.orders ADD CONSTRAINT orders_user_id_fkey\n"
            "    FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE NOT VALID;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("atlas: CD101",),
)
