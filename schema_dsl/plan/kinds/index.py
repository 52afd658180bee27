"""Indexes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.definition_queries import of_index
from schema_dsl.plan.names import column_of, columns_among, ended, key_of, parenthesised, relation_of
from schema_dsl.plan.rule import Commented, Creation, Ignored, KindRule, Object, Replace
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
        text += f" WHERE {ended(index.where)}"
    return Sql(text)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    identity = objects[0][0]
    hazard = Hazard(creation.relation, "ShareLock", "writes wait while the index is built", scans=True)
    indexes = [
        (Sql("UNIQUE INDEX" if index.unique else "INDEX"), identifier(each.name), clause(index))
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


def _stands_on(identity: Identity, index: Any) -> Iterable[Identity]:
    for element in index.elements:
        if isinstance(element.on, Sql):
            yield from columns_among(identity, element.on)
        else:
            yield column_of(identity, element.on)
    for name in index.include:
        yield column_of(identity, name)
    yield from columns_among(identity, index.where)


def _carries(identity: Identity, index: Any) -> Iterable[Identity]:
    if index.unique and index.where is None:
        yield key_of(identity.schema, identity.parent, (element.on for element in index.elements))


RULE = KindRule(
    kind="index",
    rank=RANK,
    create=_create,
    drop=_drop,
    facts=of_index,
    comment_target=_target,
    expressions=("elements", "where"),
    with_base=True,
    stands_on=_stands_on,
    carries=_carries,
    rebuilt=True,
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
