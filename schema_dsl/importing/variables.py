"""Names of variables and modules."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection
from typing import Final

import attrs

import schema_dsl

_TAKEN: Final = frozenset({*schema_dsl.__all__, *dir(builtins), "owner_may", "service_role_may"})


def to_variable(name: str) -> str:
    """Return the nearest name of a variable: lower case, letters, digits and underscores."""
    found = re.sub(r"\W+", "_", name.lower(), flags=re.ASCII).strip("_") or "object"
    if found[0].isdigit():
        found = f"_{found}"
    return f"{found}_" if keyword.iskeyword(found) else found


@attrs.define
class VariableNames:
    """The names in use in all modules, so that a module can import from any other."""

    _used: set[str] = attrs.Factory(set)

    def choose(self, name: str, kind: str, schema: str, others: Collection[str] = ()) -> str:
        """Return a free name for an object: its own, or with its kind or its schema."""
        base = to_variable(name)
        candidates = [base, f"{base}_{kind}", f"{to_variable(schema)}_{base}"]
        candidates += [f"{base}_{number}" for number in range(2, len(self._used) + 3)]
        taken = self._used.union(_TAKEN, others)
        found = next(candidate for candidate in candidates if candidate not in taken)
        self._used.add(found)
        return found
