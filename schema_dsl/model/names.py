"""The names that Postgres chooses for constraints and indexes without an explicit name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schema_dsl.sql import MAX_NAME_BYTES


def choose_default_name(
    table: str, columns: Iterable[str], label: str, is_used: Callable[[str], bool]
) -> str:
    """Choose a name as ChooseIndexName, ChooseConstraintName and ChooseRelationName do (indexcmds.c, indexing.c).

    Args:
        table: The name of the table.
        columns: The names of the columns in the name.
        label: The last part of the name, such as "idx"; 1, 2, ... is appended while the name is in use.
        is_used: Function that returns whether a name is in use.
    """
    addition = _join_column_names(columns)
    number = 0
    while True:
        name = _make_object_name(table, addition, label if number == 0 else f"{label}{number}")
        if not is_used(name):
            return name
        number += 1


def number_duplicates(columns: Iterable[str]) -> list[str]:
    """Make the column names of an index unique by numbers, as ChooseIndexColumnNames does."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = _clip(column.encode(), MAX_NAME_BYTES - len(str(number))) + str(number)
        names.append(name)
    return names


def _join_column_names(columns: Iterable[str]) -> str:
    """Join column names until the text reaches NAMEDATALEN, as ChooseIndexNameAddition does."""
    text = ""
    for column in columns:
        text += ("_" if text else "") + column
        if len(text.encode()) > MAX_NAME_BYTES:
            break
    return text


def _make_object_name(first: str, second: str, label: str) -> str:
    """Shorten the longer of the two parts until the name fits, as makeObjectName does."""
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
    name = _clip(left, left_size)
    if right:
        name += "_" + _clip(right, right_size)
    return f"{name}_{label}"


def _clip(text: bytes, size: int) -> str:
    """Truncate UTF-8 text to at most `size` bytes without splitting a character, as pg_mbcliplen does."""
    return text[:size].decode(errors="ignore")
