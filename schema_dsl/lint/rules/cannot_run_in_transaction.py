"""What Postgres refuses inside a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schema_dsl.lint.facts.locks import is_set, table_of_index
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.alter_table import definition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule

_WHOLE = frozenset({"REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_DATABASE", "REINDEX_OBJECT_SYSTEM"})


def _detach(step: HistoryStep) -> bool:
    definitions = [definition(each.alter_table_cmd) for each in step.tree.cmds]
    return any(
        each.WhichOneof("node") == "partition_cmd" and each.partition_cmd.concurrent for each in definitions
    )


def _reindex(step: HistoryStep) -> bool:
    kind = enumeration("ReindexObjectType")[step.tree.kind]
    if kind in _WHOLE or is_set(step.tree.params, "concurrently"):
        return True
    named = step.tree.relation.schemaname, step.tree.relation.relname
    return _is_partitioned(step, *(table_of_index(step, named) if kind == "REINDEX_OBJECT_INDEX" else named))


def _cluster(step: HistoryStep) -> bool:
    node = step.tree.relation
    return not node.relname or _is_partitioned(step, node.schemaname, node.relname)


def _is_partitioned(step: HistoryStep, schema: str, name: str) -> bool:
    relation = step.schema.relation(schema, name)
    return relation is not None and relation.kind == "partitioned"


def _discard(step: HistoryStep) -> bool:
    return enumeration("DiscardMode")[step.tree.target] == "DISCARD_ALL"


# By kind, what Postgres calls it, and whether this is one.
_REFUSED: dict[str, tuple[str, Callable[[HistoryStep], bool]]] = {
    "index_stmt": ("CREATE INDEX CONCURRENTLY", lambda step: step.tree.concurrent),
    "drop_stmt": ("DROP INDEX CONCURRENTLY", lambda step: step.tree.concurrent),
    "alter_table_stmt": ("ALTER TABLE ... DETACH CONCURRENTLY", _detach),
    "reindex_stmt": ("such a REINDEX", _reindex),
    "cluster_stmt": ("such a CLUSTER", _cluster),
    "discard_stmt": ("DISCARD ALL", _discard),
    "vacuum_stmt": ("VACUUM", lambda step: step.tree.is_vacuumcmd),
    "createdb_stmt": ("CREATE DATABASE", lambda _: True),
    "dropdb_stmt": ("DROP DATABASE", lambda _: True),
    "create_table_space_stmt": ("CREATE TABLESPACE", lambda _: True),
    "drop_table_space_stmt": ("DROP TABLESPACE", lambda _: True),
    "alter_system_stmt": ("ALTER SYSTEM", lambda _: True),
}


def _check(step: HistoryStep) -> Iterable[Hit]:
    if not (step.in_block or step.schema.transaction.explicit):
        return
    what, is_refused = _REFUSED[step.kind]
    if not is_refused(step):
        return
    line, _ = step.source.position(step.outer.start)
    around = f"the DO block of line {line}" if step.in_block else "BEGIN"
    place = head(step.statement)
    yield Hit(
        place.start,
        f"{what} cannot run inside a transaction: it fails, and all since {around} is undone",
        place.length,
    )


RULE = Rule(
    name="cannot-run-in-transaction",
    group="locks",
    level=Level.ERROR,
    summary="A statement that Postgres refuses inside a transaction stands between BEGIN and COMMIT, or in a DO block.",
    why=(
        "What is CONCURRENTLY commits in between, so that it cannot be part of a transaction; VACUUM, "
        "CREATE DATABASE and ALTER SYSTEM cannot be undone. A DO block is one transaction too."
    ),
    remedy="Move it out of the transaction, into a file of its own if the migration tool wraps each file.",
    bad=(
        "BEGIN;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);\nCOMMIT;",
        "DO $$\nBEGIN\n  DROP INDEX CONCURRENTLY IF EXISTS public.orders_customer_idx;\nEND\n$$;",
        "BEGIN;\nVACUUM (ANALYZE) public.orders;\nCOMMIT;",
    ),
    good=("CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_idx ON public.orders (customer_id);",),
    kinds=frozenset(_REFUSED),
    statement=_check,
    known_as=("squawk: ban-concurrent-index-creation-in-transaction",),
)
