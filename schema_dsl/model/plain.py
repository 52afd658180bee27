"""Objects as plain values, for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.type import Type

PlainValue: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None

_IDENTITY: Final = frozenset({"name", "schema"})


def to_plain(identity: Identity, item: Any) -> dict[str, PlainValue]:
    """Return an object as a dict: its identity, then its attributes.

    Another object that an attribute refers to is reduced to its identity. An attribute without a value is left out.
    """
    values = {name: value for name, value in _list_values(item).items() if value not in (None, [])}
    return identify(identity) | {name: value for name, value in values.items() if name not in _IDENTITY}


def identify(identity: Identity) -> dict[str, PlainValue]:
    """Return an identity as a dict: the kind, the schema, the table of a part, the name and the argument types."""
    found: dict[str, PlainValue] = {"kind": identity.kind}
    if identity.schema:
        found["schema"] = identity.schema
    if identity.parent is not None:
        found[identity.parent.kind] = identity.parent.name
    found["name"] = identity.name
    if identity.arguments is not None:
        found["arguments"] = list(identity.arguments)
    return found


@cache
def _list_attributes(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind) if field.eq)


def _convert(value: Any) -> PlainValue:
    match value:
        case None | bool() | int() | float():
            return value
        case str() | Type():
            return str(value)
        case SchemaObject():
            return identify(value.identity)
        case tuple() | list():
            return [_convert(item) for item in value]
        case Mapping():
            return {str(key): _convert(item) for key, item in value.items()}
    return _list_values(value)


def _list_values(item: Any) -> dict[str, PlainValue]:
    kind: Any = type(item)
    return {name: _convert(getattr(item, name)) for name in _list_attributes(kind)}
