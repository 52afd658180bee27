"""Values of many kinds for the columns of a table, so that a condition on rows finds some of them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import table_part
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check, Exclusion, ForeignKey, PrimaryKey, Unique
from schema_dsl.model.index import Index
from schema_dsl.model.serial import find_serial_base
from schema_dsl.parsing import list_columns
from schema_dsl.sql import Sql, literal
from schema_dsl.verify.retyped_values import choose_together, find_labels, keep_convertible, prefer_kept
from schema_dsl.verify.rows import ANY_VALUE, RowBuilder
from schema_dsl.verify.rows.table_description import ColumnDescription, TableDescription
from schema_dsl.verify.rows.value_choice import CheckGroup, group_checks
from schema_dsl.verify.values import Evaluator, TypedSlot
from schema_dsl.verify.values.realistic import list_realistic_values

_MOST_PER_COLUMN: Final = 14
_SAMPLE_NUMBERS: Final = (1, 2, 40)

_PUBLIC: Final = "public."


@attrs.frozen
class ColumnValues:
    """The values to try in the columns of a table.

    Attributes:
        single: The values of each column that shares no check with another column.
        grouped: For each group of columns that share a check, the pairs of a column and a value.
        retyped: Those of these columns with another type in the other state, so that not every value is valid in both
            states.
        together: Values of the retyped columns in groups that pass the checks together.
    """

    single: Mapping[str, list[Any]]
    grouped: tuple[tuple[tuple[str, Any], ...], ...]
    retyped: frozenset[str]
    together: Mapping[str, str] = attrs.Factory(dict)

    def convertible(self, column: str) -> Any:
        """Return a value of a retyped column that is valid in both states; NULL if there is no other."""
        if column in self.together:
            return self.together[column]
        pairs = (pair for group in self.grouped for pair in group)
        shared = (value for name, value in pairs if name == column)
        values = (*self.single.get(column, ()), *shared)
        return next((value for value in values if value is not None), None)

    def list_rows(self, most: int) -> list[dict[str, Any]]:
        """Return rows with each value of each column, and with many pairs of values of two columns.

        Args:
            most: The largest number of rows.
        """
        rows: list[dict[str, Any]] = [{} for _ in range(most)]
        for place, (column, values) in enumerate(self.single.items()):
            for row, value in zip(rows, _repeat_shuffled(values, place), strict=False):
                row[column] = value
        for pairs in self.grouped:
            for row, (column, value) in zip(rows, itertools.cycle(pairs), strict=False):
                row[column] = value
        return rows if self.single or self.grouped else []


def _repeat_shuffled(values: Sequence[Any], seed: int) -> Iterator[Any]:
    """Yield all values again and again, each time in another order, which is the same in each run."""
    shuffled = random.Random(seed)  # noqa: S311 - the order is no secret
    order = list(values)
    while True:
        shuffled.shuffle(order)
        yield from order


def choose_column_values(
    builder: RowBuilder, evaluator: Evaluator, relation: TableDescription, other: Catalog
) -> ColumnValues:
    """Choose values of many kinds for the columns of a table.

    Args:
        builder: The builder of the rows.
        evaluator: An evaluator on the connection of the builder.
        relation: The table, with the checks of both states.
        other: The objects of the other state.
    """
    groups = {column: group for group in group_checks(relation) for column in group.columns}
    distinct = _list_distinct_columns(relation)
    chosen_by_builder = distinct | relation.referencing_columns
    retyped = {
        name: field_slot
        for name, field in relation.columns.items()
        if not (field.generated or field.identity or name in chosen_by_builder)
        and (field_slot := _find_other_slot(relation, field, other)) is not None
    }
    found: dict[str, list[Any]] = {}
    for name, field in relation.columns.items():
        if field.generated or field.identity:
            continue
        group = groups.get(name)
        # Conditions on NULL are common, so NULL is in more rows than another value.
        nulls: list[Any] = [] if field.not_null else [None, None]
        if name in chosen_by_builder:
            # The builder chooses a present key, or a value that no row has.
            found[name] = [None, ANY_VALUE] if nulls and name not in relation.distinct_null_columns else []
            continue
        expressions = [
            *list_realistic_values(field.slot),
            *map(_as_sql, builder.list_candidates(relation, name)),
        ]
        # The migration may create or drop the enum, so that this state lacks it.
        labels = find_labels(other, retyped[name]) if name in retyped else ()
        if labels:
            expressions += map(literal, labels)
        elif name in retyped:
            expressions += _list_values_of_other_type(builder, evaluator, retyped[name])
        if group is None and name not in retyped:
            found[name] = [*nulls, *expressions][:_MOST_PER_COLUMN]
            continue
        texts = [
            text
            for text in evaluator.texts([(value, field.slot) for value in expressions])
            if text is not None
        ]
        values: list[Any] = [*nulls, *dict.fromkeys(texts)]
        if group is not None and len(group.columns) == 1:
            values = _keep_accepted(evaluator, relation, field, group, values)
        if name in retyped:
            values = (
                [value for value in values if value is None or value in labels]
                if labels
                else keep_convertible(evaluator, field, retyped[name], values)
            )
            values = values if group is None else prefer_kept(evaluator, field, retyped[name], values)
        found[name] = values[:_MOST_PER_COLUMN]
    shared = dict.fromkeys(group for group in groups.values() if len(group.columns) > 1)
    grouped = [tuple(_interleave({name: found.get(name, []) for name in group.columns})) for group in shared]
    in_groups = {name for group in shared for name in group.columns}
    together: dict[str, str] = {}
    for group in shared:
        names = [name for name in group.columns if name in retyped]
        together |= choose_together(builder, relation, names, found)
    return ColumnValues(
        {name: values for name, values in found.items() if values and name not in in_groups},
        tuple(pairs for pairs in grouped if pairs),
        frozenset(retyped),
        together,
    )


def _list_values_of_other_type(builder: RowBuilder, evaluator: Evaluator, other: TypedSlot) -> Iterator[Sql]:
    """Yield realistic values of the type in the other state, because few texts are valid, for instance, as a uuid."""
    slot = _read_other_type(builder, evaluator, other)
    if slot is None:
        return
    texts = evaluator.texts([(value, slot) for value in list_realistic_values(slot)])
    yield from (literal(text) for text in texts if text is not None)


def _read_other_type(builder: RowBuilder, evaluator: Evaluator, other: TypedSlot) -> TypedSlot | None:
    """Return the type in the other state; None if this state lacks it."""
    oid = evaluator.value(f"pg_catalog.to_regtype({literal(str(other.written))})::pg_catalog.oid")
    if oid is None:
        return None
    # A domain may refuse NULL.
    described = builder.connection.execute(
        f"SELECT CAST(NULL AS {other.written}) WHERE false".encode()
    ).pgresult
    modifier = -1 if described is None else described.fmod(0)
    return attrs.evolve(other, type=builder.tables.types.read([oid])[oid], modifier=modifier)


def _as_sql(text: str | None) -> Sql:
    return literal(text)


def _interleave(values: Mapping[str, list[Any]]) -> Iterator[tuple[str, Any]]:
    """Yield pairs of a column and a value, the first values of all columns first."""
    for place in range(max(map(len, values.values()), default=0)):
        yield from ((column, options[place]) for column, options in values.items() if place < len(options))


def _list_distinct_columns(relation: TableDescription) -> set[str]:
    """Return the columns that may not have the same value in several rows.

    In a key of several columns, one column stays distinct: a referencing column, or else the first one.
    """
    distinct = set(relation.distinct_columns) - {
        name for key in relation.unique_keys.values() for name in key
    }
    for columns in relation.unique_keys.values():
        references = [name for name in columns if name in relation.referencing_columns]
        distinct.add((references or list(columns))[0])
    return distinct


def _keep_accepted(
    evaluator: Evaluator,
    relation: TableDescription,
    field: ColumnDescription,
    group: CheckGroup,
    values: list[Any],
) -> list[Any]:
    rows = [{field.name: value} for value in values]
    accepted = evaluator.truths(group.condition, relation.name, {field.name: field.slot}, rows)
    return [value for value, passes in zip(values, accepted, strict=True) if passes]


def _find_other_slot(
    relation: TableDescription, field: ColumnDescription, other: Catalog
) -> TypedSlot | None:
    """Return the type of a column in the other state if it differs."""
    column = find_column(other, relation, field.name)
    # Postgres prints a type of the search path without its schema.
    if column is None:
        return None
    # No value can be cast to a serial type.
    written = find_serial_base(column.type.sql) or column.type.sql
    if field.slot.written in {written, written.removeprefix(_PUBLIC)}:
        return None
    return attrs.evolve(field.slot, written=written)


def find_column(catalog: Catalog, relation: TableDescription, name: str) -> Column | None:
    """Return a column of a table in a catalog."""
    column: Column | None = catalog.objects.get(table_part(Column.kind, relation.schema, relation.name, name))
    return column


def combine_states(relation: TableDescription, other: Catalog) -> TableDescription:
    """Return the description of a table with the constraints of the other state, as far as its columns exist."""
    columns = dict(relation.columns)
    for name, field in columns.items():
        column = find_column(other, relation, name)
        if column is not None and column.not_null:
            columns[name] = attrs.evolve(field, not_null=True)
    checks, keys, distinct = dict(relation.checks), dict(relation.unique_keys), set(relation.distinct_columns)
    for declared in other.of_relation((relation.schema, relation.name)).values():
        if isinstance(declared, Check) and declared.expression not in checks.values():
            names = [parts[-1] for parts in list_columns(declared.expression)]
            if all(
                name in columns and _find_other_slot(relation, columns[name], other) is None for name in names
            ):
                # The other state may have another check of the same name.
                checks[f"{declared.name} of the other state"] = declared.expression
        elif isinstance(declared, PrimaryKey | Unique):
            keys.setdefault(declared.name or "", declared.columns)
            distinct.update(declared.columns)
        elif isinstance(declared, Exclusion):
            distinct.update(_list_key_columns(declared.keys))
        elif isinstance(declared, Index) and declared.unique:
            distinct.update(_list_key_columns(element.on for element in declared.elements))
    return attrs.evolve(
        relation,
        columns=columns,
        checks=checks,
        unique_keys={name: names for name, names in keys.items() if set(names) <= columns.keys()},
        distinct_columns=frozenset(distinct & columns.keys()),
    )


def fit_distinct_values(
    builder: RowBuilder, evaluator: Evaluator, relation: TableDescription, other: Catalog
) -> TableDescription:
    """Return the description of a table whose distinct values are valid, and distinct, in both states.

    Args:
        builder: The builder of the rows.
        evaluator: An evaluator on the connection of the builder.
        relation: The table, with the keys of both states.
        other: The objects of the other state.
    """
    columns = dict(relation.columns)
    for name, field in relation.columns.items():
        if name not in relation.distinct_columns or field.generated or field.identity:
            continue
        slot = _find_other_slot(relation, field, other)
        if slot is None or _keep_distinct_values(evaluator, field, slot):
            continue
        # Few texts are valid as a uuid, but every uuid is valid as a text.
        with_values = attrs.evolve(field, distinct_slot=_read_other_type(builder, evaluator, slot))
        if _keep_distinct_values(evaluator, with_values, slot):
            columns[name] = with_values
    return attrs.evolve(relation, columns=columns)


def _keep_distinct_values(evaluator: Evaluator, field: ColumnDescription, other: TypedSlot) -> bool:
    """Return whether distinct values of a column are the same after a conversion to another type and back."""
    texts = [literal(field.distinct_text(number)) for number in _SAMPLE_NUMBERS]
    present = evaluator.texts([(text, field.slot) for text in texts])
    converted = [
        (Sql(f"CAST(CAST({text} AS {field.slot.written}) AS {other.written})"), field.slot) for text in texts
    ]
    return None not in present and present == evaluator.texts(converted)


def list_later_keys(relation: TableDescription, other: Catalog) -> Iterator[ForeignKey]:
    """Yield the foreign keys that only the other state has, on columns without a foreign key in this state."""
    for declared in other.of_relation((relation.schema, relation.name)).values():
        if (
            isinstance(declared, ForeignKey)
            and set(declared.columns) <= relation.columns.keys() - relation.referencing_columns
        ):
            yield declared


def _list_key_columns(elements: Iterable[str]) -> Iterator[str]:
    for element in elements:
        if isinstance(element, Sql):
            yield from (parts[-1] for parts in list_columns(element))
        else:
            yield element
