"""Check that an index or key can serve the statement that needs it."""

from __future__ import annotations

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.lint.history.constraints import iter_column_names
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryIndex, HistoryRelation
from schema_dsl.lint.semantics.access_methods import check_key_type, check_without_overlaps
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.relation_kinds import check_accepted
from schema_dsl.parsing import Node

_RULE = "unusable-index"
_KEYS = frozenset({"primary_key", "unique"})


# The access methods of Postgres whose indexes have no order in which CLUSTER could write a table.
_UNORDERED = frozenset({"brin", "gin", "hash", "spgist"})


def check_cluster(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the table and the index of CLUSTER."""
    relation = analyzer.resolve_relation(tree.relation) if tree.relation.relname else None
    if relation is None or step.guard is not Guard.NONE or not check_accepted(analyzer, relation, "CLUSTER"):
        return
    if tree.indexname:
        check_named_index(analyzer, relation, "AT_ClusterOn", tree.indexname)
    elif relation.has_known_keys and not any(index.clustered for index in relation.indexes.values()):
        message = f'there is no previously clustered index for table "{relation}"'
        remedy = "Name the index: CLUSTER table USING index."
        analyzer.report(_RULE, message, remedy, tree.relation.location, relation.name)


def check_named_index(analyzer: HistoryAnalyzer, relation: HistoryRelation, command: str, name: str) -> None:
    """Check the index of CLUSTER ON or REPLICA IDENTITY USING INDEX."""
    if relation.uncertain or relation.created_at is None or "indexes" in relation.unknown_kinds:
        return
    index = relation.indexes.get(name)
    if index is None:
        other = analyzer.history.find_index(relation.schema, name)
        message = f'"{name}" is not an index of table "{relation}"' if other is not None else ""
        # A partition also has an index for each one of its parent, which the replay does not record.
        if not message and relation.fully_known and relation.partition_of is None:
            message = f'index "{name}" of table "{relation}" does not exist'
        remedy = "Create the index first."
    else:
        why = (
            _find_cluster_obstacle(index)
            if command == "AT_ClusterOn"
            else _find_identity_obstacle(relation, index)
        )
        use = "CLUSTER" if command == "AT_ClusterOn" else "REPLICA IDENTITY"
        message = f'index "{name}" is {why}, and cannot be used for {use}' if why else ""
        remedy = "Use a unique index on columns that are NOT NULL, without WHERE."
        if command == "AT_ClusterOn":
            remedy = "Use a B-tree index without WHERE."
    if message:
        analyzer.report(_RULE, message, remedy, -1, name)


def _find_cluster_obstacle(index: HistoryIndex) -> str:
    if index.method in _UNORDERED:
        return f"a {index.method} index"
    return "a partial index" if index.partial else ""


def _find_key_obstacle(index: HistoryIndex) -> str:
    """Return why an index does not make columns unique in all rows; "" if it does."""
    if not index.unique:
        return "not a unique index"
    if index.partial:
        return "a partial index"
    if "" in index.columns:
        return "an index with an expression"
    return ""


def _find_identity_obstacle(relation: HistoryRelation, index: HistoryIndex) -> str:
    """Return why an index cannot identify rows for subscribers; "" if it can."""
    constraint = relation.constraints.get(index.name)
    columns = [relation.columns.get(name) for name in index.columns]
    if obstacle := _find_key_obstacle(index):
        return obstacle
    if constraint is not None and constraint.deferrable:
        return "the index of a deferrable constraint"
    nullable = [each for each in columns if each is not None and not (each.not_null or each.uncertain)]
    return f"on column {nullable[0].name}, which may be NULL" if nullable else ""


def check_using_index(analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node) -> None:
    """Check the index of ADD CONSTRAINT ... UNIQUE or PRIMARY KEY USING INDEX."""
    if not node.indexname or relation.uncertain or "indexes" in relation.unknown_kinds:
        return
    index = relation.indexes.get(node.indexname)
    if index is None:
        if relation.fully_known and relation.partition_of is None:
            message = f'index "{node.indexname}" does not exist on table "{relation}"'
            analyzer.report(_RULE, message, "Create the unique index first.", node.location, node.indexname)
        return
    what = _find_obstacle(relation, index)
    if what:
        message = f'"{index.name}" is {what}, and cannot be used for a key'
        remedy = "Create a unique index on plain columns without WHERE."
        analyzer.report(_RULE, message, remedy, node.location, index.name)


def _find_obstacle(relation: HistoryRelation, index: HistoryIndex) -> str:
    """Return why an index cannot back a key; "" if it can."""
    if index.name in relation.constraints:
        return "already associated with a constraint"
    if obstacle := _find_key_obstacle(index):
        return obstacle
    elements = [param.index_elem for param in index.tree.index_params] if index.tree is not None else []
    orders = {enumeration("SortByDir")[element.ordering] for element in elements}
    return "an index in descending order" if "SORTBY_DESC" in orders else ""


def check_refresh(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that REFRESH ... CONCURRENTLY finds a unique index without expressions and predicate."""
    del step
    view = analyzer.resolve_relation(tree.relation)
    if not check_accepted(analyzer, view, "REFRESH MATERIALIZED VIEW"):
        return
    if tree.concurrent and tree.skip_data:
        message = "CONCURRENTLY and WITH NO DATA options cannot be used together"
        analyzer.report(
            _RULE, message, "Leave one of them out.", tree.relation.location, tree.relation.relname
        )
        return
    if not tree.concurrent or view is None or view.kind != "materialized_view" or not view.fully_known:
        return
    if view.uncertain or "indexes" in view.unknown_kinds:
        return
    if not any(map(_allows_refresh, view.indexes.values())):
        analyzer.report(
            _RULE,
            f'cannot refresh materialized view "{view}" concurrently: it has no unique index on plain columns',
            "Create a unique index without WHERE on one or more columns of the view.",
            tree.relation.location,
            view.name,
        )


def _allows_refresh(index: HistoryIndex) -> bool:
    """Return whether an index is unique, has no expressions, and has no predicate or one that Postgres may fold."""
    predicate = index.tree.where_clause if index.partial and index.tree is not None else None
    is_constant = predicate is not None and not any(iter_column_names(predicate))
    return index.unique and "" not in index.columns and (is_constant or not index.partial)


def check_partition_key(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, kind: str, columns: list[str], location: int
) -> None:
    """Check that a unique key of a partitioned table contains the columns of the partition key."""
    if kind not in _KEYS or not relation.partition_key or relation.uncertain:
        return
    missing = [column for column in relation.partition_key if column not in columns]
    if not missing:
        return
    if "" in missing:
        message = f'unique constraint on partitioned table "{relation}" cannot include its partition key, an expression'
        remedy = "Partition by columns, or enforce the key on each partition."
    else:
        message = (
            f'unique constraint on partitioned table "{relation}" must include all partitioning columns: '
            f'it lacks "{missing[0]}"'
        )
        remedy = f"Add {', '.join(missing)} to the key."
    analyzer.report("partition-key", message, remedy, location)


def check_unique_index(analyzer: HistoryAnalyzer, relation: HistoryRelation, tree: Node) -> None:
    """Check a CREATE INDEX on a partitioned table."""
    columns = [param.index_elem.name for param in tree.index_params]
    if tree.unique:
        check_partition_key(analyzer, relation, "unique", columns, tree.relation.location)
    if tree.concurrent and relation.partition_key and not relation.uncertain:
        analyzer.report(
            "partition-key",
            f'cannot create an index on partitioned table "{relation}" concurrently',
            "Create the index ON ONLY the table, then CONCURRENTLY on each partition, and attach them.",
            tree.relation.location,
            relation.name,
        )


def check_key(analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node, on: str) -> None:
    """Check a PRIMARY KEY or UNIQUE of a table; `on` is the column of a column constraint."""
    kind = constraint_kind(node.contype)
    if node.without_overlaps:
        check_without_overlaps(analyzer, relation, node)
        return
    for name in names(node.keys) or [on]:
        column = relation.columns.get(name)
        if column is not None and not column.uncertain:
            check_key_type(analyzer, "btree", column.type, None, location=node.location, word=name)
    check_partition_key(analyzer, relation, kind, names(node.keys) or [on], node.location)
