"""Isolate an object: remove everything else that could refuse a row, so that a trial shows the object alone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, TypeAlias

import attrs
from psycopg import sql as pg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection, last_result
from schema_dsl.sql import qualified

TableKey = tuple[str, str]
Removed: TypeAlias = tuple[set[str], set[str]]

# Postgres refuses to drop inherited constraints. A foreign key goes first, because the drop of its key drops it too.
_OBSTACLES = """
    SELECT CASE k.contype WHEN 'f' THEN 1 ELSE 2 END AS rank, 'constraint', k.conname::text
    FROM pg_catalog.pg_constraint AS k
    WHERE k.conrelid = pg_catalog.to_regclass(%(relation)s) AND k.coninhcount = 0
        AND k.contype IN ('p', 'u', 'f', 'c', 'x')
        AND k.oid <> ALL (%(kept)s)
    UNION ALL
    SELECT 3, 'column', a.attname::text
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = pg_catalog.to_regclass(%(relation)s) AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attnotnull AND a.attidentity = '' AND a.attinhcount = 0
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_constraint AS k
            WHERE k.conrelid = a.attrelid AND k.contype = 'p' AND k.oid = ANY (%(kept)s) AND a.attnum = ANY (k.conkey)
        )
    UNION ALL
    SELECT 4, 'index', x.relname::text
    FROM pg_catalog.pg_index AS i
    INNER JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
    WHERE i.indrelid = pg_catalog.to_regclass(%(relation)s) AND i.indisunique AND x.oid <> ALL (%(kept)s)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = x.oid AND k.conrelid = i.indrelid)
    UNION ALL
    -- Without a primary key, a published table refuses UPDATE and DELETE.
    SELECT 5, 'publication', p.pubname::text FROM pg_catalog.pg_publication AS p
    UNION ALL
    -- Before version 18, DROP NOT NULL reaches the primary keys of tables that inherit.
    SELECT 6, 'child', i.inhrelid::pg_catalog.regclass::text
    FROM pg_catalog.pg_inherits AS i
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid AND NOT c.relispartition
    WHERE i.inhparent = pg_catalog.to_regclass(%(relation)s)
    ORDER BY 1, 3
"""
# The tables with many triggers of foreign keys of other tables, and the names of their other triggers that are enabled.
# The triggers of partitions depend on those of their parent.
_REFERENCED = """
    WITH kept AS MATERIALIZED (
        SELECT c.oid
        FROM unnest(%s::text[], %s::text[]) AS k (schema, name)
        INNER JOIN pg_catalog.pg_namespace AS n ON n.nspname = k.schema
        INNER JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = k.name
    ),
    others AS MATERIALIZED (
        SELECT t.oid, t.tgrelid
        FROM pg_catalog.pg_trigger AS t
        INNER JOIN pg_catalog.pg_constraint AS k
            ON k.oid = t.tgconstraint AND k.contype = 'f' AND k.confrelid = t.tgrelid AND k.conrelid <> k.confrelid
        LEFT JOIN kept ON kept.oid = k.conrelid
        WHERE kept.oid IS NULL
    ),
    referenced AS MATERIALIZED (
        SELECT c.oid, n.nspname, c.relname
        FROM (SELECT tgrelid FROM others GROUP BY tgrelid HAVING count(*) >= %s) AS o
        INNER JOIN pg_catalog.pg_class AS c ON c.oid = o.tgrelid AND c.relkind = 'r' AND NOT c.relispartition
        INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    )
    SELECT r.nspname, r.relname, coalesce(array_agg(t.tgname) FILTER (WHERE t.tgname IS NOT NULL), '{}')
    FROM referenced AS r
    LEFT JOIN pg_catalog.pg_trigger AS t
        ON t.tgrelid = r.oid AND t.tgenabled = 'O' AND NOT EXISTS (SELECT FROM others AS o WHERE o.oid = t.oid)
    GROUP BY r.nspname, r.relname
"""
_MANY_TRIGGERS: Final = 20

# Since version 18, a partition keeps a NOT NULL that is also its own, such as that of a key that was added to it first.
_OWN_NOT_NULLS = """
    SELECT pg_catalog.format(
        'ALTER TABLE %%s ALTER COLUMN %%I DROP NOT NULL', a.attrelid::pg_catalog.regclass, a.attname
    )
    FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(%s)) AS t
    INNER JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.relid AND a.attnotnull AND a.attname = ANY (%s)
    WHERE t.level > 0 AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint AS k
        WHERE k.conrelid = a.attrelid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)
    )
    ORDER BY t.level
"""
# The object under test, and the key that a foreign key references.
_KEPT = """
    SELECT k.oid FROM pg_catalog.pg_constraint AS k
    WHERE k.conrelid = pg_catalog.to_regclass(%(relation)s) AND k.conname = %(name)s
    UNION ALL
    SELECT i.indexrelid FROM pg_catalog.pg_index AS i
    INNER JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
    WHERE i.indrelid = pg_catalog.to_regclass(%(relation)s) AND x.relname = %(name)s
    UNION ALL
    SELECT u.oid
    FROM pg_catalog.pg_constraint AS k
    CROSS JOIN LATERAL (
        SELECT k.conindid
        UNION ALL
        SELECT c.oid FROM pg_catalog.pg_constraint AS c WHERE c.conindid = k.conindid AND c.contype IN ('p', 'u')
    ) AS u (oid)
    WHERE k.conrelid = pg_catalog.to_regclass(%(relation)s) AND k.conname = %(name)s AND k.contype = 'f'
"""


@attrs.frozen
class Isolation:
    """Removes obstacles from the tables of one database. The caller rolls the transaction back.

    Attributes:
        connection: A session that may alter every table.
        wanted: The declared schema.
    """

    connection: Connection
    wanted: Catalog
    _declared: Collection[tuple[TableKey, str]] = attrs.field(
        init=False,
        default=attrs.Factory(
            lambda self: frozenset((each.relation, each.name) for each in self.wanted.objects),
            takes_self=True,
        ),
    )

    def isolate(self, identity: Identity, *others: TableKey) -> Removed:
        """Remove the other constraints, unique indexes, NOT NULLs and the rows of tables.

        An undeclared constraint of a table that the definitions own stays, because a trial must show it.

        Args:
            identity: The object that stays, with the table of the object.
            others: Other tables to clear. The key that a foreign key references stays.

        Returns:
            The names of the removed constraints and indexes of the table of the object, and its columns that are
            nullable now.
        """
        kept: list[int] = []
        # A constraint and an index may have the name of an object of another kind.
        if identity.kind not in {"column", "table", "trigger"}:
            parameters = {"relation": qualified(*identity.relation), "name": identity.name}
            kept = [row[0] for row in self.connection.execute(_KEPT, parameters).fetchall()]
        column = identity.name if identity.kind == "column" else None
        removed = self._clear(identity.relation, kept, lambda name: name != column)
        for key in set(others) - {identity.relation}:
            self._clear(key, kept)
        return removed

    def remove_constraints(self, key: TableKey) -> set[str]:
        """Remove the constraints, unique indexes and rows of a table, but no NOT NULLs.

        Returns:
            The names of the removed constraints and indexes.
        """
        return self._clear(key, (), lambda _: False)[0]

    def _clear(
        self, key: TableKey, kept: Collection[int], may_be_null: Callable[[str], bool] = lambda _: True
    ) -> Removed:
        target = pg.Identifier(*key)
        rows = self.connection.execute(
            _OBSTACLES, {"relation": qualified(*key), "kept": list(kept)}
        ).fetchall()
        nullable = {name for _, kind, name in rows if kind == "column" and may_be_null(name)}
        names = {
            (kind, name)
            for _, kind, name in rows
            if kind in {"constraint", "index"} and self._may_drop(key, name)
        }
        changes = [
            *(
                pg.SQL("DROP CONSTRAINT IF EXISTS {} CASCADE").format(pg.Identifier(name))
                for _, kind, name in rows
                if kind == "constraint" and (kind, name) in names
            ),
            *(
                pg.SQL("ALTER COLUMN {} DROP NOT NULL").format(pg.Identifier(name))
                for name in sorted(nullable)
            ),
        ]
        commands = [
            *(
                pg.SQL("ALTER TABLE {} NO INHERIT {}").format(pg.SQL(name), target)
                for _, kind, name in rows
                if kind == "child"
            ),
            *([pg.SQL("ALTER TABLE {} {}").format(target, pg.SQL(", ").join(changes))] if changes else []),
            *(
                pg.SQL("DROP INDEX {} CASCADE").format(pg.Identifier(key[0], name))
                for kind, name in sorted(names)
                if kind == "index"
            ),
            *(
                pg.SQL("DROP PUBLICATION {}").format(pg.Identifier(name))
                for _, kind, name in rows
                if kind == "publication"
            ),
            pg.SQL("SELECT FROM {} LIMIT 1").format(target),
        ]
        cursor = self.connection.execute(pg.SQL("; ").join(commands))
        if last_result(cursor).fetchone() is not None:
            self.connection.execute(pg.SQL("TRUNCATE {} CASCADE").format(target))
        table = self.wanted.tables.get(key)
        if nullable and table is not None and table.partition_by is not None:
            parameters = [qualified(*key), sorted(nullable)]
            for (command,) in self.connection.execute(_OWN_NOT_NULLS, parameters).fetchall():
                self.connection.execute(command.encode())
        return {name for _, name in names}, nullable

    def _may_drop(self, key: TableKey, name: str) -> bool:
        table = self.wanted.tables.get(key)
        is_owned = table is not None and table.existing is None
        return not is_owned or (key, name) in self._declared


def disable_keys_of_others(connection: Connection, tables: Collection[TableKey]) -> None:
    """Disable the foreign keys of other tables than some on the rows of tables that many tables reference.

    Each DELETE of a referenced row would look into all of them, and no trial deletes a row that one of the other tables
    references. The caller rolls the transaction back.
    """
    if connection.info.parameter_status("is_superuser") != "on":
        return
    parameters = [[schema for schema, _ in tables], [name for _, name in tables], _MANY_TRIGGERS]
    for schema, name, kept in connection.execute(_REFERENCED, parameters).fetchall():
        # Postgres loads all triggers of the table again after each one that is named.
        table = pg.Identifier(schema, name)
        connection.execute(pg.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(table))
        enabled = (pg.SQL("ENABLE TRIGGER {}").format(pg.Identifier(each)) for each in kept)
        if kept:
            connection.execute(pg.SQL("ALTER TABLE {} {}").format(table, pg.SQL(", ").join(enabled)))


def disable_other_triggers(connection: Connection, identity: Identity) -> None:
    """Disable the other user triggers of the table of a trigger. The caller rolls the transaction back."""
    rows = connection.execute(
        "SELECT tgname FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND tgname <> %s"
        " AND tgrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))",
        [identity.name, *identity.relation],
    ).fetchall()
    for (name,) in rows:
        connection.execute(
            pg.SQL("ALTER TABLE {} DISABLE TRIGGER {}").format(
                pg.Identifier(*identity.relation), pg.Identifier(name)
            )
        )
