"""A short text that changes exactly when what is declared does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any

import attrs

from schema_dsl.model.identity import Identity


def fingerprint(objects: Mapping[Identity, Any]) -> str:
    """Give a checksum of every attribute that can reach SQL, and of the order of columns.

    Where an object was declared does not count, nor in which order the others were.
    """
    lines = []
    columns: dict[tuple[str, str], int] = {}
    for identity, each in objects.items():
        position = 0
        if identity.kind == "column":
            relation = identity[1:3]
            position = columns[relation] = columns.get(relation, 0) + 1
        lines.append("\0".join((*identity, str(position), *map(str, _attributes(each.__class__)(each)))))
    lines.sort()
    # No name and no SQL holds a NUL, so nothing runs into its neighbour.
    return hashlib.sha256("\0\0".join(lines).encode()).hexdigest()[:16]


@cache
def _attributes(kind: type) -> Callable[[Any], Any]:
    return attrgetter(*(field.name for field in attrs.fields(kind) if field.eq))
