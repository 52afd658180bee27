"""REVOKE of a privilege or a role membership."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import role_name
from schema_dsl.lint.facts.file_names import is_rollback_file
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    roles = map(role_name, tree.grantee_roles if step.kind == "grant_role_stmt" else tree.grantees)
    if not tree.is_grant and not is_rollback_file(step):
        yield find_first_line(step.statement).hit(
            f"statements of {', '.join(roles)} that need this privilege fail after the REVOKE"
        )


RULE = Rule(
    name="ban-revoke",
    group="data",
    level=Level.INFO,
    summary="A privilege or membership is revoked.",
    why="Statements that need the privilege then fail with permission denied, which may be intended.",
    remedy="Before the REVOKE, check which clients use the privilege.",
    bad=(
        "REVOKE SELECT ON public.notes FROM authenticated;",
        "REVOKE reporting FROM analyst;",
    ),
    good=("GRANT SELECT ON public.notes TO service_role;",),
    kinds=frozenset({"grant_stmt", "grant_role_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-revoke",),
)
