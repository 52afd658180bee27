"""A transaction that holds an ACCESS EXCLUSIVE lock changes rows or builds an index."""

from __future__ import annotations

import attrs

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.locks import LockMode
from schema_dsl.lint.facts.alter_commands import is_existing_table
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.facts.locks import LOCKING_KINDS, list_locks
from schema_dsl.lint.facts.positions import find_line
from schema_dsl.lint.facts.transactions import is_run_in_one_transaction
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.parsing import QUERY_KINDS

_CHANGES = frozenset({"update", "delete", "merge"})


@attrs.define
class _FirstLock:
    """The first ACCESS EXCLUSIVE lock of a transaction, with the table and the line of the locking statement."""

    transaction: tuple[int, int] = (-1, -1)
    name: str = ""
    line: int = 0
    reported: bool = False


_FIRST_LOCKS: HistoryCache[_FirstLock] = HistoryCache(_FirstLock)


def _check(step: HistoryStep) -> Hits:
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
            yield (
                f"this statement blocks reads and writes of {first.name}: "
                f"the transaction holds an ACCESS EXCLUSIVE lock on {first.name} since line {first.line}"
            )
        return
    for lock in list_locks(step):
        if lock.mode is LockMode.ACCESS_EXCLUSIVE and is_existing_table(step, lock.schema, lock.name):
            first.transaction, first.reported = transaction, False
            first.name, first.line = lock.display_name, find_line(step)
            return


def _is_long(step: HistoryStep) -> bool:
    """Return whether the duration of a statement grows with the number of existing rows."""
    if step.kind == "insert_stmt":
        return bool(step.tree.select_stmt.select_stmt.from_clause)
    for effect in effects(step.statement):
        builds_index = effect.identity.kind == "index" and effect.lock is LockMode.SHARE and effect.creates
        if effect.verb in _CHANGES or builds_index:
            relation = step.schema.find_relation(*effect.locked)
            is_new = relation is not None and step.is_new_in_transaction(relation.created_at)
            if is_existing_table(step, *effect.locked) and not is_new:
                return True
    return step.kind == "refresh_mat_view_stmt"


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "Postgres releases a lock at the end of the transaction, not at the end of the statement. The ALTER TABLE "
        "takes a millisecond and the UPDATE after it takes minutes; until COMMIT the table can be neither read nor "
        "written. The Supabase CLI runs a whole file in one transaction."
    ),
    remedy="COMMIT before the long statement, or move the statement to a separate migration.",
    bad="""
        BEGIN;
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS currency text;
        UPDATE public.orders SET currency = 'EUR' WHERE currency IS NULL;
        COMMIT;
    """,
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS currency text;
        UPDATE public.orders SET currency = 'EUR' WHERE id <= 1000;
    """,
    kinds=LOCKING_KINDS | (QUERY_KINDS - {"select_stmt"}),
    statement=_check,
    decided=True,
    known_as=("eugene: E4",),
)
