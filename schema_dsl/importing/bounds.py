"""Write the bounds of partitions as calls of the helpers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from schema_dsl.importing.expressions import read_constant, write_constant
from schema_dsl.importing.python import PythonCall, PythonList, PythonNode
from schema_dsl.model.column import Column
from schema_dsl.model.partition import PartitionKey, by_list, by_range, values_from, values_in, values_modulo
from schema_dsl.sql import Sql

_VALUE: Final = r"(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?|MINVALUE|MAXVALUE|NULL|true|false)"
_VALUES: Final = rf"\(({_VALUE}(?:, {_VALUE})*)\)"
_RANGE: Final = re.compile(rf"FOR VALUES FROM {_VALUES} TO {_VALUES}", re.DOTALL)
_LIST: Final = re.compile(rf"FOR VALUES IN {_VALUES}", re.DOTALL)
_HASH: Final = re.compile(r"FOR VALUES WITH \((?:MODULUS|modulus) (\d+), (?:REMAINDER|remainder) (\d+)\)")
_TIMESTAMP: Final = re.compile(r"timestamp(?:\(\d\))?(?: without time zone)?")
_MIDNIGHT: Final = re.compile(r"'(\d{4}-\d\d-\d\d) 00:00:00'")
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


def shorten_bound(bound: Sql, key: PartitionKey | None, columns: Iterable[Column]) -> Sql:
    """Return a bound with dates in the place of midnights, if the key is one column of type timestamp.

    Postgres reads a date as the same timestamp in every time zone of the session, but not as the same timestamptz.

    Args:
        bound: The bound.
        key: The key of the partitioned table.
        columns: The columns of the table.
    """
    names = [column.name for column in columns if _TIMESTAMP.fullmatch(column.type.sql)]
    is_timestamp = any(key in {by_range(name), by_list(name)} for name in names)
    return Sql(_MIDNIGHT.sub(r"'\1'", bound)) if is_timestamp else bound


def _read(text: str) -> list[str | int | float | bool | None]:
    return [None if each in _MISSING else read_constant(each) for each in re.findall(_VALUE, text, re.DOTALL)]


def _write_key(values: Sequence[object]) -> PythonNode:
    nodes = tuple(map(write_constant, values))
    return nodes[0] if len(nodes) == 1 else PythonList(nodes, "(", ")")
