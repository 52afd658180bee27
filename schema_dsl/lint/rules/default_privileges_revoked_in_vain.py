"""A default that is taken away where it was never given."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.default_privileges import FUNCTIONS, named_schemas
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, role_name
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    action, schemas = step.tree.action, named_schemas(step.tree)
    if action.is_grant or not schemas or enumeration("ObjectType")[action.objtype] not in FUNCTIONS:
        return
    if "public" in {role_name(each) for each in action.grantees} and not _given(step, schemas):
        place = head(step.statement)
        yield Hit(
            place.start,
            f"PUBLIC goes on to have EXECUTE on new functions of {', '.join(schemas)}: it has that from Postgres, "
            "in every schema",
            place.length,
        )


def _given(step: HistoryStep, schemas: list[str]) -> bool:
    """Whether it was given to PUBLIC for one of these schemas before."""
    held = step.schema.default_privileges.held
    return any("public" in held.get(("OBJECT_FUNCTION", each), ()) for each in schemas)


RULE = Rule(
    name="default-privileges-revoked-in-vain",
    group="rls",
    level=Level.WARNING,
    summary="EXECUTE on future functions of one schema is revoked from PUBLIC, which changes nothing.",
    why=(
        "Default privileges of a schema only add to those that hold everywhere, and that PUBLIC may execute new "
        "functions holds everywhere. Only without IN SCHEMA can it be taken away."
    ),
    remedy="Leave IN SCHEMA out: ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC.",
    bad=("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;",),
    good=(
        (
            "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;\n"
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM anon, authenticated;"
        ),
    ),
    kinds=frozenset({"alter_default_privileges_stmt"}),
    statement=_check,
)
