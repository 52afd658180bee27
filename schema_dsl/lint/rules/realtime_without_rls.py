"""A table without row level security is published to Realtime."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.grants import build_statement_hit
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, HistoryStep, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for step in final_state.find_steps("create_publication_stmt", "alter_publication_stmt"):
        if step.tree.pubname == "supabase_realtime":
            unprotected = [
                relation
                for relation in _find_published(final_state, step)
                if relation.created_at is not None
                and relation.row_security is False
                and not relation.changed_kinds
            ]
            if unprotected:
                more = f" and {len(unprotected) - 1} more" if len(unprotected) > 1 else ""
                message = f"Realtime sends changes of {unprotected[0]}{more} to every client: row level security is off"
                yield build_statement_hit(step, message)


def _find_published(final_state: FinalState, step: HistoryStep) -> Iterator[HistoryRelation]:
    tables = [
        relation
        for relation in final_state.schema.relations.values()
        if relation.kind == "table" and not relation.partition_key
    ]
    if step.kind == "create_publication_stmt" and step.tree.for_all_tables:
        yield from (relation for relation in tables if not relation.temporary)
    for wrapped in step.tree.pubobjects:
        published = wrapped.publication_obj_spec
        node = published.pubtable.relation
        relation = final_state.schema.find_relation(node.schemaname, node.relname) if node.relname else None
        if relation is not None:
            yield relation
        elif published.name:
            yield from (relation for relation in tables if relation.schema == published.name)


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Before Realtime sends a change to a client, it checks the change against the policies of its table. "
        "Without row level security, it sends every change to every client."
    ),
    remedy="Enable row level security on the table.",
    bad="""
        CREATE TABLE public.messages (id uuid PRIMARY KEY, body text);
        ALTER PUBLICATION supabase_realtime ADD TABLE public.messages;
    """,
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
        "ALTER PUBLICATION supabase_realtime ADD TABLE public.notes;"
    ),
    platform="supabase",
    final_state=_check,
)
