"""A policy that only signed-in users can pass lacks TO authenticated."""

from __future__ import annotations

from schema_dsl.lint.facts.callers import ANONYMOUS, SIGNED_IN
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.folding import fold_condition
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.facts.positions import TextSpan, find_first_line, find_words
from schema_dsl.lint.facts.values import is_never_true
from schema_dsl.lint.rule import Edit, Level, LocatedHit, LocatedHits, Rule
from schema_dsl.parsing import Statement
from schema_dsl.parsing.lexer import tokens

# An application's own settings do not depend on the role.
_AUTH_FUNCTIONS = frozenset({"uid", "jwt", "role", "email"})


def _check(policy: PolicyDefinition) -> LocatedHits:
    if (
        _is_for_public_by_default(policy)
        and policy.clauses
        and all(_needs_user(clause) for clause in policy.clauses)
    ):
        statement = policy.step.statement
        span = find_words(statement, "policy") or find_first_line(statement)
        condition = _find_condition(statement)
        edits = (
            (Edit(condition.start, condition.start, "TO authenticated "),) if condition is not None else ()
        )
        yield LocatedHit(
            policy.step,
            span.hit(
                f"{policy} applies to anon as well, although only signed-in users can pass it",
                edits=edits,
            ),
        )


def _is_for_public_by_default(policy: PolicyDefinition) -> bool:
    roles = policy.step.tree.roles
    has_no_to = len(roles) == 1 and roles[0].role_spec.location < 0
    return policy.is_complete and policy.state.permissive and policy.state.roles == ("public",) and has_no_to


def _needs_user(clause: PolicyClause) -> bool:
    if not clause.identity_calls or not all(
        call.identity in _AUTH_FUNCTIONS and call.display_name.startswith("auth.")
        for call in clause.identity_calls
    ):
        return False
    anonymous, signed_in = (fold_condition(clause, caller) for caller in (ANONYMOUS, SIGNED_IN))
    return is_never_true(anonymous) and signed_in is not False


def _find_condition(statement: Statement) -> TextSpan | None:
    """Return the span of USING or WITH: TO goes before it."""
    for token in tokens(statement.text):
        if token.kind == "word" and token.word in {"using", "with"}:
            return TextSpan(statement.start + token.start, statement.start + token.end)
    return None


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "Without TO, a policy is for PUBLIC. Postgres then evaluates the condition for anon as well, for every row, "
        "although no anonymous user can pass it."
    ),
    remedy="Add TO authenticated.",
    bad=(
        "CREATE POLICY own ON public.notes FOR SELECT USING ((SELECT auth.uid()) = user_id);",
        "CREATE POLICY own ON public.notes FOR INSERT WITH CHECK ((SELECT auth.role()) = 'authenticated');",
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        f"{NOTES}CREATE POLICY readable ON public.notes FOR SELECT USING (true);",
    ),
    platform="supabase",
    policy=_check,
)
