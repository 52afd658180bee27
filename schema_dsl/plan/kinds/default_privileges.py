"""The rule of default privileges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.grant import PUBLIC_ROLE
from schema_dsl.model.privilege import Privilege, find_built_in, privilege_identity
from schema_dsl.plan.dependency import Dependency, DependencySource, OnReplace
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.kinds.privilege import build_grants, format_rights, list_new_rights
from schema_dsl.plan.names import quote_role
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object, WeakeningRule
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.plan.weakening import AccessBefore
from schema_dsl.sql import Sql, identifier


def _build_step(wanted: Object, privileges: Sequence[Privilege]) -> Step:
    identity, defaults = wanted
    in_schema = f" IN SCHEMA {identifier(defaults.schema)}" if defaults.schema else ""
    values = {
        "scope": Sql(f"FOR ROLE {quote_role(defaults.role)}{in_schema}"),
        "target": Sql(defaults.on.upper()),
        "privileges": build_grants([(identity, item) for item in privileges]),
    }
    return Step(identity, "default_privileges/create", values)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for wanted in objects:
        _, defaults = wanted
        yield _build_step(wanted, [*_list_built_in(defaults, defaults.withheld), *defaults.privileges])


def _list_built_in(defaults: Any, roles: Iterable[str]) -> Iterable[Privilege]:
    """Yield the privileges that roles have without default privileges."""
    built_in = defaults.list_built_in()
    return (built_in.get(role, Privilege(role)) for role in roles)


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    _, defaults = wanted
    kept = {item.name: item for item in defaults.privileges}
    removed = _list_built_in(defaults, (item.name for item in before.privileges if item.name not in kept))
    changed = [item for item in defaults.privileges if item not in before.privileges]
    yield _build_step(wanted, sorted([*removed, *changed], key=lambda item: item.name))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, defaults = dropped_object
    removed = _list_built_in(defaults, (item.name for item in defaults.privileges))
    if defaults.privileges:
        yield _build_step((identity, defaults), list(removed))


def _find_weakening(change: Difference, access: AccessBefore) -> Iterable[str]:
    """Yield a sentence for each client role, and PUBLIC, that gets more on the objects that will be created."""
    before, after = (
        state.list_built_in() | {item.name: item for item in state.privileges}
        for state in (change.before, change.after)
    )
    for name, item in after.items():
        held = [before[each] for each in (name, PUBLIC_ROLE) if each in before]
        new = list_new_rights(held, item)
        if new and name not in access.trusted:
            of = f"the {change.after.on} that {quote_role(change.after.role)} will create"
            yield f"{quote_role(name)} gets {format_rights(new)} on {of}"


def _references(identity: Identity, _: Any, state: State) -> Iterable[Dependency]:
    # DROP SCHEMA drops the default privileges of the schema.
    home = identity.home
    if home is not None and home in state.objects:
        source = DependencySource.SURROUNDINGS
        yield Dependency(dependent=identity, referenced=home, on_replace=OnReplace.CASCADE, source=source)


def _supplement(defaults: Any, new: Identity) -> Iterable[Object]:
    """Yield the privileges that a new object must not get, or must get although the default privileges revoke them."""
    if defaults.concerns(new):
        for item in defaults.privileges:
            identity = privilege_identity(new, item.name)
            yield identity, find_built_in(identity)


RULE = KindRule(
    kind="default_privileges",
    rank=2,
    create=_create,
    drop=_drop,
    references=_references,
    comes_first=True,
    named_in_drop=lambda _, defaults: [
        Identity("role", "", name) for name in (defaults.role, *(item.name for item in defaults.privileges))
    ],
    supplement=_supplement,
    weakening=WeakeningRule("new-privilege", _find_weakening),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "on": Ignored("the objects are part of the identity"),
        "role": Ignored("the role is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "grants": Ignored("the privileges follow from the grants"),
        "privileges": Alter(_alter),
        "withheld": Ignored(
            "the catalog of a database has the privileges that differ from what Postgres gives"
        ),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
