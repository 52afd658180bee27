"""The rule of triggers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity, Namespace
from schema_dsl.plan.constraints import format_deferrable
from schema_dsl.plan.definition_queries import build_trigger_query
from schema_dsl.plan.dependency import Dependency, depend_on_columns
from schema_dsl.plan.names import format_target_on_relation, quote_relation
from schema_dsl.plan.rename_statements import rename_part
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, LockReach, Step
from schema_dsl.plan.trigger_states import STATE_WORDS
from schema_dsl.sql import Sql, identifier, identifiers, literal, parenthesize, qualified


def _fires(trigger: Any) -> Sql:
    events = [
        f"UPDATE OF {identifiers(trigger.update_of)}"
        if event == "update" and trigger.update_of
        else event.upper()
        for event in trigger.events
    ]
    return Sql(f"{trigger.timing.upper()} {' OR '.join(events)}")


def _format_referencing(trigger: Any) -> Sql | None:
    tables = [("OLD", trigger.old_table), ("NEW", trigger.new_table)]
    names = [f"{side} TABLE AS {identifier(name)}" for side, name in tables if name is not None]
    return Sql(f"REFERENCING {' '.join(names)}") if names else None


def _format_deferral(trigger: Any) -> Sql | None:
    text = format_deferrable(trigger).strip()
    return Sql(text) if text else None


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for wanted in objects:
        yield from _build_creation(wanted, creation)
        if wanted[1].enabled != "origin":
            yield from _build_state(wanted, is_new=creation.new)


def _build_creation(wanted: Object, creation: Creation) -> Iterable[Step]:
    identity, trigger = wanted
    values = {
        "name": identifier(identity.name),
        "name_literal": literal(identity.name),
        "relation": quote_relation(identity),
        "regclass": literal(str(quote_relation(identity))),
        "referencing": _format_referencing(trigger),
        "deferral": _format_deferral(trigger),
        "fires": _fires(trigger),
        "for_each": Sql("ROW" if trigger.for_each_row else "STATEMENT"),
        "when": None if trigger.when is None else parenthesize(trigger.when),
        "function": qualified(trigger.function.schema, trigger.function.name),
        "arguments": Sql(", ".join(literal(argument) for argument in trigger.arguments)),
    }
    hazard = Hazard(creation.relation, "ShareRowExclusiveLock", "briefly blocks writes")
    template = "trigger/create_constraint" if trigger.constraint else "trigger/create"
    yield Step(identity, template, values, () if creation.new else (hazard,))


def _build_state(wanted: Object, *, is_new: bool = False) -> Iterable[Step]:
    """Yield the step that sets when a trigger fires."""
    identity, trigger = wanted
    values = {
        "relation": quote_relation(identity),
        "clauses": [Sql(f"{STATE_WORDS[trigger.enabled]} TRIGGER {identifier(identity.name)}")],
    }
    hazard = Hazard(identity.relation, "ShareRowExclusiveLock", "briefly blocks writes")
    yield Step(identity, "trigger/enable", values, () if is_new else (hazard,), foldable=True)


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    identity, trigger = wanted
    yield from _build_creation(wanted, Creation(identity.relation, new=False))
    # CREATE OR REPLACE TRIGGER enables the trigger. If the state differs as well, _enable sets it.
    if trigger.enabled == before.enabled != "origin":
        yield from _build_state(wanted)


def _enable(wanted: Object, _: Any) -> Iterable[Step]:
    return _build_state(wanted)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "the trigger no longer fires")
    values = {"name": identifier(identity.name), "relation": quote_relation(identity)}
    yield Step(identity, "trigger/drop", values, (hazard,))


# CREATE OR REPLACE TRIGGER (PostgreSQL 14) changes everything but the name. The trigger fires throughout. Postgres
# cannot replace a constraint trigger.
_CHANGED = Alter(_alter, possible=lambda before, after: not (before.constraint or after.constraint))


def _exists(identity: Identity) -> Sql:
    place = f"tgrelid = pg_catalog.to_regclass({literal(str(quote_relation(identity)))})"
    return Sql(
        "EXISTS (\n"
        f"    SELECT FROM pg_catalog.pg_trigger\n    WHERE {place} AND tgname = {literal(identity.name)}\n"
        ")"
    )


def _list_namespaces(identity: Identity, trigger: Any) -> tuple[Namespace, ...]:
    return (*identity.namespaces, *([identity.constraint_namespace] if trigger.constraint else ()))


def _find_function(trigger: Any) -> Identity:
    return Identity("function", trigger.function.schema, trigger.function.name, ())


def _references(identity: Identity, trigger: Any, state: State) -> Iterable[Dependency]:
    yield Dependency(dependent=identity, referenced=_find_function(trigger))
    yield from depend_on_columns(identity, trigger.update_of)
    yield from state.resolve(identity, trigger.when)


RULE = KindRule(
    kind="trigger",
    rank=50,
    reach=LockReach.PARTITIONS,
    create=_create,
    drop=_drop,
    exists=_exists,
    namespaces=_list_namespaces,
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
        "old_table": _CHANGED,
        "new_table": _CHANGED,
        "constraint": _CHANGED,
        "deferrable": _CHANGED,
        "initially_deferred": _CHANGED,
        "enabled": Alter(_enable),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
