"""Who the caller is, told by a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.owners import Comparison, comparisons
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_KINDS = frozenset({"AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR"})
# Written so in LIKE ANY and in ~ too.
_PATTERNS = frozenset({"~", "~*", "~~", "~~*"})
# What users can choose. An id has no character that means something in a pattern.
_CHOSEN = frozenset({"email", "jwt", "setting", "helper"})
# Everything behind the last @, and nothing else.
_DOMAIN = re.compile(r"%@[^%_@]+|.*@[\w-]+(?:\\\.[\w-]+)+\$")


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses:
            for found in comparisons(clause):
                message = _message(found)
                if message:
                    yield written.placed(message, clause, found.call.node.location)


def _message(found: Comparison) -> str:
    if (found.kind not in _KINDS and found.operator not in _PATTERNS) or found.call.identity not in _CHOSEN:
        return ""
    if not found.left:
        return f"{found.call.shown} is taken for a pattern: who has a % or _ in it matches the rows of others"
    loose = next((each for each in found.values if not _DOMAIN.fullmatch(each)), None)
    if loose is None:
        return ""
    return f"more than what is meant matches {loose!r}: a caller may choose what {found.call.shown} gives"


RULE = Rule(
    name="policy-matches-identity-by-pattern",
    group="rls",
    level=Level.WARNING,
    summary="A policy matches the caller's identity by LIKE or a regular expression.",
    why=(
        "`LIKE '%acme.com'` also matches eve@not-acme.com, and as a pattern the address `%@acme.com` or `a_b@acme.com` "
        "matches others'. A domain can be told by what stands behind the @, up to the end."
    ),
    remedy="Compare with =, or match '%@domain'.",
    bad=(
        (
            "CREATE POLICY staff ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.jwt()) ->> 'email' LIKE '%acme.com');"
        ),
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (owner_email LIKE (SELECT auth.email()));",
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN}",
        (
            f"{NOTES}CREATE POLICY staff ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.jwt()) ->> 'email' LIKE '%@acme.com');"
        ),
    ),
    final_state=_check,
)
