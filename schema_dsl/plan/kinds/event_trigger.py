"""The rule of event triggers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.plan.trigger_states import STATE_WORDS
from schema_dsl.sql import Sql, identifier, literal, qualified


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for wanted in objects:
        identity, trigger = wanted
        values = {
            "trigger": identifier(identity.name),
            "name": literal(identity.name),
            "event": Sql(trigger.event),
            "tags": Sql(", ".join(map(literal, trigger.tags))) if trigger.tags else None,
            "function": qualified(trigger.function.schema, trigger.function.name),
        }
        yield Step(identity, "event_trigger/create", values)
        if trigger.enabled != "origin":
            yield from _enable(wanted, None)


def _enable(wanted: Object, _: Any) -> Iterable[Step]:
    identity, trigger = wanted
    values = {"trigger": identifier(identity.name), "state": Sql(STATE_WORDS[trigger.enabled])}
    yield Step(identity, "event_trigger/enable", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "event_trigger/drop", {"trigger": identifier(identity.name)})


def _find_function(trigger: Any) -> Identity:
    return Identity("function", trigger.function.schema, trigger.function.name, ())


def _references(identity: Identity, trigger: Any, state: State) -> Iterable[Dependency]:
    del state
    yield Dependency(dependent=identity, referenced=_find_function(trigger))


RULE = KindRule(
    kind="event_trigger",
    rank=96,
    create=_create,
    drop=_drop,
    references=_references,
    targets=lambda trigger: (_find_function(trigger),),
    definition_query=lambda identity: Sql(
        "(SELECT ROW(evtevent, evtfoid, evttags)::text FROM pg_catalog.pg_event_trigger"  # noqa: S608 - literal
        f" WHERE evtname = {literal(identity.name)})"
    ),
    comment_target=lambda identity: Sql(f"EVENT TRIGGER {identifier(identity.name)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "function": Replace(),
        "event": Replace(),
        "tags": Replace(),
        "enabled": Alter(_enable),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
