"""A loop changes an existing table in batches without COMMIT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schema_dsl.analysis.bodies import read_body
from schema_dsl.lint.facts.alter_commands import format_relation, is_existing_table
from schema_dsl.lint.facts.positions import TextSpan
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.parsing import Node, walk

_LOOPS: Final = frozenset({"loop", "while", "for", "foreach"})
_CHANGES: Final = frozenset({"update_stmt", "delete_stmt"})


def _check(step: HistoryStep) -> Hits:
    body = read_body(step.statement)
    for loop in body.code.nodes if body is not None else ():
        if loop.keyword not in _LOOPS or not loop.start:
            continue
        inner = list(loop.walk())
        if any(node.keyword == "commit" for node in inner):
            continue
        for node in inner:
            for change in (sql.statement for sql in node.sql if sql.statement.kind in _CHANGES):
                target = change.tree.relation
                is_existing = is_existing_table(step, target.schemaname, target.relname)
                if is_existing and any(_list_limited(change.tree)):
                    table = format_relation(target)
                    yield TextSpan(node.start, node.end).hit(
                        f"the loop commits nothing: all batches of {table} are one transaction"
                    )


def _list_limited(tree: Node) -> Iterator[bool]:
    return (
        node.limit_count.WhichOneof("node") is not None
        for node in walk(tree)
        if node.DESCRIPTOR.name == "SelectStmt"
    )


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "A DO block is one transaction. Without COMMIT, the rows of every batch stay locked until the end of the "
        "block, and nothing is gained by the batches."
    ),
    remedy="COMMIT after each batch, and run the DO block outside a transaction.",
    bad="""
        DO $$
        BEGIN
            LOOP
                UPDATE public.orders SET total = 0 WHERE id IN (
                    SELECT id FROM public.orders WHERE total <> 0 LIMIT 1000);
                EXIT WHEN NOT FOUND;
            END LOOP;
        END
        $$;
    """,
    good="""
        DO $$
        BEGIN
            LOOP
                UPDATE public.orders SET total = 0 WHERE id IN (
                    SELECT id FROM public.orders WHERE total <> 0 LIMIT 1000);
                EXIT WHEN NOT FOUND;
                COMMIT;
            END LOOP;
        END
        $$;
    """,
    kinds=frozenset({"do_stmt"}),
    statement=_check,
)
