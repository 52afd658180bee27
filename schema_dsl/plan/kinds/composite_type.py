"""The rule of composite types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.identity import copy_with
from schema_dsl.model.names import choose_default_name
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.existence import relation_exists
from schema_dsl.plan.retype import build_type_difference
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.plan.type_change import format_catalog_type
from schema_dsl.sql import Sql, identifier, literal, qualified


def _name(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)


def _format(attribute: Any) -> Sql:
    return Sql(f"{identifier(attribute.name)} {attribute.type.sql}")


def _values(identity: Identity, attributes: Iterable[Any]) -> dict[str, Any]:
    return {
        "type": _name(identity),
        "type_literal": literal(str(_name(identity))),
        "attributes": [_format(attribute) for attribute in attributes],
    }


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, composite in objects:
        yield Step(identity, "composite_type/create", _values(identity, composite.attributes))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    # Postgres refuses to drop a type that a column has, so no values are lost.
    yield Step(identity, "composite_type/drop", {"type": _name(identity)})


def _keeps_types(before: Any, wanted: Any) -> bool:
    types = {attribute.name: attribute.type for attribute in before.attributes}
    return all(types.get(attribute.name, attribute.type) == attribute.type for attribute in wanted.attributes)


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    """Build the step that removes and adds attributes.

    Postgres adds an attribute at the end, so those after a gap are removed and added again.
    """
    identity, composite = wanted
    names = [attribute.name for attribute in composite.attributes]
    count = 0
    for attribute in before.attributes:
        count += names[count : count + 1] == [attribute.name]
    kept, added = names[:count], composite.attributes[count:]
    dropped = [identifier(attribute.name) for attribute in before.attributes if attribute.name not in kept]
    if dropped or added:
        values = {
            **_values(identity, ()),
            "names": list(map(literal, names)),
            "dropped": bool(dropped),
            "refusal": literal(f"cannot remove an attribute of type {_name(identity)}"),
            "actions": [
                *(Sql(f"DROP ATTRIBUTE {name}") for name in dropped),
                *(Sql(f"ADD ATTRIBUTE {_format(attribute)}") for attribute in added),
            ],
        }
        yield Step(identity, "composite_type/alter", values)


def _replace(wanted: Object, before: Any) -> Iterable[Step]:
    """Build the steps that replace the type under another name, and then add and remove attributes.

    The parts of the first step convert the columns of the type by text, so the attributes keep their places.
    """
    identity, composite = wanted
    types = {attribute.name: attribute.type for attribute in composite.attributes}
    attributes = [
        copy_with(attribute, type=types.get(attribute.name, attribute.type))
        for attribute in before.attributes
    ]
    changed = [
        (old, new) for old, new in zip(before.attributes, attributes, strict=True) if old.type != new.type
    ]
    # Without a change of its own, the type is replaced for another one that an attribute has.
    own = [(each, each) for each in before.attributes if format_catalog_type(each.type.sql) is None]
    conditions = [
        f"attname = {literal(new.name)} AND {difference}"
        for old, new in changed or own
        if (difference := build_type_difference("atttypid", "atttypmod", new.type.sql, old.type.sql))
    ]
    old_name = choose_default_name(identity.name, [], "old", lambda _name: False)
    values = {
        **_values(identity, attributes),
        "differs": Sql(" OR ".join(conditions) or "true"),
        "old_name": identifier(old_name),
        "old_type": qualified(identity.schema, old_name),
    }
    yield Step(identity, "composite_type/replace", values)
    yield from _alter(wanted, copy_with(before, attributes=tuple(attributes)))


def _references(identity: Identity, composite: Any, state: State) -> Iterable[Dependency]:
    for attribute in composite.attributes:
        yield from state.resolve_type(identity, attribute.type.sql, on_replace=OnReplace.ADAPT)


def _build_query(identity: Identity) -> Sql:
    name = literal(str(_name(identity)))
    return Sql(
        "(SELECT pg_catalog.array_agg(\n"  # noqa: S608 - literals
        "     ROW(attname, pg_catalog.format_type(atttypid, atttypmod))::text ORDER BY attnum)::text\n"
        f" FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({name})\n"
        "     AND attnum > 0 AND NOT attisdropped)"
    )


RULE = KindRule(
    kind="composite_type",
    rank=7,
    create=_create,
    drop=_drop,
    exists=relation_exists("c"),
    replace=_replace,
    replace_invalidates_dependents=True,
    adapt=_replace,
    references=_references,
    expressions=("attributes",),
    definition_query=_build_query,
    comment_target=lambda identity: Sql(f"TYPE {_name(identity)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "attributes": Alter(_alter, possible=_keeps_types),
        "usage": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
