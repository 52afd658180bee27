"""Client roles can insert rows that reference a table with row level security."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.policies import policies_of_history
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    reported: set[HistoryRelation] = set()
    for policy in policies_of_history(final_state):
        relation = policy.relation
        if relation in reported or not policy.is_for_clients or "insert" not in policy.actions:
            continue
        check = policy.find_check("insert")
        # Postgres checks the policy before the foreign key, so a condition on these columns hides the result.
        checked_columns = check.find_table_columns() if check is not None else set()
        for constraint in relation.constraints.values():
            if checked_columns.issuperset(constraint.columns):
                continue
            target = final_state.schema.relations.get(constraint.target) if constraint.target else None
            if (
                target is not None
                and target is not relation
                and target.created_at is not None
                and target.row_security
            ):
                reported.add(relation)
                yield policy.build_hit(
                    f"{constraint.name} bypasses the policies of {target}: an INSERT reveals whether a row exists"
                )
                break


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why="Foreign key checks bypass policies. An INSERT that succeeds reveals that the referenced row exists.",
    remedy="Check in the policy that the caller owns the referenced row, or use keys that cannot be guessed.",
    bad=(
        f"{NOTES}CREATE TABLE public.comments (note_id uuid REFERENCES public.notes, user_id uuid NOT NULL);\n"
        "CREATE POLICY own ON public.comments FOR INSERT TO authenticated\n"
        "    WITH CHECK ((SELECT auth.uid()) = user_id);"
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
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
