"""The rule of row level security policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.plan.definition_queries import build_policy_query
from schema_dsl.plan.names import (
    format_target_on_relation,
    parenthesize,
    quote_relation,
    quote_roles,
)
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal

RANK = 60
# The abbreviations in pg_policy.polcmd.
_COMMANDS = {"all": "*", "select": "r", "insert": "a", "update": "w", "delete": "d"}


def _values(wanted: Object) -> dict[str, Any]:
    identity, policy = wanted
    return {
        "name": identifier(identity.name),
        "name_literal": literal(identity.name),
        "relation": quote_relation(identity),
        "regclass": literal(str(quote_relation(identity))),
        "restrictive": not policy.permissive,
        "command": Sql(policy.command.upper()),
        "to": quote_roles(policy.to),
        "using": None if policy.using is None else parenthesize(policy.using),
        "check": None if policy.check is None else parenthesize(policy.check),
    }


def _hazard(relation: tuple[str, str], effect: str) -> Hazard:
    return Hazard(relation, "AccessExclusiveLock", effect)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for wanted in objects:
        hazards = () if creation.new else (_hazard(creation.relation, "brief"),)
        yield Step(wanted[0], "policy/create", _values(wanted), RANK, hazards)


def _replace(wanted: Object, _: Any) -> Iterable[Step]:
    identity = wanted[0]
    hazard = _hazard(identity.relation, "brief")
    values = {**_values(wanted), "alterable": _build_alterable_conditions(wanted[1])}
    yield Step(identity, "policy/replace", values, RANK, (hazard,))


def _build_alterable_conditions(policy: Any) -> list[Sql]:
    """Build the conditions on a row of pg_policy under which ALTER POLICY can change it to this policy."""
    conditions = [f"polcmd = {literal(_COMMANDS[policy.command])}"]
    conditions.append("polpermissive" if policy.permissive else "NOT polpermissive")
    # ALTER POLICY can set USING and WITH CHECK but cannot remove them.
    if policy.using is None:
        conditions.append("polqual IS NULL")
    if policy.check is None:
        conditions.append("polwithcheck IS NULL")
    return list(map(Sql, conditions))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    hazard = _hazard(
        identity.relation,
        "rows that a permissive policy allowed become inaccessible; rows that a restrictive policy denied may"
        " become accessible",
    )
    values = {"name": identifier(identity.name), "relation": quote_relation(identity)}
    yield Step(identity, "policy/drop", values, RANK, (hazard,))


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    identity, policy = wanted
    # ALTER POLICY can set USING and WITH CHECK but cannot remove them.
    if (policy.using is None) > (before.using is None) or (policy.check is None) > (before.check is None):
        yield from _replace(wanted, before)
        return
    hazard = _hazard(identity.relation, "brief")
    yield Step(identity, "policy/alter", _values(wanted), RANK, (hazard,))


RULE = KindRule(
    kind="policy",
    rank=RANK,
    create=_create,
    drop=_drop,
    replace=_replace,
    references=lambda identity, policy, state: state.resolve(identity, policy.using, policy.check),
    definition_query=build_policy_query,
    comment_target=lambda identity: format_target_on_relation("POLICY", identity),
    expressions=("using", "check"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "command": Replace(),
        "permissive": Replace(),
        "to": Alter(_alter),
        "using": Alter(_alter),
        "check": Alter(_alter),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
