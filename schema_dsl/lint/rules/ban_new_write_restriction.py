"""A constraint, NOT NULL or a unique index is added to an existing table."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import find_alter_commands, format_relation, is_existing_table
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_REFUSING_KINDS = frozenset({"check", "unique", "foreign_key", "exclusion", "primary_key"})


def _check(step: HistoryStep) -> Hits:
    if step.kind == "index_stmt":
        node = step.tree.relation
        if step.tree.unique and is_existing_table(step, node.schemaname, node.relname):
            yield f"this unique index refuses duplicates that {format_relation(node)} accepted before"
        return
    for action in find_alter_commands(step, "AT_AddConstraint", "AT_SetNotNull"):
        kinds = {effect.identity.kind for effect in action.effects}
        if action.kind == "AT_SetNotNull" or kinds & _REFUSING_KINDS:
            yield action.span.hit(f"this constraint refuses rows that {action.name} accepted before")


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "Even a NOT VALID constraint applies to every new row, and to every UPDATE of an existing row, whatever "
        "column the UPDATE changes. The release that still runs may violate the constraint."
    ),
    remedy="First release clients that respect the constraint.",
    bad=(
        "ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_number_idx ON public.orders (number);",
    ),
    good="""
        CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);
        ALTER TABLE public.tags ADD CONSTRAINT tags_name_check CHECK (name <> '');
    """,
    kinds=frozenset({"alter_table_stmt", "index_stmt"}),
    commands=frozenset({"AT_AddConstraint", "AT_SetNotNull"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-new-write-restriction",),
)
