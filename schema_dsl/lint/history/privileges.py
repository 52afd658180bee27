"""Apply GRANT and REVOKE, and find the routines that a statement names."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.effects.names import kind_group, object_kind
from schema_dsl.analysis.trees import enumeration, names, qualified_name, resolve_type_name, role_name
from schema_dsl.lint.history.alter_table import ensure_relation
from schema_dsl.lint.history.default_privileges import TABLE_PRIVILEGES
from schema_dsl.lint.history.schema import (
    HistoryPosition,
    HistoryRelation,
    HistoryRole,
    HistorySchema,
    Routine,
)
from schema_dsl.parsing import Node


def resolve_argument_types(schema: HistorySchema, node: Node) -> tuple[str | None, ...]:
    """Return the argument types of an ObjectWithArgs."""
    return tuple(resolve_type_name(schema, argument.type_name) for argument in node.objargs)


def find_matching_routines(schema: HistorySchema, node: Node) -> Iterator[Routine]:
    """Yield the overloads that an ObjectWithArgs may name."""
    schema_name, name = qualified_name(node.objname)
    argument_types = resolve_argument_types(schema, node)
    for routine in schema.find_routines(schema_name, name):
        parameter_types = routine.signature.arguments
        if node.args_unspecified or len(parameter_types) == len(argument_types):
            yield routine


def grant(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Apply a GRANT or REVOKE on tables, routines, schemas, types or sequences."""
    kind = object_kind(tree.objtype)
    target = enumeration("GrantTargetType")[tree.targtype]
    roles = [role_name(grantee) for grantee in tree.grantees[:]]
    everything = target == "ACL_TARGET_ALL_IN_SCHEMA"
    if kind == "table":
        for relation in _all_tables(schema, tree) if everything else _named_tables(schema, tree):
            schema.note_roles(roles, relation)
            _grant_on_relation(relation, tree, roles)
    elif kind_group(kind) == "routine":
        for routine in _all_routines(schema, tree) if everything else _named_routines(schema, tree):
            schema.note_roles(roles, routine)
            _grant_execute(routine, tree, roles)
    elif kind in _ALL_PRIVILEGES and not everything:
        for key in _named_others(schema, kind, tree):
            for role in filter(None, roles):
                _grant_on_other(schema.ensure_role(role), key, tree)


# The privileges that ALL stands for on schemas, types and sequences.
_ALL_PRIVILEGES = {
    "schema": ("create", "usage"),
    "type": ("usage",),
    "domain": ("usage",),
    "sequence": ("usage", "select", "update"),
}


def _named_others(schema: HistorySchema, kind: str, tree: Node) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, schema and name of the known schemas, types or sequences of a GRANT."""
    for node in tree.objects[:]:
        if kind == "schema":
            yield kind, "", node.string.sval
        elif kind == "sequence":
            relation = schema.find_relation(node.range_var.schemaname, node.range_var.relname)
            if relation is not None:
                yield kind, *relation.key
        else:
            full = schema.find_type_name(*qualified_name(node.list.items))
            user_type = None if full is None else schema.find_user_type(full)
            if user_type is not None:
                yield "type", user_type.schema, user_type.name


def _grant_on_other(role: HistoryRole, key: tuple[str, str, str], tree: Node) -> None:
    named = [node.access_priv.priv_name for node in tree.privileges[:]]
    privileges = named or _ALL_PRIVILEGES[key[0]]
    held = role.grants.setdefault(key, set())
    held.update(privileges) if tree.is_grant else held.difference_update(privileges)


def _named_tables(schema: HistorySchema, tree: Node) -> list[HistoryRelation]:
    return [ensure_relation(schema, node.range_var) for node in tree.objects[:]]


def _all_tables(schema: HistorySchema, tree: Node) -> list[HistoryRelation]:
    inside = names(tree.objects)
    return [relation for relation in schema.relations.values() if relation.schema in inside]


def _named_routines(schema: HistorySchema, tree: Node) -> list[Routine]:
    return [
        routine for node in tree.objects for routine in find_matching_routines(schema, node.object_with_args)
    ]


def _all_routines(schema: HistorySchema, tree: Node) -> list[Routine]:
    inside = names(tree.objects)
    return [routine for routine in schema.all_routines if routine.schema in inside]


def _grant_on_relation(relation: HistoryRelation, tree: Node, roles: list[str]) -> None:
    pairs = [(node.access_priv.priv_name, names(node.access_priv.cols)) for node in tree.privileges[:]]
    for role in roles:
        privileges = relation.grants.setdefault(role, set())
        for privilege, columns in pairs or [("", [])]:
            if columns:
                on_columns = relation.column_grants.setdefault(role, set())
                change = {(column, privilege) for column in columns}
                on_columns.update(change) if tree.is_grant else on_columns.difference_update(change)
            else:
                privilege_names = (privilege,) if privilege else TABLE_PRIVILEGES
                privileges.update(privilege_names) if tree.is_grant else privileges.difference_update(
                    privilege_names
                )
                if not tree.is_grant:
                    # REVOKE on a table also revokes the privilege on each column.
                    on_columns = relation.column_grants.get(role, set())
                    on_columns.difference_update({pair for pair in on_columns if pair[1] in privilege_names})


def _grant_execute(routine: Routine, tree: Node, roles: list[str]) -> None:
    for role in roles:
        privileges = routine.grants.setdefault(role, set())
        (privileges.add if tree.is_grant else privileges.discard)("execute")
