"""The rule of the names of NOT NULL constraints. Servers before Postgres 18 have none, so statements check first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.names import choose_default_name
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.names import column_identity, quote_relation
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, LockReach, Step
from schema_dsl.sql import identifier, literal


def _rename(identity: Identity, name: str, *, is_new: bool = False) -> Step:
    relation = quote_relation(identity)
    statement = f"ALTER TABLE {relation} RENAME CONSTRAINT %I TO {identifier(name)}"
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "brief")
    values = {
        "regclass": literal(str(relation)),
        "column": literal(identity.name),
        "name": literal(name),
        # format() reads a % in the names.
        "statement": literal(statement.replace("%", "%%").replace("%%I", "%I", 1)),
    }
    return Step(identity, "not_null_name/set", values, () if is_new else (hazard,))


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for identity, item in objects:
        yield _rename(identity, item.constraint, is_new=creation.new)


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    identity, item = wanted
    yield _rename(identity, item.constraint)


def _drop(dropped_object: Object) -> Iterable[Step]:
    """Give the constraint the name that Postgres chooses."""
    identity, _ = dropped_object
    yield _rename(
        identity, choose_default_name(identity.parent_name, [identity.name], "not_null", lambda _: False)
    )


def _references(identity: Identity, _item: Any, _state: State) -> Iterable[Dependency]:
    yield Dependency(dependent=identity, referenced=column_identity(identity, identity.name))


RULE = KindRule(
    kind="not_null_name",
    reach=LockReach.CHILDREN,
    rank=46,
    create=_create,
    drop=_drop,
    references=_references,
    attributes={
        "name": Ignored("the column is part of the identity"),
        "constraint": Alter(_alter),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
