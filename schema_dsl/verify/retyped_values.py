"""Values of columns that have another type before or after the migration."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from typing import Any, Final

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.enum import Enum
from schema_dsl.sql import Sql, literal, qualified
from schema_dsl.verify.rows import RowBuilder
from schema_dsl.verify.rows.table_description import ColumnDescription, TableDescription
from schema_dsl.verify.values import Evaluator, TypedSlot

_MOST_COMBINATIONS: Final = 60


def choose_together(
    builder: RowBuilder,
    relation: TableDescription,
    names: Collection[str],
    values: Mapping[str, list[Any]],
) -> dict[str, str]:
    """Choose values of retyped columns that pass a check of several columns together; nothing if none do.

    Args:
        builder: The builder of the rows.
        relation: The table.
        names: The columns.
        values: The values to choose from, by column.
    """
    options = [
        [
            value
            for value in values.get(name, ())
            if value is not None and builder.can_complete(relation, {name: value})
        ]
        for name in names
    ]
    for chosen in itertools.islice(itertools.product(*options), _MOST_COMBINATIONS):
        texts = dict(zip(names, chosen, strict=True))
        if builder.can_complete(relation, texts):
            return texts
    return {}


def prefer_kept(
    evaluator: Evaluator, field: ColumnDescription, other: TypedSlot, values: list[Any]
) -> list[Any]:
    """Return the values that are the same after a conversion to another type and back; all values if none is.

    A value that the other type rounds or cuts may not pass the checks there.
    """
    given = [value for value in values if value is not None]
    converted = [
        Sql(f"CAST(CAST({literal(value)} AS {field.slot.written}) AS {other.written})") for value in given
    ]
    found = evaluator.texts([(each, field.slot) for each in converted])
    kept = {value for value, text in zip(given, found, strict=True) if value == text}
    return [value for value in values if value is None or value in kept] if kept else values


def keep_convertible(
    evaluator: Evaluator, field: ColumnDescription, other: TypedSlot, values: list[Any]
) -> list[Any]:
    """Return the values that the other type accepts."""
    converted = evaluator.texts(
        [
            (Sql(f"CAST({literal(value)} AS {field.slot.written})"), other)
            for value in values
            if value is not None
        ]
    )
    texts = iter(converted)
    return [value for value in values if value is None or next(texts) is not None]


def find_labels(other: Catalog, slot: TypedSlot) -> tuple[str, ...]:
    """Return the labels of an enum of the other state; nothing for another type.

    Args:
        other: The objects of the other state.
        slot: The type in the other state.
    """
    written = str(slot.written)
    names = {written, f"public.{written}"}
    enums = (item for item in other.objects.values() if isinstance(item, Enum))
    return next((item.labels for item in enums if str(qualified(item.schema, item.name)) in names), ())
