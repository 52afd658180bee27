"""A policy that lets everybody change everything."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.folding import holds
from schema_dsl.lint.facts.grants import listed
from schema_dsl.lint.facts.policies import CLIENTS, PolicyDefinition, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        if not written.for_clients or written.restricted:
            continue
        open_to = [each for each in written.writes if _is_open(written, each)]
        if open_to:
            clause = written.filter_of(open_to[-1]) or written.limit_of(open_to[-1])
            who = listed(CLIENTS & set(written.policy.roles))
            yield written.placed(
                f"the condition is true for every row: {who} may {listed(open_to)} any row of {written.relation}",
                clause,
            )


def _is_open(written: PolicyDefinition, action: str) -> bool:
    deciding = written.filter_of(action) or written.limit_of(action)
    return deciding is not None and holds(deciding)


RULE = Rule(
    name="rls-policy-always-true",
    group="rls",
    level=Level.WARNING,
    summary="A policy for writing is true for every row, for anon, authenticated or PUBLIC.",
    why=(
        "Permissive policies are joined by OR, so one that is always true takes row level security off for its "
        "operation. `2 > 1`, `id = id` and `... OR true` say the same as `true`."
    ),
    remedy="Say whose rows: (SELECT auth.uid()) = user_id. A table that all may read needs this for SELECT only.",
    bad=(
        "CREATE POLICY anything ON public.notes FOR UPDATE TO authenticated USING (true);",
        "CREATE POLICY anything ON public.notes FOR DELETE TO authenticated USING (2 > 1);",
        f"{NOTES}CREATE POLICY anything ON public.notes FOR ALL TO authenticated USING (id = id);",
        (
            "CREATE POLICY anything ON public.notes FOR DELETE TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id OR NOT false);"
        ),
        "CREATE POLICY anything ON public.notes FOR INSERT TO authenticated WITH CHECK (coalesce(NULL, true));",
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY readable ON public.notes FOR SELECT TO anon, authenticated USING (true);\n"
            "CREATE POLICY own ON public.notes FOR DELETE TO authenticated USING ((SELECT auth.uid()) = user_id);"
        ),
        f"{NOTES}CREATE POLICY service ON public.notes FOR ALL TO service_role USING (true) WITH CHECK (true);",
    ),
    final_state=_check,
    known_as=("splinter: 0024_permissive_rls_policy",),
)
