"""The fingerprint of declared objects, which changes exactly when their SQL can change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.schema_object import SchemaObject


def compute_fingerprint(objects: Mapping[Identity, Any]) -> str:
    """Return a checksum of all attributes that can reach SQL, and of the order of columns.

    The origin of objects and the order of other objects do not affect the fingerprint. An attribute with its default
    does not either, so that a new attribute of a class leaves the fingerprints of all definitions as they are.
    """
    lines = []
    roots: dict[tuple[str, str], set[Identity]] = {}
    for identity in objects:
        roots.setdefault(identity.relation, set()).add(identity.root)
    columns: dict[tuple[str, str], int] = {}
    for identity, declared in objects.items():
        position = 0
        if identity.kind == "column":
            relation = identity.relation
            position = columns[relation] = columns.get(relation, 0) + 1
        arguments = () if identity.arguments is None else identity.arguments
        key = (identity.kind, identity.schema, identity.parent_name, identity.name, *arguments)
        # Parts of overloaded functions, or of a function and a table, have one name.
        if identity.parent is not None and len(roots[identity.relation]) > 1:
            key += (identity.root.kind, *(identity.root.arguments or ()))
        lines.append("\0".join((*key, str(position), _encode_attributes(declared))))
    lines.sort()
    # Names and SQL cannot contain NUL, so NUL separates values without ambiguity.
    return hashlib.sha256("\0\0".join(lines).encode()).hexdigest()[:16]


def _encode_attributes(item: Any) -> str:
    """Return the attributes of an object that take part in comparison and differ from their defaults."""
    found = []
    for name, default in _list_defaults(item.__class__):
        value = getattr(item, name)
        if value is not default and value != default:
            found.append(f"{name}={_encode(value)}")
    return ", ".join(found)


def _encode(value: Any) -> str:
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(_encode, value))})"
    if isinstance(value, SchemaObject):
        return repr(value.identity)
    if attrs.has(value.__class__):
        return f"{value.__class__.__name__}({_encode_attributes(value)})"
    return repr(value)


@cache
def _list_defaults(kind: type) -> list[tuple[str, Any]]:
    """List the attributes of a class that take part in comparison, by name, each with its default after conversion."""
    return sorted((field.name, _convert_default(field)) for field in attrs.fields(kind) if field.eq)


def _convert_default(field: attrs.Attribute[Any]) -> Any:
    convert: Any = field.converter
    has_default = field.default is not attrs.NOTHING
    return convert(field.default) if convert is not None and has_default else field.default
