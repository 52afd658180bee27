"""Give tables that inherit the columns of their parents."""

from __future__ import annotations

from collections.abc import Mapping

from schema_dsl.errors import DefinitionError, suggest_similar
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check
from schema_dsl.model.flatten import strip_constraints
from schema_dsl.model.identity import copy_with, format_origin
from schema_dsl.model.table import Table


def inherit_columns(
    tables: Mapping[tuple[str, str], Table], known: Mapping[tuple[str, str], Table]
) -> dict[tuple[str, str], Table]:
    """Return the tables, those that inherit with the columns of their parents.

    Args:
        tables: The declared tables by (schema, name).
        known: These, and the tables of the platform.

    Raises:
        DefinitionError: If a parent is not declared or cannot have children, or a table declares a part that it
            inherits.
    """
    found: dict[tuple[str, str], Table] = {}

    def complete(table: Table, below: tuple[Table, ...]) -> Table:
        name = (table.schema, table.name)
        if name not in found:
            columns: dict[str, Column] = {}
            for identity in table.inherits:
                parent = known.get(identity.relation)
                _require_parent(table, identity.relation, parent, known, below)
                assert parent is not None  # noqa: S101 - _require_parent raises
                parent = complete(parent, (*below, table))
                _require_no_check_twice(table, parent)
                for column in parent.all_columns:
                    columns.setdefault(column.name, strip_constraints(column))
            if table.inherits:
                _require_no_column_twice(table, columns)
                table = copy_with(table, inherited=tuple(columns.values()))
                # Not all columns of an existing parent are known.
                if all(known[parent.relation].existing is None for parent in table.inherits):
                    table.validate_columns()
            found[name] = table
        return found[name]

    return {name: complete(table, ()) for name, table in tables.items()}


def _require_parent(
    table: Table,
    name: tuple[str, str],
    parent: Table | None,
    known: Mapping[tuple[str, str], Table],
    below: tuple[Table, ...],
) -> None:
    where, what = format_origin(table), f"table {table.name} inherits from {'.'.join(name)}"
    if parent is None:
        instead = suggest_similar(
            name[1],
            (other for _, other in known),
            "Declare the table; for an existing table, with existing=[...].",
        )
        raise DefinitionError(f"{what}, which is not declared", where=where, instead=instead)
    if parent.partition_by is not None or parent.partition_of is not None:
        raise DefinitionError(
            f"{what}, which is partitioned or a partition", where=where, instead="Declare a partition of it."
        )
    if parent in (*below, table):
        raise DefinitionError(f"{what}, and that from it", where=where, instead="Remove one of the two.")


def _require_no_column_twice(table: Table, inherited: Mapping[str, Column]) -> None:
    for column in (*(table.existing or ()), *table.columns):
        if column.name in inherited:
            raise DefinitionError(
                f"table {table.name} declares column {column.name}, which it inherits",
                where=format_origin(column),
                instead="Remove the column: a change of the column of the parent reaches the table.",
            )


def _require_no_check_twice(table: Table, parent: Table) -> None:
    names = {each.name for each in parent.constraints if isinstance(each, Check) and not each.no_inherit}
    for constraint in table.constraints:
        if isinstance(constraint, Check) and constraint.name and constraint.name in names:
            raise DefinitionError(
                f"table {table.name} declares check {constraint.name}, which it inherits from {parent.name}",
                where=format_origin(constraint),
                instead="Remove the check, or rename it.",
            )
