"""The steps that create, replace and drop indexes without blocking writes, outside of a transaction block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.names import choose_default_name
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.partition_names import NameOn
from schema_dsl.plan.partitions import PresentPartition
from schema_dsl.plan.rule import Exchange, Object
from schema_dsl.plan.step import TIMEOUTS, Hazard, LockReach, Step, TransactionMode
from schema_dsl.sql import Sql, identifier, literal, qualified

Clause = Callable[[Any], Sql]


def build_creation(objects: Sequence[Object], format_clause: Clause) -> Iterable[Step]:
    """Build the steps that create indexes of a table, each index by a statement of its own.

    Args:
        objects: The indexes.
        format_clause: Formats an index as it follows ON table.
    """
    identity = objects[0][0]
    names = [_quote(each) for each, _ in objects]
    values = {"indexes": [(name, literal(str(name))) for name in names]}
    yield Step(identity, "index/drop_invalid", values, (_lock(identity, "drops invalid indexes only"),))
    for index in objects:
        yield _build_index(index, format_clause)
    yield _require_valid(identity, names)


def build_on_partitions(
    objects: Sequence[Object],
    partitions: Sequence[PresentPartition],
    format_clause: Clause,
    name_on: NameOn,
) -> Iterable[Step]:
    """Build the steps that create indexes of a partitioned table: on each partition, to be attached then.

    Args:
        objects: The indexes.
        partitions: The partitions, each after its parent.
        format_clause: Formats an index as it follows ON table.
        name_on: Names the indexes on the partitions.
    """
    root = objects[0][0]
    upper = [root.relation, *(each.relation for each in partitions if not each.is_leaf)]
    yield Step(
        root,
        "index/create_only",
        {
            "indexes": [
                (
                    _format_kind(index),
                    identifier(name_on(relation, identity)),
                    qualified(*relation),
                    format_clause(index),
                )
                for identity, index in objects
                for relation in upper
            ]
        },
        tuple(
            Hazard(relation, "ShareLock", "brief; reads no rows", reach=LockReach.TABLE) for relation in upper
        ),
    )
    yield from build_on_leaves(objects, partitions, format_clause, name_on)
    yield build_attachment([identity for identity, _ in objects], partitions, name_on)


def build_on_leaves(
    objects: Sequence[Object],
    partitions: Sequence[PresentPartition],
    format_clause: Clause,
    name_on: NameOn,
    *,
    drops_invalid: bool = True,
) -> Iterable[Step]:
    """Build the steps that create the indexes of a partitioned table on the partitions that hold rows.

    Args:
        objects: The indexes of the partitioned table.
        partitions: The partitions.
        format_clause: Formats an index as it follows ON table.
        name_on: Names the indexes on the partitions.
        drops_invalid: Whether to drop the remains of an interrupted build, because no other step does.
    """
    root = objects[0][0]
    leaves = [partition for partition in partitions if partition.is_leaf]
    names = [
        _quote_on(leaf.relation, name_on(leaf.relation, identity))
        for identity, _ in objects
        for leaf in leaves
    ]
    if names and drops_invalid:
        locks = tuple(
            Hazard(leaf.relation, "AccessExclusiveLock", "drops invalid indexes only") for leaf in leaves
        )
        values = {"indexes": [(name, literal(str(name))) for name in names]}
        yield Step(root, "index/drop_invalid", values, locks)
    for identity, index in objects:
        for leaf in leaves:
            build = {
                "relation": qualified(*leaf.relation),
                "index": _format_kind(index),
                "name": identifier(name_on(leaf.relation, identity)),
                "clause": format_clause(index),
            }
            effect = "builds the index without blocking writes"
            step = _run_alone(identity, "index/create_concurrently", build, effect)
            hazard = Hazard(leaf.relation, "ShareUpdateExclusiveLock", effect, scans=True)
            yield attrs.evolve(step, hazards=(hazard,))
    if names:
        yield _require_valid(root, names)


def build_attachment(
    identities: Sequence[Identity], partitions: Sequence[PresentPartition], name_on: NameOn
) -> Step:
    """Build the step that attaches the indexes of partitions to those of a partitioned table.

    Args:
        identities: The indexes or keys of the partitioned table.
        partitions: The partitions, each after its parent.
        name_on: Names the indexes on the partitions.
    """
    root = identities[0]
    attached = [
        tuple(_quote_on(place, name_on(place, identity)) for place in (partition.parent, partition.relation))
        for identity in identities
        for partition in reversed(partitions)
    ]
    relations = dict.fromkeys([root.relation, *(each.relation for each in partitions)])
    return Step(
        root,
        "index/attach",
        {"attached": attached, "oids": [_format_oid(_quote(identity)) for identity in identities]},
        tuple(Hazard(each, "AccessExclusiveLock", "brief; attaches the indexes") for each in relations),
    )


def _quote_on(relation: tuple[str, str], name: str) -> Sql:
    return qualified(relation[0], name)


def build_exchange(
    index: Object,
    format_clause: Clause,
    partitions: Sequence[PresentPartition] | None,
    is_used: Callable[[str], bool],
    name_on: NameOn,
) -> Exchange:
    """Build the steps that exchange an index: the old one stays, under another name, until the new one is built.

    Args:
        index: The new index.
        format_clause: Formats an index as it follows ON table.
        partitions: The partitions, each after its parent; None if the table is not partitioned.
        is_used: Returns whether a relation of the schema has a name.
        name_on: Names the indexes on the partitions.
    """
    identity, wanted = index
    old = qualified(identity.schema, name_old(identity.name, is_used))
    drop = Step(identity, "index/drop", {"index": old}, (_lock(identity, "brief; drops the old index"),))
    relations = [identity.relation, *(each.relation for each in partitions or () if each.is_leaf)]
    set_aside = [
        _set_aside(relation, name_on(relation, identity), index, format_clause, is_used)
        for relation in relations
    ]
    pending = Sql(f"pg_catalog.to_regclass({literal(str(old))}) IS NOT NULL")
    if partitions is None:
        build = (*set_aside, _build_index(index, format_clause), _require_valid(identity, [_quote(identity)]))
        return Exchange(build=build, pending=pending, drop=(drop,), finish=(build_drop(identity, old),))
    # CREATE INDEX on the partitioned table takes the indexes of the partitions, which are built already.
    clause = (_format_kind(wanted), identifier(identity.name), format_clause(wanted))
    values = {"relation": quote_relation(identity), "indexes": [clause], "existing_table": False}
    create = Step(identity, "index/create", values, (_lock(identity, "brief; attaches the indexes"),))
    return Exchange(
        build=(
            *set_aside,
            *build_on_leaves([index], partitions, format_clause, name_on, drops_invalid=False),
        ),
        pending=pending,
        drop=(drop,),
        create=(create,),
    )


def name_old(name: str, is_used: Callable[[str], bool]) -> str:
    """Return the name of an index or key while the new one is built."""
    return choose_default_name(name, (), "old", is_used)


def _set_aside(
    relation: tuple[str, str], name: str, index: Object, format_clause: Clause, is_used: Callable[[str], bool]
) -> Step:
    """Build the step that gives the old index of a table, or of its partition, another name."""
    identity, wanted = index
    schema, table = relation
    old = name_old(name, is_used)
    values = {
        "relation": qualified(*relation),
        "table": identifier(table),
        "copy": qualified("pg_temp", table),
        "index": qualified(schema, name),
        "name": identifier(name),
        "index_literal": literal(str(qualified(schema, name))),
        "copy_literal": literal(str(qualified("pg_temp", name))),
        "old": identifier(old),
        "old_literal": literal(str(qualified(schema, old))),
        "kind": _format_kind(wanted),
        "clause": format_clause(wanted),
    }
    hazard = Hazard(relation, "AccessExclusiveLock", "brief; renames the old index")
    return Step(identity, "index/set_aside", values, (hazard,))


def build_drop(identity: Identity, index: Sql) -> Step:
    """Build the step that drops an index.

    Args:
        identity: The identity of the index, or of that which takes its place.
        index: The quoted name of the index.
    """
    effect = "queries can no longer use the index"
    return _run_alone(identity, "index/drop_concurrently", {"index": index}, effect)


def _build_index(index: Object, format_clause: Clause) -> Step:
    identity, wanted = index
    values = {
        "relation": quote_relation(identity),
        "index": _format_kind(wanted),
        "name": identifier(identity.name),
        "clause": format_clause(wanted),
    }
    effect = "builds the index without blocking writes"
    return _run_alone(identity, "index/create_concurrently", values, effect)


def _require_valid(identity: Identity, names: Iterable[Sql]) -> Step:
    oids = [_format_oid(name) for name in names]
    return Step(identity, "index/require_valid", {"oids": oids}, follows_file=True)


def _format_oid(name: Sql) -> Sql:
    return Sql(f"pg_catalog.to_regclass({literal(str(name))})")


def _run_alone(identity: Identity, template: str, values: dict[str, Any], effect: str) -> Step:
    hazard = Hazard(identity.relation, "ShareUpdateExclusiveLock", effect, scans=True)
    return Step(identity, template, values, (hazard,), mode=TransactionMode.ALONE, untimed=TIMEOUTS)


def _format_kind(index: Any) -> Sql:
    return Sql("UNIQUE INDEX" if index.unique else "INDEX")


def _quote(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)


def _lock(identity: Identity, effect: str) -> Hazard:
    return Hazard(identity.relation, "AccessExclusiveLock", effect)
