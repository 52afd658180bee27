"""A SELECT policy is true for every row, although it or another policy tests the caller."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.folding import allows_every_row
from schema_dsl.lint.facts.policies import PolicyDefinition, policies_of_history, policies_of_table
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for wide in policies_of_history(final_state):
        clause = wide.using
        if clause is None or not _is_for_select(wide) or wide.is_restricted:
            continue
        if not allows_every_row(clause):
            continue
        if clause.identity_calls:
            yield wide.build_hit(f"{wide} tests the caller, but is true for every row", clause)
            continue
        for narrow in policies_of_table(final_state, wide.relation):
            if narrow is not wide and _is_for_select(narrow) and _makes_void(narrow, wide):
                yield wide.build_hit(
                    f"this policy shows every row of {wide.relation}, "
                    f"so policy {narrow.state.name} has no effect",
                    clause,
                )
                break


def _is_for_select(policy: PolicyDefinition) -> bool:
    return policy.state.command == "select" and policy.is_for_clients


def _makes_void(narrow: PolicyDefinition, wide: PolicyDefinition) -> bool:
    if narrow.using is None or not narrow.using.identity_calls:
        return False
    roles = set(wide.state.roles)
    return "public" in roles or set(narrow.state.roles) <= roles


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Postgres joins permissive policies with OR: a caller can read a row if any of them allows it. If the table "
        "is public, the narrower policy has no effect. If it is private, this policy exposes every row."
    ),
    remedy="Drop one of the two policies: this one if the rows are private.",
    bad=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
            "CREATE POLICY everything ON public.notes FOR SELECT TO authenticated USING (true);"
        ),
        (
            f"{NOTES}CREATE POLICY own ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id OR user_id IS NOT NULL);"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY readable ON public.notes FOR SELECT TO anon, authenticated USING (true);\n"
        "CREATE POLICY own ON public.notes FOR UPDATE TO authenticated\n"
        "    USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);"
    ),
    final_state=_check,
)
