"""A loop changes an existing table in batches without COMMIT."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from schema_dsl.analysis.bodies import RoutineBody, read_body
from schema_dsl.analysis.trees import operator_name
from schema_dsl.lint.facts.alter_commands import format_relation, is_existing_table
from schema_dsl.lint.facts.called_bodies import CALLING_KINDS, list_called_routines
from schema_dsl.lint.facts.positions import TextSpan
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.parsing import QUERY_KINDS, Node, Statement, walk
from schema_dsl.parsing.grammar import strings
from schema_dsl.parsing.plpgsql_tree import PlpgsqlNode, SqlRole

_LOOPS: Final = frozenset({"loop", "while", "for", "foreach"})
# BETWEEN has its own word as its name.
_RANGES: Final = frozenset({"<", "<=", ">", ">=", "BETWEEN"})
_CHANGES: Final = frozenset({"update_stmt", "delete_stmt"})


def _check(step: HistoryStep) -> Hits:
    body = read_body(step.statement) if step.kind == "do_stmt" else None
    for change, table in _list_batches(step, body):
        yield TextSpan(change.start, change.end).hit(
            f"the loop commits nothing: all batches of {table} are one transaction"
        )
    for called in list_called_routines(step):
        for _, table in _list_batches(step, called.routine.body):
            message = f"{called.name}() commits nothing: all batches of {table} are one transaction"
            remedy = "Make it a procedure with COMMIT after each batch, without SET, and CALL it outside a transaction."
            yield TextSpan(called.statement.start, called.statement.end).hit(message, remedy)


def _list_batches(step: HistoryStep, body: RoutineBody | None) -> Iterator[tuple[PlpgsqlNode, str]]:
    """Yield the changes of batches of existing tables in loops without COMMIT, and the table."""
    variables = body.variables if body is not None else ()
    for loop in body.code.nodes if body is not None else ():
        if loop.keyword not in _LOOPS or not loop.start:
            continue
        inner = list(loop.walk())
        if any(node.keyword == "commit" for node in inner):
            continue
        for node in inner:
            for change in (tree for sql in node.sql for tree in _list_changes(sql.statement)):
                target = change.relation
                if is_existing_table(step, target.schemaname, target.relname) and (
                    any(_list_limited(change))
                    or _selects_range(change, loop, variables)
                    or _reads_whole_table(loop, target)
                ):
                    yield node, format_relation(target)


def _list_changes(statement: Statement) -> Iterator[Node]:
    """Yield a statement that is an UPDATE or DELETE, and those in its WITH clause."""
    if statement.kind in _CHANGES:
        yield statement.tree
    for cte in statement.tree.with_clause.ctes if statement.kind in QUERY_KINDS else ():
        query = cte.common_table_expr.ctequery
        kind = query.WhichOneof("node")
        if kind in _CHANGES:
            yield getattr(query, kind)


def _reads_whole_table(loop: PlpgsqlNode, table: Node) -> bool:
    """Return whether a loop reads every row of the table that it changes."""
    query = next((each.statement for each in loop.sql if each.role is SqlRole.QUERY), None)
    if query is None or query.kind != "select_stmt" or any(_list_limited(query.tree)):
        return False
    select = query.tree
    read = [each.range_var for each in select.from_clause if each.HasField("range_var")]
    return not select.HasField("where_clause") and [(each.schemaname, each.relname) for each in read] == [
        (table.schemaname, table.relname)
    ]


def _selects_range(tree: Node, loop: PlpgsqlNode, variables: Collection[str]) -> bool:
    """Return whether a condition compares a range of values with a variable that the loop advances."""
    names = set(loop.names) if loop.keyword == "for" else variables if loop.keyword != "foreach" else set()
    return any(
        strings(node.fields)[:1] and strings(node.fields)[0] in names
        for compared in walk(tree.where_clause)
        if compared.DESCRIPTOR.name == "A_Expr" and operator_name(compared) in _RANGES
        for node in walk(compared)
        if node.DESCRIPTOR.name == "ColumnRef"
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
    bad=(
        """
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
        """
            DO $$
            BEGIN
                FOR page IN 0..99 LOOP
                    UPDATE public.orders SET total = 0 WHERE id BETWEEN page * 1000 AND page * 1000 + 999;
                END LOOP;
            END
            $$;
        """,
        """
            DO $$
            DECLARE
                low bigint := 1;
            BEGIN
                WHILE low < 5000 LOOP
                    UPDATE public.orders SET total = 0 WHERE id >= low AND id < low + 1000;
                    low := low + 1000;
                END LOOP;
            END
            $$;
        """,
        """
            DO $$
            DECLARE
                item record;
            BEGIN
                FOR item IN SELECT id FROM public.orders LOOP
                    UPDATE public.orders SET total = 0 WHERE id = item.id;
                END LOOP;
            END
            $$;
        """,
        """
            CREATE PROCEDURE public.backfill() LANGUAGE plpgsql SET search_path = '' AS $$
            BEGIN
                LOOP
                    UPDATE public.orders SET total = 0 WHERE id IN (
                        SELECT id FROM public.orders WHERE total <> 0 LIMIT 1000);
                    EXIT WHEN NOT FOUND;
                END LOOP;
            END
            $$;
            CALL public.backfill();
        """,
    ),
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
    kinds=CALLING_KINDS,
    statement=_check,
)
