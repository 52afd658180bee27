"""Describe differences as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs

from schema_dsl.introspect.reading import Unsupported
from schema_dsl.model.function import Function
from schema_dsl.model.index import IndexElement
from schema_dsl.model.privilege import Privilege, find_built_in
from schema_dsl.model.reference import Reference
from schema_dsl.model.sequence_options import SequenceOptions
from schema_dsl.model.table import Table
from schema_dsl.model.type import Type
from schema_dsl.plan.diff import Difference


def describe(difference: Difference) -> str:
    """Return one sentence about the difference between a database and the declared state."""
    identity, before, after = difference.identity, difference.before, difference.after
    if isinstance(before, Unsupported):
        return f"{identity} {before.text}, which is not declared"
    if isinstance(before or after, Privilege):
        built_in = find_built_in(identity)
        present, declared = _format_privileges(before or built_in), _format_privileges(after or built_in)
        root = identity.root
        name = ".".join(identity.relation) if root.kind == Table.kind else str(root)
        return f"{identity.name} has {present} on {name}, but {declared} is declared"
    if before is None:
        return f"{identity} is declared but does not exist"
    if after is None:
        return f"{identity} exists but is not declared"
    parts = (
        f"{name.replace('_', ' ')} is {format_value(getattr(before, name))},"
        f" but {format_value(getattr(after, name))} is declared"
        for name in difference.attributes
    )
    return f"{identity}: {'; '.join(parts)}"


def describe_change(difference: Difference, attributes: Iterable[str]) -> str:
    """Return one sentence about attributes of an object that differ between two states of a database.

    Args:
        difference: The difference from the earlier state to the later one, both of which have the object.
        attributes: The names of the attributes.
    """
    parts = (
        f"{name.replace('_', ' ')} {format_value(getattr(difference.after, name))}"
        f" instead of {format_value(getattr(difference.before, name))}"
        for name in attributes
    )
    return f"{difference.identity} has {' and '.join(parts)}"


def format_value(value: Any) -> str:
    """Format the value of an attribute for people."""
    formatter = _FORMATTERS.get(type(value))
    if formatter is not None:
        return formatter(value)
    if attrs.has(type(value)) and "__str__" not in vars(type(value)):
        return _format_fields(value)
    is_quoted = isinstance(value, str) and value.startswith('"')
    return f'"{value}"' if isinstance(value, str) and not (value.isidentifier() or is_quoted) else str(value)


def _format_sequence(options: SequenceOptions) -> str:
    given = attrs.asdict(options, filter=lambda field, value: value != field.default)
    return ", ".join(f"{name} {value}" for name, value in given.items())


def _format_fields(value: Any) -> str:
    """Format a part of an object, such as an attribute of a type: the name, and fields that differ from defaults."""
    fields = [
        f"{field.name.replace('_', ' ')} {format_value(found)}"
        for field in attrs.fields(type(value))
        if field.eq and field.name != "name" and (found := getattr(value, field.name)) != _get_default(field)
    ]
    name = getattr(value, "name", "")
    return f"{name} ({', '.join(fields)})" if name and fields else name or ", ".join(fields)


def _get_default(field: attrs.Attribute[Any]) -> Any:
    convert: Any = field.converter
    is_converted = convert is not None and field.default is not attrs.NOTHING
    return convert(field.default) if is_converted else field.default


def _format_item(value: Any) -> str:
    """Format an item of a list, or both parts of a pair, such as a storage parameter and its value."""
    return " ".join(map(format_value, value)) if isinstance(value, tuple) else format_value(value)


def _format_privileges(privilege: Privilege) -> str:
    option = " with grant option"
    names = [f"{name}{option if name in privilege.grantable else ''}" for name in privilege.privileges]
    names += [
        f"{name} ({column}){option if (column, name) in privilege.grantable_columns else ''}"
        for column, name in privilege.columns
    ]
    return ", ".join(names) or "no privilege"


def _format_index_element(element: IndexElement) -> str:
    text = str(element.on)
    if element.collation is not None:
        text += f" collate {element.collation}"
    if element.operator_class is not None:
        text += f" {element.operator_class}"
    if element.operator_class_parameters:
        pairs = (f"{name} = {value}" for name, value in element.operator_class_parameters)
        text += f" ({', '.join(pairs)})"
    if element.descending:
        text += " descending"
    if element.nulls_first is not None:
        text += f", nulls {'first' if element.nulls_first else 'last'}"
    return text


_FORMATTERS: Final[dict[type, Callable[[Any], str]]] = {
    type(None): lambda _: "none",
    bool: lambda value: "true" if value else "false",
    tuple: lambda value: ", ".join(map(_format_item, value)) or "none",
    SequenceOptions: _format_sequence,
    Type: str,
    Function: lambda value: f"{value.schema}.{value.name}",
    Reference: lambda value: f"{value.schema}.{value.table} ({', '.join(value.columns)})",
    IndexElement: _format_index_element,
    Privilege: lambda value: f"{value.name} has {_format_privileges(value)}",
}
