"""A policy for writing is true for every row, for anon, authenticated or PUBLIC."""

from __future__ import annotations

from schema_dsl.lint.facts.api import format_roles
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.folding import allows_every_row
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.policies import CLIENT_ROLES, PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule


def _check(policy: PolicyDefinition) -> LocatedHits:
    if not policy.is_for_clients or policy.is_restricted:
        return
    open_to = [action for action in policy.write_actions if _is_open(policy, action)]
    if open_to:
        clause = policy.find_using(open_to[-1]) or policy.find_check(open_to[-1])
        roles = format_roles(sorted(CLIENT_ROLES & set(policy.state.roles)))
        yield policy.build_hit(
            f"the condition is always true, so {roles} may {format_list(open_to)} any row of {policy.relation}",
            clause,
        )


def _is_open(policy: PolicyDefinition, action: str) -> bool:
    clause = policy.find_using(action) or policy.find_check(action)
    return clause is not None and allows_every_row(clause)


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Postgres joins permissive policies with OR, so a policy that is always true disables row level security "
        "for its command. `2 > 1`, `id = id` and `... OR true` are the same as `true`."
    ),
    remedy=(
        "Compare the owner column with the caller, for example user_id = (SELECT auth.uid()) on Supabase. Write true "
        "FOR SELECT only, and no policy for service_role."
    ),
    bad=(
        "CREATE POLICY anything ON public.notes FOR UPDATE TO authenticated USING (true);",
        "CREATE POLICY anything ON public.notes FOR DELETE TO authenticated USING (2 > 1);",
        f"{NOTES}CREATE POLICY anything ON public.notes FOR ALL TO authenticated USING (id = id);",
        """
            CREATE POLICY anything ON public.notes FOR DELETE TO authenticated
                USING ((SELECT auth.uid()) = user_id OR NOT false);
        """,
        "CREATE POLICY anything ON public.notes FOR INSERT TO authenticated WITH CHECK (coalesce(NULL, true));",
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY readable ON public.notes FOR SELECT TO anon, authenticated USING (true);\n"
            "CREATE POLICY own ON public.notes FOR DELETE TO authenticated USING ((SELECT auth.uid()) = user_id);"
        ),
        f"{NOTES}CREATE POLICY service ON public.notes FOR ALL TO service_role USING (true) WITH CHECK (true);",
    ),
    policy=_check,
    known_as=("splinter: 0024_permissive_rls_policy",),
)
