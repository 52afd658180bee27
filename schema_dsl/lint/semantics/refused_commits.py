"""COMMIT and ROLLBACK in procedures that may not end transactions."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.errors import SemanticError
from schema_dsl.lint.history.schema import Routine

_RULE = "function-definition"


def find_refused_commits(routine: Routine) -> Iterator[SemanticError]:
    """Yield an error for each COMMIT or ROLLBACK in a procedure with SET or SECURITY DEFINER."""
    if routine.signature.kind != "p" or routine.body is None:
        return
    clause = "SET" if routine.settings else "SECURITY DEFINER" if routine.security_definer else ""
    for node in routine.body.code.nodes if clause else ():
        if node.keyword in {"commit", "rollback"}:
            message = f"{node.keyword.upper()} in a procedure with {clause}: invalid transaction termination"
            remedy = f"Leave out {clause}, and qualify the names in the body."
            yield SemanticError(_RULE, message, remedy, -2 - node.start)
