"""The rule of schemas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schema_dsl.plan.rule import PRIVILEGES, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, schema in objects:
        if schema.existing is None:
            yield Step(identity, "schema/create", {"schema": identifier(identity.name)})


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, schema = dropped_object
    if schema.existing is None:
        # Postgres refuses to drop a schema that has objects, so no data are lost.
        yield Step(identity, "schema/drop", {"schema": identifier(identity.name)})


RULE = KindRule(
    kind="schema",
    rank=1,
    create=_create,
    drop=_drop,
    comment_target=lambda identity: Sql(f"SCHEMA {identifier(identity.name)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "usage": PRIVILEGES,
        "create": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
