"""Read CREATE TRIGGER."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.trees import names
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_expression, read_qualified_name, read_relation_name
from schema_dsl.model.function import Function
from schema_dsl.model.trigger import Trigger
from schema_dsl.parsing import Statement

# The bits of tgtype, from src/include/catalog/pg_trigger.h.
_TIMINGS: Final = {0: "after", 2: "before", 64: "instead of"}
_EVENTS: Final = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    tables = {
        "new_table" if node.trigger_transition.is_new else "old_table": node.trigger_transition.name
        for node in tree.transition_rels
    }
    schema, name = read_qualified_name(tree.funcname)
    timing: Any = _TIMINGS[tree.timing]
    events: Any = [event for event, bit in _EVENTS.items() if tree.events & bit]
    trigger = Trigger(
        tree.trigname,
        Function(name, schema=schema, origin=None),
        timing=timing,
        events=events,
        update_of=names(tree.columns),
        for_each_row=tree.row,
        when=read_expression(tree, "when_clause"),
        arguments=names(tree.args),
        constraint=tree.isconstraint,
        deferrable=tree.deferrable,
        initially_deferred=tree.initdeferred,
        **tables,
        origin=declarations.origin,
    )
    declarations.add_part(read_relation_name(tree.relation), trigger)


READERS: Final = {"create_trig_stmt": _read}
