"""A policy that asks itself."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import MEMBERS, NOTES, OWN
from schema_dsl.lint.facts.recursion import endless
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written, clause, read in endless(final_state):
        location = next((p.node.location for p in clause.of("RangeVar") if p.node.relname == read.name), -1)
        back = "" if read is written.relation else f", whose policies read {written.relation} again"
        yield written.placed(
            f"{written} reads {read}{back}, and so asks itself without end: every query under it fails",
            clause,
            location,
        )


RULE = Rule(
    name="policy-recursion",
    group="rls",
    level=Level.ERROR,
    summary="A policy reads a table whose policies read the policy's own table.",
    why=(
        "What a policy reads has policies too, which Postgres adds as it plans the query. Coming back to a table whose "
        'policies have a sub-select, it stops: "infinite recursion detected in policy for relation".'
    ),
    remedy="Move the look-up into a SECURITY DEFINER function in a private schema, and call that.",
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
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            "CREATE POLICY few ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT count(*) FROM public.notes n) < 10);"
        ),
    ),
    good=(
        (
            f"{MEMBERS}CREATE POLICY own ON public.members {OWN}\n"
            f"{NOTES}CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
            "    SELECT FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = (SELECT auth.uid())));"
        ),
    ),
    final_state=_check,
)
