"""Distinguish statements that are one transaction for other sessions from those that commit inside."""

from __future__ import annotations

import re
from typing import Final

from schema_dsl.parsing import Statement

# EXECUTE of PL/pgSQL cannot commit, even if it calls a procedure.
_WORDS: Final = re.compile(r"\b(?:commit|rollback|call|concurrently|vacuum|cluster|reindex)\b", re.IGNORECASE)
# Their text may contain the words, for instance as the text of a comment.
_SINGLE: Final = frozenset(
    {"comment_stmt", "grant_stmt", "create_policy_stmt", "alter_policy_stmt", "variable_set_stmt"}
)


def may_commit(statement: Statement) -> bool:
    """Return whether a statement may commit inside, so that other sessions can see a part of its effects."""
    return statement.kind not in _SINGLE and _WORDS.search(statement.text) is not None
