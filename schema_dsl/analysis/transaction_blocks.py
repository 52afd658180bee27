"""Statements that Postgres refuses inside a transaction block, because they commit inside or cannot be rolled back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import find_body
from schema_dsl.sql import literal

_ENDS: Final = frozenset({"commit", "rollback"})
_PREPARED: Final = frozenset({"TRANS_STMT_COMMIT_PREPARED", "TRANS_STMT_ROLLBACK_PREPARED"})
# The lock of CONCURRENTLY.
_WEAK: Final = LockMode.SHARE_UPDATE_EXCLUSIVE
_CONCURRENTLY: Final = re.compile(r"\bconcurrently\b", re.IGNORECASE)


def find_refused_command(statement: Statement) -> str | None:
    """Return the command of a statement that Postgres refuses in a transaction block; None if there is none.

    A REINDEX or CLUSTER of a partitioned table is not recognized, because its text does not name the kind.
    """
    if statement.kind not in REFUSED_COMMANDS:
        return None
    command, is_refused = REFUSED_COMMANDS[statement.kind]
    return command if is_refused(statement) else None


def split_into_transactions(statements: Iterable[Statement]) -> list[tuple[bool, list[Statement]]]:
    """Split statements into as few transactions as possible.

    A transaction ends around a statement that Postgres refuses in a transaction block, and after ALTER TYPE ADD VALUE
    where a later statement uses the new label.

    Returns:
        For each group of neighbours, whether Postgres refuses them in a transaction block, and the statements.
    """
    remaining = list(statements)
    groups: list[tuple[bool, list[Statement]]] = []
    labels: set[str] = set()
    for place, statement in enumerate(remaining):
        is_alone = find_refused_command(statement) is not None
        added = _read_new_label(statement)
        is_used = any(label in statement.text for label in labels)
        if not groups or groups[-1][0] is not is_alone or (is_used and added is None):
            groups.append((is_alone, []))
            labels = set()
        groups[-1][1].append(statement)
        if added is not None and any(added in later.text for later in remaining[place + 1 :]):
            labels.add(added)
    return groups


def _read_new_label(statement: Statement) -> str | None:
    """Return the label that ALTER TYPE ADD VALUE adds, as a literal."""
    if statement.kind != "alter_enum_stmt" or statement.tree.old_val:
        return None
    return str(literal(statement.tree.new_val))


def needs_several_transactions(statements: Sequence[Statement]) -> bool:
    """Return whether Postgres refuses to run the statements in one transaction block."""
    groups = split_into_transactions(statements)
    return len(groups) > 1 or any(is_alone for is_alone, _ in groups)


def write_for_transaction(statement: Statement) -> str | None:
    """Return the SQL with the same effect that can run inside a transaction block; None if there is none.

    CREATE and DROP INDEX CONCURRENTLY lead to the same catalog without CONCURRENTLY, and a DO block without COMMIT.
    """
    if find_refused_command(statement) is None:
        return statement.text
    if statement.kind in {"index_stmt", "drop_stmt"}:
        return _CONCURRENTLY.sub(lambda match: " " * len(match[0]), statement.text, count=1)
    body = find_body(statement)
    if statement.kind != "do_stmt" or body is None:
        return None
    text = statement.text
    for node in body.code.nodes:
        if node.keyword in _ENDS:
            start = node.start - statement.start
            # A loop or a branch needs a statement.
            text = f"{text[:start]}NULL{' ' * (len(node.keyword) - 4)}{text[start + len(node.keyword) :]}"
    return text


def _commits(statement: Statement) -> bool:
    body = find_body(statement)
    return (
        body is not None
        and body.language == "plpgsql"
        and any(node.keyword in _ENDS for node in body.code.nodes)
    )


def _detaches_concurrently(statement: Statement) -> bool:
    return any(effect.verb == "detach" and effect.lock is _WEAK for effect in effects(statement))


def _is_reindex_alone(statement: Statement) -> bool:
    rebuilt = effects(statement)[0]
    return rebuilt.relation is None or rebuilt.lock is _WEAK


# By statement kind: the name of the refused command, and whether a statement is that command.
REFUSED_COMMANDS: Final[dict[str, tuple[str, Callable[[Statement], bool]]]] = {
    "index_stmt": ("CREATE INDEX CONCURRENTLY", lambda statement: statement.tree.concurrent),
    "drop_stmt": ("DROP INDEX CONCURRENTLY", lambda statement: statement.tree.concurrent),
    "alter_table_stmt": ("ALTER TABLE ... DETACH CONCURRENTLY", _detaches_concurrently),
    "do_stmt": ("a DO block with COMMIT", _commits),
    "reindex_stmt": ("this REINDEX", _is_reindex_alone),
    "cluster_stmt": ("this CLUSTER", lambda statement: not statement.tree.relation.relname),
    "discard_stmt": (
        "DISCARD ALL",
        lambda statement: enumeration("DiscardMode")[statement.tree.target] == "DISCARD_ALL",
    ),
    "vacuum_stmt": ("VACUUM", lambda statement: statement.tree.is_vacuumcmd),
    "createdb_stmt": ("CREATE DATABASE", lambda _: True),
    "dropdb_stmt": ("DROP DATABASE", lambda _: True),
    "create_table_space_stmt": ("CREATE TABLESPACE", lambda _: True),
    "drop_table_space_stmt": ("DROP TABLESPACE", lambda _: True),
    "alter_system_stmt": ("ALTER SYSTEM", lambda _: True),
    "transaction_stmt": (
        "COMMIT PREPARED or ROLLBACK PREPARED",
        lambda statement: enumeration("TransactionStmtKind")[statement.tree.kind] in _PREPARED,
    ),
}
