"""A foreign key is dropped, but its columns stay."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import find_dropped_constraints
from schema_dsl.lint.facts.replaced_keys import is_key_needless
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for action, constraint in find_dropped_constraints(step):
        if constraint is None or constraint.kind != "foreign_key":
            continue
        if is_key_needless(step, action.name, action.command.name, constraint):
            continue
        target = constraint.target[1] if constraint.target else "the referenced table"
        yield action.span.hit(
            f"without this foreign key, {', '.join(constraint.columns)} of {action.name} can refer to missing rows "
            f"of {target}, and ON DELETE has no effect"
        )


RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "Rows can then refer to missing rows, and rows that ON DELETE CASCADE would remove stay. To add the "
        "foreign key again, every such row has to be found and fixed first."
    ),
    remedy="Drop the columns too, or add the replacement foreign key in the same file.",
    bad="""
        ALTER TABLE public.orders ADD CONSTRAINT orders_user_id_fkey
            FOREIGN KEY (user_id) REFERENCES auth.users (id) NOT VALID;
        ALTER TABLE public.orders DROP CONSTRAINT orders_user_id_fkey;
    """,
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders DROP CONSTRAINT IF EXISTS orders_user_id_fkey;
        ALTER TABLE public.orders ADD CONSTRAINT orders_user_id_fkey
            FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE NOT VALID;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_DropConstraint"}),
    statement=_check,
    decided=True,
    known_as=("atlas: CD101",),
)
