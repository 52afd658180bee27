"""The rule of privileges on tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import table_part
from schema_dsl.plan.dependency import depend_on_columns
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.names import column_identity, quote_relation, quote_role, quote_roles
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object, WeakeningRule
from schema_dsl.plan.step import Step
from schema_dsl.plan.weakening import AccessBefore
from schema_dsl.sql import Sql, identifier, identifiers

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


def _find_weakening(change: Difference, access: AccessBefore) -> Iterable[str]:
    """Yield a sentence about the privileges that a role, or PUBLIC, gets in addition."""
    identity = change.identity
    if change.after is None or identity.name in access.trusted:
        return
    # Every role also has the privileges of PUBLIC.
    public = access.objects.get(table_part(identity.kind, *identity.relation, "public"))
    held = frozenset().union(*(_list_rights(item) for item in (change.before, public)))
    new = {
        right
        for right in _list_rights(change.after)
        if right not in held
        and (right[0], None, right[2]) not in held
        and not (right[1] is not None and access.is_new(column_identity(identity, right[1])))
    }
    if new:
        texts = dict.fromkeys(_format_right(right) for right in sorted(new, key=_sort_right))
        yield f"{quote_role(identity.name)} gets {', '.join(texts)}"


def _list_rights(privilege: Any) -> frozenset[tuple[str, str | None, bool]]:
    """Return what a role may do: the privilege, the column, None for all columns, and whether it may grant that."""
    if privilege is None:
        return frozenset()
    return frozenset(
        [
            *((name, None, False) for name in privilege.privileges),
            *((name, None, True) for name in privilege.grantable),
            *((name, column, False) for column, name in privilege.columns),
        ]
    )


def _sort_right(right: tuple[str, str | None, bool]) -> tuple[int, str, bool]:
    name, column, grantable = right
    return _ORDER.index(name), column or "", grantable


def _format_right(right: tuple[str, str | None, bool]) -> str:
    name, column, grantable = right
    target = "" if column is None else f" ({identifier(column)})"
    return f"{name.upper()}{target}{' WITH GRANT OPTION' if grantable else ''}"


RULE = KindRule(
    kind="privilege",
    rank=RANK,
    inline=True,
    create=_create,
    weakening=WeakeningRule("new-privilege", _find_weakening),
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
