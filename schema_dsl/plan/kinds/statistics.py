"""The rule of extended statistics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency, DependencySource, OnReplace
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal, parenthesize, qualified

_ALL_KINDS = 3


def _name(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)


def _table(statistics: Any) -> Identity:
    return Identity("table", statistics.table.schema, statistics.table.table)


def _build_hazard(statistics: Any) -> Hazard:
    effect = "brief; does not block reads or writes"
    return Hazard(_table(statistics).relation, "ShareUpdateExclusiveLock", effect)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, statistics in objects:
        elements = [
            parenthesize(element) if isinstance(element, Sql) else identifier(element)
            for element in statistics.on
        ]
        kinds = f" ({', '.join(statistics.kinds)})" if 0 < len(statistics.kinds) < _ALL_KINDS else ""
        values = {
            "statistics": _name(identity),
            "kinds": Sql(kinds),
            "elements": Sql(", ".join(elements)),
            "table": qualified(statistics.table.schema, statistics.table.table),
        }
        yield Step(identity, "statistics/create", values, (_build_hazard(statistics),))
        if statistics.target is not None:
            yield _build_target_step(identity, statistics)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, statistics = dropped_object
    values = {"statistics": _name(identity)}
    yield Step(identity, "statistics/drop", values, (_build_hazard(statistics),))


def _set_target(wanted: Object, _: Any) -> Iterable[Step]:
    yield _build_target_step(*wanted)


def _build_target_step(identity: Identity, statistics: Any) -> Step:
    # DEFAULT exists since Postgres 17; before, and still, -1 means the same.
    target = Sql(str(-1 if statistics.target is None else statistics.target))
    return Step(identity, "statistics/set_target", {"statistics": _name(identity), "target": target})


def _references(identity: Identity, statistics: Any, state: State) -> Iterable[Dependency]:
    """Yield the dependencies on the table and its columns, with which Postgres drops the statistics."""
    table = _table(statistics)
    found = [table]
    for element in statistics.on:
        if isinstance(element, Sql):
            found += [each.referenced for each in state.resolve(table, element) if each.required]
        else:
            found.append(Identity("column", table.schema, element, parent=table))
    for referenced in dict.fromkeys(found):
        if referenced in state.objects:
            yield Dependency(
                dependent=identity,
                referenced=referenced,
                on_replace=OnReplace.CASCADE if referenced.root == table else OnReplace.RECREATE,
                source=DependencySource.DECLARED,
            )


def _build_query(identity: Identity) -> Sql:
    return Sql(
        "(SELECT pg_catalog.pg_get_statisticsobjdef(oid) FROM pg_catalog.pg_statistic_ext\n"  # noqa: S608 - literals
        f" WHERE stxname = {literal(identity.name)}\n"
        f"     AND stxnamespace = pg_catalog.to_regnamespace({literal(str(identifier(identity.schema)))}))"
    )


RULE = KindRule(
    kind="statistics",
    rank=65,
    create=_create,
    drop=_drop,
    references=_references,
    targets=lambda statistics: (_table(statistics),),
    goes_with=_table,
    expressions=("on",),
    definition_query=_build_query,
    comment_target=lambda identity: Sql(f"STATISTICS {_name(identity)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "table": Replace(),
        "on": Replace(),
        "kinds": Replace(),
        "target": Alter(_set_target),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
