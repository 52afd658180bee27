"""Objects that a file drops and recreates; dropping them breaks no query."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.dropped import DroppedName
from schema_dsl.lint.history.alter_table import command_definition
from schema_dsl.lint.history.body_statements import expand_blocks
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node


def is_recreated(step: HistoryStep, kind: str, *name: str) -> bool:
    """Return whether a file creates an object of this kind and name in the statement or later."""
    return _find_create_offsets(step.source).get((kind, *name), -1) >= step.statement.start


@cached
def _find_create_offsets(source: Source) -> dict[DroppedName, int]:
    """Return the names that a file creates, with the offset of the last statement that creates the name."""
    offsets: dict[DroppedName, int] = {}
    for statement in expand_blocks(source.applied):
        list_names = _CREATES.get(statement.kind)
        if list_names is not None:
            offsets.update(dict.fromkeys(list_names(statement.tree), statement.start))
    return offsets


def _creates_one(kind: str, name: Callable[[Node], str]) -> Callable[[Node], Iterator[DroppedName]]:
    def list_names(tree: Node) -> Iterator[DroppedName]:
        yield kind, name(tree)

    return list_names


def _renamed_names(tree: Node) -> Iterator[DroppedName]:
    kind = enumeration("ObjectType")[tree.rename_type]
    if kind == "OBJECT_TABCONSTRAINT":
        yield "constraint", tree.relation.relname, tree.newname
    elif kind in {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE", "OBJECT_SEQUENCE"}:
        yield "relation", tree.newname


_ALTERS: dict[str, tuple[str, Callable[[Node], str]]] = {
    "AT_AddConstraint": ("constraint", lambda command: str(command_definition(command).constraint.conname)),
    "AT_AddColumn": ("column", lambda command: str(command_definition(command).column_def.colname)),
    "AT_SetNotNull": ("not null", lambda command: str(command.name)),
    "AT_AddIdentity": ("identity", lambda command: str(command.name)),
}


def _altered_names(tree: Node) -> Iterator[DroppedName]:
    subtypes = enumeration("AlterTableType")
    for node in tree.cmds:
        command = node.alter_table_cmd
        subtype = subtypes[command.subtype]
        if subtype in _ALTERS:
            kind, name = _ALTERS[subtype]
            yield kind, tree.relation.relname, name(command)
        elif subtype == "AT_ColumnDefault" and command.HasField("def"):
            yield "default", tree.relation.relname, command.name


_CREATES: dict[str, Callable[[Node], Iterator[DroppedName]]] = {
    "create_stmt": _creates_one("relation", lambda tree: str(tree.relation.relname)),
    "create_foreign_table_stmt": _creates_one("relation", lambda tree: str(tree.base_stmt.relation.relname)),
    "create_table_as_stmt": _creates_one("relation", lambda tree: str(tree.into.rel.relname)),
    "view_stmt": _creates_one("relation", lambda tree: str(tree.view.relname)),
    "create_seq_stmt": _creates_one("relation", lambda tree: str(tree.sequence.relname)),
    "create_function_stmt": _creates_one("routine", lambda tree: qualified_name(tree.funcname)[1]),
    "define_stmt": _creates_one("routine", lambda tree: qualified_name(tree.defnames)[1]),
    "create_enum_stmt": _creates_one("type", lambda tree: qualified_name(tree.type_name)[1]),
    "create_range_stmt": _creates_one("type", lambda tree: qualified_name(tree.type_name)[1]),
    "create_domain_stmt": _creates_one("domain", lambda tree: qualified_name(tree.domainname)[1]),
    "composite_type_stmt": _creates_one("type", lambda tree: str(tree.typevar.relname)),
    "create_extension_stmt": _creates_one("extension", lambda tree: str(tree.extname)),
    "create_trig_stmt": lambda tree: iter([("trigger", tree.relation.relname, tree.trigname)]),
    "create_policy_stmt": lambda tree: iter([("policy", tree.table.relname, tree.policy_name)]),
    "index_stmt": _creates_one("index", lambda tree: str(tree.idxname)),
    "rename_stmt": _renamed_names,
    "alter_table_stmt": _altered_names,
}
