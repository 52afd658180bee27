"""A policy that asks who is signed in, and does not say that it is for those who are."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.folding import NOBODY, SIGNED_IN, comes_to
from schema_dsl.lint.facts.policies import PolicyDefinition, policies
from schema_dsl.lint.facts.positions import TextSpan, head, words
from schema_dsl.lint.facts.values import fails
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import Edit, FinalState, Hit, LocatedHit, Rule
from schema_dsl.parsing import Statement
from schema_dsl.parsing.lexer import tokens

# A setting of an application's own is there, or not, whatever the role.
_SIGNED = frozenset({"uid", "jwt", "role", "email"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        if _is_unsaid(written) and written.clauses and all(_needs_user(each) for each in written.clauses):
            statement = written.step.statement
            place = words(statement, "policy") or head(statement)
            before = _condition(statement)
            edits = (Edit(before.start, before.start, "TO authenticated "),) if before is not None else ()
            yield LocatedHit(
                written.step,
                Hit(
                    place.start,
                    f"{written} is for everybody, anon included, though only who is signed in can pass it",
                    place.length,
                    edits=edits,
                ),
            )


def _is_unsaid(written: PolicyDefinition) -> bool:
    roles = written.step.tree.roles
    unsaid = len(roles) == 1 and roles[0].role_spec.location < 0
    return written.whole and written.policy.permissive and written.policy.roles == ("public",) and unsaid


def _needs_user(clause: PolicyClause) -> bool:
    if not clause.identities or not all(
        each.identity in _SIGNED and each.shown.startswith("auth.") for each in clause.identities
    ):
        return False
    nobody, somebody = (comes_to(clause, each) for each in (NOBODY, SIGNED_IN))
    return fails(nobody) and somebody is not False


def _condition(statement: Statement) -> TextSpan | None:
    """Find USING or WITH CHECK, before which TO stands."""
    for token in tokens(statement.text):
        if token.kind == "word" and token.word in {"using", "with"}:
            return TextSpan(statement.start + token.start, statement.start + token.end)
    return None


RULE = Rule(
    name="policy-without-role",
    group="rls",
    level=Level.INFO,
    summary="A policy that only a signed-in user can pass does not say TO authenticated.",
    why=(
        "Without TO a policy is for PUBLIC. Postgres then works out its condition for anon as well, row by row, "
        "to find each time that nobody is signed in."
    ),
    remedy="Say TO authenticated.",
    bad=(
        "CREATE POLICY own ON public.notes FOR SELECT USING ((SELECT auth.uid()) = user_id);",
        "CREATE POLICY own ON public.notes FOR INSERT WITH CHECK ((SELECT auth.role()) = 'authenticated');",
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN}",
        f"{NOTES}CREATE POLICY readable ON public.notes FOR SELECT USING (true);",
    ),
    platform="supabase",
    final_state=_check,
)
