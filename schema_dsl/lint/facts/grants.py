"""Who was granted what, and by which statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.history.trees import enumeration, names, role_name
from schema_dsl.lint.rule import FinalState, Hit, LocatedHit


def held_on(relation: HistoryRelation, role: str) -> set[str]:
    """Give what a role is known to have on a table, or on some of its columns."""
    some = relation.column_grants.get(role)
    held = relation.grants.get(role, set())
    return held | {privilege for _, privilege in some} if some else held


def granted(
    relation: HistoryRelation, roles: Iterable[str], privileges: Iterable[str]
) -> dict[str, set[str]]:
    """Give what of these privileges some of these roles are known to have on a table, if any."""
    if "grants" in relation.doubts:
        return {}
    wanted = set(privileges)
    found = {role: held_on(relation, role) & wanted for role in roles}
    return {role: held for role, held in found.items() if held}


def grants(final_state: FinalState) -> Iterator[HistoryStep]:
    """Yield the statements that grant something on tables."""
    for steps in final_state.steps.values():
        for step in steps:
            given = step.kind == "grant_stmt" and step.tree.is_grant
            if given and enumeration("ObjectType")[step.tree.objtype] == "OBJECT_TABLE":
                yield step


def named(final_state: FinalState, step: HistoryStep) -> Iterator[HistoryRelation]:
    """Yield the tables that a GRANT is about, so far as they are known."""
    if enumeration("GrantTargetType")[step.tree.targtype] == "ACL_TARGET_ALL_IN_SCHEMA":
        inside = names(step.tree.objects)
        yield from (each for each in final_state.schema.relations.values() if each.schema in inside)
        return
    for node in step.tree.objects:
        found = final_state.schema.relation(node.range_var.schemaname, node.range_var.relname)
        if found is not None:
            yield found


def grantees(step: HistoryStep) -> list[str]:
    """Give the roles that a GRANT is to."""
    return [role_name(each) for each in step.tree.grantees]


def privileges(step: HistoryStep) -> set[str]:
    """Give the privileges that a GRANT gives on whole tables; "all" for all of them."""
    found = [each.access_priv for each in step.tree.privileges]
    return {each.priv_name for each in found if not each.cols} if found else {"all"}


def granting(final_state: FinalState, relation: HistoryRelation, roles: Iterable[str]) -> HistoryStep | None:
    """Find the last statement that granted something on a table to one of these roles."""
    wanted = set(roles)
    last = None
    for step in grants(final_state):
        if wanted & set(grantees(step)) and any(each is relation for each in named(final_state, step)):
            last = step
    return last


def told(step: HistoryStep, message: str) -> LocatedHit:
    """Report a statement by its first line."""
    place = head(step.statement)
    return LocatedHit(step, Hit(place.start, message, place.length))


def listed(words: Iterable[str]) -> str:
    """Write names for people: a, b and c."""
    found = sorted(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
