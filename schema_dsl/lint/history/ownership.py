"""Apply DROP OWNED, REASSIGN OWNED and IMPORT FOREIGN SCHEMA, which name no object."""

from __future__ import annotations

from typing import Any

from schema_dsl.analysis.trees import read_role_spec, role_name
from schema_dsl.lint.history.dependent import Referenced
from schema_dsl.lint.history.removal import remove_dependents, remove_relation, remove_routine, remove_type
from schema_dsl.lint.history.schema import (
    OWN_ROLES,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
    Routine,
    UserType,
)
from schema_dsl.parsing import Node


def drop_owned(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Drop the objects that roles own, their privileges, and their places in policies."""
    roles = {role_name(role) for role in tree.roles}
    relations, routines = _find_owned(schema, roles)
    types = [each for each in schema.types.values() if each.owner in roles]
    owned: list[Referenced] = [*relations, *routines, *types]
    remove_dependents(schema, owned)
    for relation in relations:
        remove_relation(schema, relation.key, certain=True, cascade=True)
    for routine in routines:
        if routine in schema.routines.get((routine.schema, routine.name), ()):
            remove_routine(schema, routine)
    # The history does not know the owners of operators, collations and text search objects.
    schema.doubt_names({"others"})
    for each in types:
        remove_type(schema, (each.schema, each.name))
    if not roles.isdisjoint(OWN_ROLES):
        _doubt_own_objects(schema)
    for role in roles:
        _forget_default_privileges(schema, role)
        schema.ensure_role(role).grants.clear()
        for mentioning in schema.mentions.pop(role, {}):
            if isinstance(mentioning, HistoryRelation):
                _forget_role(mentioning, role)
            else:
                mentioning.grants.pop(role, None)


def drop_role(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Forget the default privileges of dropped roles. Postgres drops no role that has others."""
    for role in tree.roles:
        _forget_default_privileges(schema, role_name(role))


def _forget_default_privileges(schema: HistorySchema, role: str) -> None:
    for privileges_by_role in schema.default_privileges.granted.values():
        privileges_by_role.pop(role, None)


def _find_owned(schema: HistorySchema, roles: set[str]) -> tuple[list[HistoryRelation], list[Routine]]:
    """Return the relations and routines that roles own."""
    mentioning = dict.fromkeys(each for role in roles for each in schema.mentions.get(role, ()))
    owned = [each for each in mentioning if each.owner in roles]
    relations = [each for each in owned if isinstance(each, HistoryRelation)]
    routines = [each for each in owned if isinstance(each, Routine)]
    return (
        [each for each in relations if schema.relations.get(each.key) is each],
        [each for each in routines if each in schema.routines.get((each.schema, each.name), ())],
    )


def rename_role(schema: HistorySchema, old: str, new: str) -> None:
    """Give a role another name."""
    if old in schema.roles:
        schema.roles[new] = schema.roles.pop(old)
    schema.mentions.setdefault(new, {}).update(schema.mentions.pop(old, {}))
    routines = list(schema.all_routines)
    for relation in schema.relations.values():
        relation.owner = new if relation.owner == old else relation.owner
        for policy in relation.policies.values():
            policy.roles = tuple(new if role == old else role for role in policy.roles)
    owned: list[Routine | UserType] = [*routines, *schema.types.values()]
    for each in owned:
        each.owner = new if each.owner == old else each.owner
    granted: list[dict[str, Any]] = [
        *(
            each
            for relation in schema.relations.values()
            for each in (relation.grants, relation.column_grants)
        ),
        *(routine.grants for routine in routines),
    ]
    for grants in granted:
        if old in grants:
            grants[new] = grants.pop(old)


def reassign_owned(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Give the objects that roles own to another role."""
    roles = {role_name(role) for role in tree.roles}
    owner = read_role_spec(tree.newrole) or None
    for owned in _find_owned(schema, roles):
        for each in owned:
            each.owner = owner
            schema.note_roles([owner], each)
    for user_type in schema.types.values():
        user_type.owner = owner if user_type.owner in roles else user_type.owner


def _doubt_own_objects(schema: HistorySchema) -> None:
    """Doubt the objects of the role that runs the migrations; who that is, the history does not say."""
    for relation in schema.relations.values():
        if relation.owner is None:
            schema.doubts.add(["existence"], str(relation))
            relation.uncertain = True
    for routine in schema.all_routines:
        if routine.owner is None:
            schema.doubts.add(["existence"], routine.name)
            routine.uncertain = True


def _forget_role(relation: HistoryRelation, role: str) -> None:
    relation.grants.pop(role, None)
    relation.column_grants.pop(role, None)
    for policy in list(relation.policies.values()):
        if role in policy.roles:
            policy.roles = tuple(other for other in policy.roles if other != role)
            if not policy.roles:
                del relation.policies[policy.name]


def import_foreign_schema(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Doubt which relations the local schema has: the statement adds relations that the history does not know."""
    schema.doubt_contents(tree.local_schema)
