"""The options of foreign-data wrappers, servers, user mappings and foreign tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.rule import Alter, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal


def format_foreign_options(options: Iterable[tuple[str, str]]) -> Sql | None:
    """Format options as CREATE expects them; None without options."""
    listed = ", ".join(f"{identifier(name)} {literal(value)}" for name, value in options)
    return Sql(f"OPTIONS ({listed})") if listed else None


def alter_options(format_target: Callable[[Identity, Any], Sql], *, locks_relation: bool = False) -> Alter:
    """Return the rule of the attribute `options`: it adds, changes and removes options; those with secrets stay.

    Args:
        format_target: Formats an object as ALTER expects it.
        locks_relation: Whether the object is a relation, which ALTER locks.
    """

    def alter(wanted: Object, before: Any) -> Iterable[Step]:
        identity, declared = wanted
        old, new = dict(before.options), dict(declared.options)
        values = {
            "target": format_target(identity, declared),
            "removed": [identifier(name) for name in old if name not in new],
            "set": [
                (identifier(name), literal(value)) for name, value in new.items() if old.get(name) != value
            ],
        }
        hazard = Hazard(identity.relation, "AccessExclusiveLock", "brief")
        yield Step(identity, "foreign_options", values, (hazard,) if locks_relation else ())

    return Alter(alter)


def find_server(declared: Any) -> Identity:
    """Return the foreign server of a foreign table or user mapping."""
    return Identity("foreign_server", "", declared.server)


def depend_on_server(identity: Identity, declared: Any, state: State) -> Iterator[Dependency]:
    """Yield the dependency of a foreign table or user mapping on its server, if the state has it."""
    server = find_server(declared)
    if server in state.objects:
        yield Dependency(dependent=identity, referenced=server)
