"""Check that nothing depends on a role to drop: Postgres refuses DROP ROLE for an owner, a grantee or a policy."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.effects import effects
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

_SHOWN = 3


def check_drop_role(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that no object belongs to a role to drop, and that no privilege and no policy names it."""
    del tree
    if step.guard is not Guard.NONE or step.kind != "drop_role_stmt":
        return
    for effect in effects(step.statement):
        name = effect.identity.name
        uses = list(_find_other_grants(analyzer.history, name))
        # Most roles that a history drops have no privileges any more.
        uses += _find_uses(analyzer.history, name) if name in analyzer.history.mentions else ()
        if uses:
            more = f" and {len(uses) - _SHOWN} more" if len(uses) > _SHOWN else ""
            analyzer.report(
                "dependent-objects",
                f'role "{name}" cannot be dropped because other objects depend on it: '
                f"{', '.join(uses[:_SHOWN])}{more}",
                f"Run REASSIGN OWNED BY {name} TO ... and DROP OWNED BY {name} first.",
                -1,
                name,
            )


def _find_other_grants(schema: HistorySchema, role: str) -> Iterator[str]:
    """Yield the schemas, types and sequences on which a role has privileges."""
    known = schema.roles.get(role)
    for (kind, home, name), privileges in known.grants.items() if known is not None else ():
        user_type, sequence = schema.types.get((home, name)), schema.relations.get((home, name))
        exists = {
            "schema": name in schema.schemas,
            "type": user_type is not None and user_type.is_certain,
            "sequence": sequence is not None and sequence.certainly_exists,
        }
        if privileges and exists[kind]:
            yield f"privileges for {kind} {name}"
    for each in schema.types.values():
        if each.owner == role and each.is_certain:
            yield f"owner of type {each.name}"


def _find_uses(schema: HistorySchema, role: str) -> Iterator[str]:
    for relation in schema.relations.values():
        if relation.certainly_exists and "owner" not in relation.unknown_kinds:
            yield from _find_uses_in_relation(relation, role)
    for overloads in schema.routines.values():
        for routine in overloads:
            if not routine.is_certain:
                continue
            if routine.owner == role:
                yield f"owner of function {routine.name}"
            elif routine.grants.get(role):
                yield f"privileges for function {routine.name}"


def _find_uses_in_relation(relation: HistoryRelation, role: str) -> Iterator[str]:
    unknown = relation.unknown_kinds
    if relation.owner == role:
        yield f"owner of {relation}"
    elif (relation.grants.get(role) or relation.column_grants.get(role)) and "grants" not in unknown:
        yield f"privileges for {relation}"
    for policy in relation.policies.values() if "policies" not in unknown else ():
        if role in policy.roles:
            yield f"policy {policy.name} on {relation}"
