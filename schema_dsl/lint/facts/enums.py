"""Uses of enum values in the file that adds the values."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from schema_dsl.analysis.trees import enumeration, names, qualified_name, resolve_type_name
from schema_dsl.lint.facts.cache import HistoryCache, cached
from schema_dsl.lint.facts.positions import find_line
from schema_dsl.lint.facts.transactions import ENDS
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryPosition
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, walk


@attrs.frozen
class AddedEnumValue:
    """A value that ALTER TYPE ADD VALUE added.

    Attributes:
        type: The full name of the enum; None if it is unknown.
        name: The name of the enum without schema.
        value: The added value.
        position: The position of the ALTER TYPE in the history.
        line: The line of the ALTER TYPE in the file.
        in_transaction: Whether BEGIN or a DO block keeps the ALTER TYPE uncommitted.
    """

    type: str | None
    name: str
    value: str
    position: HistoryPosition
    line: int
    in_transaction: bool


@attrs.frozen
class EnumValueUse:
    """A use of an added value; `in_same_transaction` if BEGIN or a DO block spans both the addition and the use."""

    added: AddedEnumValue
    offset: int
    length: int
    in_same_transaction: bool


@attrs.define
class _FileAdditions:
    """The enum values that the current file has added so far, by value."""

    number: int = -1
    added: dict[str, list[AddedEnumValue]] = attrs.field(factory=dict)


_ADDITIONS: HistoryCache[_FileAdditions] = HistoryCache(_FileAdditions)


@cached
def changes_enum(source: Source) -> bool:
    """Return whether a file has an ALTER TYPE that adds or renames a value of an enum."""
    return any(statement.kind == "alter_enum_stmt" for statement in source.expanded)


def find_enum_value_uses(step: HistoryStep) -> Iterator[EnumValueUse]:
    """Yield the uses in a statement of enum values that the same file added to an older enum."""
    file = _ADDITIONS.get(step.schema)
    if file.number != step.position.file:
        file.number, file.added = step.position.file, {}
    if step.kind == "transaction_stmt" and enumeration("TransactionStmtKind")[step.tree.kind] in ENDS:
        # COMMIT ends any transaction, also one that the tool opened for the file.
        file.added = {}
    if step.kind == "alter_enum_stmt":
        _record_added_value(step, file)
    if not file.added:
        return
    text = step.statement.text
    # A value that contains a quote is escaped in the text.
    if not any(value in text or "'" in value for value in file.added):
        return
    nodes = list(walk(step.tree))
    literals = {
        node.sval.sval
        for node in nodes
        if node.DESCRIPTOR.name == "A_Const" and node.WhichOneof("val") == "sval"
    }
    for added in [addition for value in literals & file.added.keys() for addition in file.added[value]]:
        other_locations = set(_literals_of_other_columns(step, nodes, added))
        in_same_transaction = added.position.transaction == step.position.transaction
        constant = next(
            (
                literal
                for literal in _enum_literals(step, nodes, added)
                if literal.location not in other_locations
            ),
            None,
        )
        # A value that an earlier transaction of the file added is committed.
        if constant is not None and (in_same_transaction or not added.in_transaction):
            yield EnumValueUse(
                added, step.statement.offset(constant.location), len(added.value) + 2, in_same_transaction
            )


def _record_added_value(step: HistoryStep, file: _FileAdditions) -> None:
    tree = step.tree
    schema_name, name = qualified_name(tree.type_name)
    type_name = step.schema.find_type_name(schema_name, name)
    enum = step.schema.find_user_type(type_name) if type_name else None
    # Postgres allows uncommitted values of an enum that the same transaction created.
    if tree.old_val or (enum is not None and step.is_new_in_file(enum.created_at)):
        return
    in_transaction = step.in_block or step.schema.transaction.explicit
    added = AddedEnumValue(type_name, name, tree.new_val, step.position, find_line(step), in_transaction)
    additions = file.added.setdefault(tree.new_val, [])
    if added not in additions:
        additions.append(added)


def _enum_literals(step: HistoryStep, nodes: list[Node], added: AddedEnumValue) -> Iterator[Node]:
    for node in nodes:
        if (
            node.DESCRIPTOR.name == "TypeCast"
            and _is_value(node.arg, added)
            and _is_of_enum(step, node.type_name, added)
        ):
            yield node.arg.a_const
    for node in nodes:
        if node.DESCRIPTOR.name == "ColumnDef" and _is_of_enum(step, node.type_name, added):
            yield from (
                constraint.constraint.raw_expr.a_const
                for constraint in node.constraints
                if _is_value(constraint.constraint.raw_expr, added)
            )
    if added.type is not None and any(_has_column(step, node, added.type) for node in nodes):
        for node in nodes:
            if node.DESCRIPTOR.name == "A_Const" and node.sval.sval == added.value:
                yield node


def _is_value(node: Node, added: AddedEnumValue) -> bool:
    return bool(node.WhichOneof("node") == "a_const" and node.a_const.sval.sval == added.value)


def _is_of_enum(step: HistoryStep, node: Node, added: AddedEnumValue) -> bool:
    type_name = resolve_type_name(step.schema, node)
    return type_name == added.type if type_name is not None else qualified_name(node.names)[1] == added.name


def _literals_of_other_columns(step: HistoryStep, nodes: list[Node], added: AddedEnumValue) -> Iterator[int]:
    """Yield the locations of literals that are assigned to, or compared with, a column of another type."""
    tables = [node for node in nodes if node.DESCRIPTOR.name == "RangeVar"]
    relations = [step.schema.find_relation(node.schemaname, node.relname) for node in tables]

    def is_other(name: str) -> bool:
        columns = [
            relation.columns[name]
            for relation in relations
            if relation is not None and name in relation.columns
        ]
        known = all(relation is not None and relation.complete for relation in relations) and bool(columns)
        return known and all(column.type not in {None, added.type, f"{added.type}[]"} for column in columns)

    for node in nodes:
        for name, value in _values_of_columns(node):
            if is_other(name):
                yield value.a_const.location


def _values_of_columns(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the columns in a node with the expressions that they are assigned or compared with."""
    kind = node.DESCRIPTOR.name
    if kind == "ResTarget":
        yield node.name, node.val
    elif kind == "A_Expr":
        for operand, other in ((node.lexpr, node.rexpr), (node.rexpr, node.lexpr)):
            if operand.WhichOneof("node") == "column_ref":
                values = other.list.items if other.WhichOneof("node") == "list" else (other,)
                yield from ((names(operand.column_ref.fields)[-1], value) for value in values)
    elif kind == "InsertStmt":
        columns = [target.res_target.name for target in node.cols]
        for row in node.select_stmt.select_stmt.values_lists:
            yield from zip(columns, row.list.items, strict=False)


def _has_column(step: HistoryStep, node: Node, kind: str) -> bool:
    if node.DESCRIPTOR.name != "RangeVar":
        return False
    relation = step.schema.find_relation(node.schemaname, node.relname)
    return relation is not None and any(
        column.type in {kind, f"{kind}[]"} for column in relation.columns.values()
    )
