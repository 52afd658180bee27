"""The rule of aggregates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.routine import (
    RANK,
    find_named_routines,
    format_argument,
    format_routine_oid,
    format_target,
    routine_exists,
)
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, literal, qualified

# The attributes that hold the name of a function, with the option of CREATE AGGREGATE.
_FUNCTIONS = {
    "state_function": "SFUNC",
    "final_function": "FINALFUNC",
    "combine_function": "COMBINEFUNC",
    "serial_function": "SERIALFUNC",
    "deserial_function": "DESERIALFUNC",
    "moving_state_function": "MSFUNC",
    "moving_inverse_function": "MINVFUNC",
    "moving_final_function": "MFINALFUNC",
}
_OTHERS = {
    "state_type": "STYPE",
    "state_space": "SSPACE",
    "final_modify": "FINALFUNC_MODIFY",
    "initial": "INITCOND",
    "moving_state_type": "MSTYPE",
    "moving_state_space": "MSSPACE",
    "moving_final_modify": "MFINALFUNC_MODIFY",
    "moving_initial": "MINITCOND",
    "sort_operator": "SORTOP",
    "parallel": "PARALLEL",
}
_FLAGS = {
    "final_extra": "FINALFUNC_EXTRA",
    "moving_final_extra": "MFINALFUNC_EXTRA",
    "hypothetical": "HYPOTHETICAL",
}


def build_signature(identity: Identity, aggregate: Any) -> Sql:
    """Build the name of an aggregate with its arguments, as CREATE AGGREGATE expects it."""
    arguments = ", ".join(map(format_argument, aggregate.arguments))
    if aggregate.order_by:
        arguments += f" ORDER BY {', '.join(map(format_argument, aggregate.order_by))}"
    return Sql(f"{qualified(identity.schema, identity.name)}({arguments.strip() or '*'})")


def list_options(aggregate: Any) -> Iterator[Sql]:
    """Yield the options of CREATE AGGREGATE."""
    implied = {"parallel": "unsafe", "state_space": 0, "moving_state_space": 0}
    modify = "read_write" if aggregate.order_by else "read_only"
    implied |= dict.fromkeys(("final_modify", "moving_final_modify"), modify)
    for name, option in {**_FUNCTIONS, **_OTHERS}.items():
        value = getattr(aggregate, name)
        if value is not None and value != implied.get(name):
            text = literal(value) if name in {"initial", "moving_initial"} else value
            yield Sql(f"{option} = {text}")
    yield from (Sql(option) for name, option in _FLAGS.items() if getattr(aggregate, name))


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for wanted in objects:
        yield _build_step(wanted)


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    yield _build_step(wanted)


def _build_step(wanted: Object) -> Step:
    values = {"signature": build_signature(*wanted), "options": list(list_options(wanted[1]))}
    return Step(wanted[0], "aggregate/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "aggregate/drop", {"target": format_aggregate(identity)})


def format_aggregate(identity: Identity) -> Sql:
    """Format an aggregate with the types of its arguments: `public.total(integer)`, `public.number(*)`."""
    if identity.arguments:
        return format_target(identity)
    return Sql(f"{qualified(identity.schema, identity.name)}(*)")


def _references(identity: Identity, aggregate: Any, state: State) -> Iterator[Dependency]:
    """Yield the dependencies on types, and on all functions of the names: the types of a state may be polymorphic."""
    spellings = [argument.type for argument in (*aggregate.arguments, *aggregate.order_by)]
    for spelling in (*spellings, aggregate.state_type, aggregate.moving_state_type):
        if spelling is not None:
            yield from state.resolve_type(identity, spelling)
    for routine in find_named_routines(state, [str(getattr(aggregate, name)) for name in _FUNCTIONS]):
        yield Dependency(dependent=identity, referenced=routine)


def _keeps_result(before: Any, wanted: Any) -> bool:
    """Return whether CREATE OR REPLACE accepts the change: the result keeps its type."""
    names = [argument.name for argument in wanted.arguments]
    return (before.state_type, before.final_function) == (
        wanted.state_type,
        wanted.final_function,
    ) and names == [argument.name for argument in before.arguments]


_CHANGED = Alter(_alter, possible=_keeps_result)

RULE = KindRule(
    kind="aggregate",
    rank=RANK,
    create=_create,
    drop=_drop,
    exists=routine_exists("a"),
    references=_references,
    definition_query=lambda identity: Sql(
        "(SELECT pg_catalog.to_jsonb(a)::text FROM pg_catalog.pg_aggregate AS a"  # noqa: S608 - literal
        f" WHERE aggfnoid = {format_routine_oid(identity)})"
    ),
    comment_target=lambda identity: Sql(f"AGGREGATE {format_aggregate(identity)}"),
    grant_target=lambda identity: Sql(f"FUNCTION {format_target(identity)}"),
    expressions=("arguments", "order_by", "state_type", "moving_state_type", *_FUNCTIONS),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "arguments": _CHANGED,
        "order_by": Replace(),
        "hypothetical": Replace(),
        **dict.fromkeys(_FUNCTIONS, _CHANGED),
        **dict.fromkeys(_OTHERS, _CHANGED),
        **dict.fromkeys(("final_extra", "moving_final_extra"), _CHANGED),
        "execute": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
