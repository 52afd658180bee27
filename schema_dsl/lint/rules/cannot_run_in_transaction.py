"""A statement that Postgres refuses inside a transaction block."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.locks import find_table_of_index
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

# The lock of CONCURRENTLY.
_WEAK = LockMode.SHARE_UPDATE_EXCLUSIVE


def _detaches_concurrently(step: HistoryStep) -> bool:
    return any(effect.verb == "detach" and effect.lock is _WEAK for effect in effects(step.statement))


def _is_refused_reindex(step: HistoryStep) -> bool:
    rebuilt = effects(step.statement)[0]
    if rebuilt.relation is None or rebuilt.lock is _WEAK:
        return True
    of_index = rebuilt.identity.kind == "index"
    return _is_partitioned(step, *(find_table_of_index(step, rebuilt.locked) if of_index else rebuilt.locked))


def _is_refused_cluster(step: HistoryStep) -> bool:
    node = step.tree.relation
    return not node.relname or _is_partitioned(step, node.schemaname, node.relname)


def _is_partitioned(step: HistoryStep, schema: str, name: str) -> bool:
    relation = step.schema.find_relation(schema, name)
    return relation is not None and relation.kind == "partitioned"


def _discards_all(step: HistoryStep) -> bool:
    return enumeration("DiscardMode")[step.tree.target] == "DISCARD_ALL"


# By statement kind: the name of the refused command, and whether a statement is that command.
_REFUSED: dict[str, tuple[str, Callable[[HistoryStep], bool]]] = {
    "index_stmt": ("CREATE INDEX CONCURRENTLY", lambda step: step.tree.concurrent),
    "drop_stmt": ("DROP INDEX CONCURRENTLY", lambda step: step.tree.concurrent),
    "alter_table_stmt": ("ALTER TABLE ... DETACH CONCURRENTLY", _detaches_concurrently),
    "reindex_stmt": ("this REINDEX", _is_refused_reindex),
    "cluster_stmt": ("this CLUSTER", _is_refused_cluster),
    "discard_stmt": ("DISCARD ALL", _discards_all),
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
    command, is_refused = _REFUSED[step.kind]
    if not is_refused(step):
        return
    line, _ = step.source.position(step.outer.start)
    transaction_start = f"the DO block on line {line}" if step.in_block else "BEGIN"
    yield find_first_line(step.statement).hit(
        f"{command} fails inside a transaction, and everything since {transaction_start} is rolled back"
    )


RULE = Rule(
    name="cannot-run-in-transaction",
    group="locks",
    level=Level.ERROR,
    summary=(
        "A statement that Postgres refuses inside a transaction is between BEGIN and COMMIT, or in a DO block."
    ),
    why=(
        "A statement with CONCURRENTLY commits several times, so it cannot be part of a transaction. VACUUM, "
        "CREATE DATABASE and ALTER SYSTEM cannot be rolled back. A DO block always runs in one transaction."
    ),
    remedy=(
        "Move the statement out of the transaction, or to a separate file if the migration tool wraps each file in "
        "a transaction."
    ),
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
