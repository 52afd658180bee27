"""The rule of roles that the migrations create."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.names import quote_roles
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object, WeakeningRule
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.plan.weakening import AccessBefore
from schema_dsl.sql import Sql, identifier, literal

_OPTIONS: Final = {
    "login": "LOGIN",
    "inherit": "INHERIT",
    "superuser": "SUPERUSER",
    "create_database": "CREATEDB",
    "create_role": "CREATEROLE",
    "replication": "REPLICATION",
    "bypasses_row_security": "BYPASSRLS",
}
_NEW: Final = {**dict.fromkeys(_OPTIONS, False), "inherit": True, "connection_limit": -1}
# The attributes that let a role read or change the objects of other roles.
_POWERS: Final = ("superuser", "create_role", "replication", "bypasses_row_security", "inherit")


def _list_options(role: Any, names: Iterable[str]) -> list[Sql]:
    """Return the options of CREATE ROLE and ALTER ROLE for some attributes."""
    options = []
    for name in names:
        value = getattr(role, name)
        options.append(
            Sql(
                f"CONNECTION LIMIT {value}"
                if name not in _OPTIONS
                else f"{'' if value else 'NO'}{_OPTIONS[name]}"
            )
        )
    return options


def _change_membership(template: str, identity: Identity, groups: Iterable[str]) -> Iterator[Step]:
    if groups:
        values = {"groups": quote_roles(groups), "role": identifier(identity.name)}
        yield Step(identity, template, values)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, role in objects:
        # CREATE ROLE names the attributes that differ from a new role, and always LOGIN or NOLOGIN.
        names = [name for name, value in _NEW.items() if name == "login" or getattr(role, name) != value]
        values = {
            "role": identifier(identity.name),
            "name": literal(identity.name),
            "options": _list_options(role, names),
        }
        yield Step(identity, "role/create", values)
        yield from _change_membership("role/grant", identity, role.member_of)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    values = {
        "role": identifier(identity.name),
        "name": literal(identity.name),
        "message": literal(
            f"role {identity.name} stays, because other databases refer to it".replace("%", "%%")
        ),
    }
    yield Step(identity, "role/drop", values)


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    """Alter the attributes and the memberships.

    Since Postgres 16, a membership keeps the INHERIT attribute that the role had when it was granted.
    """
    identity, role = wanted
    kept = set(role.member_of) & set(before.member_of) if role.inherit == before.inherit else set[str]()
    changed = [name for name in _NEW if getattr(role, name) != getattr(before, name)]
    yield from _change_membership(
        "role/revoke", identity, [each for each in before.member_of if each not in kept]
    )
    if changed:
        values = {"role": identifier(identity.name), "options": _list_options(role, changed)}
        yield Step(identity, "role/alter", values)
    yield from _change_membership(
        "role/grant", identity, [each for each in role.member_of if each not in kept]
    )


def _list_groups(role: Any) -> list[Identity]:
    return [Identity("role", "", name) for name in role.member_of]


def _references(identity: Identity, role: Any, state: State) -> Iterator[Dependency]:
    for group in _list_groups(role):
        if group in state.objects:
            yield Dependency(dependent=identity, referenced=group, on_replace=OnReplace.UNTOUCHED)


def _find_weakening(change: Difference, _: AccessBefore) -> Iterable[str]:
    """Yield a sentence for each power that the role did not have."""
    before, after = change.before, change.after
    if before is None or after is None:
        return
    for name in _POWERS:
        if getattr(after, name) and not getattr(before, name):
            yield f"the role gets {_OPTIONS[name]}"
    added = [each for each in after.member_of if each not in before.member_of]
    if added:
        yield f"the role becomes a member of {quote_roles(added)}"


_ALTERED: Final = Alter(_alter)

RULE = KindRule(
    kind="role",
    rank=0,
    create=_create,
    drop=_drop,
    references=_references,
    targets=_list_groups,
    comes_first=True,
    weakening=WeakeningRule("stronger-role", _find_weakening),
    exists=lambda identity: Sql(
        f"EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {literal(identity.name)})"
    ),
    comment_target=lambda identity: Sql(f"ROLE {identifier(identity.name)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "client": Ignored("it says who uses the role, and is not stored"),
        "managed": Ignored("only managed roles are objects of a catalog"),
        **dict.fromkeys([*_NEW, "member_of"], _ALTERED),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
