"""The rule of collations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema_dsl.analysis.identity import QUERIED_KINDS, ROUTINE_KINDS, TYPE_KINDS, Identity
from schema_dsl.errors import PlanError
from schema_dsl.model.identity import format_origin
from schema_dsl.plan.mentions import MentionedNames, list_sql
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, literal, qualified


def list_options(collation: Any) -> Iterator[Sql]:
    """Yield the options of CREATE COLLATION."""
    yield Sql(f"PROVIDER = {collation.provider}")
    if collation.lc_ctype is None:
        yield Sql(f"LOCALE = {literal(collation.locale)}")
    else:
        yield Sql(f"LC_COLLATE = {literal(collation.locale)}")
        yield Sql(f"LC_CTYPE = {literal(collation.lc_ctype)}")
    if not collation.deterministic:
        yield Sql("DETERMINISTIC = false")
    if collation.icu_rules is not None:
        yield Sql(f"RULES = {literal(collation.icu_rules)}")


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, collation in objects:
        values = {
            "collation": qualified(identity.schema, identity.name),
            "options": Sql(", ".join(list_options(collation))),
        }
        yield Step(identity, "collation/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "collation/drop", {"collation": qualified(identity.schema, identity.name)})


def _refuse(wanted: Object, _: Any) -> Iterable[Step]:
    identity, collation = wanted
    raise PlanError(
        f"{identity} cannot change while columns or other objects use it, because Postgres cannot alter a collation",
        where=format_origin(collation),
        instead="Declare a collation of another name, and use it instead.",
    )


def _is_used(identity: Identity, state: State, _: State) -> bool:
    """Return whether the SQL of another object may name the collation."""
    names = MentionedNames([identity.name])
    return any(
        names.occur_in(text)
        for other, declared in state.objects.items()
        if other != identity
        for text in list_sql(declared)
    )


_CHANGED = Alter(_refuse, possible_in=_is_used)

RULE = KindRule(
    kind="collation",
    rank=5,
    create=_create,
    drop=_drop,
    comes_before=QUERIED_KINDS | TYPE_KINDS | ROUTINE_KINDS,
    is_named=True,
    definition_query=lambda identity: Sql(
        "(SELECT (pg_catalog.to_jsonb(c) - 'oid')::text FROM pg_catalog.pg_collation AS c"  # noqa: S608 - literals
        f" WHERE oid = pg_catalog.to_regcollation({literal(str(qualified(identity.schema, identity.name)))}))"
    ),
    comment_target=lambda identity: Sql(f"COLLATION {qualified(identity.schema, identity.name)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "locale": _CHANGED,
        "provider": _CHANGED,
        "lc_ctype": _CHANGED,
        "deterministic": _CHANGED,
        "icu_rules": _CHANGED,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
