"""The rule of enums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.names import choose_default_name
from schema_dsl.plan.existence import type_exists
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal, qualified


def _values(identity: Identity, labels: Iterable[str] = ()) -> dict[str, Any]:
    name = qualified(identity.schema, identity.name)
    return {"type": name, "type_literal": literal(str(name)), "labels": [literal(label) for label in labels]}


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, enum in objects:
        yield Step(identity, "enum/create", _values(identity, enum.labels))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    # Postgres refuses to drop a type that a column has, so no values are lost.
    yield Step(identity, "enum/drop", _values(identity))


def _adds_labels_only(before: Any, wanted: Any) -> bool:
    """Return whether the labels before are among the wanted labels, in the same order."""
    remaining = iter(wanted.labels)
    return all(label in remaining for label in before.labels)


def _add_labels(wanted: Object, before: Any) -> Iterable[Step]:
    identity, enum = wanted
    first = before.labels[0] if before.labels else None
    for place, label in enumerate(enum.labels):
        if label in before.labels:
            continue
        where = ""
        if place:
            where = f" AFTER {literal(enum.labels[place - 1])}"
        elif first is not None:
            where = f" BEFORE {literal(first)}"
        values = {"type": qualified(identity.schema, identity.name), "value": Sql(f"{literal(label)}{where}")}
        yield Step(identity, "enum/add_value", values, unusable_in_transaction=(literal(label),))


def _replace(wanted: Object, _: Any) -> Iterable[Step]:
    """Build the step that replaces the type under another name; its parts convert the columns of the type."""
    identity, enum = wanted
    old_name = choose_default_name(identity.name, [], "old", lambda _name: False)
    values = {
        **_values(identity, enum.labels),
        "old_name": identifier(old_name),
        "old_type": qualified(identity.schema, old_name),
    }
    yield Step(identity, "enum/replace", values)


def _build_query(identity: Identity) -> Sql:
    name = literal(str(qualified(identity.schema, identity.name)))
    return Sql(
        "(SELECT pg_catalog.array_agg(enumlabel ORDER BY enumsortorder)::text\n"  # noqa: S608 - literals
        f" FROM pg_catalog.pg_enum WHERE enumtypid = pg_catalog.to_regtype({name}))"
    )


RULE = KindRule(
    kind="enum",
    rank=5,
    create=_create,
    drop=_drop,
    exists=type_exists("e"),
    replace=_replace,
    replace_invalidates_dependents=True,
    definition_query=_build_query,
    comment_target=lambda identity: Sql(f"TYPE {qualified(identity.schema, identity.name)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "labels": Alter(_add_labels, possible=_adds_labels_only),
        "usage": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
