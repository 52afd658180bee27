"""What GRANT and REVOKE change, and which functions a statement means."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.history.alter_table import heard_of
from schema_dsl.lint.history.default_privileges import TABLE_PRIVILEGES
from schema_dsl.lint.history.schema import HistoryPosition, HistoryRelation, Routine, Schema
from schema_dsl.lint.history.trees import enumeration, names, qualified, role_name, type_named
from schema_dsl.parsing import Node

ROUTINES = frozenset({"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE"})


def argument_types(schema: Schema, node: Node) -> tuple[str | None, ...]:
    """Give the types by which an ObjectWithArgs picks one of several."""
    return tuple(type_named(schema, each.type_name) for each in node.objargs)


def matching(schema: Schema, node: Node) -> Iterator[Routine]:
    """Yield the routines that an ObjectWithArgs can mean."""
    where, name = qualified(node.objname)
    wanted = argument_types(schema, node)
    for each in schema.named_routines(where, name):
        given = each.signature.arguments
        if node.args_unspecified or len(given) == len(wanted):
            yield each


def grant(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Note privileges on tables and functions, given or taken."""
    kind = enumeration("ObjectType")[tree.objtype]
    target = enumeration("GrantTargetType")[tree.targtype]
    roles = [role_name(each) for each in tree.grantees]
    everything = target == "ACL_TARGET_ALL_IN_SCHEMA"
    if kind == "OBJECT_TABLE":
        for relation in _all_tables(schema, tree) if everything else _tables(schema, tree):
            _grant_on(relation, tree, roles)
    elif kind in ROUTINES:
        for routine in _all_routines(schema, tree) if everything else _named_routines(schema, tree):
            _execute_on(routine, tree, roles)


def _tables(schema: Schema, tree: Node) -> list[HistoryRelation]:
    return [heard_of(schema, node.range_var) for node in tree.objects]


def _all_tables(schema: Schema, tree: Node) -> list[HistoryRelation]:
    inside = names(tree.objects)
    return [each for each in schema.relations.values() if each.schema in inside]


def _named_routines(schema: Schema, tree: Node) -> list[Routine]:
    return [routine for node in tree.objects for routine in matching(schema, node.object_with_args)]


def _all_routines(schema: Schema, tree: Node) -> list[Routine]:
    inside = names(tree.objects)
    return [each for held in schema.routines.values() for each in held if each.schema in inside]


def _grant_on(relation: HistoryRelation, tree: Node, roles: list[str]) -> None:
    pairs = [(each.access_priv.priv_name, names(each.access_priv.cols)) for each in tree.privileges]
    for role in roles:
        held = relation.grants.setdefault(role, set())
        for privilege, columns in pairs or [("", [])]:
            if columns:
                some = relation.column_grants.setdefault(role, set())
                change = {(column, privilege) for column in columns}
                some.update(change) if tree.is_grant else some.difference_update(change)
            else:
                wanted = (privilege,) if privilege else TABLE_PRIVILEGES
                held.update(wanted) if tree.is_grant else held.difference_update(wanted)
                if not tree.is_grant:
                    # To revoke a privilege on the table is to revoke it on its columns.
                    some = relation.column_grants.get(role, set())
                    some.difference_update({pair for pair in some if pair[1] in wanted})


def _execute_on(routine: Routine, tree: Node, roles: list[str]) -> None:
    for role in roles:
        held = routine.grants.setdefault(role, set())
        (held.add if tree.is_grant else held.discard)("execute")
