"""The names Postgres itself gives to constraints and indexes that were not named."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schema_dsl.sql import MAX_NAME_BYTES


def default_name(table: str, columns: Iterable[str], label: str, taken: Callable[[str], bool]) -> str:
    """Choose as ChooseIndexName, ChooseConstraintName and ChooseRelationName do (indexcmds.c, indexing.c).

    `taken` says whether a name is in use; Postgres then appends 1, 2, ... to the label.
    """
    addition = _joined(columns)
    number = 0
    while True:
        name = _object_name(table, addition, label if number == 0 else f"{label}{number}")
        if not taken(name):
            return name
        number += 1


def distinct(columns: Iterable[str]) -> list[str]:
    """Number the columns of an index that share a name, as ChooseIndexColumnNames does."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = _clipped(column.encode(), MAX_NAME_BYTES - len(str(number))) + str(number)
        names.append(name)
    return names


def _joined(columns: Iterable[str]) -> str:
    """Join column names as ChooseIndexNameAddition does: it stops once the text has reached NAMEDATALEN."""
    text = ""
    for column in columns:
        text += ("_" if text else "") + column
        if len(text.encode()) > MAX_NAME_BYTES:
            break
    return text


def _object_name(first: str, second: str, label: str) -> str:
    """Shorten the longer of the two parts until all fits, as makeObjectName does."""
    name = f"{first}_{second}_{label}" if second else f"{first}_{label}"
    if len(name) <= MAX_NAME_BYTES and name.isascii():
        return name
    left, right = first.encode(), second.encode()
    room = MAX_NAME_BYTES - len(label.encode()) - 1 - (1 if right else 0)
    left_size, right_size = len(left), len(right)
    while left_size + right_size > room:
        if left_size > right_size:
            left_size -= 1
        else:
            right_size -= 1
    name = _clipped(left, left_size)
    if right:
        name += "_" + _clipped(right, right_size)
    return f"{name}_{label}"


def _clipped(text: bytes, size: int) -> str:
    """Cut at a whole character, as pg_mbcliplen does."""
    return text[:size].decode(errors="ignore")
