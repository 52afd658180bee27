"""The rule of procedures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema_dsl.plan.owner_rights import build_routine_weakening
from schema_dsl.plan.routine import (
    RANK,
    build_create_step,
    build_definition_query,
    find_references,
    format_target,
    keeps_signature,
    routine_exists,
)
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier


def list_options(procedure: Any) -> Iterator[Sql]:
    """Yield the clauses of CREATE PROCEDURE between the arguments and the settings."""
    yield Sql(f"LANGUAGE {identifier(procedure.language)}")
    if procedure.security_definer:
        yield Sql("SECURITY DEFINER")


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for wanted in objects:
        yield build_create_step("procedure/create", wanted, list_options(wanted[1]))


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    yield build_create_step("procedure/create", wanted, list_options(wanted[1]))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "procedure/drop", {"target": format_target(identity)})


# CREATE OR REPLACE PROCEDURE changes everything but the types and names of the arguments.
_CHANGED = Alter(_alter)

_RETURNED = frozenset({"arguments", "body", "language", "security_definer", "set"})

RULE = KindRule(
    kind="procedure",
    rank=RANK,
    create=_create,
    drop=_drop,
    exists=routine_exists("p"),
    references=find_references,
    definition_query=build_definition_query,
    comment_target=lambda identity: Sql(f"PROCEDURE {format_target(identity)}"),
    expressions=("arguments", "body", "language", "set"),
    weakening=build_routine_weakening(lambda procedure: procedure.security_definer, _RETURNED),
    returned=_RETURNED,
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "arguments": Alter(_alter, possible=keeps_signature),
        "body": _CHANGED,
        "language": _CHANGED,
        "security_definer": _CHANGED,
        "set": _CHANGED,
        "execute": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
