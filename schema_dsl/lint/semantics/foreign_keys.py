"""Check foreign keys: their columns, their types, and the key that they reference."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.analyzer import TypedValue
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.coercion import base_type
from schema_dsl.analysis.function_calls import resolve_operator
from schema_dsl.analysis.trees import names
from schema_dsl.lint.history.constraints import find_primary_key
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics import persistence, relation_kinds
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.parsing import Node

# The numbers that no implicit cast converts to the type of a referenced column.
_FLOATS = ("float4", "float8")
_REFUSED_NUMBERS = {**dict.fromkeys(("int2", "int4", "int8"), ("numeric", *_FLOATS)), "numeric": _FLOATS}


def check_foreign_key(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node, columns: list[str]
) -> None:
    """Check the columns, the referenced key and the persistence of the tables of a foreign key."""
    for column in names(node.fk_del_set_cols):
        named = "referenced in foreign key constraint"
        if check_column_exists(analyzer, relation, column, node.location, named) and column not in columns:
            message = f'column "{column}" referenced in ON DELETE SET action must be part of foreign key'
            analyzer.report("foreign-key-target", message, "", node.location, column)
    own_columns_exist = [
        check_column_exists(analyzer, relation, name, node.location, "referenced in foreign key constraint")
        for name in columns
    ]
    referenced = names(node.pk_attrs)
    own = node.pktable.relname == relation.name and node.pktable.schemaname in {"", relation.schema}
    target = relation if own else analyzer.resolve_relation(node.pktable)
    if (
        not relation_kinds.check_accepted(analyzer, target, "REFERENCES")
        or target is None
        or target.uncertain
    ):
        return
    persistence.check_reference(analyzer, relation, target, node)
    key = referenced or list(find_primary_key(target))
    if not key:
        if (
            target.fully_known
            and not target.parents
            and target.complete
            and "constraints" not in target.unknown_kinds
        ):
            message = f'there is no primary key for referenced table "{target}"'
            analyzer.report(
                "foreign-key-target", message, "Name the referenced columns.", node.location, target.name
            )
        return
    action = next((each for each in (node.fk_del_action, node.fk_upd_action) if each not in {"", "a"}), "")
    if node.fk_with_period and action:
        clause = "DELETE" if node.fk_del_action == action else "UPDATE"
        message = f"unsupported ON {clause} action for foreign key constraint using PERIOD"
        analyzer.report("foreign-key-target", message, "Leave the action out.", node.location)
    if len(key) != len(columns):
        message = "number of referencing and referenced columns for foreign key disagree"
        analyzer.report("wrong-column-count", f"{message}: {len(columns)} and {len(key)}", "", node.location)
        return
    referenced_exist = [
        check_column_exists(analyzer, target, name, node.location, "referenced in foreign key constraint")
        for name in key
    ]
    if not all(referenced_exist):
        return
    found = len(analyzer.errors)
    _check_referenced_key(analyzer, target, key, node)
    if all(own_columns_exist) and len(analyzer.errors) == found:
        check_foreign_key_types(analyzer, relation, target, zip(columns, key, strict=True), node.location)


def check_foreign_key_types(
    analyzer: HistoryAnalyzer,
    relation: HistoryRelation,
    target: HistoryRelation,
    pairs: Iterable[tuple[str, str]],
    location: int,
) -> None:
    """Check that the columns of a foreign key can be compared with the referenced columns."""
    for name, other in pairs:
        left, right = relation.columns.get(name), target.columns.get(other)
        if left is None or right is None:
            continue
        trial = HistoryAnalyzer(analyzer.history)
        resolve_operator(trial, "=", [TypedValue(right.type), TypedValue(left.type)], -1)
        refused = _REFUSED_NUMBERS.get(base_type(analyzer.history, right.type) or "", ())
        if trial.errors or base_type(analyzer.history, left.type) in refused:
            message = (
                f'foreign key constraint cannot be implemented: key columns "{name}" of {relation} and '
                f'"{other}" of {target} are of incompatible types: '
                f"{format_type(left.type)} and {format_type(right.type)}"
            )
            remedy = f'Change column "{name}" of {relation} to type {format_type(right.type)}.'
            analyzer.report("type-mismatch", message, remedy, location, name)


def _check_referenced_key(
    analyzer: HistoryAnalyzer, target: HistoryRelation, key: list[str], node: Node
) -> None:
    if not target.has_known_keys:
        return
    keys = [each for each in target.constraints.values() if each.is_key]
    indexes = [each for each in target.indexes.values() if each.unique and not each.partial]
    fitting = [each.name for each in keys if set(each.columns) == set(key)]
    fitting += [each.name for each in indexes if set(each.columns) == set(key)]
    deferrable = {each.name for each in target.constraints.values() if each.deferrable}
    message = remedy = ""
    if not fitting:
        message = f'there is no unique constraint matching given keys for referenced table "{target}"'
        remedy = "Reference the primary key, or add a unique constraint on the referenced columns."
    elif deferrable.issuperset(fitting):
        message = f'cannot use a deferrable unique constraint for referenced table "{target}"'
        remedy = "Reference another key."
    elif not node.fk_with_period and _is_temporal(target, fitting):
        message = "foreign key must use PERIOD when referencing a primary key using WITHOUT OVERLAPS"
        remedy = "Write PERIOD before the last column of both lists."
    if message:
        analyzer.report("foreign-key-target", message, remedy, node.location)


def _is_temporal(target: HistoryRelation, fitting: list[str]) -> bool:
    found = [target.constraints.get(name) for name in fitting]
    return all(each is not None and each.tree is not None and each.tree.without_overlaps for each in found)
