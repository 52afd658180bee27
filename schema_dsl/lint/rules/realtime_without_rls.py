"""Rows that are sent to whoever listens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.grants import told
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_KINDS = frozenset({"create_publication_stmt", "alter_publication_stmt"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for steps in final_state.steps.values():
        for step in steps:
            if step.kind in _KINDS and step.tree.pubname == "supabase_realtime":
                open_ = [
                    each
                    for each in _published(final_state, step)
                    if each.made is not None and each.row_security is False and not each.doubts
                ]
                if open_:
                    more = f" and of {len(open_) - 1} more" if len(open_) > 1 else ""
                    yield told(
                        step,
                        f"changes of {open_[0]}{more} are sent to everybody: it has no row level security",
                    )


def _published(final_state: FinalState, step: HistoryStep) -> Iterator[HistoryRelation]:
    relations = final_state.schema.relations.values()
    if step.kind == "create_publication_stmt" and step.tree.for_all_tables:
        yield from (each for each in relations if each.kind == "table" and not each.temporary)
    for wrapped in step.tree.pubobjects:
        each = wrapped.publication_obj_spec
        node = each.pubtable.relation
        found = final_state.schema.relation(node.schemaname, node.relname) if node.relname else None
        if found is not None:
            yield found
        elif each.name:
            yield from (one for one in relations if one.kind == "table" and one.schema == each.name)


RULE = Rule(
    name="realtime-without-rls",
    group="rls",
    level=Level.WARNING,
    summary="A table without row level security is published to Realtime.",
    why="Realtime holds each change against the policies of its table before it sends it. Without, it sends it.",
    remedy="Enable row level security on the table.",
    bad=(
        (
            "CREATE TABLE public.messages (id uuid PRIMARY KEY, body text);\n"
            "ALTER PUBLICATION supabase_realtime ADD TABLE public.messages;"
        ),
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            "ALTER PUBLICATION supabase_realtime ADD TABLE public.notes;"
        ),
    ),
    platform="supabase",
    final_state=_check,
)
