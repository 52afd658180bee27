"""CREATE on a schema is granted to anon, authenticated or PUBLIC, directly or by GRANT ALL."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.trees import names
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.grants import build_statement_hit, format_list, list_grantees, list_privileges
from schema_dsl.lint.facts.policies import CLIENT_ROLES
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    granted: dict[tuple[str, str], HistoryStep] = {}
    for step in final_state.find_steps("grant_stmt"):
        tree = step.tree
        if object_kind(tree.objtype) != "schema" or list_privileges(step).isdisjoint({"all", "create"}):
            continue
        keys = [
            (name, role) for name in names(tree.objects) for role in CLIENT_ROLES & set(list_grantees(step))
        ]
        for key in keys:
            if tree.is_grant:
                granted[key] = step
            else:
                granted.pop(key, None)
    for step in dict.fromkeys(granted.values()):
        kept = [key for key, last in granted.items() if last is step]
        roles, schemas = ({key[at] for key in kept} for at in (1, 0))
        noun = "schema" if len(schemas) == 1 else "schemas"
        yield build_statement_hit(
            step, f"{format_list(roles)} may create tables and functions in {noun} {format_list(schemas)}"
        )


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "A function or operator in a schema of the search path can take the place of another one that a query names, "
        "and then runs with the privileges of the user who runs the query. Postgres 15 revoked CREATE on schema public "
        "from PUBLIC for this reason. The API offers no CREATE, but a direct database connection does."
    ),
    remedy="GRANT USAGE ON SCHEMA only, and REVOKE CREATE.",
    bad=(
        "GRANT CREATE ON SCHEMA public TO authenticated;",
        "GRANT ALL ON SCHEMA public TO anon, authenticated, service_role;",
    ),
    good=f"GRANT USAGE ON SCHEMA public TO anon, authenticated;\n{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    final_state=_check,
)
