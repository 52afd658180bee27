"""The rule of range types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.names import choose_default_name
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.existence import type_exists
from schema_dsl.plan.rule import PRIVILEGES, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, literal, qualified


def _name(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)


def _values(identity: Identity, declared: Any) -> dict[str, Any]:
    parts = [
        ("SUBTYPE", declared.subtype.sql),
        ("SUBTYPE_OPCLASS", declared.operator_class),
        ("COLLATION", declared.collation),
        ("SUBTYPE_DIFF", declared.subtype_diff),
    ]
    multirange = qualified(identity.schema, declared.multirange)
    return {
        "type": _name(identity),
        "type_literal": literal(str(_name(identity))),
        "options": [Sql(f"{option} = {value}") for option, value in parts if value is not None],
        "multirange_option": Sql(f"MULTIRANGE_TYPE_NAME = {multirange}"),
    }


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, declared in objects:
        yield Step(identity, "range/create", _values(identity, declared))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    # Postgres refuses to drop a type that a column has, so no values are lost.
    yield Step(identity, "range/drop", {"type": _name(identity)})


def _replace(wanted: Object, _: Any) -> Iterable[Step]:
    """Build the step that replaces the type; its parts convert the columns of the type.

    The constructor functions of a range belong to a superuser and keep their names when the type is renamed, so the old
    type has to be dropped first. Only Postgres can compare two range types, so a new one is created for that.
    """
    identity, declared = wanted
    new = Identity(
        identity.kind, identity.schema, choose_default_name(identity.name, [], "new", lambda _name: False)
    )
    values = {
        **_values(identity, declared),
        "new_type": _name(new),
        "new_type_literal": literal(str(_name(new))),
        "definition": _build_query(identity),
        "new_definition": _build_query(new),
        "multirange_literal": literal(str(qualified(identity.schema, declared.multirange))),
    }
    yield Step(identity, "range/replace", values)


def _references(identity: Identity, declared: Any, state: State) -> Iterable[Dependency]:
    subtype = declared.subtype.sql
    yield from state.resolve_type(identity, subtype, on_replace=OnReplace.ADAPT)
    if declared.subtype_diff is not None:
        call = f"{declared.subtype_diff}(NULL::{subtype}, NULL::{subtype})"
        yield from state.resolve(identity, call, on_replace=OnReplace.ADAPT)


def _build_query(identity: Identity) -> Sql:
    name = literal(str(_name(identity)))
    return Sql(
        "(SELECT ROW(rngsubtype, rngcollation, rngsubopc, rngsubdiff)::text\n"  # noqa: S608 - literals
        f" FROM pg_catalog.pg_range WHERE rngtypid = pg_catalog.to_regtype({name}))"
    )


def _build_definition(identity: Identity) -> Sql:
    """Build the query for the definition with the name of the multirange type."""
    name = literal(str(_name(identity)))
    return Sql(
        "(SELECT ROW(r.rngsubtype, r.rngcollation, r.rngsubopc, r.rngsubdiff, t.typname)::text\n"  # noqa: S608 - literals
        " FROM pg_catalog.pg_range AS r INNER JOIN pg_catalog.pg_type AS t ON t.oid = r.rngmultitypid\n"
        f" WHERE r.rngtypid = pg_catalog.to_regtype({name}))"
    )


RULE = KindRule(
    kind="range",
    rank=7,
    create=_create,
    drop=_drop,
    exists=type_exists("r"),
    replace=_replace,
    replace_invalidates_dependents=True,
    replace_drops=True,
    adapt=_replace,
    references=_references,
    expressions=("subtype", "operator_class", "collation", "subtype_diff"),
    definition_query=_build_definition,
    comment_target=lambda identity: Sql(f"TYPE {_name(identity)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "subtype": Replace(),
        "operator_class": Replace(),
        "collation": Replace(),
        "subtype_diff": Replace(),
        "multirange": Replace(),
        "usage": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
