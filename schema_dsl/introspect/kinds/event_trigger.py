"""Read event triggers."""

from __future__ import annotations

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind
from schema_dsl.introspect.trigger_states import STATE_LETTERS
from schema_dsl.model.event_trigger import EventTrigger
from schema_dsl.model.function import Function
from schema_dsl.model.identity import copy_with


def _build(row: CatalogRow, _columns: ColumnNames) -> EventTrigger:
    _, name, _, function_schema, function, event, tags, state, comment = row
    return EventTrigger(
        name,
        Function(function, schema=function_schema, returns="event_trigger", origin=None),
        event=event,
        tags=tags or (),
        enabled=STATE_LETTERS[state],
        comment=comment,
        origin=None,
    )


def _normalize(trigger: EventTrigger) -> EventTrigger:
    """Reduce the function to its name, because pg_event_trigger refers to a function without its definition."""
    function = Function(
        trigger.function.name, schema=trigger.function.schema, returns="event_trigger", origin=None
    )
    return trigger if function == trigger.function else copy_with(trigger, function=function)


KIND = Kind(
    kind="event_trigger", found_in="pg_event_trigger", build=_build, is_root=True, normalize=_normalize
)
