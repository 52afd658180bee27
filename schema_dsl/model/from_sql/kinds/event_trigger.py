"""Read CREATE EVENT TRIGGER, and ALTER EVENT TRIGGER ... ENABLE or DISABLE."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names
from schema_dsl.model.event_trigger import EventTrigger
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name
from schema_dsl.model.from_sql.parts import STATES
from schema_dsl.model.function import Function
from schema_dsl.parsing import Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    schema, name = read_qualified_name(tree.funcname)
    event: Any = tree.eventname
    declarations.declare(
        Identity("event_trigger", "", tree.trigname),
        EventTrigger,
        name=tree.trigname,
        function=Function(name, schema=schema, returns="event_trigger", origin=None),
        event=event,
        tags=[tag for node in tree.whenclause for tag in names(node.def_elem.arg.list.items)],
    )


def _alter(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    state = {"enabled": STATES[tree.tgenabled]}
    target = Identity("event_trigger", "", tree.trigname)
    declarations.add(target, lambda values: values.update(state), "ALTER EVENT TRIGGER")


READERS: Final = {"create_event_trig_stmt": _read, "alter_event_trig_stmt": _alter}
