"""What a file drops before it makes it, and whether it is written so that it can be run again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias
from weakref import WeakKeyDictionary

from schema_dsl.lint.history.blocks import with_inner
from schema_dsl.lint.history.trees import enumeration, names, qualified
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, Statement

# What kind of thing, and its name behind that of its table, without schemas.
Name: TypeAlias = tuple[str, ...]

_KINDS = {
    **dict.fromkeys(
        ("OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE", "OBJECT_SEQUENCE"),
        "relation",
    ),
    **dict.fromkeys(("OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE"), "routine"),
    **dict.fromkeys(("OBJECT_TYPE", "OBJECT_DOMAIN"), "type"),
    "OBJECT_INDEX": "index",
    "OBJECT_SCHEMA": "schema",
    "OBJECT_EXTENSION": "extension",
    "OBJECT_EVENT_TRIGGER": "event trigger",
    "OBJECT_POLICY": "policy",
    "OBJECT_TRIGGER": "trigger",
}
_OF_TABLES = frozenset({"policy", "trigger"})
_DROPPED: WeakKeyDictionary[Source, dict[Name, int]] = WeakKeyDictionary()
_MEANT: WeakKeyDictionary[Source, bool] = WeakKeyDictionary()


def dropped(source: Source) -> dict[Name, int]:
    """Give what a file drops, with the offset from which on it is gone."""
    if source not in _DROPPED:
        found: dict[Name, int] = {}
        for statement in with_inner(source.applied):
            drops = _DROPS.get(statement.kind)
            for name in drops(statement.tree) if drops is not None else ():
                found.setdefault(name, statement.start)
        _DROPPED[source] = found
    return _DROPPED[source]


def names_dropped(tree: Node) -> Iterator[Name]:
    """Yield what a DROP names."""
    kind = _KINDS.get(enumeration("ObjectType")[tree.remove_type], "")
    for node in tree.objects:
        written = node.WhichOneof("node")
        if written == "object_with_args":
            yield kind, qualified(node.object_with_args.objname)[1]
        elif written == "type_name":
            yield kind, qualified(node.type_name.names)[1]
        elif written == "string":
            yield kind, node.string.sval
        elif written == "list":
            parts = names(node.list.items)
            yield (kind, *parts[-2 if kind in _OF_TABLES else -1 :])


def _alter_table(tree: Node) -> Iterator[Name]:
    subtypes = enumeration("AlterTableType")
    for each in tree.cmds:
        command = each.alter_table_cmd
        kind = {"AT_DropConstraint": "constraint", "AT_DropColumn": "column"}.get(subtypes[command.subtype])
        if kind is not None:
            yield kind, tree.relation.relname, command.name


def _drop_role(tree: Node) -> Iterator[Name]:
    for node in tree.roles:
        yield "role", node.role_spec.rolename


def _unpublish(tree: Node) -> Iterator[Name]:
    if enumeration("AlterPublicationAction")[tree.action] == "AP_DropObjects":
        for each in tree.pubobjects:
            yield "published", tree.pubname, each.publication_obj_spec.pubtable.relation.relname


def _drop_domain_constraint(tree: Node) -> Iterator[Name]:
    if tree.subtype == "X":
        yield "constraint", qualified(tree.type_name)[1], tree.name


_DROPS: dict[str, Callable[[Node], Iterator[Name]]] = {
    "drop_stmt": names_dropped,
    "alter_table_stmt": _alter_table,
    "drop_role_stmt": _drop_role,
    "alter_publication_stmt": _unpublish,
    "alter_domain_stmt": _drop_domain_constraint,
}

# What has a clause for it: whether it is said. CREATE OR REPLACE is said for other reasons too.
_CLAUSES: dict[str, Callable[[Node], bool]] = {
    "create_stmt": lambda tree: tree.if_not_exists,
    "index_stmt": lambda tree: tree.if_not_exists,
    "create_seq_stmt": lambda tree: tree.if_not_exists,
    "create_table_as_stmt": lambda tree: tree.if_not_exists,
    "view_stmt": lambda tree: tree.replace,
    "create_function_stmt": lambda tree: tree.replace,
}
_SURE = frozenset({"create_stmt", "index_stmt", "create_seq_stmt", "create_table_as_stmt"})


def meant_to_run_again(source: Source) -> bool:
    """Say whether a file is written so that it can be run again: most of what has a clause for it says so.

    What has none, as CREATE POLICY, does not count against it. IF NOT EXISTS of schemas and extensions is a
    habit and counts for nothing.
    """
    if source not in _MEANT:
        _MEANT[source] = _is_meant(source)
    return _MEANT[source]


def _is_meant(source: Source) -> bool:
    gone = dropped(source)
    surely = said = unsaid = 0
    for statement in source.applied:
        kind, tree = statement.kind, statement.tree
        if kind in _CLAUSES:
            says = _CLAUSES[kind](tree)
            said, unsaid = said + says, unsaid + (not says)
            surely += says and kind in _SURE
        elif kind == "create_policy_stmt":
            surely += ("policy", tree.table.relname, tree.policy_name) in gone
        elif kind == "create_trig_stmt":
            surely += ("trigger", tree.relation.relname, tree.trigname) in gone
        elif kind == "alter_table_stmt":
            surely += _adds_if_absent(tree)
        elif kind == "do_stmt":
            surely += _is_guarded(statement)
    return bool(surely) and surely + said > unsaid


def _adds_if_absent(tree: Node) -> bool:
    subtypes = enumeration("AlterTableType")
    commands = [each.alter_table_cmd for each in tree.cmds]
    return any(each.missing_ok and subtypes[each.subtype] == "AT_AddColumn" for each in commands)


def _is_guarded(statement: Statement) -> bool:
    text = " ".join(statement.text.lower().split())
    return "if not exists" in text or "when duplicate_" in text
