"""EXECUTE on future functions of a schema is revoked from PUBLIC, which has no effect."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import kind_group, object_kind
from schema_dsl.analysis.trees import role_name
from schema_dsl.lint.history.default_privileges import read_schema_names
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    action, schemas = step.tree.action, read_schema_names(step.tree)
    if action.is_grant or not schemas or kind_group(object_kind(action.objtype)) != "routine":
        return
    if "public" in {role_name(grantee) for grantee in action.grantees} and not _was_granted(step, schemas):
        yield (
            f"PUBLIC still gets EXECUTE on new functions of {', '.join(schemas)}: this REVOKE does not change "
            "the global default privileges"
        )


def _was_granted(step: HistoryStep, schemas: list[str]) -> bool:
    """Return whether default privileges of one of these schemas grant EXECUTE to PUBLIC."""
    granted = step.schema.default_privileges.granted
    return any("public" in granted.get(("routine", schema), ()) for schema in schemas)


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Default privileges of a schema only add to the global default privileges, which grant EXECUTE on new "
        "functions to PUBLIC. Only ALTER DEFAULT PRIVILEGES without IN SCHEMA can revoke this privilege."
    ),
    remedy="Omit IN SCHEMA: ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC.",
    bad="ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;",
    good="""
        ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM anon, authenticated;
    """,
    kinds=frozenset({"alter_default_privileges_stmt"}),
    statement=_check,
)
