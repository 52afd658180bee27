"""Default privileges grant future tables to anon, authenticated or PUBLIC."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.trees import role_name
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.policies import CLIENT_ROLES
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    action = step.tree.action
    roles = [role for role in map(role_name, action.grantees) if role in CLIENT_ROLES]
    if action.is_grant and roles and object_kind(action.objtype) == "table":
        yield (
            f"every table created after this statement is open to {format_list(roles)} "
            "until row level security is enabled on the table"
        )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Row level security is disabled on a new table. Default privileges expose the table to these roles between "
        "CREATE TABLE and ENABLE ROW LEVEL SECURITY, and permanently if the migration omits the second statement."
    ),
    remedy="Grant the required privileges on each table, after its policies are created.",
    bad="ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon, authenticated;",
    good="ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon, authenticated;",
    kinds=frozenset({"alter_default_privileges_stmt"}),
    statement=_check,
)
