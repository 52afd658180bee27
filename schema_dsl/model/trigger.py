"""Triggers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final, Literal, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import to_sql
from schema_dsl.model.function import Function
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    to_former_name,
    to_names,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.sql import Sql

TriggerTiming: TypeAlias = Literal["before", "after", "instead of"]
TriggerEvent: TypeAlias = Literal["insert", "update", "delete", "truncate"]

TriggerState: TypeAlias = Literal["origin", "replica", "always", "disabled"]

STATES: Final[tuple[TriggerState, ...]] = ("origin", "replica", "always", "disabled")
TIMINGS: Final[tuple[TriggerTiming, ...]] = ("before", "after", "instead of")
EVENTS: Final[tuple[TriggerEvent, ...]] = ("insert", "update", "delete", "truncate")


def _validate_name(value: str) -> str:
    return validate_name(value, "trigger")


def _to_arguments(value: str | Iterable[object]) -> tuple[str, ...]:
    # Postgres passes the arguments of a trigger as text.
    return tuple(map(str, (value,) if isinstance(value, str) else value))


def _to_events(value: TriggerEvent | Iterable[TriggerEvent]) -> tuple[TriggerEvent, ...]:
    events: tuple[Any, ...] = (value,) if isinstance(value, str) else tuple(value)
    for event in events:
        if event not in EVENTS:
            raise DefinitionError(
                f"a trigger fires on {', '.join(EVENTS)}, not on {event!r}",
                instead="Write events=[...] with one or several of them.",
            )
    # A fixed order, so that ["update", "insert"] and ["insert", "update"] are equal.
    return tuple(event for event in EVENTS if event in events)


def _to_transition_table(value: str | None) -> str | None:
    return None if value is None else validate_name(value, "transition table")


def _to_when(value: str | None) -> Sql | None:
    return None if value is None else to_sql(value, "a trigger's when")


@attrs.frozen
class Trigger:
    """A trigger.

    Attributes:
        name: The name.
        function: The existing function that the trigger calls.
        timing: "before", "after", or "instead of" on a view.
        events: The events: one or several.
        update_of: The columns of UPDATE OF: one name or several.
        for_each_row: Whether the trigger fires FOR EACH ROW; otherwise FOR EACH STATEMENT.
        when: The WHEN condition.
        arguments: The arguments of the function, converted to text.
        old_table: The name under which the function reads the rows before the statement, of REFERENCING OLD TABLE.
        new_table: The name under which the function reads the rows after the statement, of REFERENCING NEW TABLE.
        constraint: Whether the trigger is a constraint trigger.
        deferrable: Whether the constraint trigger is DEFERRABLE.
        initially_deferred: Whether the constraint trigger is INITIALLY DEFERRED.
        enabled: When the trigger fires: "origin", unless the session replicates; "replica", only then; "always"; or
            "disabled", never.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the trigger.
        origin: The line that declares the trigger.

    Raises:
        DefinitionError: If Postgres rejects the combination.
    """

    kind: ClassVar[str] = "trigger"
    name: str = attrs.field(converter=_validate_name)
    function: Function
    timing: TriggerTiming = attrs.field(kw_only=True)
    events: tuple[TriggerEvent, ...] = attrs.field(converter=_to_events, kw_only=True)
    update_of: tuple[str, ...] = attrs.field(default=(), converter=to_names, kw_only=True)
    for_each_row: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    when: Sql | None = attrs.field(default=None, converter=_to_when, kw_only=True)
    arguments: tuple[str, ...] = attrs.field(default=(), converter=_to_arguments, kw_only=True)
    old_table: str | None = attrs.field(default=None, converter=_to_transition_table, kw_only=True)
    new_table: str | None = attrs.field(default=None, converter=_to_transition_table, kw_only=True)
    constraint: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    deferrable: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    initially_deferred: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    enabled: TriggerState = attrs.field(default="origin", kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for a trigger that Postgres rejects."""
        if not isinstance(self.function, Function):
            raise DefinitionError(
                f"function of trigger {self.name} must be a Function, not {self.function!r}",
                instead='Declare the existing function: Function("name").',
            )
        if self.timing not in TIMINGS:
            raise DefinitionError(
                f"timing of trigger {self.name} must be {' or '.join(TIMINGS)}, not {self.timing!r}",
                instead='Write timing="before", timing="after", or on a view timing="instead of".',
            )
        if not self.events:
            raise DefinitionError(
                f"trigger {self.name} has no event",
                instead=f"Write events=[...] with one or several of {', '.join(EVENTS)}.",
            )
        if self.update_of and "update" not in self.events:
            raise DefinitionError(
                f"trigger {self.name} has update_of, but does not fire on update",
                instead='Add "update" to events, or remove update_of.',
            )
        if "truncate" in self.events and self.for_each_row:
            raise DefinitionError(
                f"trigger {self.name} cannot fire for each row, because TRUNCATE has no rows",
                instead="Write for_each_row=False.",
            )
        if self.enabled not in STATES:
            raise DefinitionError(
                f"enabled of trigger {self.name} must be one of {', '.join(STATES)}, not {self.enabled!r}",
                instead='Write enabled="disabled" for a trigger that does not fire.',
            )
        if self.timing == "instead of" and (not self.for_each_row or self.when is not None or self.update_of):
            raise DefinitionError(
                f"trigger {self.name} is INSTEAD OF, and has for_each_row=False, when= or update_of=",
                instead="Remove them: Postgres fires INSTEAD OF triggers for each row, without a condition.",
            )
        self._validate_constraint()
        self._validate_transition_tables()

    def _validate_constraint(self) -> None:
        """Raise DefinitionError for a constraint trigger that Postgres rejects."""
        if self.initially_deferred and not self.deferrable:
            object.__setattr__(self, "deferrable", True)
        if self.constraint and (self.timing != "after" or not self.for_each_row):
            raise DefinitionError(
                f"trigger {self.name} is a constraint trigger, but not AFTER and FOR EACH ROW",
                instead='Write timing="after", and leave for_each_row=True.',
            )
        if self.deferrable and not self.constraint:
            raise DefinitionError(
                f"trigger {self.name} is deferrable, but no constraint trigger",
                instead="Add constraint=True.",
            )

    def _validate_transition_tables(self) -> None:
        """Raise DefinitionError for transition tables that Postgres rejects."""
        tables = {"old_table": self.old_table, "new_table": self.new_table}
        given = [name for name, table in tables.items() if table is not None]
        if not given:
            return
        if self.timing != "after" or self.constraint or self.update_of or len(self.events) > 1:
            raise DefinitionError(
                f"trigger {self.name} has {' and '.join(given)}, which need an AFTER trigger for one event, that is no"
                " constraint trigger and has no update_of",
                instead="Declare one trigger for each event.",
            )
        for name, event in (("old_table", "insert"), ("new_table", "delete")):
            if name in given and self.events == (event,):
                raise DefinitionError(
                    f"trigger {self.name} has {name}, but {event.upper()} has no such rows",
                    instead=f"Remove {name}.",
                )


def before_update(function: Function, *, name: str | None = None, comment: str | None = None) -> Trigger:
    """Declare a trigger that calls a function before each update of a row.

    Args:
        function: The function.
        name: The name of the trigger, by default the name of the function.
        comment: The comment.
    """
    return Trigger(name or function.name, function, timing="before", events="update", comment=comment)
