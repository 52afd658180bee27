"""Long work in a transaction that already keeps everybody out of a table."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.lint.facts.alter_commands import in_use
from schema_dsl.lint.facts.cache import Memory
from schema_dsl.lint.facts.locks import LOCKING, Mode, locks
from schema_dsl.lint.facts.positions import head, line_of
from schema_dsl.lint.facts.transactions import is_run_as_one
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_CHANGES_ROWS = frozenset({"update_stmt", "delete_stmt", "merge_stmt"})


@attrs.define
class _HeldLock:
    """The first ACCESS EXCLUSIVE lock of a transaction: the table, and the line on which it was taken."""

    transaction: tuple[int, int] = (-1, -1)
    name: str = ""
    line: int = 0
    told: bool = False


_HELD: Memory[_HeldLock] = Memory(_HeldLock)


def _check(step: HistoryStep) -> Iterable[Hit]:
    if step.in_block or step.schema.transaction.explicit:
        transaction = step.moment.file, step.moment.transaction
    elif is_run_as_one(step.source):
        transaction = step.moment.file, -1
    else:
        return
    held = _HELD.of(step.schema)
    if held.transaction == transaction:
        if _is_long(step) and not held.told:
            held.told = True
            place = head(step.statement)
            yield Hit(
                place.start,
                f"while this runs nobody can read or write {held.name}, "
                f"locked in this transaction since line {held.line}",
                place.length,
            )
        return
    for lock in locks(step):
        if lock.mode is Mode.ACCESS_EXCLUSIVE and in_use(step, lock.schema, lock.name):
            held.transaction, held.told = transaction, False
            held.name, held.line = lock.shown, line_of(step)
            return


def _is_long(step: HistoryStep) -> bool:
    """Say whether a statement takes the longer, the more rows there are that were there before."""
    tree = step.tree
    if step.kind in _CHANGES_ROWS:
        return _is_old(step, tree.relation.schemaname, tree.relation.relname)
    if step.kind == "insert_stmt":
        return bool(tree.select_stmt.select_stmt.from_clause)
    if step.kind == "index_stmt":
        return not tree.concurrent and _is_old(step, tree.relation.schemaname, tree.relation.relname)
    return step.kind == "refresh_mat_view_stmt"


def _is_old(step: HistoryStep, schema: str, name: str) -> bool:
    relation = step.schema.relation(schema, name)
    return in_use(step, schema, name) and not (
        relation is not None and step.new_in_transaction(relation.made)
    )


RULE = Rule(
    name="access-exclusive-held",
    group="locks",
    level=Level.WARNING,
    summary="Rows are changed, or an index is built, in a transaction that holds an ACCESS EXCLUSIVE lock.",
    why=(
        "A lock is kept until the transaction ends, not until its statement does. The ALTER TABLE took a millisecond; "
        "the UPDATE behind it takes minutes, and so long nobody can even read the table. The Supabase CLI runs a "
        "whole file in one transaction."
    ),
    remedy="COMMIT before the long statement, or put it into a migration of its own.",
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
    kinds=LOCKING | _CHANGES_ROWS | {"insert_stmt"},
    statement=_check,
    known_as=("eugene: E4",),
)
