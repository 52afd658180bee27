"""Name the columns that many tables have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Final

import attrs

from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.built_in_types import write_built_in_type
from schema_dsl.importing.python import PythonNode, layout
from schema_dsl.importing.shared import SHARED, SharedValue
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.column import Column

# How many tables have a column that gets a function.
_MIN_TABLES: Final = 5
_INDENT: Final = "    "
_RETURN: Final = f"{_INDENT}return "


@attrs.frozen
class SharedColumn(SharedValue):
    """A function that returns a column.

    Attributes:
        description: The column, for the docstring of the function.
    """

    description: str = ""

    def write(self) -> str:
        """Return the source of the function."""
        called = layout(self.node, _INDENT, len(_RETURN), 0)
        return f'def {self.name}() -> Column:\n{_INDENT}"""Return {self.description}."""\n{_RETURN}{called}'


def choose_shared_columns(
    roots: Iterable[AssembledRoot],
    write: Callable[[Column], tuple[PythonNode, Collection[str]]],
    taken: Collection[str],
) -> dict[Column, SharedValue]:
    """Return functions for the columns that at least five tables have.

    Args:
        roots: The objects.
        write: Returns the source of a column and the names of schema_dsl in it.
        taken: The names of other objects.
    """
    counts = Counter(
        column for root in roots for column in root.parts.get("columns", ()) if _is_plain(column)
    )
    found: dict[Column, SharedValue] = {}
    used = set(taken)
    for column, count in counts.most_common():
        if count < _MIN_TABLES:
            continue
        base = to_variable(column.name)
        kinds = (f"{base}_column", f"{to_variable(str(column.type.sql))}_{base}_column")
        name = next((each for each in kinds if each not in used), None)
        if name is not None:
            used.add(name)
            node, imports = write(column)
            found[column] = SharedColumn(
                name,
                SHARED,
                node,
                frozenset(imports),
                f"the column {base} of many tables, of type {column.type.sql}",
            )
    return found


def _is_plain(column: Column) -> bool:
    """Return whether the definition of a column names no other object, and says more than a type."""
    is_built_in = write_built_in_type(str(column.type.sql)) is not None
    more = attrs.evolve(column, name="a") != Column("a", column.type, not_null=column.not_null, origin=None)
    return (
        is_built_in and more and column.references is None and not column.check and column.generated is None
    )
