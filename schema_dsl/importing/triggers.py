"""Name the triggers that several tables have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.names import NameWriter
from schema_dsl.importing.python import PythonCall, PythonNode, quote
from schema_dsl.importing.shared import SharedFunction
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.identity import copy_with
from schema_dsl.model.trigger import Trigger, before_update

# The smallest number of tables with the same trigger, for a function.
_MIN_TABLES: Final = 3
_SUFFIX: Final = re.compile(r"_\w+", re.ASCII)


def choose_shared_triggers(
    roots: Iterable[AssembledRoot],
    homes: Mapping[Identity, str],
    write: Callable[[Trigger, Identity], tuple[PythonNode, NameWriter]],
    taken: Collection[str],
) -> dict[Trigger, SharedFunction]:
    """Return functions for the triggers that three tables have, but for the table in the name, by `leave_out_table`.

    Args:
        roots: The objects.
        homes: The modules of the objects.
        write: Returns the source of a trigger that calls a function, and the names in it.
        taken: The names of other objects.
    """
    counts = Counter(
        found
        for root in roots
        for trigger in root.parts.get("triggers", ())
        for found in [leave_out_table(trigger, root.identity.name)]
        if found is not None
    )
    shared: dict[Trigger, SharedFunction] = {}
    used = set(taken)
    for trigger, count in counts.most_common():
        target = Identity("function", trigger.function.schema, trigger.function.name, ())
        name = f"{to_variable(trigger.function.name)}_trigger"
        if count < _MIN_TABLES or target not in homes or name in used:
            continue
        node, names = write(trigger, target)
        if isinstance(node, PythonCall) and node.positional[:1] == (quote(trigger.name),):
            used.add(name)
            shared[trigger] = SharedFunction(
                name,
                homes[target],
                attrs.evolve(node, positional=(f'f"{{table}}{trigger.name}"', *node.positional[1:])),
                frozenset(names.used),
                description=f"the trigger of a table that calls {to_variable(trigger.function.name)}",
                target=target,
                parameter="table: str",
                returns="Trigger",
            )
    return shared


def leave_out_table(trigger: Trigger, table: str) -> Trigger | None:
    """Return a trigger with the rest of its name, `_audit` of `orders_audit`; None if the table does not begin it."""
    rest = trigger.name.removeprefix(table)
    is_short = trigger == before_update(trigger.function, name=trigger.name, comment=trigger.comment)
    if rest == trigger.name or is_short or not _SUFFIX.fullmatch(rest):
        return None
    return copy_with(trigger, name=rest, origin=None)
