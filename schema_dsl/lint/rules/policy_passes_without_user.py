"""A condition turned round: it is true where there is no user."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.folding import CallerIdentity, holds
from schema_dsl.lint.facts.owners import comparisons, owners
from schema_dsl.lint.facts.policies import PolicyDefinition, bypasses, policies
from schema_dsl.lint.facts.values import UNKNOWN
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule
from schema_dsl.parsing.grammar import walk

_NO_USER = CallerIdentity(user=None, role=UNKNOWN)


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        if not _reaches_nobody(final_state, written) or written.restricted:
            continue
        for clause in written.clauses:
            if not clause.identities or holds(clause):
                continue
            if holds(clause, _NO_USER):
                yield written.placed(
                    f"who is not signed in passes {written}, for every row: the condition is true without a user",
                    clause,
                )
            elif not owners(clause) and _is_exclusion(clause):
                yield written.placed(
                    f"who is not signed in passes {written} wherever the list is empty: nobody is not in it",
                    clause,
                )


def _reaches_nobody(final_state: FinalState, written: PolicyDefinition) -> bool:
    """Whether a caller without a user can come under it: as anon, or as the one role that an application has."""
    roles = {each for each in written.policy.roles if not bypasses(final_state.schema, each)}
    return written.whole and written.policy.permissive and bool(roles - {"authenticated"})


def _is_exclusion(clause: PolicyClause) -> bool:
    """Whether all that it asks of the caller is not to be in a list: <> ALL (...), NOT IN (SELECT ...)."""
    excluding = [
        found
        for found in comparisons(clause)
        if found.kind == "AEXPR_OP_ALL" and found.operator == "<>" and found.left
    ]
    for part in clause.of("BoolExpr"):
        if enumeration("BoolExprType")[part.node.boolop] == "NOT_EXPR":
            inside = list(walk(part.node.args[0].sub_link.testexpr))
            if any(each is call.node for call in clause.identities for each in inside):
                return len(clause.identities) == 1
    return bool(excluding) and len(clause.identities) == len(excluding)


RULE = Rule(
    name="policy-passes-without-user",
    group="rls",
    level=Level.WARNING,
    summary="A policy is true where nobody is signed in.",
    why=(
        "auth.uid() is NULL without a user. `= user_id` then is NULL and denies, but `IS NULL OR`, "
        "`IS DISTINCT FROM` and `coalesce(..., true)` are true, and `<> ALL` is, of an empty list."
    ),
    remedy="Ask for the user first: TO authenticated, and (SELECT auth.uid()) = user_id.",
    bad=(
        (
            "CREATE POLICY own ON public.notes FOR SELECT TO anon, authenticated\n"
            "    USING ((SELECT auth.uid()) IS NULL OR (SELECT auth.uid()) = user_id);"
        ),
        (
            "CREATE POLICY own ON public.notes FOR SELECT TO anon, authenticated\n"
            "    USING (coalesce((SELECT auth.uid()) = user_id, true));"
        ),
        (
            f"{NOTES}CREATE POLICY others ON public.notes FOR SELECT TO anon, authenticated\n"
            "    USING ((SELECT auth.uid()) IS DISTINCT FROM user_id);"
        ),
        (
            "CREATE POLICY others ON public.notes FOR SELECT TO anon, authenticated\n"
            "    USING ((SELECT auth.uid()) <> ALL (blocked));"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN}",
        (
            "CREATE TABLE public.posts (id uuid PRIMARY KEY, user_id uuid NOT NULL, is_public boolean NOT NULL);\n"
            "CREATE INDEX posts_user_id_idx ON public.posts (user_id);\n"
            "ALTER TABLE public.posts ENABLE ROW LEVEL SECURITY;\n"
            "GRANT SELECT ON public.posts TO anon, authenticated;\n"
            "CREATE POLICY readable ON public.posts FOR SELECT TO anon, authenticated\n"
            "    USING (is_public OR (SELECT auth.uid()) = user_id);"
        ),
    ),
    final_state=_check,
)
