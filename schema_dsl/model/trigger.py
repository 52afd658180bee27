"""Triggers, and the functions they call."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import expression
from schema_dsl.model.identity import Origin, caller, comment_text, names, valid_name
from schema_dsl.sql import Sql

TIMINGS: Final = ("before", "after")
EVENTS: Final = ("insert", "update", "delete", "truncate")


def _function_name(value: Any) -> str:
    return valid_name(value, "function")


def _name(value: Any) -> str:
    return valid_name(value, "trigger")


def _arguments(value: Any) -> tuple[str, ...]:
    # The function gets them as text, whatever they were.
    return tuple(map(str, names(value)))


@attrs.frozen
class Function:
    """A function that exists already: something to call, or to resolve a name by.

    `arguments` and `returns` are SQL types, with which lint resolves calls.
    """

    kind: ClassVar[str] = "function"
    name: str = attrs.field(converter=_function_name)
    schema: str = attrs.field(default="public", kw_only=True)
    arguments: tuple[str, ...] = attrs.field(default=(), converter=names, kw_only=True)
    returns: str = attrs.field(default="trigger", kw_only=True)
    origin: Origin | None = attrs.field(factory=caller, eq=False, repr=False, kw_only=True)


def _events(value: Any) -> tuple[str, ...]:
    given = (value,) if isinstance(value, str) else tuple(value)
    for event in given:
        if event not in EVENTS:
            raise DefinitionError(
                f"a trigger fires on {', '.join(EVENTS)}, not on {event!r}",
                instead="Write events=[...] of those.",
            )
    # One order, so that ["update", "insert"] and ["insert", "update"] are the same trigger.
    return tuple(event for event in EVENTS if event in given)


def _when(value: Any) -> Sql | None:
    return None if value is None else expression(value, "a trigger's when")


@attrs.frozen
class Trigger:
    """A trigger.

    Raises:
        DefinitionError: If Postgres would refuse the combination.
    """

    kind: ClassVar[str] = "trigger"
    name: str = attrs.field(converter=_name)
    function: Function
    timing: str = attrs.field(kw_only=True)
    events: tuple[str, ...] = attrs.field(converter=_events, kw_only=True)
    update_of: tuple[str, ...] = attrs.field(default=(), converter=names, kw_only=True)
    for_each_row: bool = attrs.field(default=True, kw_only=True)
    when: Sql | None = attrs.field(default=None, converter=_when, kw_only=True)
    arguments: tuple[str, ...] = attrs.field(default=(), converter=_arguments, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=comment_text, kw_only=True)
    origin: Origin | None = attrs.field(factory=caller, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what Postgres refuses."""
        if not isinstance(self.function, Function):
            raise DefinitionError(
                f"trigger {self.name} calls {self.function!r}, which is no Function",
                instead='Declare the function that exists: Function("name").',
            )
        if self.timing not in TIMINGS:
            raise DefinitionError(
                f"trigger {self.name} is {' or '.join(TIMINGS)}, not {self.timing!r}",
                instead='Write timing="before" or timing="after".',
            )
        if not self.events:
            raise DefinitionError(
                f"trigger {self.name} fires on nothing", instead=f"Name {', '.join(EVENTS)}."
            )
        if self.update_of and "update" not in self.events:
            raise DefinitionError(
                f"trigger {self.name} has update_of, but does not fire on update",
                instead='Add "update" to events, or leave update_of out.',
            )
        if "truncate" in self.events and self.for_each_row:
            raise DefinitionError(
                f"trigger {self.name}: TRUNCATE has no rows to fire for", instead="Say for_each_row=False."
            )


def before_update(function: Function, *, name: str | None = None, comment: str | None = None) -> Trigger:
    """Call a function before every update of a row, by a trigger that has its name unless given one."""
    return Trigger(name or function.name, function, timing="before", events="update", comment=comment)
