"""The rule of privileges on tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.plan.dependency import depend_on_columns
from schema_dsl.plan.names import quote_relation, quote_role, quote_roles
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifiers

RANK = 55
_ORDER = ("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain")


def build_grants(objects: Sequence[Object]) -> dict[str, Any]:
    """Build the values of REVOKE and GRANT: the roles to revoke all privileges from, and the grants.

    Returns:
        "from", the roles, and "grants", a list of (privileges, grantee, whether WITH GRANT OPTION).
    """
    grants: list[tuple[Sql, Sql, bool]] = []
    for _, privilege in objects:
        names = sorted(privilege.privileges, key=_ORDER.index)
        plain = [name.upper() for name in names if name not in privilege.grantable]
        grantable = [name.upper() for name in names if name in privilege.grantable]
        columns_by_privilege: dict[str, list[str]] = {}
        for column, name in privilege.columns:
            columns_by_privilege.setdefault(name.upper(), []).append(column)
        on_columns = [f"{name} ({identifiers(columns)})" for name, columns in columns_by_privilege.items()]
        if plain or on_columns:
            grants.append((Sql(", ".join(plain + on_columns)), quote_role(privilege.name), False))
        if grantable:
            grants.append((Sql(", ".join(grantable)), quote_role(privilege.name), True))
    return {"from": quote_roles(privilege.name for _, privilege in objects), "grants": grants}


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    # There are no hazards: GRANT and REVOKE take no lock on the relation.
    del creation
    identity = objects[0][0]
    values = {"relation": quote_relation(identity), "privileges": build_grants(objects)}
    yield Step(identity, "privilege/create", values, RANK)


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    identity = wanted[0]
    return _create([wanted], Creation(identity.relation, new=False))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(
        identity,
        "privilege/drop",
        {"relation": quote_relation(identity), "role": quote_role(identity.name)},
        RANK,
    )


RULE = KindRule(
    kind="privilege",
    rank=RANK,
    inline=True,
    create=_create,
    drop=_drop,
    references=lambda identity, privilege, _: depend_on_columns(
        identity, [name for name, _ in privilege.columns]
    ),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "privileges": Alter(_alter),
        "columns": Alter(_alter),
        "grantable": Alter(_alter),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
