"""A policy matches the caller's identity by LIKE or a regular expression."""

from __future__ import annotations

import re

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.owners import Comparison, find_comparisons
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule

_PATTERN_KINDS = frozenset({"AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR"})
# Operators of regular expressions, and of LIKE in LIKE ANY.
_PATTERN_OPERATORS = frozenset({"~", "~*", "~~", "~~*"})
# Identities with text that a user can choose. A user id contains no pattern character.
_USER_CHOSEN = frozenset({"email", "jwt", "setting", "helper"})
# Patterns that match everything after the @.
_DOMAIN = re.compile(r"%@[^%_@]+|.*@[\w-]+(?:\\\.[\w-]+)+\$")


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses:
        for comparison in find_comparisons(clause):
            message = _build_message(comparison)
            if message:
                yield policy.build_hit(message, clause, comparison.call.node.location)


def _build_message(comparison: Comparison) -> str:
    if (
        comparison.kind not in _PATTERN_KINDS and comparison.operator not in _PATTERN_OPERATORS
    ) or comparison.call.identity not in _USER_CHOSEN:
        return ""
    call = comparison.call.display_name
    if not comparison.caller_is_left:
        return f"{call} is the pattern: a value with % or _ in it matches the rows of other users"
    loose = next((value for value in comparison.values if not _DOMAIN.fullmatch(value)), None)
    if loose is None:
        return ""
    return f"the pattern {loose!r} is too wide: a user can choose a value of {call} that matches it"


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "`LIKE '%acme.com'` also matches eve@not-acme.com. If the identity itself is the pattern, the address "
        "`%@acme.com` or `a_b@acme.com` matches the addresses of other users. A safe test of a domain matches "
        "everything after the @, up to the end."
    ),
    remedy="Compare with =, or match a whole domain: LIKE '%@domain'.",
    bad=(
        """
            CREATE POLICY staff ON public.notes FOR SELECT TO authenticated
                USING ((SELECT auth.jwt()) ->> 'email' LIKE '%acme.com');
        """,
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (owner_email LIKE (SELECT auth.email()));",
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        (
            f"{NOTES}CREATE POLICY staff ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.jwt()) ->> 'email' LIKE '%@acme.com');"
        ),
    ),
    policy=_check,
)
