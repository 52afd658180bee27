"""Check statements about tables that inherit: new and former children, and the columns that tables share."""

from __future__ import annotations

from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.effects import Effect
from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.trees import node_definition, resolve_type_name
from schema_dsl.lint.history.create_table import read_strategy
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.partition_bounds import check_bound
from schema_dsl.lint.semantics.relation_kinds import check_accepted, is_certain
from schema_dsl.parsing import Node

_RULE = "inheritance"


def check_new_table(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check the parents of a CREATE TABLE: PARTITION OF, or INHERITS."""
    is_partition = tree.HasField("partbound")
    for wrapped in tree.inh_relations:
        parent = analyzer.resolve_relation(wrapped.range_var)
        if parent is None or not (is_partition or check_accepted(analyzer, parent, "INHERITS")):
            continue
        if _check_parent(analyzer, parent, wrapped.range_var, is_partition=is_partition) and is_partition:
            check_bound(analyzer, parent, None, tree.relation.relname, tree.partbound)
    params = tree.partspec.part_params
    if read_strategy(tree.partspec) == "l" and len(params) > 1:
        message = 'cannot use "list" partition strategy with more than one column'
        _report(analyzer, message, "Partition by one column.", tree.partspec.location, "")


def _check_parent(
    analyzer: HistoryAnalyzer, parent: HistoryRelation, node: Node, *, is_partition: bool
) -> bool:
    """Check that a table may have partitions, or children; return whether it is known and may."""
    if not is_certain(parent) or not parent.fully_known:
        return False
    message = remedy = ""
    if is_partition and not parent.partition_key:
        message, remedy = f'"{parent}" is not partitioned', "Create the parent with PARTITION BY."
    elif not is_partition and parent.partition_key:
        message, remedy = f'cannot inherit from partitioned table "{parent}"', "Use PARTITION OF."
    elif not is_partition and parent.partition_of is not None:
        message, remedy = f'cannot inherit from partition "{parent}"', "Inherit from a plain table."
    if message:
        _report(analyzer, message, remedy, node.location, parent.name)
    return not message


def check_parent_command(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, kind: str, command: Node
) -> None:
    """Check ATTACH PARTITION, DETACH PARTITION, INHERIT and NO INHERIT."""
    if kind == "AT_AttachPartition":
        part = node_definition(command).partition_cmd
        child = analyzer.resolve_relation(part.name)
        if _check_parent(analyzer, relation, part.name, is_partition=True) and _check_child(
            analyzer, relation, child, part.name
        ):
            check_bound(analyzer, relation, child, part.name.relname, part.bound)
    elif kind == "AT_AddInherit":
        node = node_definition(command).range_var
        parent = analyzer.resolve_relation(node)
        if parent is not None and _check_parent(analyzer, parent, node, is_partition=False):
            _check_child(analyzer, parent, relation, node)
    elif kind in {"AT_DetachPartition", "AT_DropInherit"}:
        _check_former_child(analyzer, relation, kind, command)


def _check_child(
    analyzer: HistoryAnalyzer, parent: HistoryRelation, child: HistoryRelation | None, node: Node
) -> bool:
    """Check that an existing table can become a child of a table: its columns must be those of the parent."""
    if child is None or not is_certain(child):
        return True
    message = remedy = ""
    if child.partition_of is not None:
        message, remedy = f'"{child}" is already a partition', "Detach it first."
    elif parent.key in child.parents:
        message = f'relation "{parent}" would be inherited from more than once'
    elif child is parent:
        message = "circular inheritance not allowed"
    elif child.complete and parent.complete:
        message, remedy = _compare_columns(parent, child, is_partition=bool(parent.partition_key))
    if message:
        _report(analyzer, message, remedy, node.location, node.relname)
    return not message


def _compare_columns(
    parent: HistoryRelation, child: HistoryRelation, *, is_partition: bool
) -> tuple[str, str]:
    """Return the first difference between the columns of a child and its parent, and the remedy."""
    for column in parent.columns.values():
        own = child.columns.get(column.name)
        if column.uncertain or (own is not None and own.uncertain):
            continue
        if own is None:
            return f'child table is missing column "{column.name}"', "Add the column to the child first."
        if None not in {own.type, column.type} and own.type != column.type:
            message = (
                f'child table "{child}" has different type for column "{column.name}": '
                f"{format_type(own.type)} and not {format_type(column.type)}"
            )
            return message, "Change the type of the column first."
        # The NOT NULL of a plain parent may be NO INHERIT.
        if is_partition and column.not_null and not own.not_null and own.created_at is not None:
            message = f'column "{column.name}" in child table "{child}" must be marked NOT NULL'
            return message, "SET NOT NULL on the child first."
    more = [name for name in child.columns if name not in parent.columns]
    if is_partition and more:
        message = f'table "{child}" contains column "{more[0]}" not found in parent "{parent}"'
        return message, "A partition has exactly the columns of its parent."
    return "", ""


def _check_former_child(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, kind: str, command: Node
) -> None:
    node = node_definition(command)
    is_partition = kind == "AT_DetachPartition"
    named = node.partition_cmd.name if is_partition else node.range_var
    other = analyzer.resolve_relation(named)
    if other is None or not (is_certain(relation) and is_certain(other)):
        return
    message = ""
    if is_partition and other.partition_of != relation.key:
        message = f'relation "{other}" is not a partition of relation "{relation}"'
    elif not is_partition and relation.partition_of is not None:
        message = f'cannot change inheritance of a partition: "{relation}"'
    elif not is_partition and other.key not in relation.parents:
        message = f'relation "{other}" is not a parent of relation "{relation}"'
    if message:
        _report(analyzer, message, "", named.location, named.relname)


def check_shared_column(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, effect: Effect, *, only: bool
) -> None:
    """Check a command about a column that the parent or the children of a table have too.

    Args:
        analyzer: The analysis of the statement.
        relation: The table.
        effect: The effect of the command.
        only: Whether the statement has ONLY, so that it does not change the children.
    """
    identity, kind = effect.identity, "" if effect.command is None else effect.command.kind
    column_kind = identity.kind == "column"
    if not column_kind and kind != "AT_DropNotNull":
        return
    name = identity.name if column_kind or identity.parent is None else identity.parent.name
    if not is_certain(relation):
        return
    if (
        relation.of_type
        and column_kind
        and (effect.verb in {"create", "drop", "rename"} or kind == "AT_AlterColumnType")
    ):
        message, remedy = (
            f'cannot change the columns of typed table "{relation}"',
            "Change its type, or use NOT OF.",
        )
    elif kind == "AT_AddColumn":
        message, remedy = _contradict_new_column(analyzer, relation, effect, only=only)
    elif (
        only
        and effect.verb == "rename"
        and any(_is_child(analyzer, relation, key) for key in relation.children)
    ):
        message, remedy = f'inherited column "{name}" must be renamed in child tables too', "Leave out ONLY."
    else:
        message, remedy = _contradict_change(analyzer, relation, effect, name)
    if message:
        _report(analyzer, message, remedy, -1, name)


def _contradict_new_column(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, effect: Effect, *, only: bool
) -> tuple[str, str]:
    if relation.partition_of is not None:
        return f'cannot add column to a partition: "{relation}"', "Add it to the parent."
    if only and any(_is_child(analyzer, relation, key) for key in relation.children):
        return "column must be added to child tables too", "Leave out ONLY."
    name = effect.identity.name
    kind = resolve_type_name(analyzer.history, effect.node.type_name) if relation.children else None
    for key in relation.children if kind is not None else ():
        child = analyzer.history.relations.get(key)
        own = child.columns.get(name) if child is not None and _is_child(analyzer, relation, key) else None
        if own is not None and not own.uncertain and own.type not in {None, kind}:
            return (
                f'child table "{child}" has different type for column "{name}": '
                f"{format_type(own.type)} and not {format_type(kind)}"
            ), "Give both columns the same type."
    return "", ""


def check_only_constraint(analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node) -> None:
    """Check that ALTER TABLE ONLY adds no check to a table with children, unless it is NO INHERIT."""
    if constraint_kind(node.contype) != "check" or node.is_no_inherit or not is_certain(relation):
        return
    if any(_is_child(analyzer, relation, key) for key in relation.children):
        message = "constraint must be added to child tables too"
        _report(analyzer, message, "Leave out ONLY, or add NO INHERIT.", node.location, relation.name)


def _contradict_change(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, effect: Effect, name: str
) -> tuple[str, str]:
    kind = "" if effect.command is None else effect.command.kind
    verb = "alter" if kind == "AT_AlterColumnType" else effect.verb
    parent = _find_inherited(analyzer, relation, name)
    if effect.identity.kind != "column":
        if parent is None or relation.partition_of is None or not parent.columns[name].not_null:
            return "", ""
        return f'column "{name}" is marked NOT NULL in parent table', f"Change it in {parent}."
    if name in relation.partition_key and (verb == "drop" or kind == "AT_AlterColumnType"):
        message = (
            f'cannot {verb} column "{name}" because it is part of the partition key of relation "{relation}"'
        )
        return message, "Create a new table, and move the rows."
    if parent is not None and (verb in {"drop", "rename"} or kind == "AT_AlterColumnType"):
        return f'cannot {verb} inherited column "{name}"', f"Change it in {parent}."
    return "", ""


def _is_child(analyzer: HistoryAnalyzer, relation: HistoryRelation, key: tuple[str, str]) -> bool:
    child = analyzer.history.relations.get(key)
    return child is not None and relation.key in child.parents and is_certain(child)


def _find_inherited(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, name: str
) -> HistoryRelation | None:
    """Return the parent from which a table certainly inherits a column."""
    for key in relation.parents:
        parent = analyzer.history.relations.get(key)
        if parent is None or name not in parent.columns or parent.columns[name].uncertain:
            continue
        if is_certain(parent):
            return parent
    return None


def _report(analyzer: HistoryAnalyzer, message: str, remedy: str, location: int, word: str) -> None:
    analyzer.report(_RULE, message, remedy, location, word)
