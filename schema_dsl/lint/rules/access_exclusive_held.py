"""A long statement in a transaction that already holds an ACCESS EXCLUSIVE lock."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.lint.facts.alter_commands import is_existing_table
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.facts.locks import LOCKING_KINDS, LockMode, list_locks
from schema_dsl.lint.facts.positions import find_first_line, find_line
from schema_dsl.lint.facts.transactions import is_run_in_one_transaction
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_CHANGES_ROWS = frozenset({"update_stmt", "delete_stmt", "merge_stmt"})


@attrs.define
class _FirstLock:
    """The first ACCESS EXCLUSIVE lock of a transaction, with the table and the line of the locking statement."""

    transaction: tuple[int, int] = (-1, -1)
    name: str = ""
    line: int = 0
    reported: bool = False


_FIRST_LOCKS: HistoryCache[_FirstLock] = HistoryCache(_FirstLock)


def _check(step: HistoryStep) -> Iterable[Hit]:
    if step.in_block or step.schema.transaction.explicit:
        transaction = step.position.file, step.position.transaction
    elif is_run_in_one_transaction(step.source):
        transaction = step.position.file, -1
    else:
        return
    first = _FIRST_LOCKS.get(step.schema)
    if first.transaction == transaction:
        if _is_long(step) and not first.reported:
            first.reported = True
            span = find_first_line(step.statement)
            yield Hit(
                span.start,
                f"this statement blocks reads and writes of {first.name}: "
                f"the transaction holds an ACCESS EXCLUSIVE lock on {first.name} since line {first.line}",
                span.length,
            )
        return
    for lock in list_locks(step):
        if lock.mode is LockMode.ACCESS_EXCLUSIVE and is_existing_table(step, lock.schema, lock.name):
            first.transaction, first.reported = transaction, False
            first.name, first.line = lock.display_name, find_line(step)
            return


def _is_long(step: HistoryStep) -> bool:
    """Return whether the duration of a statement grows with the number of existing rows."""
    tree = step.tree
    if step.kind in _CHANGES_ROWS:
        return _existed_before_transaction(step, tree.relation.schemaname, tree.relation.relname)
    if step.kind == "insert_stmt":
        return bool(tree.select_stmt.select_stmt.from_clause)
    if step.kind == "index_stmt":
        return not tree.concurrent and _existed_before_transaction(
            step, tree.relation.schemaname, tree.relation.relname
        )
    return step.kind == "refresh_mat_view_stmt"


def _existed_before_transaction(step: HistoryStep, schema: str, name: str) -> bool:
    relation = step.schema.find_relation(schema, name)
    return is_existing_table(step, schema, name) and not (
        relation is not None and step.is_new_in_transaction(relation.created_at)
    )


RULE = Rule(
    name="access-exclusive-held",
    group="locks",
    level=Level.WARNING,
    summary="A transaction that holds an ACCESS EXCLUSIVE lock changes rows or builds an index.",
    why=(
        "Postgres releases a lock at the end of the transaction, not at the end of the statement. The ALTER TABLE "
        "takes a millisecond and the UPDATE after it takes minutes; until COMMIT the table can be neither read nor "
        "written. The Supabase CLI runs a whole file in one transaction."
    ),
    remedy="COMMIT before the long statement, or move the statement to a separate migration.",
    bad=(
        (
            "BEGIN;\n"
            "SET LOCAL lock_timeout = '5s';\n"
            "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS currency text;\n"
            "UPDATE public.orders SET currency = 'EUR' WHERE currency IS NULL;\n"
            "COMMIT;"
        ),
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS currency text;\n"
            "UPDATE public.orders SET currency = 'EUR' WHERE currency IS NULL;"
        ),
    ),
    kinds=LOCKING_KINDS | _CHANGES_ROWS | {"insert_stmt"},
    statement=_check,
    known_as=("eugene: E4",),
)
