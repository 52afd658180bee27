"""Tables named without their schema."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.positions import named
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

# Statements by the field that holds the table's name.
_FIELDS = {
    "create_stmt": "relation",
    "alter_table_stmt": "relation",
    "index_stmt": "relation",
    "create_trig_stmt": "relation",
    "create_policy_stmt": "table",
    "alter_policy_stmt": "table",
    "view_stmt": "view",
}


def _check(step: HistoryStep) -> Iterable[Hit]:
    node = getattr(step.tree, _FIELDS[step.kind])
    if node.schemaname or node.relpersistence == "t":
        return
    known = step.schema.relation("", node.relname)
    if known is None or not known.temporary:
        place = named(step.statement, node)
        yield Hit(place.start, f"which {node.relname} this is depends on the search_path", place.length)


RULE = Rule(
    name="require-table-schema",
    group="script",
    level=Level.INFO,
    summary="A table is made or changed under a name without its schema.",
    why="Without a schema the search_path of whoever runs the file decides: it may find another table of that name.",
    remedy="Write the schema: public.name.",
    bad=("CREATE TABLE IF NOT EXISTS tags (id bigint PRIMARY KEY);",),
    good=("CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);",),
    kinds=frozenset(_FIELDS),
    statement=_check,
    opinion=True,
    known_as=("squawk: require-table-schema",),
)
