"""The fingerprint of declared objects, which changes exactly when their SQL can change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity


def compute_fingerprint(objects: Mapping[Identity, Any]) -> str:
    """Return a checksum of all attributes that can reach SQL, and of the order of columns.

    The origin of objects and the order of other objects do not affect the fingerprint.
    """
    lines = []
    columns: dict[tuple[str, str], int] = {}
    for identity, declared in objects.items():
        position = 0
        if identity.kind == "column":
            relation = identity.relation
            position = columns[relation] = columns.get(relation, 0) + 1
        arguments = () if identity.arguments is None else identity.arguments
        key = (identity.kind, identity.schema, identity.parent_name, identity.name, *arguments)
        values = _build_attribute_getter(declared.__class__)(declared)
        lines.append("\0".join((*key, str(position), *map(str, values))))
    lines.sort()
    # Names and SQL cannot contain NUL, so NUL separates values without ambiguity.
    return hashlib.sha256("\0\0".join(lines).encode()).hexdigest()[:16]


@cache
def _build_attribute_getter(kind: type) -> Callable[[Any], Any]:
    return attrgetter(*(field.name for field in attrs.fields(kind) if field.eq))
