"""The names of the objects that a file drops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from schema_dsl.analysis.trees import enumeration, names, qualified_name
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.body_statements import expand_blocks
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node

# The kind of the object, the name of its table if the object belongs to one, and its name, without schemas.
DroppedName: TypeAlias = tuple[str, ...]

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


@cached
def find_drop_offsets(source: Source) -> dict[DroppedName, int]:
    """Return the names that a file drops, with the offset of the first statement that drops the name."""
    offsets: dict[DroppedName, int] = {}
    for statement in expand_blocks(source.applied):
        drops = _DROPS.get(statement.kind)
        for name in drops(statement.tree) if drops is not None else ():
            offsets.setdefault(name, statement.start)
    return offsets


def list_dropped_names(tree: Node) -> Iterator[DroppedName]:
    """Yield the names in a DROP."""
    kind = _KINDS.get(enumeration("ObjectType")[tree.remove_type], "")
    for node in tree.objects:
        node_type = node.WhichOneof("node")
        if node_type == "object_with_args":
            yield kind, qualified_name(node.object_with_args.objname)[1]
        elif node_type == "type_name":
            yield kind, qualified_name(node.type_name.names)[1]
        elif node_type == "string":
            yield kind, node.string.sval
        elif node_type == "list":
            parts = names(node.list.items)
            yield (kind, *parts[-2 if kind in _OF_TABLES else -1 :])


def _alter_table(tree: Node) -> Iterator[DroppedName]:
    subtypes = enumeration("AlterTableType")
    for node in tree.cmds:
        command = node.alter_table_cmd
        kind = {"AT_DropConstraint": "constraint", "AT_DropColumn": "column"}.get(subtypes[command.subtype])
        if kind is not None:
            yield kind, tree.relation.relname, command.name


def _drop_role(tree: Node) -> Iterator[DroppedName]:
    for node in tree.roles:
        yield "role", node.role_spec.rolename


def _alter_publication(tree: Node) -> Iterator[DroppedName]:
    if enumeration("AlterPublicationAction")[tree.action] == "AP_DropObjects":
        for element in tree.pubobjects:
            yield "published", tree.pubname, element.publication_obj_spec.pubtable.relation.relname


def _drop_domain_constraint(tree: Node) -> Iterator[DroppedName]:
    if tree.subtype == "X":
        yield "constraint", qualified_name(tree.type_name)[1], tree.name


_DROPS: dict[str, Callable[[Node], Iterator[DroppedName]]] = {
    "drop_stmt": list_dropped_names,
    "alter_table_stmt": _alter_table,
    "drop_role_stmt": _drop_role,
    "alter_publication_stmt": _alter_publication,
    "alter_domain_stmt": _drop_domain_constraint,
}
