"""Format the keys of indexes and exclusion constraints, and list their dependencies."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.index import IndexElement, get_key
from schema_dsl.plan.dependency import Dependency, OnReplace, depend_on_columns
from schema_dsl.plan.parameters import format_parameters
from schema_dsl.plan.state import State
from schema_dsl.sql import Sql, identifier, parenthesize


def format_element(element: str | Sql | IndexElement) -> str:
    """Format a key with its collation, operator class and order."""
    on = get_key(element)
    text = str(parenthesize(on) if isinstance(on, Sql) else identifier(on))
    if not isinstance(element, IndexElement):
        return text
    if element.collation is not None:
        text += f" COLLATE {element.collation}"
    if element.operator_class is not None:
        text += f" {element.operator_class}"
    if element.operator_class_parameters:
        text += f" ({format_parameters(element.operator_class_parameters)})"
    if element.descending:
        text += " DESC"
    if element.nulls_first is not None:
        text += " NULLS FIRST" if element.nulls_first else " NULLS LAST"
    return text


def list_element_references(
    identity: Identity, elements: Iterable[str | Sql | IndexElement], state: State
) -> Iterable[Dependency]:
    """Yield the dependencies of the keys of an index."""
    for element in elements:
        on = get_key(element)
        if isinstance(on, Sql):
            yield from state.resolve(identity, on, on_replace=OnReplace.CASCADE)
            continue
        # An operator class belongs to a type, and not every type has collations.
        plain = not isinstance(element, IndexElement) or (
            element.operator_class is None and element.collation is None
        )
        yield from depend_on_columns(identity, [on], OnReplace.FOLLOW if plain else OnReplace.CASCADE)
