"""Expand the partitions of declared tables into tables of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.access import Access
from schema_dsl.model.constraint import PrimaryKey, Unique
from schema_dsl.model.flatten import strip_constraints
from schema_dsl.model.identity import copy_with, format_origin
from schema_dsl.model.partition import Partition
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.table import Table


def expand_partitions(
    declared: Iterable[SchemaObject], partitioned: Table | None = None
) -> Iterator[SchemaObject]:
    """Yield the objects, each table followed by its partitions and their partitions.

    Args:
        declared: The objects.
        partitioned: The table that the objects are partitions of, also as partitions of partitions; None if of none.

    Raises:
        DefinitionError: If partitions have no partitioned table, or a key lacks a column of the partition key.
    """
    for item in declared:
        yield item
        if isinstance(item, Table):
            root = partitioned or item
            _validate(item, root)
            for partition in item.partitions:
                yield from expand_partitions([_build_table(item, partition)], root)


def _build_table(parent: Table, partition: Partition) -> Table:
    """Return a partition as a table, with the columns of the partitioned table to refer to."""
    inherits_access = parent.access is not None or parent.grants is not None
    is_stated = partition.access is not None or partition.grants is not None
    access = Access() if inherits_access and not is_stated else partition.access
    row_security = partition.row_security
    if row_security is None:
        row_security = bool(partition.policies) or access is not None or inherits_access
    table = copy_with(
        parent,
        name=partition.name,
        schema=partition.schema or parent.schema,
        existing=None,
        columns=tuple(strip_constraints(column) for column in parent.all_columns),
        constraints=partition.constraints,
        indexes=partition.indexes,
        triggers=partition.triggers,
        rules=(),
        policies=partition.policies,
        access=access,
        grants=partition.grants,
        row_security=row_security,
        force_row_security=partition.force_row_security,
        unlogged=partition.unlogged,
        parameters=partition.parameters,
        replica_identity=partition.replica_identity,
        replica_identity_index=partition.replica_identity_index,
        cluster_on=partition.cluster_on,
        partition_by=partition.partition_by,
        partitions=partition.partitions,
        partition_of=Identity("table", parent.schema, parent.name),
        bound=partition.bound,
        comment=partition.comment,
        renamed_from=partition.renamed_from,
        origin=partition.origin,
    )
    if parent.existing is None:
        table.validate_columns()
    return table


def _validate(table: Table, root: Table) -> None:
    """Raise DefinitionError if the partition key does not fit the columns and keys of the partitioned table."""
    key = table.partition_by
    if key is None:
        if table.partitions and table.existing is None:
            raise DefinitionError(
                f"table {table.name} has partitions, but no partition_by",
                where=format_origin(table),
                instead='Add partition_by=by_range("..."), by_list("...") or by_hash("...").',
            )
        return
    names = {column.name for column in table.all_columns}
    for column in key.columns:
        if column not in names:
            raise DefinitionError(
                f"the partition key of table {table.name} refers to column {column}, which the table does not have",
                where=format_origin(table),
                instead=f"The table has: {', '.join(sorted(names)) or 'no known columns'}.",
            )
    keys = [
        (root, each.kind, each.columns) for each in root.constraints if isinstance(each, PrimaryKey | Unique)
    ]
    keys += [(root, "primary_key", root.primary_key_columns)] if root.primary_key_columns else []
    keys += [(root, "unique", (column.name,)) for column in root.columns if column.unique]
    keys += [
        (owner, "unique_index", tuple(element.on for element in index.elements))
        for owner in ([root] if root is table else [root, table])
        for index in owner.indexes
        if index.unique
    ]
    for owner, kind, columns in keys:
        missing = [column for column in key.columns if column not in columns]
        if missing:
            raise DefinitionError(
                f"the {kind.replace('_', ' ')} of table {owner.name} lacks {', '.join(missing)} of the partition key",
                where=format_origin(table),
                instead="Postgres keeps a key unique within each partition, so a key contains the partition key.",
            )
