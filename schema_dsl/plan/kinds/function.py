"""The rule of functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema_dsl.plan.owner_rights import build_routine_weakening
from schema_dsl.plan.routine import (
    RANK,
    build_create_step,
    build_definition_query,
    find_references,
    format_returns,
    format_target,
    format_transforms,
    keeps_signature,
    routine_exists,
)
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier


def list_options(function: Any) -> Iterator[Sql]:
    """Yield the clauses of CREATE FUNCTION between the arguments and the settings."""
    yield Sql(f"RETURNS {format_returns(function)}")
    yield Sql(f"LANGUAGE {identifier(function.language)}")
    if function.transforms:
        yield format_transforms(function)
    if function.window:
        yield Sql("WINDOW")
    if function.volatility != "volatile":
        yield Sql(function.volatility.upper())
    for is_set, clause in (
        (function.leakproof, "LEAKPROOF"),
        (function.strict, "STRICT"),
        (function.security_definer, "SECURITY DEFINER"),
        (function.parallel != "unsafe", f"PARALLEL {function.parallel.upper()}"),
    ):
        if is_set:
            yield Sql(clause)
    for keyword, number in (("COST", function.cost), ("ROWS", function.rows)):
        if number is not None:
            yield Sql(f"{keyword} {number:g}")
    if function.support is not None:
        yield Sql(f"SUPPORT {function.support}")


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for wanted in objects:
        yield build_create_step("function/create", wanted, list_options(wanted[1]))


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    yield build_create_step("function/create", wanted, list_options(wanted[1]))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "function/drop", {"target": format_target(identity)})


def _uses_owner_rights(function: Any) -> bool:
    """Return whether a function uses the rights of its owner for a caller. A trigger function has no caller."""
    return function.security_definer and function.returns not in ("trigger", "event_trigger")


# CREATE OR REPLACE FUNCTION changes everything but the types and names of the arguments and the result.
_CHANGED = Alter(_alter)

_RETURNED = frozenset(
    {"arguments", "returns", "body", "language", "strict", "security_definer", "library", "set"}
)

RULE = KindRule(
    kind="function",
    rank=RANK,
    create=_create,
    drop=_drop,
    exists=routine_exists("f", "w"),
    references=find_references,
    definition_query=build_definition_query,
    comment_target=lambda identity: Sql(f"FUNCTION {format_target(identity)}"),
    expressions=("arguments", "returns", "body", "language", "set", "transforms"),
    weakening=build_routine_weakening(_uses_owner_rights, _RETURNED),
    returned=_RETURNED,
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "arguments": Alter(_alter, possible=keeps_signature),
        "returns": Replace(),
        "body": _CHANGED,
        "language": _CHANGED,
        "volatility": _CHANGED,
        "strict": _CHANGED,
        "security_definer": _CHANGED,
        "leakproof": _CHANGED,
        "parallel": _CHANGED,
        "cost": _CHANGED,
        "rows": _CHANGED,
        "window": Replace(),
        "support": _CHANGED,
        "transforms": _CHANGED,
        "library": _CHANGED,
        "set": _CHANGED,
        "execute": PRIVILEGES,
        "changes": Ignored("a database does not store them"),
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
