"""Read the partitions of all partitioned tables."""

from __future__ import annotations

from typing import Final

from schema_dsl.plan.partitions import Partitions, PresentPartition
from schema_dsl.postgres import Connection

_PARTITIONS: Final = """
    SELECT root_schema.nspname, root.relname, own_schema.nspname, own.relname, parent_schema.nspname, parent.relname,
        tree.isleaf
    FROM pg_catalog.pg_class AS root
    INNER JOIN pg_catalog.pg_namespace AS root_schema ON root_schema.oid = root.relnamespace
    CROSS JOIN LATERAL pg_catalog.pg_partition_tree(root.oid) AS tree
    LEFT JOIN pg_catalog.pg_class AS own ON own.oid = tree.relid AND tree.level > 0
    LEFT JOIN pg_catalog.pg_namespace AS own_schema ON own_schema.oid = own.relnamespace
    LEFT JOIN pg_catalog.pg_class AS parent ON parent.oid = tree.parentrelid
    LEFT JOIN pg_catalog.pg_namespace AS parent_schema ON parent_schema.oid = parent.relnamespace
    WHERE root.relkind = 'p'
    ORDER BY root.oid, tree.level, 3, 4
"""


def read_partitions(connection: Connection) -> Partitions:
    """Return the partitions of each partitioned table; an empty list for a table that has no partitions yet."""
    found: dict[tuple[str, str], tuple[PresentPartition, ...]] = {}
    for root_schema, root, schema, name, parent_schema, parent, is_leaf in connection.execute(_PARTITIONS):
        partitions = found.setdefault((root_schema, root), ())
        if name is not None:
            partition = PresentPartition((schema, name), (parent_schema, parent), is_leaf)
            found[root_schema, root] = (*partitions, partition)
    return found
