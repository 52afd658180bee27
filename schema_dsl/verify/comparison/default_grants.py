"""The privileges that ALTER DEFAULT PRIVILEGES gives on objects which a migration creates again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.privilege import privilege_identity


def list_default_grants(
    created: Iterable[Identity], states: Iterable[Mapping[Identity, Any]]
) -> Iterator[Identity]:
    """Yield the identity of each privilege that the default privileges of some state give on created objects."""
    objects = list(created)
    for state in states:
        for each in state.values():
            if isinstance(each, DefaultPrivileges):
                for identity in objects:
                    if each.concerns(identity):
                        yield from (privilege_identity(identity, item.name) for item in each.privileges)


def is_granted(privilege: Identity, states: Sequence[Mapping[Identity, Any]]) -> bool:
    """Return whether a role has privileges on an object under some setting of default privileges."""
    return any(privilege in state for state in states)
