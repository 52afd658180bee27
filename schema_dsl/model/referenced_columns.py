"""Validate the columns of other tables that foreign keys, published tables and extended statistics name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schema_dsl.errors import DefinitionError, suggest_similar
from schema_dsl.model.constraint import ForeignKey, PrimaryKey, Unique
from schema_dsl.model.identity import copy_with, format_origin
from schema_dsl.model.published_table import PublishedTable
from schema_dsl.model.reference import Reference
from schema_dsl.model.statistics import Statistics
from schema_dsl.model.table import Table
from schema_dsl.sql import Sql


def resolve_reference(item: Any, known: Mapping[tuple[str, str], Table], relation: tuple[str, str]) -> Any:
    """Return a foreign key with validated referenced columns, and other objects unchanged.

    Args:
        item: The object.
        known: The declared tables and the tables of the platform.
        relation: The (schema, name) pair of the table that declares the object.
    """
    if not isinstance(item, ForeignKey):
        return item
    reference = item.references
    assert isinstance(reference, Reference)  # noqa: S101 - flatten() converts every target
    assert reference.schema is not None  # noqa: S101
    target = known.get((reference.schema, reference.table))
    if target is None:
        raise DefinitionError(
            f"foreign key {item.name} references {reference.schema}.{reference.table}, which is not declared",
            where=format_origin(item),
            instead=suggest_similar(
                reference.table,
                (name for _, name in known),
                "Declare the table; for an existing table, with existing=[...].",
            ),
        )
    columns = reference.columns or target.primary_key_columns
    if not columns:
        raise DefinitionError(
            f"foreign key {item.name} references {target.name}, which has no declared primary key",
            where=format_origin(item),
            instead="Name the referenced columns: Reference(table, [columns]).",
        )
    names = {column.name for column in target.all_columns}
    for column in columns:
        if column not in names:
            raise DefinitionError(
                f"foreign key {item.name} references column {column}, which {target.name} does not have",
                where=format_origin(item),
                instead=suggest_similar(
                    column, names, f"{target.name} has: {', '.join(sorted(names)) or 'no known columns'}."
                ),
            )
    if len(columns) != len(item.columns):
        raise DefinitionError(
            f"foreign key {item.name} has columns ({', '.join(item.columns)}), but references "
            f"({', '.join(columns)}) of {target.name}",
            where=format_origin(item),
            instead="Both sides need the same number of columns.",
        )
    _require_unique_target(item, target, columns, relation)
    if reference.columns:
        return item
    return copy_with(item, references=copy_with(reference, columns=columns))


def _require_unique_target(
    foreign_key: ForeignKey, target: Table, columns: tuple[str, ...], relation: tuple[str, str]
) -> None:
    """Raise DefinitionError if the referenced columns are not unique, which Postgres requires.

    The constraints of existing tables are not declared, so their columns are not validated.
    """
    if target.existing is not None:
        return
    referenced = set(columns)
    primary_key = next(
        (constraint for constraint in target.constraints if isinstance(constraint, PrimaryKey)), None
    )
    if referenced == set(target.primary_key_columns) and not (primary_key and primary_key.deferrable):
        return
    if len(columns) == 1 and any(column.unique for column in target.columns if column.name == columns[0]):
        return
    unique = [
        set(constraint.columns)
        for constraint in target.constraints
        if isinstance(constraint, Unique | PrimaryKey) and not constraint.deferrable
    ]
    if (target.schema, target.name) != relation:
        # CREATE TABLE contains the foreign keys, and runs before the CREATE INDEX statements of the same table.
        unique += [
            {element.on for element in index.elements if not isinstance(element.on, Sql)}
            for index in target.indexes
            if index.unique and index.where is None
        ]
    if referenced not in unique:
        is_deferrable = any(
            constraint.deferrable and referenced == set(constraint.columns)
            for constraint in target.constraints
            if isinstance(constraint, Unique | PrimaryKey)
        )
        raise DefinitionError(
            f"foreign key {foreign_key.name} references ({', '.join(columns)}) of {target.name}, "
            f"{'whose key is deferrable' if is_deferrable else 'which is not unique'}",
            where=format_origin(foreign_key),
            instead="Postgres needs a key that is checked at once: remove deferrable= from it, or declare another one."
            if is_deferrable
            else "Reference the primary key, or declare the referenced columns unique.",
        )


def require_columns(items: Iterable[Any], known: Mapping[tuple[str, str], Table]) -> None:
    """Raise DefinitionError if a published table or extended statistics name a column that their table does not have.

    Args:
        items: The objects.
        known: The declared tables and the tables of the platform.
    """
    for item in items:
        if isinstance(item, PublishedTable | Statistics):
            target = known.get((item.table.schema or "", item.table.table))
            if target is not None:
                _require_columns(item, target)


def _require_columns(item: PublishedTable | Statistics, target: Table) -> None:
    names = {column.name for column in target.all_columns}
    for column in item.columns if isinstance(item, PublishedTable) else item.on:
        if not isinstance(column, Sql) and column not in names:
            raise DefinitionError(
                f"{item.identity} refers to column {column}, which {target.name} does not have",
                where=format_origin(item),
                instead=suggest_similar(
                    column, names, f"{target.name} has: {', '.join(sorted(names)) or 'no known columns'}."
                ),
            )
