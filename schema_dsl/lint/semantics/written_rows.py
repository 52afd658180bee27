"""Check the rows of an INSERT ... VALUES against the keys and the partitions of the table."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial

from schema_dsl.analysis.trees import enumeration, resolve_type_name
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.semantics import partition_rows
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.refused_values import may_change_rows, read_constant, to_stored
from schema_dsl.parsing import Node

_UNKNOWN_TRIGGERS = frozenset({"triggers", "more triggers"})


def check_rows(
    analyzer: HistoryAnalyzer,
    relation: HistoryRelation,
    named: Sequence[str],
    rows: Sequence[Sequence[Node]],
    clause: Node,
) -> None:
    """Check that no two rows have the same key, and that a partition takes each row.

    Args:
        analyzer: The analysis of the statement.
        relation: The table.
        named: The columns of the values.
        rows: The values of each row.
        clause: The ON CONFLICT clause, which may be empty.
    """
    if relation.rules or may_change_rows(relation) or relation.unknown_kinds & _UNKNOWN_TRIGGERS:
        return
    if relation.partition_key or relation.partition_of is not None:
        for row in rows:
            given = dict(zip(named, row, strict=False))
            if partition_rows.check_row(analyzer, relation, partial(_find_value, relation, given)):
                break
    if len(rows) > 1:
        _check_keys(analyzer, relation, named, rows, clause)


def _find_value(relation: HistoryRelation, given: Mapping[str, Node], name: str) -> Node | None:
    return _choose_value(relation.columns.get(name), given.get(name))


def _choose_value(column: HistoryColumn | None, node: Node | None) -> Node | None:
    """Return the expression of the value that a column gets: the given one, or its default; None if it is not known."""
    if node is not None and node.WhichOneof("node") != "set_to_default":
        return node
    return None if column is None or _has_own_values(column) else column.default


def _has_own_values(column: HistoryColumn) -> bool:
    """Return whether a column without a value gets one that is not its default."""
    return column.uncertain or bool(column.generated) or column.owns_sequence


def _list_keys(relation: HistoryRelation) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name and the columns of each key that Postgres checks row by row."""
    unique = {each.name for each in relation.indexes.values() if each.unique and not each.partial}
    for constraint in relation.constraints.values():
        if constraint.is_key and not constraint.deferrable and constraint.created_at is not None:
            yield constraint.name, constraint.columns
    for name in sorted(unique - relation.constraints.keys()):
        index = relation.indexes[name]
        if index.tree is not None and index.created_at is not None:
            yield name, index.columns


def _check_keys(
    analyzer: HistoryAnalyzer,
    relation: HistoryRelation,
    named: Sequence[str],
    rows: Sequence[Sequence[Node]],
    clause: Node,
) -> None:
    action = enumeration("OnConflictAction")[clause.action]
    if action == "ONCONFLICT_NOTHING" or relation.unknown_kinds & {"constraints", "indexes"}:
        return
    targets = _list_targets(relation, clause)
    for key, columns in _list_keys(relation):
        is_update = action == "ONCONFLICT_UPDATE"
        if not columns or "" in columns or (is_update and targets != set(columns)):
            continue
        places = {name: number for number, name in enumerate(named)}
        found = [relation.columns.get(name) for name in columns]
        parts = [(column, places.get(column.name)) for column in found if column is not None]
        if len(parts) == len(columns) and _has_twin(
            analyzer, relation, key, parts, rows, is_update=is_update
        ):
            return


def _has_twin(
    analyzer: HistoryAnalyzer,
    relation: HistoryRelation,
    key: str,
    parts: Sequence[tuple[HistoryColumn, int | None]],
    rows: Sequence[Sequence[Node]],
    *,
    is_update: bool,
) -> bool:
    """Report the first row that has the key of an earlier row; return whether there is one."""
    seen: set[tuple[Hashable, ...]] = set()
    for row in rows:
        values = _read_key(analyzer, parts, row)
        if values is not None and values in seen:
            _report_twice(analyzer, relation, key, row, is_update=is_update)
            return True
        if values is not None:
            seen.add(values)
    return False


def _list_targets(relation: HistoryRelation, clause: Node) -> set[str]:
    """Return the columns of ON CONFLICT; none with a condition, because of which a row may stay as it is."""
    if clause.HasField("where_clause"):
        return set()
    constraint = relation.constraints.get(clause.infer.conname)
    if constraint is not None:
        return set(constraint.columns)
    return {each.index_elem.name for each in clause.infer.index_elems}


def check_arbiter(analyzer: HistoryAnalyzer, relation: HistoryRelation, clause: Node) -> None:
    """Check that ON CONFLICT uses no deferrable constraint; without a target, it uses all of the table."""
    deferrable = {each.name: set(each.columns) for each in relation.constraints.values() if each.deferrable}
    if not deferrable or relation.unknown_kinds & {"constraints"}:
        return
    targets = {each.index_elem.name for each in clause.infer.index_elems}
    keys = [each for each in relation.constraints.values() if each.is_key]
    if targets:
        fitting = [each.name for each in keys if set(each.columns) == targets]
        used = bool(fitting) and all(name in deferrable for name in fitting)
    else:
        names_of_keys = {each.name for each in keys}
        named = clause.infer.conname
        used = named in deferrable if named else not names_of_keys.isdisjoint(deferrable)
    if used:
        message = "ON CONFLICT does not support deferrable unique constraints as arbiters"
        analyzer.report("conflict-target", message, "Name another constraint.", clause.location)


def _read_key(
    analyzer: HistoryAnalyzer, parts: Sequence[tuple[HistoryColumn, int | None]], row: Sequence[Node]
) -> tuple[Hashable, ...] | None:
    """Return the constants of a row in some columns; None if one is NULL or not known."""
    found: list[Hashable] = []
    for column, place in parts:
        node = _choose_value(column, row[place] if place is not None and place < len(row) else None)
        if node is None:
            return None
        if node.WhichOneof("node") == "type_cast":
            kind = resolve_type_name(analyzer.history, node.type_cast.type_name)
            if kind is None or kind != column.type:
                return None
        value = read_constant(node)
        if value is None:
            return None
        stored = to_stored(analyzer.history, column, value)
        # Equal constants are equal values of any type.
        found.append(value if stored is None else stored)
    return tuple(found)


def _report_twice(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, key: str, row: Sequence[Node], *, is_update: bool
) -> None:
    message = f'duplicate key value violates unique constraint "{key}" of {relation}: an earlier row has the same key'
    if is_update:
        message = (
            "ON CONFLICT DO UPDATE command cannot affect row a second time: an earlier row has the same key"
        )
    location = next((node.a_const.location for node in row if node.WhichOneof("node") == "a_const"), -1)
    analyzer.report("duplicate-key", message, "Remove one of the rows.", location)
