"""A policy that goes by a table which the caller can write."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import read_in
from schema_dsl.lint.facts.examples import MEMBERS, NOTES
from schema_dsl.lint.facts.grants import granted, listed
from schema_dsl.lint.facts.policies import CLIENTS, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_WRITES = ("insert", "update", "delete")


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses if not CLIENTS.isdisjoint(written.policy.roles) else ():
            for location, relation in read_in(clause):
                if relation.made is None or relation.kind != "table":
                    continue
                held = granted(relation, CLIENTS, _WRITES)
                if relation.row_security is False and held and "row_security" not in relation.doubts:
                    yield written.placed(
                        f"{written} goes by {relation}, which has no row level security: "
                        f"{listed(held)} may write there what lets them pass",
                        clause,
                        location,
                    )


RULE = Rule(
    name="policy-reads-unprotected-table",
    group="rls",
    level=Level.ERROR,
    summary="A policy decides by a table that callers can write without row level security.",
    why=(
        "Whoever may INSERT into the table that a policy asks may put themselves into it. The policy then is no "
        "stronger than that table's protection, and it has none."
    ),
    remedy="Enable row level security there, and grant no more than SELECT.",
    bad=(
        (
            "CREATE TABLE public.admins (user_id uuid PRIMARY KEY);\n"
            "GRANT SELECT, INSERT ON public.admins TO authenticated;\n"
            "CREATE POLICY admins ON public.notes FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.admins a WHERE a.user_id = (SELECT auth.uid())));"
        ),
    ),
    good=(
        (
            f"{MEMBERS}CREATE POLICY own ON public.members FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id);\n"
            f"{NOTES}CREATE POLICY members ON public.notes FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.members m WHERE m.user_id = (SELECT auth.uid())));"
        ),
    ),
    final_state=_check,
)
