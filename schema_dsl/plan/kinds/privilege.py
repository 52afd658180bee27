"""Privileges on tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.plan.names import column_of, relation_of, role, roles
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifiers

RANK = 55
_ORDER = ("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain")


def granted(objects: Sequence[Object]) -> dict[str, Any]:
    """Write who is to lose everything first, and then what each is given."""
    grants: list[tuple[Sql, Sql, bool]] = []
    for _, privilege in objects:
        held = sorted(privilege.privileges, key=_ORDER.index)
        plain = [each.upper() for each in held if each not in privilege.grantable]
        passed_on = [each.upper() for each in held if each in privilege.grantable]
        by_privilege: dict[str, list[str]] = {}
        for column, each in privilege.columns:
            by_privilege.setdefault(each.upper(), []).append(column)
        columns = [f"{each} ({identifiers(names)})" for each, names in by_privilege.items()]
        if plain or columns:
            grants.append((Sql(", ".join(plain + columns)), role(privilege.name), False))
        if passed_on:
            grants.append((Sql(", ".join(passed_on)), role(privilege.name), True))
    return {"from": roles(privilege.name for _, privilege in objects), "grants": grants}


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    # GRANT and REVOKE lock no relation.
    del creation
    identity = objects[0][0]
    values = {"relation": relation_of(identity), "privileges": granted(objects)}
    yield Step(identity, "privilege/create", values, RANK)


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    identity = wanted[0]
    return _create([wanted], Creation((identity.schema, identity.parent), new=False))


def _drop(gone: Object) -> Iterable[Step]:
    identity, _ = gone
    yield Step(
        identity, "privilege/drop", {"relation": relation_of(identity), "role": role(identity.name)}, RANK
    )


RULE = KindRule(
    kind="privilege",
    rank=RANK,
    inline=True,
    create=_create,
    drop=_drop,
    stands_on=lambda identity, privilege: [column_of(identity, name) for name, _ in privilege.columns],
    attributes={
        "name": Ignored("it is the identity"),
        "privileges": Alter(_alter),
        "columns": Alter(_alter),
        "grantable": Alter(_alter),
        "origin": Ignored("it is a line of Python"),
    },
)
