"""Indexes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.names import parenthesised, relation_of
from schema_dsl.plan.rule import Commented, Creation, Ignored, Object, Replace, Rule
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, identifiers, qualified

RANK = 40


def _element(element: Any) -> str:
    text = str(parenthesised(element.on) if isinstance(element.on, Sql) else identifier(element.on))
    if element.operator_class is not None:
        text += f" {identifier(element.operator_class)}"
    if element.descending:
        text += " DESC"
    if element.nulls_first is not None:
        text += " NULLS FIRST" if element.nulls_first else " NULLS LAST"
    return text


def clause(index: Any) -> Sql:
    """Write what follows ON table: method, keys, included columns and predicate."""
    method = f"USING {identifier(index.method)} " if index.method != "btree" else ""
    text = f"{method}({', '.join(map(_element, index.elements))})"
    if index.include:
        text += f" INCLUDE ({identifiers(index.include)})"
    if index.nulls_not_distinct:
        text += " NULLS NOT DISTINCT"
    if index.where is not None:
        text += f" WHERE {index.where}"
    return Sql(text)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    identity = objects[0][0]
    hazard = Hazard(creation.relation, "ShareLock", "writes wait while the index is built", scans=True)
    indexes = [
        {
            "name": identifier(each.name),
            "unique": index.unique,
            "clause": clause(index),
        }
        for each, index in objects
    ]
    values = {"relation": relation_of(identity), "indexes": indexes, "live": not creation.new}
    yield Step(identity, "index/create", values, RANK, () if creation.new else (hazard,))


def _drop(gone: Object) -> Iterable[Step]:
    identity, _ = gone
    hazard = Hazard((identity.schema, identity.parent), "AccessExclusiveLock", "queries lose the index")
    yield Step(identity, "index/drop", {"index": qualified(identity.schema, identity.name)}, RANK, (hazard,))


def _target(identity: Identity) -> Sql:
    return Sql(f"INDEX {qualified(identity.schema, identity.name)}")


RULE = Rule(
    kind="index",
    rank=RANK,
    create=_create,
    drop=_drop,
    comment_target=_target,
    expressions=("elements", "where"),
    attributes={
        "name": Ignored("it is the identity"),
        "elements": Replace(),
        "where": Replace(),
        "unique": Replace(),
        "nulls_not_distinct": Replace(),
        "method": Replace(),
        "include": Replace(),
        "comment": Commented(),
        "origin": Ignored("it is a line of Python"),
    },
)
