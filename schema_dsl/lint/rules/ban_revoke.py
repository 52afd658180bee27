"""A privilege or membership is revoked."""

from __future__ import annotations

from schema_dsl.analysis.trees import role_name
from schema_dsl.lint.facts.file_names import is_rollback_file
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    tree = step.tree
    roles = map(role_name, tree.grantee_roles if step.kind == "grant_role_stmt" else tree.grantees)
    if not tree.is_grant and not is_rollback_file(step):
        yield f"statements of {', '.join(roles)} that need this privilege fail after the REVOKE"


RULE = Rule(
    group="data",
    level=Level.INFO,
    why="Statements that need the privilege then fail with permission denied, which may be intended.",
    remedy="Before the REVOKE, check which clients use the privilege.",
    bad=(
        "REVOKE SELECT ON public.notes FROM authenticated;",
        "REVOKE reporting FROM analyst;",
    ),
    good="GRANT SELECT ON public.notes TO service_role;",
    kinds=frozenset({"grant_stmt", "grant_role_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-revoke",),
)
