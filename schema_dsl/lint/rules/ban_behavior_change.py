"""A table that is in use behaves otherwise: defaults, triggers, replica identity, inheritance."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_CHANGES = {
    "AT_ColumnDefault": "fills a column that an INSERT leaves out otherwise",
    "AT_DisableTrig": "does no longer what the trigger did",
    "AT_DisableTrigAll": "does no longer what its triggers did, foreign keys among them",
    "AT_DisableTrigUser": "does no longer what its triggers did",
    "AT_ReplicaIdentity": "tells subscribers other columns of rows that change",
    "AT_AddInherit": "shows up in queries of another table",
    "AT_DropInherit": "shows no longer up in queries of another table",
}


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in altered(step, *_CHANGES):
        if each.kind == "AT_ColumnDefault" and each.definition.WhichOneof("node") is None:
            continue
        yield Hit(each.place.start, f"{each.name} {_CHANGES[each.kind]} from here on", each.place.length)


RULE = Rule(
    name="ban-behavior-change",
    group="data",
    level=Level.INFO,
    summary="A default, trigger, replica identity or the inheritance of a table in use is changed.",
    why=(
        "Nothing fails: what is written or replicated is different from one statement to the next, and what a "
        "disabled trigger missed is not made up for."
    ),
    remedy="See what counts on it; enable triggers again in the same transaction.",
    bad=(
        "ALTER TABLE public.orders DISABLE TRIGGER orders_touch;",
        "ALTER TABLE public.orders ALTER COLUMN state SET DEFAULT 'new';",
        "ALTER TABLE public.orders REPLICA IDENTITY NOTHING;",
    ),
    good=(
        (
            "CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);\n"
            "ALTER TABLE public.tags ALTER COLUMN name SET DEFAULT '';"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    opinion=True,
    known_as=(
        "squawk: ban-disable-trigger",
        "squawk: ban-replica-identity",
        "squawk: ban-detach-inheritance",
    ),
)
