"""The rows that a declared backfill= changes: a migration may replace only values that it no longer allows."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Collection, Iterator
from typing import Final

import attrs
from psycopg import errors, sql

from schema_dsl.analysis.identity import table_identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check
from schema_dsl.model.trigger import Trigger
from schema_dsl.plan.children import find_children
from schema_dsl.plan.conditions import is_widened
from schema_dsl.plan.not_null import needs_values
from schema_dsl.postgres import Connection
from schema_dsl.verify.snapshots.rows import RelationRows, RowSnapshot

_COMMENT: Final = re.compile(r"^\s*--.*$", re.MULTILINE)


@attrs.frozen
class Backfill:
    """A backfill of a migration.

    Attributes:
        relation: The schema and the name of the table.
        columns: The columns that the backfill sets.
        has_triggers: Whether triggers of the table may set further columns of a changed row.
        condition: The condition that the rows to change violate; None for the rows with NULL in the column.
        is_new: Whether the migration adds the column or condition.
    """

    relation: tuple[str, str]
    columns: frozenset[str]
    has_triggers: bool
    condition: str | None = None
    is_new: bool = False

    @property
    def table(self) -> str:
        """The name of the table, as in snapshots of rows."""
        return ".".join(self.relation)

    def sets(self, column: str) -> bool:
        """Return whether a column may have another value after the backfill."""
        return self.has_triggers or column in self.columns


def find_backfills(wanted: Catalog, before: Catalog, after: Catalog) -> tuple[Backfill, ...]:
    """Return the backfills of a migration: of columns that became NOT NULL, and of new or changed conditions."""
    found = tuple(_iterate_backfills(wanted, before, after))
    if not found:
        return ()
    children = find_children(after.objects)
    of_children = (
        attrs.evolve(backfill, relation=child.relation)
        for backfill in found
        for child in children.get(table_identity(*backfill.relation), ())
    )
    return (*found, *of_children)


def _iterate_backfills(wanted: Catalog, before: Catalog, after: Catalog) -> Iterator[Backfill]:
    filling = [each for each, item in wanted.objects.items() if getattr(item, "backfill", None)]
    if not filling:
        return
    with_triggers = {identity.parent for identity, item in after.objects.items() if isinstance(item, Trigger)}
    for identity in filling:
        declared = wanted.objects[identity]
        old, new = before.objects.get(identity), after.objects.get(identity)
        if new is None:
            continue
        is_new = old is None and identity.root in before.objects
        if isinstance(declared, Column) and (
            (is_new and needs_values(declared)) or (old is not None and not old.not_null and new.not_null)
        ):
            has_triggers = identity.parent in with_triggers
            yield Backfill(identity.relation, frozenset([identity.name]), has_triggers, is_new=is_new)
        if isinstance(declared, Check) and (
            is_new or (old is not None and not is_widened(old.expression, new.expression))
        ):
            columns = frozenset(column for column, _ in declared.backfill)
            has_triggers = identity.parent in with_triggers
            yield Backfill(identity.relation, columns, has_triggers, declared.expression)


def is_written_by_triggers(relation: tuple[str, str], backfills: Collection[Backfill], script: str) -> bool:
    """Return whether only triggers that a backfill fires can change the rows of a relation.

    Args:
        relation: The schema and the name of a table or sequence.
        backfills: The backfills of the migration.
        script: The migration, which does not name the relation then.
    """
    return (
        any(backfill.has_triggers for backfill in backfills)
        and all(backfill.relation != relation for backfill in backfills)
        and not re.search(rf"\b{re.escape(relation[1])}\b", _COMMENT.sub("", script))
    )


def fill_rows(
    connection: Connection, before: RowSnapshot, after: RowSnapshot, backfills: Collection[Backfill]
) -> RowSnapshot:
    """Return the snapshot before with the values after where a backfill has to change them.

    Rows are paired by the primary key. Without one nothing is filled, and the difference is reported.

    Args:
        connection: A session in a database with the tables, where Postgres evaluates the conditions.
        before: The rows before.
        after: The rows after.
        backfills: The backfills.
    """
    filled = dict(before)
    for backfill in backfills:
        table = backfill.table
        if table in before and table in after:
            old = before[table]
            violating = None
            if backfill.condition is not None:
                violating = _find_violating(connection, old, backfill.condition)
            filled[table] = _fill(filled[table], after[table], backfill, violating)
    return filled


def _find_violating(connection: Connection, rows: RelationRows, condition: str) -> set[int]:
    """Return the places of the rows that violate a condition."""
    query = sql.SQL(
        "SELECT place FROM pg_catalog.unnest(%s::json[]) WITH ORDINALITY AS given(item, place)"
        " CROSS JOIN LATERAL pg_catalog.json_populate_record(NULL::{relation}, item) AS {name}"
        " WHERE ({condition}\n) IS FALSE"
    ).format(
        relation=sql.Identifier(*rows.relation),
        name=sql.Identifier(rows.relation[1]),
        condition=sql.SQL(condition.replace("%", "%%")),
    )
    items = [json.dumps(dict(zip(rows.columns, row, strict=True))) for row in rows.rows]
    return {place - 1 for (place,) in connection.execute(query, [items]).fetchall()}


def _fill(
    old: RelationRows, new: RelationRows, backfill: Backfill, violating: Collection[int] | None
) -> RelationRows:
    if not old.key or old.key != new.key:
        return old
    later = dict(zip(new.project(old.key), new.rows, strict=True))
    kept = [column for column in old.columns if column in new.columns]
    places = {
        old.columns.index(column): new.columns.index(column) for column in kept if backfill.sets(column)
    }
    # A column that the migration adds is NULL in every row.
    asked = [old.columns.index(column) for column in backfill.columns if column in old.columns]
    is_added = len(asked) < len(backfill.columns)
    rows = []
    for number, (key, row) in enumerate(zip(old.project(old.key), old.rows, strict=True)):
        values = list(row)
        is_filled = (
            number in violating if violating is not None else is_added or None in [row[i] for i in asked]
        )
        if is_filled and key in later:
            for place, other in places.items():
                values[place] = later[key][other]
        rows.append(tuple(values))
    return attrs.evolve(old, rows=tuple(rows))


def delete_violating(connection: Connection, backfills: Collection[Backfill]) -> None:
    """Delete the rows whose values a backfill of a condition would change."""
    for backfill in backfills:
        if backfill.condition is None:
            continue
        # The migration may add a column of the condition, which has no values before.
        with contextlib.suppress(errors.UndefinedColumn), connection.transaction():
            connection.execute(
                sql.SQL("DELETE FROM {} WHERE ({}\n) IS FALSE").format(
                    sql.Identifier(*backfill.relation),
                    sql.SQL(backfill.condition),
                )
            )
