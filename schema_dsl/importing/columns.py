"""Name the columns that many tables have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.built_in_types import write_built_in_type
from schema_dsl.importing.names import NameWriter
from schema_dsl.importing.python import PythonNode
from schema_dsl.importing.shared import SharedFunction
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.column import Column

# The smallest numbers of tables with the same column, and with the same reference, for a function.
_MIN_TABLES: Final = 5
_MIN_REFERENCES: Final = 3


def choose_shared_columns(
    roots: Iterable[AssembledRoot],
    find_home: Callable[[Identity | None], str | None],
    write: Callable[[Column], tuple[PythonNode, NameWriter]],
    taken: Collection[str],
) -> dict[Column, SharedFunction]:
    """Return functions for the columns that five tables have, or three if the column refers to a table.

    Args:
        roots: The objects.
        find_home: Returns the module for a column that refers to a table, or to none; None for a table without one.
        write: Returns the source of a column and the names in it.
        taken: The names of other objects.
    """
    counts = Counter(
        column for root in roots for column in root.parts.get("columns", ()) if _is_plain(column)
    )
    found: dict[Column, SharedFunction] = {}
    used = set(taken)
    for column, count in counts.most_common():
        target = find_target(column)
        home = find_home(target)
        if home is None or count < (_MIN_TABLES if target is None else _MIN_REFERENCES):
            continue
        name = next((each for each in _suggest_names(column) if each not in used), None)
        if name is not None:
            used.add(name)
            node, names = write(column)
            found[column] = SharedFunction(
                name,
                home,
                node,
                frozenset(names.used),
                frozenset(names.used_of_platform),
                description=_describe(column),
                target=target,
            )
    return found


def find_target(column: Column) -> Identity | None:
    """Return the table to which a column refers."""
    reference: Any = column.references
    return None if reference is None else Identity("table", reference.schema or "public", reference.table)


def _suggest_names(column: Column) -> Iterator[str]:
    base = to_variable(column.name)
    yield f"{base}_column"
    if column.references is None:
        yield f"{to_variable(str(column.type.sql))}_{base}_column"
    elif column.default is not None:
        if column.default.endswith("uid()"):
            # As the conditions on rows of the caller.
            yield f"own_{base}_column"
        yield f"{base}_column_with_default"
    elif not column.not_null:
        yield f"optional_{base}_column"


def _describe(column: Column) -> str:
    base = to_variable(column.name)
    target = find_target(column)
    if target is None:
        role = "primary key" if column.primary_key else "column"
        return f"the {role} {base} of type {column.type.sql}"
    if column.default is None:
        return f"the column {base}, which refers to {to_variable(target.name)}"
    if column.default.endswith("uid()"):
        return f"the column {base}: one of {to_variable(target.name)}, by default the caller"
    return f"the column {base}, which refers to {to_variable(target.name)} and has a default"


def _is_plain(column: Column) -> bool:
    """Return whether the definition of a column names no other object but a table, and says more than a type."""
    is_built_in = write_built_in_type(str(column.type.sql)) is not None
    more = attrs.evolve(column, name="a") != Column("a", column.type, not_null=column.not_null, origin=None)
    return is_built_in and more and not column.check and column.generated is None
