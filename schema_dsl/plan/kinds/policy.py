"""The rule of row level security policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.conditions import is_narrowed
from schema_dsl.plan.definition_queries import build_policy_query
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.names import format_target_on_relation, quote_relation, quote_roles
from schema_dsl.plan.rename_statements import rename_part
from schema_dsl.plan.rule import (
    Alter,
    Commented,
    Creation,
    Ignored,
    KindRule,
    Object,
    Replace,
    WeakeningRule,
)
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.plan.weakening import AccessBefore
from schema_dsl.sql import Sql, identifier, parenthesize


def _list_clauses(policy: Any, start: str = "") -> list[Sql]:
    """List the clauses of CREATE POLICY and ALTER POLICY; `start` comes before the roles."""
    clauses = [Sql(f"{start}TO {quote_roles(policy.to)}")]
    if policy.using is not None:
        clauses.append(Sql(f"USING {parenthesize(policy.using)}"))
    if policy.check is not None:
        clauses.append(Sql(f"WITH CHECK {parenthesize(policy.check)}"))
    return clauses


def _build_creation(wanted: Object, *hazards: Hazard, replaces: bool = False) -> Step:
    identity, policy = wanted
    kind = "" if policy.permissive else "AS RESTRICTIVE "
    values = {
        "name": identifier(identity.name),
        "relation": quote_relation(identity),
        "clauses": _list_clauses(policy, f"{kind}FOR {policy.command.upper()} "),
        # In a set of replaced objects, another statement has dropped the policy.
        "replaces": replaces,
    }
    return Step(identity, "policy/create", values, hazards)


def _hazard(relation: tuple[str, str], effect: str) -> Hazard:
    return Hazard(relation, "AccessExclusiveLock", effect)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for wanted in objects:
        hazards = () if creation.new else (_hazard(creation.relation, "brief"),)
        yield _build_creation(wanted, *hazards)


def _replace(wanted: Object, _: Any) -> Iterable[Step]:
    yield _build_creation(wanted, _hazard(wanted[0].relation, "brief"), replaces=True)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    hazard = _hazard(
        identity.relation,
        "rows that a permissive policy allowed become inaccessible; rows that a restrictive policy denied may"
        " become accessible",
    )
    values = {"name": identifier(identity.name), "relation": quote_relation(identity)}
    yield Step(identity, "policy/drop", values, (hazard,))


def _is_alterable(before: Any, policy: Any) -> bool:
    # ALTER POLICY can set USING and WITH CHECK but cannot remove them.
    return (policy.using is None) <= (before.using is None) and (policy.check is None) <= (
        before.check is None
    )


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    identity, policy = wanted
    values = {
        "name": identifier(identity.name),
        "relation": quote_relation(identity),
        "clauses": _list_clauses(policy),
    }
    yield Step(identity, "policy/alter", values, (_hazard(identity.relation, "brief"),))


_ALTERED = Alter(_alter, possible=_is_alterable)


def _find_weakening(change: Difference, access: AccessBefore) -> Iterable[str]:
    """Yield a sentence for each way in which a change of a policy can make rows accessible.

    Without row level security, policies decide nothing. Of an existing table it may be unknown whether it is enabled.
    """
    before, after = change.before, change.after
    if not _is_enforced(change.identity, access):
        return
    if before is None or after is None or before.permissive is not after.permissive:
        if before is not None and not before.permissive:
            what = "is dropped" if after is None else "becomes permissive"
            yield f"rows that the restrictive policy denies may become accessible, because it {what}"
        elif after is not None and after.permissive:
            yield "rows may become accessible, because the permissive policy is new"
        return
    if before.command != after.command:
        yield f"the policy is for {after.command.upper()} instead of {before.command.upper()}"
    # A permissive policy gives access to its roles, and a restrictive one takes it from them.
    fewer, more = (after, before) if after.permissive else (before, after)
    if not (set(fewer.to) <= set(more.to) or "public" in more.to):
        yield f"the policy is for {quote_roles(after.to)} instead of {quote_roles(before.to)}"
    retyped = access.list_changed(change.identity.root, "type")
    conditions = [("USING", before.using, after.using)]
    if before.check is not None or after.check is not None:
        conditions.append(("WITH CHECK", _find_check(before), _find_check(after)))
    for name, old, new in conditions:
        if not is_narrowed(old, new, absent=not after.permissive, retyped=retyped):
            yield f"its {name} condition is not the old one with a further AND"


def _is_enforced(identity: Identity, access: AccessBefore) -> bool:
    """Return whether row level security may be on for the table of a policy."""
    table = access.objects.get(identity.root)
    return table is None or table.row_security is not False


def _find_check(policy: Any) -> Any:
    """Return the condition on new rows: WITH CHECK, or else USING. SELECT and DELETE have no new rows."""
    if policy.check is not None or policy.command in {"select", "delete"}:
        return policy.check
    return policy.using


RULE = KindRule(
    kind="policy",
    rank=60,
    create=_create,
    drop=_drop,
    replace=_replace,
    weakening=WeakeningRule("wider-policy", _find_weakening, _is_enforced, "condition"),
    references=lambda identity, policy, state: state.resolve(identity, policy.using, policy.check),
    definition_query=build_policy_query,
    rename=rename_part(
        lambda relation, old, new: f"ALTER POLICY {old} ON {relation} RENAME TO {new}",
        "pg_policy polrelid polname",
        similar=("command", "using", "check"),
    ),
    comment_target=lambda identity: format_target_on_relation("POLICY", identity),
    expressions=("using", "check"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "renamed_from": Ignored("it names the former name, and is not stored"),
        "command": Replace(),
        "permissive": Replace(),
        "to": _ALTERED,
        "using": _ALTERED,
        "check": _ALTERED,
        "conditional": Ignored("it follows from the conditions"),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
