"""A statement creates or changes a table without naming its schema."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.positions import find_relation_name
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    node = effects(step.statement)[0].relation
    if node.schemaname or node.relpersistence == "t":
        return
    relation = step.schema.find_relation("", node.relname)
    if relation is None or not relation.temporary:
        span = find_relation_name(step.statement, node)
        yield span.hit(f"the schema of {node.relname} depends on the search_path")


RULE = Rule(
    group="script",
    level=Level.INFO,
    why=(
        "Without a schema, the search_path of the session that runs the file decides which table of that name is "
        "meant."
    ),
    remedy="Qualify the name: public.name.",
    bad="CREATE TABLE IF NOT EXISTS tags (id bigint PRIMARY KEY);",
    good="CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);",
    kinds=frozenset(
        {
            *("create_stmt", "alter_table_stmt", "view_stmt", "index_stmt", "create_trig_stmt"),
            *("create_policy_stmt", "alter_policy_stmt"),
        }
    ),
    statement=_check,
    opinion=True,
    known_as=("squawk: require-table-schema",),
)
