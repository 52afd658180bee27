"""A policy reads a table whose policies read the policy's own table."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import MEMBERS, NOTES, OWN_ROWS
from schema_dsl.lint.facts.recursion import find_recursive_policies
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for policy, clause, relation in find_recursive_policies(final_state):
        location = next(
            (p.node.location for p in clause.find_parts("RangeVar") if p.node.relname == relation.name), -1
        )
        return_path = (
            "" if relation is policy.relation else f", whose policies lead back to {policy.relation}"
        )
        yield policy.build_hit(
            f"{policy} reads {relation}{return_path}: every query under the policy fails with infinite recursion",
            clause,
            location,
        )


RULE = Rule(
    group="rls",
    level=Level.ERROR,
    why=(
        "While Postgres plans a query, it adds the policies of every table that a policy reads. If it returns to a "
        'table with a sub-select in its policies, it stops with "infinite recursion detected in policy for '
        'relation".'
    ),
    remedy=(
        "Move the look-up into a SECURITY DEFINER function in a private schema, and call the function in the "
        "policy."
    ),
    bad=(
        (
            f"{MEMBERS}CREATE POLICY team ON public.members FOR SELECT TO authenticated USING (team_id IN (\n"
            "    SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid())));"
        ),
        (
            f"{MEMBERS}{NOTES}CREATE POLICY by_note ON public.members FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.notes n WHERE n.user_id = members.user_id));\n"
            "CREATE POLICY by_member ON public.notes FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.members m WHERE m.user_id = notes.user_id));"
        ),
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
            "CREATE POLICY few ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT count(*) FROM public.notes n) < 10);"
        ),
    ),
    good=(
        f"{MEMBERS}CREATE POLICY own ON public.members {OWN_ROWS}\n"
        f"{NOTES}CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
        "    SELECT FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = (SELECT auth.uid())));"
    ),
    final_state=_check,
)
