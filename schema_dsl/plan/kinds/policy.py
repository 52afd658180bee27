"""Row level security policies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.parsing import relations_of
from schema_dsl.plan.definition_queries import of_policy
from schema_dsl.plan.names import columns_among, on_relation, parenthesised, relation_of, roles
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal

RANK = 60
# As pg_policy abbreviates them.
_COMMANDS = {"all": "*", "select": "r", "insert": "a", "update": "w", "delete": "d"}
_SUB_SELECT = re.compile(r"\b(?:from|table)\b", re.IGNORECASE)


def _values(wanted: Object) -> dict[str, Any]:
    identity, policy = wanted
    return {
        "name": identifier(identity.name),
        "name_literal": literal(identity.name),
        "relation": relation_of(identity),
        "regclass": literal(str(relation_of(identity))),
        "restrictive": not policy.permissive,
        "command": Sql(policy.command.upper()),
        "to": roles(policy.to),
        "using": None if policy.using is None else parenthesised(policy.using),
        "check": None if policy.check is None else parenthesised(policy.check),
    }


def _hazard(relation: tuple[str, str], effect: str) -> Hazard:
    return Hazard(relation, "AccessExclusiveLock", effect)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for wanted in objects:
        hazards = () if creation.new else (_hazard(creation.relation, "a moment"),)
        yield Step(wanted[0], "policy/create", _values(wanted), RANK, hazards)


def _replace(wanted: Object, _: Any) -> Iterable[Step]:
    identity = wanted[0]
    hazard = _hazard((identity.schema, identity.parent), "a moment")
    values = {**_values(wanted), "alterable": _alterable(wanted[1])}
    yield Step(identity, "policy/replace", values, RANK, (hazard,))


def _alterable(policy: Any) -> list[Sql]:
    """Write under which conditions ALTER POLICY can make a policy this one."""
    conditions = [f"polcmd = {literal(_COMMANDS[policy.command])}"]
    conditions.append("polpermissive" if policy.permissive else "NOT polpermissive")
    # It can set a condition but not take it away.
    if policy.using is None:
        conditions.append("polqual IS NULL")
    if policy.check is None:
        conditions.append("polwithcheck IS NULL")
    return list(map(Sql, conditions))


def _drop(gone: Object) -> Iterable[Step]:
    identity, _ = gone
    hazard = _hazard(
        (identity.schema, identity.parent), "what it let in is kept out, what it kept out may be let in"
    )
    values = {"name": identifier(identity.name), "relation": relation_of(identity)}
    yield Step(identity, "policy/drop", values, RANK, (hazard,))


def _reads(identity: Identity, policy: Any) -> Iterable[tuple[str, str]]:
    for condition in (policy.using, policy.check):
        # Only a sub-select reads another table, and parsing costs more than all the rest of planning.
        if condition is not None and _SUB_SELECT.search(condition):
            for schema, table in relations_of(condition):
                yield schema or identity.schema, table


def _stands_on(identity: Identity, policy: Any) -> Iterable[Identity]:
    yield from columns_among(identity, policy.using, policy.check)
    for schema, table in _reads(identity, policy):
        # Whose a column is in a sub-select only Postgres knows: any table's that is read.
        yield Identity("table", schema, "", table)
        yield from columns_among(Identity("table", schema, table, ""), policy.using, policy.check)


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    identity, policy = wanted
    # ALTER POLICY can set a condition but not take it away.
    if (policy.using is None) > (before.using is None) or (policy.check is None) > (before.check is None):
        yield from _replace(wanted, before)
        return
    hazard = _hazard((identity.schema, identity.parent), "a moment")
    yield Step(identity, "policy/alter", _values(wanted), RANK, (hazard,))


RULE = KindRule(
    kind="policy",
    rank=RANK,
    create=_create,
    drop=_drop,
    replace=_replace,
    reads=_reads,
    stands_on=_stands_on,
    facts=of_policy,
    comment_target=lambda identity: on_relation("POLICY", identity),
    expressions=("using", "check"),
    attributes={
        "name": Ignored("it is the identity"),
        "command": Replace(),
        "permissive": Replace(),
        "to": Alter(_alter),
        "using": Alter(_alter),
        "check": Alter(_alter),
        "comment": Commented(),
        "origin": Ignored("it is a line of Python"),
    },
)
