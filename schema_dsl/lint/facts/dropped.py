"""What a file drops before it makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.body_statements import with_inner
from schema_dsl.lint.history.trees import enumeration, names, qualified
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node

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


@cached
def dropped(source: Source) -> dict[Name, int]:
    """Give what a file drops, with the offset from which on it is gone."""
    found: dict[Name, int] = {}
    for statement in with_inner(source.applied):
        drops = _DROPS.get(statement.kind)
        for name in drops(statement.tree) if drops is not None else ():
            found.setdefault(name, statement.start)
    return found


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
