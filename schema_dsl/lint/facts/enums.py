"""Values that are added to an enum, and used before that is committed."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from schema_dsl.lint.facts.cache import Memory
from schema_dsl.lint.facts.positions import line_of
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryPosition
from schema_dsl.lint.history.trees import names, qualified, type_named
from schema_dsl.parsing import Node, walk


@attrs.frozen
class AddedEnumValue:
    """A value that ALTER TYPE ADD VALUE added. `type` is the enum's full name, None where it is not known."""

    type: str | None
    name: str
    value: str
    moment: HistoryPosition
    line: int
    together: bool


@attrs.frozen
class EnumValueUse:
    """A place where such a value is used. `together`: in the same transaction, by BEGIN or a DO block."""

    added: AddedEnumValue
    offset: int
    length: int
    together: bool


@attrs.define
class _File:
    """What the file that is being read has added so far, by the value."""

    number: int = -1
    added: dict[str, list[AddedEnumValue]] = attrs.field(factory=dict)


_ADDED: Memory[_File] = Memory(_File)


def uses(step: HistoryStep) -> Iterator[EnumValueUse]:
    """Yield what a statement uses of the values that the same file added, unless it made the enum as well."""
    file = _ADDED.of(step.schema)
    if file.number != step.moment.file:
        file.number, file.added = step.moment.file, {}
    if step.kind == "alter_enum_stmt":
        _note(step, file)
    text = step.statement.text
    # A value with quotes in it is written otherwise.
    if not any(value in text or "'" in value for value in file.added):
        return
    nodes = list(walk(step.tree))
    literals = {
        node.sval.sval
        for node in nodes
        if node.DESCRIPTOR.name == "A_Const" and node.WhichOneof("val") == "sval"
    }
    for added in [each for value in literals & file.added.keys() for each in file.added[value]]:
        others = set(_of_other_columns(step, nodes, added))
        together = added.moment.transaction == step.moment.transaction
        constant = next((each for each in _literals(step, nodes, added) if each.location not in others), None)
        # What was added in a transaction of its own has been committed by then.
        if constant is not None and (together or not added.together):
            yield EnumValueUse(
                added, step.statement.offset(constant.location), len(added.value) + 2, together
            )


def _note(step: HistoryStep, file: _File) -> None:
    tree = step.tree
    where, name = qualified(tree.type_name)
    full = step.schema.find_type(where, name)
    made = step.schema.user_type(full) if full else None
    # The values of an enum that is as new as they are may be used at once.
    if tree.old_val or (made is not None and step.new_in_file(made.made)):
        return
    together = step.in_block or step.schema.transaction.explicit
    added = AddedEnumValue(full, name, tree.new_val, step.moment, line_of(step), together)
    known = file.added.setdefault(tree.new_val, [])
    if added not in known:
        known.append(added)


def _literals(step: HistoryStep, nodes: list[Node], added: AddedEnumValue) -> Iterator[Node]:
    for node in nodes:
        if (
            node.DESCRIPTOR.name == "TypeCast"
            and _is_value(node.arg, added)
            and _names(step, node.type_name, added)
        ):
            yield node.arg.a_const
    for node in nodes:
        if node.DESCRIPTOR.name == "ColumnDef" and _names(step, node.type_name, added):
            yield from (
                each.constraint.raw_expr.a_const
                for each in node.constraints
                if _is_value(each.constraint.raw_expr, added)
            )
    if added.type is not None and any(_has_column(step, node, added.type) for node in nodes):
        for node in nodes:
            if node.DESCRIPTOR.name == "A_Const" and node.sval.sval == added.value:
                yield node


def _is_value(node: Node, added: AddedEnumValue) -> bool:
    return bool(node.WhichOneof("node") == "a_const" and node.a_const.sval.sval == added.value)


def _names(step: HistoryStep, node: Node, added: AddedEnumValue) -> bool:
    full = type_named(step.schema, node)
    return full == added.type if full is not None else qualified(node.names)[1] == added.name


def _of_other_columns(step: HistoryStep, nodes: list[Node], added: AddedEnumValue) -> Iterator[int]:
    """Yield the places of literals that are assigned to, or compared with, a column of another type."""
    tables = [node for node in nodes if node.DESCRIPTOR.name == "RangeVar"]
    relations = [step.schema.relation(node.schemaname, node.relname) for node in tables]

    def is_other(name: str) -> bool:
        found = [each.columns[name] for each in relations if each is not None and name in each.columns]
        known = all(each is not None and each.complete for each in relations) and bool(found)
        return known and all(each.type not in {None, added.type, f"{added.type}[]"} for each in found)

    for node in nodes:
        for name, value in _beside_columns(node):
            if is_other(name):
                yield value.a_const.location


def _beside_columns(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield what a column is assigned or compared with, as (column, expression)."""
    kind = node.DESCRIPTOR.name
    if kind == "ResTarget":
        yield node.name, node.val
    elif kind == "A_Expr":
        for one, other in ((node.lexpr, node.rexpr), (node.rexpr, node.lexpr)):
            if one.WhichOneof("node") == "column_ref":
                listed = other.list.items if other.WhichOneof("node") == "list" else (other,)
                yield from ((names(one.column_ref.fields)[-1], each) for each in listed)
    elif kind == "InsertStmt":
        columns = [target.res_target.name for target in node.cols]
        for row in node.select_stmt.select_stmt.values_lists:
            yield from zip(columns, row.list.items, strict=False)


def _has_column(step: HistoryStep, node: Node, kind: str) -> bool:
    if node.DESCRIPTOR.name != "RangeVar":
        return False
    relation = step.schema.relation(node.schemaname, node.relname)
    return relation is not None and any(
        each.type in {kind, f"{kind}[]"} for each in relation.columns.values()
    )
