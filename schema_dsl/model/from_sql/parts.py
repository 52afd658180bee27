"""Change the parts of an object that other statements declare, such as the policies of a table."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.errors import DefinitionError
from schema_dsl.model.from_sql.declarations import Change
from schema_dsl.model.identity import copy_with
from schema_dsl.model.trigger import TriggerState

# The values of tgenabled, from src/include/commands/trigger.h.
STATES: Final[dict[str, TriggerState]] = {"O": "origin", "R": "replica", "A": "always", "D": "disabled"}
# The field with the part and the state, by the command of ALTER TABLE.
STATE_COMMANDS: Final[dict[str, tuple[str, TriggerState]]] = {
    f"AT_{command}{part}": (field, state)
    for part, field in (("Trig", "triggers"), ("Rule", "rules"))
    for command, state in (
        ("Enable", STATES["O"]),
        ("EnableReplica", STATES["R"]),
        ("EnableAlways", STATES["A"]),
        ("Disable", STATES["D"]),
    )
}


def change_part(statement: str, field: str, name: str, **changes: Any) -> Change:
    """Return a change of the part of an object.

    Args:
        statement: The statement, for the text of errors.
        field: The field of the object that has the parts of the kind.
        name: The name of the part.
        changes: The attributes of the part.
    """

    def change(values: dict[str, Any]) -> None:
        parts = list(values.get(field, ()))
        for place, part in enumerate(parts):
            if getattr(part, "name", None) == name:
                parts[place] = copy_with(part, **changes)
                values[field] = parts
                return
        known = ", ".join(part.name for part in parts if part.name)
        raise DefinitionError(
            f"{statement}: there is no {name} among the {field.removesuffix('s')}s of {values['name']}",
            instead=f"Known: {known}." if known else "Give it a name in its declaration.",
        )

    return change
