"""What the rules of foreign-data wrappers, servers, user mappings and foreign tables share: their options."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal

Options = Iterable[tuple[str, str]]


def format_foreign_options(options: Options) -> Sql | None:
    """Format options as CREATE expects them; None without options."""
    listed = ", ".join(f"{identifier(name)} {literal(value)}" for name, value in options)
    return Sql(f"OPTIONS ({listed})") if listed else None


def change_foreign_options(
    identity: Identity, target: Sql, wanted: Options, before: Options
) -> Iterable[Step]:
    """Yield the step that adds, changes and removes options; those that contain secrets stay.

    Args:
        identity: The object.
        target: The object as ALTER expects it.
        wanted: The wanted options.
        before: The present options.
    """
    old, new = dict(before), dict(wanted)
    values = {
        "target": target,
        "removed": [identifier(name) for name in old if name not in new],
        "set": [(identifier(name), literal(value)) for name, value in new.items() if old.get(name) != value],
    }
    yield Step(identity, "foreign_options", values)
