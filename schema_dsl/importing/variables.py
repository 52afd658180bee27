"""Names of variables and modules."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection, Iterable
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

    def choose(self, names: Iterable[str], kind: str, schema: str) -> str:
        """Return a free name for an object: one of its own names, or the first of these with its kind or its schema."""
        own = [to_variable(name) for name in names]
        base = own[0]
        candidates = [*own, f"{base}_{kind}", f"{to_variable(schema)}_{base}"]
        candidates += [f"{base}_{number}" for number in range(2, len(self._used) + 3)]
        found = next(candidate for candidate in candidates if candidate not in self._used | _TAKEN)
        self._used.add(found)
        return found

    def shorten(self, variable: str, name: str, taken: Collection[str]) -> str:
        """Return the name of an object as its variable where that is a name of schema_dsl that no module uses.

        Args:
            variable: The variable of the object.
            name: The name of the object.
            taken: The names of schema_dsl in the modules that use the variable.
        """
        short = to_variable(name)
        if variable == short or short not in schema_dsl.__all__ or short in self._used.union(taken):
            return variable
        self._used.add(short)
        return short
