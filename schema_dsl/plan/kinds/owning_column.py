"""The rule of the columns that own sequences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.kinds.sequence import find_owner
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, qualified


def _build_step(identity: Identity, owner: Any) -> Step:
    target: str = "NONE"
    hazards: tuple[Hazard, ...] = ()
    if owner is not None:
        column = owner.column
        target = f"{qualified(column.schema, column.table)}.{identifier(column.columns[0])}"
        hazards = (Hazard((column.schema, column.table), "AccessShareLock", "brief; blocks nothing"),)
    sequence = qualified(identity.root.schema, identity.root.name)
    return Step(identity, "owning_column/create", {"sequence": sequence, "owner": Sql(target)}, hazards)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, owner in objects:
        yield _build_step(identity, owner)


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    yield _build_step(*wanted)


def _drop(dropped_object: Object) -> Iterable[Step]:
    yield _build_step(dropped_object[0], None)


def _references(identity: Identity, owner: Any, state: State) -> Iterable[Dependency]:
    for referenced in find_owner(owner, state):
        # Not required, because the ownership may go with the sequence after the column uses it no more.
        yield Dependency(
            dependent=identity, referenced=referenced, required=False, on_replace=OnReplace.UNTOUCHED
        )


RULE = KindRule(
    kind="owning_column",
    rank=60,
    create=_create,
    drop=_drop,
    references=_references,
    targets=lambda owner: (Identity("table", owner.column.schema, owner.column.table),),
    attributes={
        "name": Ignored("the name of the sequence is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "column": Alter(_alter),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
