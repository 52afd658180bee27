"""Write the bounds of partitions as calls of the helpers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from schema_dsl.importing.expressions import read_constant, write_constant
from schema_dsl.importing.python import PythonCall, PythonList, PythonNode
from schema_dsl.model.partition import values_from, values_in, values_modulo
from schema_dsl.sql import Sql

_VALUE: Final = r"(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?|MINVALUE|MAXVALUE|NULL|true|false)"
_VALUES: Final = rf"\(({_VALUE}(?:, {_VALUE})*)\)"
_RANGE: Final = re.compile(rf"FOR VALUES FROM {_VALUES} TO {_VALUES}", re.DOTALL)
_LIST: Final = re.compile(rf"FOR VALUES IN {_VALUES}", re.DOTALL)
_HASH: Final = re.compile(r"FOR VALUES WITH \((?:MODULUS|modulus) (\d+), (?:REMAINDER|remainder) (\d+)\)")
_MISSING: Final = frozenset({"MINVALUE", "MAXVALUE", "NULL"})


def read_bound(bound: Sql) -> PythonCall | None:
    """Return the call of a helper that gives a bound as Postgres prints it; None if none does."""
    if (found := _HASH.fullmatch(bound)) is not None:
        modulus, remainder = map(int, found.groups())
        is_same = values_modulo(modulus, remainder=remainder).lower() == bound.lower()
        call = PythonCall("values_modulo", (str(modulus),), {"remainder": str(remainder)})
        return call if is_same else None
    if (found := _LIST.fullmatch(bound)) is not None:
        values = _read(found[1])
        return (
            PythonCall("values_in", tuple(map(write_constant, values)))
            if values_in(*values) == bound
            else None
        )
    if (found := _RANGE.fullmatch(bound)) is not None:
        low, high = map(_read, found.groups())
        if values_from(tuple(low), to=tuple(high)) == bound:
            return PythonCall("values_from", (_write_key(low),), {"to": _write_key(high)})
    return None


def _read(text: str) -> list[str | int | float | bool | None]:
    return [None if each in _MISSING else read_constant(each) for each in re.findall(_VALUE, text, re.DOTALL)]


def _write_key(values: Sequence[object]) -> PythonNode:
    nodes = tuple(map(write_constant, values))
    return nodes[0] if len(nodes) == 1 else PythonList(nodes, "(", ")")
