"""Triggers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.definition_queries import of_trigger
from schema_dsl.plan.names import column_of, columns_among, on_relation, parenthesised, relation_of
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, identifiers, literal, qualified

RANK = 50


def _fires(trigger: Any) -> Sql:
    events = [
        f"UPDATE OF {identifiers(trigger.update_of)}"
        if event == "update" and trigger.update_of
        else event.upper()
        for event in trigger.events
    ]
    return Sql(f"{trigger.timing.upper()} {' OR '.join(events)}")


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for identity, trigger in objects:
        values = {
            "name": identifier(identity.name),
            "relation": relation_of(identity),
            "fires": _fires(trigger),
            "each": Sql("ROW" if trigger.for_each_row else "STATEMENT"),
            "when": None if trigger.when is None else parenthesised(trigger.when),
            "function": qualified(trigger.function.schema, trigger.function.name),
            "arguments": Sql(", ".join(literal(each) for each in trigger.arguments)),
        }
        hazard = Hazard(creation.relation, "ShareRowExclusiveLock", "writes wait for a moment")
        yield Step(identity, "trigger/create", values, RANK, () if creation.new else (hazard,))


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    identity, _trigger = wanted
    return _create([wanted], Creation((identity.schema, identity.parent), new=False))


def _drop(gone: Object) -> Iterable[Step]:
    identity, _ = gone
    hazard = Hazard((identity.schema, identity.parent), "AccessExclusiveLock", "the trigger no longer fires")
    values = {"name": identifier(identity.name), "relation": relation_of(identity)}
    yield Step(identity, "trigger/drop", values, RANK, (hazard,))


# CREATE OR REPLACE TRIGGER (PostgreSQL 14) changes all but the name, without a moment in which none fires.
_CHANGED = Alter(_alter)


def _stands_on(identity: Identity, trigger: Any) -> Iterable[Identity]:
    for name in trigger.update_of:
        yield column_of(identity, name)
    yield from columns_among(identity, trigger.when)


RULE = KindRule(
    kind="trigger",
    rank=RANK,
    create=_create,
    drop=_drop,
    facts=of_trigger,
    comment_target=lambda identity: on_relation("TRIGGER", identity),
    expressions=("when",),
    stands_on=_stands_on,
    attributes={
        "name": Ignored("it is the identity"),
        "function": _CHANGED,
        "timing": _CHANGED,
        "events": _CHANGED,
        "update_of": _CHANGED,
        "for_each_row": _CHANGED,
        "when": _CHANGED,
        "arguments": _CHANGED,
        "comment": Commented(),
        "origin": Ignored("it is a line of Python"),
    },
)
