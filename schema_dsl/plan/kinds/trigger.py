"""The rule of triggers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.definition_queries import build_trigger_query
from schema_dsl.plan.dependency import Dependency, depend_on_columns
from schema_dsl.plan.names import (
    format_target_on_relation,
    parenthesize,
    quote_relation,
)
from schema_dsl.plan.rename_statements import rename_part
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
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
            "relation": quote_relation(identity),
            "fires": _fires(trigger),
            "for_each": Sql("ROW" if trigger.for_each_row else "STATEMENT"),
            "when": None if trigger.when is None else parenthesize(trigger.when),
            "function": qualified(trigger.function.schema, trigger.function.name),
            "arguments": Sql(", ".join(literal(argument) for argument in trigger.arguments)),
        }
        hazard = Hazard(creation.relation, "ShareRowExclusiveLock", "briefly blocks writes")
        yield Step(identity, "trigger/create", values, RANK, () if creation.new else (hazard,))


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    identity, _trigger = wanted
    return _create([wanted], Creation(identity.relation, new=False))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "the trigger no longer fires")
    values = {"name": identifier(identity.name), "relation": quote_relation(identity)}
    yield Step(identity, "trigger/drop", values, RANK, (hazard,))


# CREATE OR REPLACE TRIGGER (PostgreSQL 14) changes everything but the name. The trigger fires throughout.
_CHANGED = Alter(_alter)


def _find_function(trigger: Any) -> Identity:
    return Identity("function", trigger.function.schema, trigger.function.name, ())


def _references(identity: Identity, trigger: Any, state: State) -> Iterable[Dependency]:
    yield Dependency(dependent=identity, referenced=_find_function(trigger))
    yield from depend_on_columns(identity, trigger.update_of)
    yield from state.resolve(identity, trigger.when)


RULE = KindRule(
    kind="trigger",
    rank=RANK,
    create=_create,
    drop=_drop,
    definition_query=build_trigger_query,
    rename=rename_part(
        lambda relation, old, new: f"ALTER TRIGGER {old} ON {relation} RENAME TO {new}",
        "pg_trigger tgrelid tgname",
        similar=("function", "events"),
    ),
    comment_target=lambda identity: format_target_on_relation("TRIGGER", identity),
    expressions=("when",),
    targets=lambda trigger: (_find_function(trigger),),
    references=_references,
    attributes={
        "name": Ignored("the name is part of the identity"),
        "renamed_from": Ignored("it names the former name, and is not stored"),
        "function": _CHANGED,
        "timing": _CHANGED,
        "events": _CHANGED,
        "update_of": _CHANGED,
        "for_each_row": _CHANGED,
        "when": _CHANGED,
        "arguments": _CHANGED,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
