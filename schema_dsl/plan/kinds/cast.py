"""The rule of casts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema_dsl.analysis.identity import QUERIED_KINDS, Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.routine import find_named_routines, format_full_type
from schema_dsl.plan.rule import Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, literal

_CONTEXTS = {"explicit": "", "assignment": " AS ASSIGNMENT", "implicit": " AS IMPLICIT"}


def format_cast(identity: Identity) -> Sql:
    """Format the types of a cast as CREATE CAST and COMMENT ON expect them: `(public.mood AS integer)`."""
    source, _, target = identity.name.partition(" AS ")
    return Sql(f"({format_full_type(source)} AS {format_full_type(target)})")


def format_conversion(cast: Any) -> Sql:
    """Format the clauses after the types."""
    how = "WITHOUT FUNCTION"
    if cast.function is not None:
        how = f"WITH FUNCTION {cast.function}"
    elif cast.in_out:
        how = "WITH INOUT"
    return Sql(f"{how}{_CONTEXTS[cast.context]}")


def _build_condition(identity: Identity) -> Sql:
    """Build the FROM and WHERE of a query for the row of a cast."""
    source, _, target = identity.name.partition(" AS ")
    return Sql(
        f"FROM pg_catalog.pg_cast\nWHERE castsource = pg_catalog.to_regtype({literal(format_full_type(source))})"
        f" AND casttarget = pg_catalog.to_regtype({literal(format_full_type(target))})"
    )


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, cast in objects:
        values = {
            "cast": format_cast(identity),
            "row": _build_condition(identity),
            "conversion": format_conversion(cast),
        }
        yield Step(identity, "cast/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "cast/drop", {"cast": format_cast(identity)})


def _references(identity: Identity, cast: Any, state: State) -> Iterator[Dependency]:
    for spelling in (cast.source, cast.target):
        yield from state.resolve_type(identity, spelling)
    if cast.function is not None:
        for routine in find_named_routines(state, [cast.function.partition("(")[0]]):
            yield Dependency(dependent=identity, referenced=routine)


RULE = KindRule(
    kind="cast",
    rank=13,
    create=_create,
    drop=_drop,
    references=_references,
    comes_before=QUERIED_KINDS,
    expressions=("source", "target", "function"),
    definition_query=lambda identity: Sql(
        "(SELECT ROW(castfunc::pg_catalog.regprocedure, castcontext, castmethod)::text"
        f" {_build_condition(identity)})"
    ),
    comment_target=lambda identity: Sql(f"CAST {format_cast(identity)}"),
    attributes={
        "source": Ignored("the type is part of the identity"),
        "target": Ignored("the type is part of the identity"),
        "function": Replace(),
        "in_out": Replace(),
        "context": Replace(),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
