"""Read COMMENT ON an object, or a part of an object."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.effects.names import object_kind, of_object
from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.argument import name_parsed_type
from schema_dsl.model.from_sql.declarations import Change, SqlDeclarations
from schema_dsl.model.from_sql.nodes import DEFAULT_SCHEMA, read_qualified_name, refuse
from schema_dsl.model.from_sql.parts import change_part
from schema_dsl.model.from_sql.targets import find_routine
from schema_dsl.model.operator import NO_OPERAND
from schema_dsl.parsing import Node, Statement

_RELATIONS: Final = frozenset({"table", "view", "materialized_view", "foreign_table", "sequence"})
_ROUTINES: Final = frozenset({"function", "procedure", "routine", "aggregate"})
_TYPES: Final = frozenset({"type", "domain"})
_NAMED: Final = frozenset({"collation", "statistics", "text_search_configuration", "text_search_dictionary"})
_IN_NO_SCHEMA: Final = frozenset(
    {"schema", "extension", "publication", "event_trigger", "foreign_data_wrapper", "foreign_server", "role"}
)
# The field of the relation with the parts of a kind.
_PARTS: Final = {
    "column": "columns",
    "constraint": "constraints",
    "policy": "policies",
    "trigger": "triggers",
    "rule": "rules",
}


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    kind = object_kind(tree.objtype)
    comment = tree.comment or None

    def set_comment(values: dict[str, Any]) -> None:
        values["comment"] = comment

    if kind in _PARTS:
        part = of_object(kind, tree.object)
        schema = part.root.schema or DEFAULT_SCHEMA
        if part.root.kind == "domain":
            domain = Identity("type", schema, part.root.name)
            declarations.add(domain, change_part("COMMENT", "check", part.name, comment=comment), "COMMENT")
            return
        if not part.root.name:
            raise refuse(
                f"COMMENT ON COLUMN {part.name} names no table", "Write the table before the column."
            )
        change = (
            _comment_on_column(part.name, comment)
            if kind == "column"
            else change_part("COMMENT", _PARTS[kind], part.name, comment=comment)
        )
        relation = Identity("relation", schema, part.root.name)
        declarations.add(relation, change, "COMMENT")
    elif kind == "index":
        _comment_on_index(tree.object, comment, declarations)
    else:
        declarations.add(_find_target(kind, tree.object), set_comment, "COMMENT")


def _find_target(kind: str, node: Node) -> Identity:
    if kind in _RELATIONS:
        return Identity("relation", *read_qualified_name(node.list.items))
    if kind in _ROUTINES:
        return find_routine(node.object_with_args)
    if kind in _TYPES:
        return Identity("type", *read_qualified_name(node.type_name.names))
    if kind in _WITH_TYPES:
        return _WITH_TYPES[kind](node)
    if kind in _NAMED:
        return Identity(kind, *read_qualified_name(node.list.items))
    if kind not in _IN_NO_SCHEMA:
        raise _refuse_kind()
    return Identity(kind, "", node.string.sval)


def _find_cast(node: Node) -> Identity:
    source, target = (name_parsed_type(part.type_name) for part in node.list.items)
    return Identity("cast", "", f"{source} AS {target}")


def _find_operator(node: Node) -> Identity:
    schema, name = read_qualified_name(node.object_with_args.objname)
    operands = (
        name_parsed_type(each.type_name, schema) if each.HasField("type_name") else NO_OPERAND
        for each in node.object_with_args.objargs
    )
    return Identity("operator", schema, name, tuple(operands))


_WITH_TYPES: Final = {"cast": _find_cast, "operator": _find_operator}


def _refuse_kind() -> DefinitionError:
    return refuse("COMMENT on this kind of object is no declaration", "Declare it in Python.")


def _comment_on_column(name: str, comment: str | None) -> Change:
    """Set the comment of a column: the relation has it if its columns do not, as those of a view."""
    change_column = change_part("COMMENT", _PARTS["column"], name, comment=comment)

    def change(values: dict[str, Any]) -> None:
        of_foreign_table = {column.name for column in values["columns"]} if "server" in values else set()
        if "query" in values or name in of_foreign_table:
            values["column_comments"] = {**dict(values.get("column_comments", ())), name: comment}
        else:
            change_column(values)

    return change


def _comment_on_index(node: Node, comment: str | None, declarations: SqlDeclarations) -> None:
    """Set the comment of an index, whose name does not include the relation: the last index with the name."""
    _, name = read_qualified_name(node.list.items)
    relation = declarations.find_index(name)
    declarations.add(relation, change_part("COMMENT", "indexes", name, comment=comment), "COMMENT")


READERS: Final = {"comment_stmt": _read}
