"""A policy is true for callers who are not signed in."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.callers import CallerIdentity
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.folding import allows_every_row
from schema_dsl.lint.facts.owners import find_comparisons, find_owner_columns
from schema_dsl.lint.facts.policies import PolicyDefinition, policies_of_history, role_bypasses_row_security
from schema_dsl.lint.facts.values import UNKNOWN
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule
from schema_dsl.parsing.grammar import walk

_NO_USER = CallerIdentity(user=None, role=UNKNOWN)


def _check(final_state: FinalState) -> LocatedHits:
    for policy in policies_of_history(final_state):
        if policy.is_restricted or not policy.is_complete or not policy.state.permissive:
            continue
        for clause in policy.clauses:
            if not clause.identity_calls or allows_every_row(clause):
                continue
            if all(call.identity == "setting" for call in clause.identity_calls):
                if allows_every_row(clause, _NO_USER):
                    message = f"{policy} allows every row to callers for whom the setting is not set"
                    yield policy.build_hit(
                        message,
                        clause,
                        remedy="Write no alternative for the missing setting: comparing with NULL refuses.",
                    )
            elif not _applies_without_user(final_state, policy):
                continue
            elif allows_every_row(clause, _NO_USER):
                yield policy.build_hit(
                    f"{policy} lets anonymous users access every row: its condition is true without a user",
                    clause,
                )
            elif not find_owner_columns(clause) and _is_exclusion(clause):
                yield policy.build_hit(
                    f"{policy} lets anonymous users pass where the list is empty: an empty list excludes no caller",
                    clause,
                )


def _applies_without_user(final_state: FinalState, policy: PolicyDefinition) -> bool:
    """Return whether the policy applies to callers without a user: anon, or the only role of an application."""
    roles = {role for role in policy.state.roles if not role_bypasses_row_security(final_state.schema, role)}
    return bool(roles - {"authenticated"})


def _is_exclusion(clause: PolicyClause) -> bool:
    """Return whether the condition only tests that a list excludes the caller: <> ALL (...), NOT IN (SELECT ...)."""
    excluding = [
        comparison
        for comparison in find_comparisons(clause)
        if comparison.kind == "AEXPR_OP_ALL" and comparison.operator == "<>" and comparison.caller_is_left
    ]
    for part in clause.find_parts("BoolExpr"):
        if enumeration("BoolExprType")[part.node.boolop] == "NOT_EXPR":
            inside = list(walk(part.node.args[0].sub_link.testexpr))
            if any(node is call.node for call in clause.identity_calls for node in inside):
                return len(clause.identity_calls) == 1
    return bool(excluding) and len(clause.identity_calls) == len(excluding)


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "auth.uid() is NULL without a user. `auth.uid() = user_id` is then NULL and denies access. `auth.uid() IS "
        "NULL OR ...`, `IS DISTINCT FROM` and `coalesce(..., true)` are true instead, and so is `<> ALL` of an "
        "empty list."
    ),
    remedy=(
        "Restrict the policy TO authenticated, and write (SELECT auth.uid()) = user_id. A policy for the server is not "
        "needed: service_role bypasses row level security."
    ),
    bad=(
        """
            CREATE POLICY own ON public.notes FOR SELECT TO anon, authenticated
                USING ((SELECT auth.uid()) IS NULL OR (SELECT auth.uid()) = user_id);
        """,
        """
            CREATE POLICY own ON public.notes FOR SELECT TO anon, authenticated
                USING (coalesce((SELECT auth.uid()) = user_id, true));
        """,
        (
            f"{NOTES}CREATE POLICY others ON public.notes FOR SELECT TO anon, authenticated\n"
            "    USING ((SELECT auth.uid()) IS DISTINCT FROM user_id);"
        ),
        """
            CREATE POLICY others ON public.notes FOR SELECT TO anon, authenticated
                USING ((SELECT auth.uid()) <> ALL (blocked));
        """,
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        """
            CREATE TABLE public.posts (id uuid PRIMARY KEY, user_id uuid NOT NULL, is_public boolean NOT NULL);
            CREATE INDEX posts_user_id_idx ON public.posts (user_id);
            ALTER TABLE public.posts ENABLE ROW LEVEL SECURITY;
            GRANT SELECT ON public.posts TO anon, authenticated;
            CREATE POLICY readable ON public.posts FOR SELECT TO anon, authenticated
                USING (is_public OR (SELECT auth.uid()) = user_id);
        """,
    ),
    final_state=_check,
)
