"""A sequence that is in use goes on elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import RemovedObject, is_used, place
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    node = step.tree.sequence
    found = RemovedObject("sequence", node.schemaname, node.relname)
    changes = {each.def_elem.defname for each in step.tree.options} - {"owned_by", "cache"}
    if changes and is_used(step, found):
        marked = place(step)
        yield Hit(marked.start, f"the next numbers of {found} are others than clients expect", marked.length)


RULE = Rule(
    name="ban-sequence-change",
    group="data",
    level=Level.INFO,
    summary="A sequence that is in use is restarted or counts otherwise.",
    why="A sequence that is set back gives out numbers that are taken: every INSERT fails until it is past them.",
    remedy="Set it to what is behind the highest number in the table, under a lock.",
    bad=("ALTER SEQUENCE public.ticket_numbers RESTART WITH 1;",),
    good=("CREATE SEQUENCE public.ticket_numbers;\nALTER SEQUENCE public.ticket_numbers RESTART WITH 1000;",),
    kinds=frozenset({"alter_seq_stmt"}),
    statement=_check,
    opinion=True,
)
