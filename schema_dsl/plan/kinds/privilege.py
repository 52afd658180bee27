"""The rule of privileges, on tables and all other objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.grant import ORDER, PUBLIC_ROLE
from schema_dsl.model.owner import ownership_identity
from schema_dsl.model.privilege import Privilege, find_built_in, privilege_identity
from schema_dsl.plan.dependency import Dependency, OnReplace, depend_on_columns
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.names import column_identity, quote_role, quote_roles
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object, WeakeningRule, load_kind_rules
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.plan.weakening import AccessBefore
from schema_dsl.sql import Sql, identifier, identifiers

PrivilegeRight: TypeAlias = tuple[str, str | None, bool]
"""A privilege of a role, its column, None for all columns, and whether the role may grant the privilege."""


def build_grants(objects: Sequence[Object]) -> dict[str, Any]:
    """Build the values of REVOKE and GRANT: the roles to revoke all privileges from, and the grants.

    Returns:
        "from", the roles, and "grants", a list of (privileges, grantee, whether WITH GRANT OPTION).
    """
    grants: list[tuple[Sql, Sql, bool]] = []
    for _, privilege in objects:
        for is_grantable in (False, True):
            names = [name for name in privilege.privileges if (name in privilege.grantable) is is_grantable]
            columns = [
                pair for pair in privilege.columns if (pair in privilege.grantable_columns) is is_grantable
            ]
            what = [*_list_names(names), *_list_column_privileges(columns)]
            if what:
                grants.append((Sql(", ".join(what)), quote_role(privilege.name), is_grantable))
    return {"from": quote_roles(privilege.name for _, privilege in objects), "grants": grants}


def _list_names(names: Iterable[str]) -> list[str]:
    return [name.upper() for name in sorted(names, key=ORDER.index)]


def _list_column_privileges(pairs: Iterable[tuple[str, str]]) -> Iterable[str]:
    columns_by_privilege: dict[str, list[str]] = {}
    for column, name in pairs:
        columns_by_privilege.setdefault(name.upper(), []).append(column)
    return (f"{name} ({identifiers(columns)})" for name, columns in columns_by_privilege.items())


def format_grant_target(identity: Identity) -> Sql:
    """Format the object that privileges are on as GRANT expects it: `TABLE public.notes`."""
    rule = load_kind_rules()[identity.root.kind]
    build = rule.grant_target or rule.comment_target
    # A test checks that every kind with privileges has a target.
    assert build is not None  # noqa: S101
    return build(identity.root)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    # There are no hazards: GRANT and REVOKE take no lock on the relation.
    del creation
    identity = objects[0][0]
    values = {"target": format_grant_target(identity), "privileges": build_grants(objects)}
    yield Step(identity, "privilege/create", values)


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    identity = wanted[0]
    return _create([wanted], Creation(identity.relation, new=False))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    built_in = find_built_in(identity)
    if built_in.privileges:
        # Without a declaration, PUBLIC holds its built-in privileges.
        yield from _create([(identity, built_in)], Creation(identity.relation, new=False))
        return
    values = {"target": format_grant_target(identity), "role": quote_role(identity.name)}
    yield Step(identity, "privilege/drop", values)


def _find_weakening(change: Difference, access: AccessBefore) -> Iterable[str]:
    """Yield a sentence about the privileges that a role, or PUBLIC, gets in addition."""
    identity = change.identity
    if identity.name in access.trusted or identity.parent is None:
        return
    # Every role also has the privileges of PUBLIC.
    public = privilege_identity(identity.parent, PUBLIC_ROLE)
    of_public = access.objects.get(public, find_built_in(public))
    new = {
        right
        for right in list_new_rights(
            [change.before or find_built_in(identity), of_public], change.after or find_built_in(identity)
        )
        if right[1] is None or not access.is_new(column_identity(identity, right[1]))
    }
    if new:
        yield f"{quote_role(identity.name)} gets {format_rights(new)}"


def list_new_rights(held: Iterable[Privilege], wanted: Privilege) -> frozenset[PrivilegeRight]:
    """Return the privileges among the wanted ones that a role does not hold."""
    rights = frozenset().union(*map(_list_rights, held))
    return frozenset(
        right
        for right in _list_rights(wanted)
        if right not in rights and (right[0], None, right[2]) not in rights
    )


def format_rights(rights: Iterable[PrivilegeRight]) -> str:
    """Return the rights of a role as a phrase."""
    return ", ".join(dict.fromkeys(_format_right(right) for right in sorted(rights, key=_sort_right)))


def _list_rights(privilege: Privilege) -> frozenset[PrivilegeRight]:
    return frozenset(
        [
            *((name, None, False) for name in privilege.privileges),
            *((name, None, True) for name in privilege.grantable),
            *((name, column, False) for column, name in privilege.columns),
            *((name, column, True) for column, name in privilege.grantable_columns),
        ]
    )


def _sort_right(right: PrivilegeRight) -> tuple[int, str, bool]:
    name, column, grantable = right
    return ORDER.index(name), column or "", grantable


def _format_right(right: PrivilegeRight) -> str:
    name, column, grantable = right
    target = "" if column is None else f" ({identifier(column)})"
    return f"{name.upper()}{target}{' WITH GRANT OPTION' if grantable else ''}"


def _references(identity: Identity, privilege: Any, state: State) -> Iterator[Dependency]:
    """Yield the columns of the privileges, and the owner: a new owner takes the privileges of the one before."""
    names = [name for name, _ in privilege.columns]
    yield from depend_on_columns(identity, names, on_replace=OnReplace.FOLLOW)
    owner = ownership_identity(identity.root)
    if owner in state.objects:
        # CREATE sets the privileges in its own block.
        yield Dependency(dependent=identity, referenced=owner, required=False, on_replace=OnReplace.UNTOUCHED)


def _is_of_owner(identity: Identity, objects: Mapping[Identity, Any]) -> bool:
    owner = objects.get(ownership_identity(identity.root))
    return owner is not None and owner.role == identity.name


RULE = KindRule(
    kind="privilege",
    rank=55,
    inline=True,
    create=_create,
    weakening=WeakeningRule("new-privilege", _find_weakening),
    drop=_drop,
    named_in_drop=lambda identity, _: [Identity("role", "", identity.name)],
    references=_references,
    is_included=_is_of_owner,
    attributes={
        "name": Ignored("the name is part of the identity"),
        "privileges": Alter(_alter),
        "columns": Alter(_alter),
        "grantable": Alter(_alter),
        "grantable_columns": Alter(_alter),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
