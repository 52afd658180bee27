"""The rule of the tables of publications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency, OnReplace, depend_on_columns
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.rule import Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, identifiers, literal, parenthesize

RANK = 75


def _values(identity: Identity) -> dict[str, Any]:
    return {
        "publication": identifier(identity.name),
        "relation": quote_relation(identity),
        "exists": _build_condition(identity),
    }


def _build_condition(identity: Identity) -> Sql:
    """Build the FROM and WHERE of a query for the row of a published table."""
    relation = literal(str(quote_relation(identity)))
    return Sql(
        "FROM pg_catalog.pg_publication_rel AS r\n"
        "INNER JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid\n"
        f"WHERE p.pubname = {literal(identity.name)} AND r.prrelid = pg_catalog.to_regclass({relation})"
    )


def _build_hazard(identity: Identity) -> Hazard:
    return Hazard(identity.relation, "ShareUpdateExclusiveLock", "brief; does not block reads or writes")


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for identity, table in objects:
        columns = f" ({identifiers(table.columns)})" if table.columns else ""
        where = "" if table.where is None else f" WHERE {parenthesize(table.where)}"
        values = {**_values(identity), "clauses": Sql(f"{columns}{where}")}
        hazards = () if creation.new else (_build_hazard(identity),)
        yield Step(identity, "published_table/create", values, hazards)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "published_table/drop", _values(identity), (_build_hazard(identity),))


def _references(identity: Identity, table: Any, state: State) -> Iterator[Dependency]:
    publication = table.declared_in
    if publication in state.objects:
        yield Dependency(dependent=identity, referenced=publication, on_replace=OnReplace.CASCADE)
    yield from depend_on_columns(identity, table.columns)
    yield from state.resolve(identity, table.where)


RULE = KindRule(
    kind="published_table",
    rank=RANK,
    create=_create,
    drop=_drop,
    references=_references,
    targets=lambda table: (table.declared_in,),
    expressions=("where",),
    # The numbers of columns are those of the table.
    definition_query=lambda identity: Sql(
        f"(SELECT (pg_catalog.to_jsonb(r) - 'oid' - 'prpubid')::text {_build_condition(identity)})"
    ),
    attributes={
        "table": Ignored("the table is part of the identity"),
        "publication": Ignored("the publication is part of the identity"),
        "columns": Replace(),
        "where": Replace(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
