"""A reference by which one learns which rows there are."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    told: set[HistoryRelation] = set()
    for written in policies(final_state):
        relation = written.relation
        if relation in told or not written.for_clients or "insert" not in written.actions:
            continue
        limit = written.limit_of("insert")
        # What a policy asks of the columns keeps an INSERT from ever getting to the foreign key.
        asked = limit.own_columns() if limit is not None else set()
        for constraint in relation.constraints.values():
            if asked.issuperset(constraint.columns):
                continue
            target = final_state.schema.relations.get(constraint.target) if constraint.target else None
            if (
                target is not None
                and target is not relation
                and target.made is not None
                and target.row_security
            ):
                told.add(relation)
                yield written.placed(
                    f"{constraint.name} looks past the policies of {target}: an INSERT tells whether a row is there"
                )
                break


RULE = Rule(
    name="foreign-key-tells-of-others",
    group="rls",
    level=Level.INFO,
    summary="Callers may insert rows that refer to a table with row level security.",
    why="Foreign keys are checked against all rows. An INSERT that is let in tells that the row referred to exists.",
    remedy="Check in the policy that the row referred to is the caller's, or use keys that cannot be guessed.",
    bad=(
        (
            f"{NOTES}CREATE TABLE public.comments (note_id uuid REFERENCES public.notes, user_id uuid NOT NULL);\n"
            "CREATE POLICY own ON public.comments FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT auth.uid()) = user_id);"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN}",
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            "CREATE TABLE public.comments (note_id uuid NOT NULL REFERENCES public.notes, user_id uuid NOT NULL);\n"
            "CREATE INDEX comments_note_id_idx ON public.comments (note_id);\n"
            "CREATE INDEX comments_user_id_idx ON public.comments (user_id);\n"
            "ALTER TABLE public.comments ENABLE ROW LEVEL SECURITY;\n"
            "GRANT INSERT ON public.comments TO authenticated;\n"
            "CREATE POLICY own ON public.comments FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT auth.uid()) = user_id AND EXISTS (SELECT FROM public.notes WHERE id = note_id));"
        ),
    ),
    final_state=_check,
    opinion=True,
)
