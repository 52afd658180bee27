"""The rule of the marks on indexes: CLUSTER ON, and REPLICA IDENTITY USING INDEX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal

_MARKABLE: Final = ("index", "primary_key", "unique", "exclusion")
_OF_CLUSTER: Final = (
    "CLUSTER ON",
    "SET WITHOUT CLUSTER",
    "ShareUpdateExclusiveLock",
    "brief; blocks nothing",
)
_OF_REPLICATION: Final = (
    "REPLICA IDENTITY USING INDEX",
    "REPLICA IDENTITY DEFAULT",
    "AccessExclusiveLock",
    "brief; affects what logical replication sends from now on",
)


def _set(wanted: Object, *, is_new: bool = False) -> Step:
    identity, mark = wanted
    action, _, lock, effect = _OF_CLUSTER if mark.name == "cluster" else _OF_REPLICATION
    values = {
        "what": Sql("MATERIALIZED VIEW" if identity.root.kind == "materialized_view" else "TABLE"),
        "relation": quote_relation(identity),
        "action": Sql(f"{action} {identifier(mark.index)}"),
    }
    return Step(
        identity, "index_mark/set", values, () if is_new else (Hazard(identity.relation, lock, effect),)
    )


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for wanted in objects:
        yield _set(wanted, is_new=creation.new)


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    yield _set(wanted)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, mark = dropped_object
    is_cluster = mark.name == "cluster"
    _, action, lock, effect = _OF_CLUSTER if is_cluster else _OF_REPLICATION
    relation = quote_relation(identity)
    values = {
        "what": Sql("MATERIALIZED VIEW" if identity.root.kind == "materialized_view" else "TABLE"),
        "relation": relation,
        "regclass": literal(str(relation)),
        "action": Sql(action),
        "condition": Sql(
            "EXISTS (SELECT FROM pg_catalog.pg_index WHERE indrelid = c.oid AND indisclustered)"
            if is_cluster
            else "c.relreplident = 'i'"
        ),
    }
    yield Step(identity, "index_mark/remove", values, (Hazard(identity.relation, lock, effect),))


def _references(identity: Identity, mark: Any, state: State) -> Iterable[Dependency]:
    index = _find_index(identity, mark, state)
    if index is not None:
        yield Dependency(dependent=identity, referenced=index)


def _find_index(identity: Identity, mark: Any, state: State) -> Identity | None:
    """Return the marked index, or the constraint that has it."""
    candidates = (attrs.evolve(identity, kind=kind, name=mark.index) for kind in _MARKABLE)
    return next(filter(state.objects.__contains__, candidates), None)


def _keeps_index(identity: Identity, before: State, after: State) -> bool:
    """Return whether the index that loses the mark stays. Otherwise the mark must be gone before it."""
    index = _find_index(identity, before.objects[identity], before)
    return index is not None and before.objects[index] == after.objects.get(index)


RULE = KindRule(
    kind="index_mark",
    rank=45,
    create=_create,
    drop=_drop,
    references=_references,
    attributes={
        "name": Ignored("the name is part of the identity"),
        "index": Alter(_alter, possible_in=_keeps_index),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
