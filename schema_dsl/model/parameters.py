"""Storage parameters of tables and indexes, such as fillfactor."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from schema_dsl.errors import DefinitionError

ParameterValue: TypeAlias = str | int | float | bool
ParameterSource: TypeAlias = Mapping[str, ParameterValue] | Sequence[tuple[str, ParameterValue]]
Parameters: TypeAlias = tuple[tuple[str, str], ...]

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?\Z")
# Postgres stores the text of a value as it was written, so one spelling stands for all of the same meaning.
_SPELLINGS: Final = {"true": "on", "yes": "on", "false": "off", "no": "off"}


def to_parameters(value: ParameterSource) -> Parameters:
    """Convert storage parameters to pairs of name and value, sorted by name.

    Raises:
        DefinitionError: If a name or a value is none of a storage parameter.
    """
    if not value:
        return ()
    items: Any = value.items() if isinstance(value, Mapping) else value
    return tuple(sorted((_to_name(name), _to_value(name, setting)) for name, setting in items))


def _to_name(name: Any) -> str:
    if not isinstance(name, str) or not _NAME.match(name.lower()):
        raise DefinitionError(
            f"{name!r} is no name of a storage parameter", instead='Write parameters={"fillfactor": 70}.'
        )
    return name.lower()


def _to_value(name: str, value: Any) -> str:
    if not isinstance(value, str | int | float):
        raise DefinitionError(
            f"storage parameter {name} cannot be {value!r}", instead="Write a number, a bool or text."
        )
    text = str(value)
    return _SPELLINGS.get(text.lower(), text)
