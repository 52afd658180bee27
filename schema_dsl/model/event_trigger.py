"""Event triggers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final, Literal, get_args

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.function import Function
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    to_names,
    validate_comment,
    validate_name,
)
from schema_dsl.model.schema_object import DatabaseObject
from schema_dsl.model.trigger import STATES, TriggerState

TriggeringEvent = Literal["ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite", "login"]
_EVENTS: Final = get_args(TriggeringEvent)


def _validate_name(value: str) -> str:
    return validate_name(value, "event trigger")


def _to_tags(value: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.upper() for tag in to_names(value)))


@attrs.frozen
class EventTrigger(DatabaseObject):
    """An event trigger, which calls a function on commands such as CREATE TABLE. Needs a superuser, or Supabase.

    Attributes:
        name: The name.
        function: The function, which returns `event_trigger`.
        event: "ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite", or since Postgres 17 "login".
        tags: The commands, such as "CREATE TABLE"; empty for all commands.
        enabled: When the trigger fires: "origin", unless the session replicates; "replica", only then; "always"; or
            "disabled", never.
        comment: The comment.
        origin: The line that declares the event trigger.

    Raises:
        DefinitionError: If Postgres has no such event.
    """

    kind: ClassVar[str] = "event_trigger"

    name: str = attrs.field(converter=_validate_name)
    function: Function
    event: TriggeringEvent = attrs.field(kw_only=True)
    tags: tuple[str, ...] = attrs.field(default=(), converter=_to_tags, kw_only=True)
    enabled: TriggerState = attrs.field(default="origin", kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for an event or a state that Postgres does not have."""
        function: Any = self.function
        if not isinstance(function, Function):
            self._refuse(f"has the function {function!r}", 'Declare the function: Function("name", ...).')
        if self.event not in _EVENTS:
            self._refuse(f"has the event {self.event!r}", f"Choose from {', '.join(_EVENTS)}.")
        if self.enabled not in STATES:
            self._refuse(f"has enabled={self.enabled!r}", f"Choose from {', '.join(STATES)}.")
        if self.tags and self.event == "login":
            self._refuse("has tags, but LOGIN is no command", "Remove the tags.")
        self.record()

    def _refuse(self, what: str, instead: str) -> None:
        raise DefinitionError(f"event trigger {self.name} {what}", where=format_origin(self), instead=instead)
