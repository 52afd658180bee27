"""Privileges on tables, and the GRANT statements that granted them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.trees import enumeration, names, role_name
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit
from schema_dsl.parsing import Statement
from schema_dsl.parsing.statements import remember


def find_privileges(relation: HistoryRelation, role: str) -> set[str]:
    """Return the known privileges of a role on a table or on some of its columns."""
    column_grants = relation.column_grants.get(role)
    privileges = relation.grants.get(role, set())
    return privileges | {privilege for _, privilege in column_grants} if column_grants else privileges


def find_granted_privileges(
    relation: HistoryRelation, roles: Iterable[str], privileges: Iterable[str]
) -> dict[str, set[str]]:
    """Return the roles that are known to hold some of these privileges on a table, with those privileges."""
    if "grants" in relation.changed_kinds:
        return {}
    wanted = set(privileges)
    held = {role: find_privileges(relation, role) & wanted for role in roles}
    return {role: privileges_held for role, privileges_held in held.items() if privileges_held}


@cached
def find_grants(final_state: FinalState) -> tuple[HistoryStep, ...]:
    """Return the GRANT statements on tables."""
    return tuple(
        step
        for step in final_state.find_steps("grant_stmt")
        if step.tree.is_grant and object_kind(step.tree.objtype) == "table"
    )


def find_granted_tables(final_state: FinalState, step: HistoryStep) -> Iterator[HistoryRelation]:
    """Yield the known tables in a GRANT."""
    if enumeration("GrantTargetType")[step.tree.targtype] == "ACL_TARGET_ALL_IN_SCHEMA":
        schemas = names(step.tree.objects)
        yield from (
            relation for relation in final_state.schema.relations.values() if relation.schema in schemas
        )
        return
    for node in step.tree.objects[:]:
        relation = final_state.schema.find_relation(node.range_var.schemaname, node.range_var.relname)
        if relation is not None:
            yield relation


def list_grantees(step: HistoryStep) -> list[str]:
    """Return the grantees of a GRANT."""
    return _list_grantees(step.statement)


@remember
def _list_grantees(statement: Statement) -> list[str]:
    return [role_name(grantee) for grantee in statement.tree.grantees[:]]


def list_privileges(step: HistoryStep) -> set[str]:
    """Return the privileges that a GRANT grants on whole tables; "all" for ALL PRIVILEGES."""
    return _list_privileges(step.statement)


@remember
def _list_privileges(statement: Statement) -> set[str]:
    access_privileges = [node.access_priv for node in statement.tree.privileges[:]]
    return (
        {privilege.priv_name for privilege in access_privileges if not privilege.cols}
        if access_privileges
        else {"all"}
    )


def find_grants_to(
    final_state: FinalState, roles: Collection[str], privileges: Collection[str], kinds: Collection[str] = ()
) -> Iterator[tuple[HistoryStep, set[str], list[HistoryRelation]]]:
    """Yield the GRANT statements that gave some of these roles one of these privileges, which they still have.

    Args:
        final_state: The history.
        roles: The roles.
        privileges: The privileges; "all" stands for ALL PRIVILEGES.
        kinds: The kinds of relations; all kinds if there are none.

    Yields:
        The statement, the roles among its grantees, and the relations on which they still have a privilege.
    """
    for step in find_grants(final_state):
        grantees = set(roles) & set(list_grantees(step))
        if grantees and not list_privileges(step).isdisjoint(privileges):
            tables = [
                relation
                for relation in find_granted_tables(final_state, step)
                if (not kinds or relation.kind in kinds)
                and find_granted_privileges(relation, grantees, privileges)
            ]
            if tables:
                yield step, grantees, tables


def build_grant_hit(step: HistoryStep, message: str, tables: Sequence[HistoryRelation]) -> LocatedHit:
    """Return a hit for a GRANT; {} in the message stands for the tables."""
    first, count = str(tables[0]), len(tables)
    listed = first if count == 1 else f"{first} and {count - 1} more"
    return build_statement_hit(step, message.format(listed), topic=first if count == 1 else "")


def find_last_grant(
    final_state: FinalState, relation: HistoryRelation, roles: Iterable[str]
) -> HistoryStep | None:
    """Return the last GRANT on a table to one of these roles."""
    wanted = set(roles)
    last = None
    for step in find_grants(final_state):
        if wanted & set(list_grantees(step)) and any(
            table is relation for table in find_granted_tables(final_state, step)
        ):
            last = step
    return last


def build_statement_hit(step: HistoryStep, message: str, *, topic: str = "") -> LocatedHit:
    """Return a hit at the first line of a statement."""
    return LocatedHit(step, find_first_line(step.statement).hit(message, topic=topic))


def format_list(names: Iterable[str]) -> str:
    """Return sorted names as text: a, b and c."""
    ordered = sorted(names)
    return ordered[0] if len(ordered) == 1 else f"{', '.join(ordered[:-1])} and {ordered[-1]}"
