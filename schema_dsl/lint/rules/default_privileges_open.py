"""Tables that are open from the moment they are made."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.grants import listed
from schema_dsl.lint.facts.policies import CLIENTS
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, role_name
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    action = step.tree.action
    roles = [each for each in map(role_name, action.grantees) if each in CLIENTS]
    if action.is_grant and roles and enumeration("ObjectType")[action.objtype] == "OBJECT_TABLE":
        place = head(step.statement)
        yield Hit(
            place.start,
            f"every table made from here on is open to {listed(roles)}, until row level security is enabled on it",
            place.length,
        )


RULE = Rule(
    name="default-privileges-open",
    group="rls",
    level=Level.WARNING,
    summary="Default privileges give future tables to anon, authenticated or PUBLIC.",
    why=(
        "A table has row level security off when it is made. Between CREATE TABLE and ENABLE ROW LEVEL SECURITY, and "
        "for good where that is forgotten, default privileges show it to everybody."
    ),
    remedy="Grant on each table what is needed, once its policies are there.",
    bad=("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon, authenticated;",),
    good=("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon, authenticated;",),
    kinds=frozenset({"alter_default_privileges_stmt"}),
    statement=_check,
)
