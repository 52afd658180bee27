"""The rows that a declared backfill= fills: a migration may replace NULL there, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import attrs

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.verify.row_snapshot import RelationRows, RowSnapshot


def find_backfilled(wanted: Catalog, before: Catalog, after: Catalog) -> dict[str, frozenset[str]]:
    """Return the columns that became NOT NULL and declare a backfill=, by the name of their table."""
    found: dict[str, set[str]] = {}
    for identity, declared in wanted.objects.items():
        if isinstance(declared, Column) and declared.backfill is not None:
            old, new = before.objects.get(identity), after.objects.get(identity)
            if old is not None and new is not None and not old.not_null and new.not_null:
                found.setdefault(".".join(identity.relation), set()).add(identity.name)
    return {table: frozenset(columns) for table, columns in found.items()}


def fill_nulls(
    before: RowSnapshot, after: RowSnapshot, backfilled: Mapping[str, Collection[str]]
) -> RowSnapshot:
    """Return the snapshot before with the values after where backfilled columns were NULL.

    Rows are paired by the primary key. Without one nothing is filled, and the difference is reported.
    """
    filled = dict(before)
    for table, columns in backfilled.items():
        if table in before and table in after:
            filled[table] = _fill(before[table], after[table], columns)
    return filled


def _fill(old: RelationRows, new: RelationRows, columns: Collection[str]) -> RelationRows:
    if not old.key or old.key != new.key:
        return old
    later = dict(zip(new.project(old.key), new.rows, strict=True))
    places = {old.columns.index(column): new.columns.index(column) for column in columns}
    rows = []
    for key, row in zip(old.project(old.key), old.rows, strict=True):
        values = list(row)
        for place, other in places.items():
            if values[place] is None and key in later:
                values[place] = later[key][other]
        rows.append(tuple(values))
    return attrs.evolve(old, rows=tuple(rows))
