"""Differences, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from schema_dsl.introspect.reading import Unsupported
from schema_dsl.model.index import IndexElement
from schema_dsl.model.privilege import Privilege
from schema_dsl.model.reference import Reference
from schema_dsl.model.trigger import Function
from schema_dsl.model.type import Type
from schema_dsl.plan.diff import Difference


def describe(difference: Difference) -> str:
    """Say in one sentence what differs between what is there and what was declared."""
    identity, before, after = difference.identity, difference.before, difference.after
    if isinstance(before, Unsupported):
        return f"{identity} {before.text}, which was not declared"
    if isinstance(before or after, Privilege):
        relation = f"{identity.schema}.{identity.parent}"
        return f"{identity.name} holds {_held(before)} on {relation}, but {_held(after)} was declared"
    if before is None:
        return f"{identity} is declared but not there"
    if after is None:
        return f"{identity} is there but was not declared"
    parts = (
        f"{name.replace('_', ' ')} is {_shown(getattr(before, name))}"
        f" but {_shown(getattr(after, name))} was declared"
        for name in difference.attributes
    )
    return f"{identity}: {'; '.join(parts)}"


def _shown(value: Any) -> str:
    write = _WORDS.get(type(value))
    if write is not None:
        return write(value)
    return f'"{value}"' if isinstance(value, str) and not value.isidentifier() else str(value)


def _held(privilege: Privilege | None) -> str:
    if privilege is None:
        return "nothing"
    held = [
        f"{each} with grant option" if each in privilege.grantable else each for each in privilege.privileges
    ]
    held += [f"{each} ({column})" for column, each in privilege.columns]
    return ", ".join(held) or "nothing"


def _element(element: IndexElement) -> str:
    text = str(element.on)
    if element.operator_class is not None:
        text += f" {element.operator_class}"
    if element.descending:
        text += " descending"
    if element.nulls_first is not None:
        text += f", nulls {'first' if element.nulls_first else 'last'}"
    return text


_WORDS: Final[dict[type, Callable[[Any], str]]] = {
    type(None): lambda _: "nothing",
    bool: lambda value: "true" if value else "false",
    tuple: lambda value: ", ".join(map(_shown, value)) or "nothing",
    Type: str,
    Function: lambda value: f"{value.schema}.{value.name}",
    Reference: lambda value: f"{value.schema}.{value.table} ({', '.join(value.columns)})",
    IndexElement: _element,
}
