"""The rule of indexes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.concurrent_index import (
    build_creation,
    build_drop,
    build_exchange,
    build_on_partitions,
)
from schema_dsl.plan.definition_queries import build_index_query
from schema_dsl.plan.dependency import Dependency, OnReplace, depend_on_columns
from schema_dsl.plan.duplicates import build_duplicates_loss
from schema_dsl.plan.existence import index_exists
from schema_dsl.plan.index_elements import format_element, list_element_references
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.parameters import INDEX_PARAMETERS, format_with
from schema_dsl.plan.partition_names import (
    NameOn,
    list_named_like_copies,
    require_free_name,
    require_no_equal,
)
from schema_dsl.plan.partitions import PresentPartition
from schema_dsl.plan.rename_statements import rename_relation
from schema_dsl.plan.rule import Alter, Commented, Creation, Exchange, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, LockReach, Loss, Step
from schema_dsl.sql import Sql, end_line_comment, identifier, identifiers, literal, parenthesize, qualified


def format_clause(index: Any) -> Sql:
    """Format the index as it follows ON table: method, keys, included columns and predicate."""
    method = f"USING {identifier(index.method)} " if index.method != "btree" else ""
    text = f"{method}({', '.join(map(format_element, index.elements))})"
    if index.include:
        text += f" INCLUDE ({identifiers(index.include)})"
    if index.nulls_not_distinct:
        text += " NULLS NOT DISTINCT"
    text += format_with(index.parameters)
    if index.where is not None:
        wrap = parenthesize if "\n" in index.where else end_line_comment
        text += f" WHERE {wrap(index.where)}"
    return Sql(text)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for wanted in objects:
        require_free_name(wanted[0], creation.before, creation.after)
        require_no_equal(wanted, creation.before, creation.after, _supersedes)
    if creation.new:
        yield _build_step(objects, existing=False)
    else:
        yield from _create_on_existing(objects, creation)
    for wanted in objects:
        yield from _set_statistics(wanted, ())


def _create_on_existing(objects: Sequence[Object], creation: Creation) -> Iterator[Step]:
    """Yield the steps that create indexes of an existing table: one for each unique index, whose rows are counted."""
    plain = [each for each in objects if not each[1].unique]
    groups = [*([plain] if plain else []), *([each] for each in objects if each[1].unique)]
    hazard = Hazard(creation.relation, "ShareLock", "blocks writes while it builds the index", scans=True)
    for group, online in zip(groups, _build_online(groups, creation), strict=True):
        identity, index = group[0]
        loss = _build_loss(identity, index, _list_kept(identity, creation)) if index.unique else None
        first, *others = online
        yield attrs.evolve(
            _build_step(group, existing=True),
            hazards=(hazard,),
            loss=loss,
            online=(attrs.evolve(first, loss=loss), *others),
        )


def _build_online(groups: Sequence[Sequence[Object]], creation: Creation) -> Iterator[Sequence[Step]]:
    """Yield the steps that create each group of indexes without blocking writes."""
    if creation.partitions is not None:
        for group in groups:
            yield list(build_on_partitions(group, creation.partitions, format_clause, creation.name_on))
        return
    # The first group also drops invalid indexes of all groups, and the last one requires all to be valid.
    first, *builds, last = build_creation([each for group in groups for each in group], format_clause)
    for number, group in enumerate(groups, 1):
        own = [builds.pop(0) for _ in group]
        yield [*([first] if number == 1 else []), *own, *([last] if number == len(groups) else [])]


def _build_step(objects: Sequence[Object], *, existing: bool) -> Step:
    indexes = [
        (
            Sql("UNIQUE INDEX" if index.unique else "INDEX"),
            identifier(identity.name),
            format_clause(index),
        )
        for identity, index in objects
    ]
    identity = objects[0][0]
    values = {"relation": quote_relation(identity), "indexes": indexes, "existing_table": existing}
    return Step(identity, "index/create", values)


def _list_kept(identity: Identity, creation: Creation) -> frozenset[str]:
    """Return the names of the objects that an index names and that work the same before and after the plan."""
    after = creation.after
    if after is None:
        return frozenset()
    kept: dict[bool, set[str]] = {True: set(), False: set()}
    for dependency in after.dependencies(identity):
        named = dependency.referenced
        kept[_is_kept(named, creation.before, after)].add(named.name)
    return frozenset(kept[True] - kept[False])


def _is_kept(identity: Identity, before: Mapping[Identity, Any], after: State) -> bool:
    """Return whether the plan changes neither an object nor anything on which it depends."""
    needed = {identity: None}
    pending = [identity]
    for each in pending:
        if before.get(each) != after.objects.get(each):
            return False
        new = {dependency.referenced: None for dependency in after.dependencies(each)}
        pending += new.keys() - needed
        needed |= new
    return True


def _build_loss(identity: Identity, index: Any, known: Collection[str]) -> Loss | None:
    """Describe the rows that stop the creation of a unique index, if its values are equal as they are for GROUP BY."""
    if any(element.collation or element.operator_class for element in index.elements):
        return None
    name = literal(str(qualified(identity.schema, identity.name)))
    pending = Sql(
        "NOT EXISTS (SELECT FROM pg_catalog.pg_index\n"
        f"        WHERE indexrelid = pg_catalog.to_regclass({name}) AND indisvalid)"
    )
    keys = [element.on for element in index.elements]
    return build_duplicates_loss(
        identity, keys, pending, where=index.where, equal_nulls=index.nulls_not_distinct, known=known
    )


def _alter_statistics(wanted: Object, before: Any) -> Iterable[Step]:
    return _set_statistics(wanted, before.statistics)


def _set_statistics(wanted: Object, before: Sequence[tuple[int, int]]) -> Iterable[Step]:
    """Yield the step that sets the statistics targets of expressions; -1 is the default."""
    identity, index = wanted
    targets = {number: -1 for number, _ in before} | dict(index.statistics)
    changed = {number: target for number, target in targets.items() if (number, target) not in before}
    if changed:
        values = {
            "target": Sql(f"INDEX {qualified(identity.schema, identity.name)}"),
            "clauses": [
                Sql(f"ALTER COLUMN {number} SET STATISTICS {target}")
                for number, target in sorted(changed.items())
            ],
        }
        yield Step(identity, "parameters", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    index = qualified(identity.schema, identity.name)
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "queries can no longer use the index")
    online = (build_drop(identity, index),)
    yield Step(identity, "index/drop", {"index": index}, (hazard,), online=online)


def _exchange(
    index: Object,
    partitions: Sequence[PresentPartition] | None,
    is_used: Callable[[str], bool],
    name_on: NameOn,
) -> Exchange:
    exchange = build_exchange(index, format_clause, partitions, is_used, name_on)
    statistics = tuple(_set_statistics(index, ()))
    finish = (*exchange.finish, *statistics) if exchange.finish else ()
    return attrs.evolve(exchange, create=(*exchange.create, *statistics), finish=finish)


def _target(identity: Identity) -> Sql:
    return Sql(f"INDEX {qualified(identity.schema, identity.name)}")


def _references(identity: Identity, index: Any, state: State) -> Iterable[Dependency]:
    yield from list_element_references(identity, index.elements, state)
    yield from depend_on_columns(identity, index.include, OnReplace.FOLLOW)
    yield from state.resolve(identity, index.where, on_replace=OnReplace.CASCADE)
    # The copy of the index gets another name if an index of the partition has that.
    for own in list_named_like_copies((identity, index), state):
        yield Dependency(dependent=identity, referenced=own, on_replace=OnReplace.UNTOUCHED)


def _key(index: Any) -> Iterable[str] | None:
    if (
        not index.unique
        or index.where is not None
        or any(isinstance(item.on, Sql) for item in index.elements)
    ):
        return None
    return [element.on for element in index.elements]


def _supersedes(index: Any, other: Any) -> bool:
    """Return whether an index has the keys of another index, and covers at least the same columns."""
    return set(other.include) <= set(index.include) and all(
        getattr(index, name) == getattr(other, name)
        for name in ("elements", "where", "unique", "nulls_not_distinct", "method")
    )


RULE = KindRule(
    kind="index",
    rank=40,
    reach=LockReach.PARTITIONS,
    create=_create,
    drop=_drop,
    exists=index_exists,
    exchange=_exchange,
    definition_query=build_index_query,
    rename=rename_relation("INDEX", similar=("elements", "where", "unique"), follows=True),
    comment_target=_target,
    expressions=("elements", "where"),
    references=_references,
    key=_key,
    supersedes=_supersedes,
    attributes={
        "name": Ignored("the name is part of the identity"),
        "renamed_from": Ignored("it names the former name, and is not stored"),
        "elements": Replace(),
        "where": Replace(),
        "unique": Replace(),
        "nulls_not_distinct": Replace(),
        "method": Replace(),
        "include": Replace(),
        "parameters": INDEX_PARAMETERS,
        "statistics": Alter(_alter_statistics),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
