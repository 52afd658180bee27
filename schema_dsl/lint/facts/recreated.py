"""What a file makes: something that it drops first is no loss to those who use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.dropped import Name
from schema_dsl.lint.history.alter_table import definition
from schema_dsl.lint.history.body_statements import with_inner
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, qualified
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node


def comes_back(step: HistoryStep, kind: str, *name: str) -> bool:
    """Say whether the file makes something of that kind and name again, in the same statement or later."""
    return _made(step.source).get((kind, *name), -1) >= step.statement.start


@cached
def _made(source: Source) -> dict[Name, int]:
    """Give what a file makes, with the offset of the last statement that does."""
    found: dict[Name, int] = {}
    for statement in with_inner(source.applied):
        makes = _MAKES.get(statement.kind)
        if makes is not None:
            found.update(dict.fromkeys(makes(statement.tree), statement.start))
    return found


def _one(kind: str, name: Callable[[Node], str]) -> Callable[[Node], Iterator[Name]]:
    def makes(tree: Node) -> Iterator[Name]:
        yield kind, name(tree)

    return makes


def _renames(tree: Node) -> Iterator[Name]:
    what = enumeration("ObjectType")[tree.rename_type]
    if what == "OBJECT_TABCONSTRAINT":
        yield "constraint", tree.relation.relname, tree.newname
    elif what in {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE", "OBJECT_SEQUENCE"}:
        yield "relation", tree.newname


_ALTERS: dict[str, tuple[str, Callable[[Node], str]]] = {
    "AT_AddConstraint": ("constraint", lambda command: str(definition(command).constraint.conname)),
    "AT_AddColumn": ("column", lambda command: str(definition(command).column_def.colname)),
    "AT_SetNotNull": ("not null", lambda command: str(command.name)),
    "AT_AddIdentity": ("identity", lambda command: str(command.name)),
}


def _alters(tree: Node) -> Iterator[Name]:
    subtypes = enumeration("AlterTableType")
    for each in tree.cmds:
        command = each.alter_table_cmd
        subtype = subtypes[command.subtype]
        if subtype in _ALTERS:
            kind, name = _ALTERS[subtype]
            yield kind, tree.relation.relname, name(command)
        elif subtype == "AT_ColumnDefault" and command.HasField("def"):
            yield "default", tree.relation.relname, command.name


_MAKES: dict[str, Callable[[Node], Iterator[Name]]] = {
    "create_stmt": _one("relation", lambda tree: str(tree.relation.relname)),
    "create_foreign_table_stmt": _one("relation", lambda tree: str(tree.base_stmt.relation.relname)),
    "create_table_as_stmt": _one("relation", lambda tree: str(tree.into.rel.relname)),
    "view_stmt": _one("relation", lambda tree: str(tree.view.relname)),
    "create_seq_stmt": _one("relation", lambda tree: str(tree.sequence.relname)),
    "create_function_stmt": _one("routine", lambda tree: qualified(tree.funcname)[1]),
    "define_stmt": _one("routine", lambda tree: qualified(tree.defnames)[1]),
    "create_enum_stmt": _one("type", lambda tree: qualified(tree.type_name)[1]),
    "create_range_stmt": _one("type", lambda tree: qualified(tree.type_name)[1]),
    "create_domain_stmt": _one("domain", lambda tree: qualified(tree.domainname)[1]),
    "composite_type_stmt": _one("type", lambda tree: str(tree.typevar.relname)),
    "create_extension_stmt": _one("extension", lambda tree: str(tree.extname)),
    "create_trig_stmt": lambda tree: iter([("trigger", tree.relation.relname, tree.trigname)]),
    "create_policy_stmt": lambda tree: iter([("policy", tree.table.relname, tree.policy_name)]),
    "index_stmt": _one("index", lambda tree: str(tree.idxname)),
    "rename_stmt": _renames,
    "alter_table_stmt": _alters,
}
