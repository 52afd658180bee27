"""A domain is created with a constraint."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_CHECKS = frozenset({"check", "not_null"})


def _check(step: HistoryStep) -> Hits:
    if any(constraint_kind(node.constraint.contype) in _CHECKS for node in step.tree.constraints):
        name = qualified_name(step.tree.domainname)[1]
        message = (
            f"a change of the constraints of {name} scans every table that uses the domain, under a lock"
        )
        yield message


RULE = Rule(
    group="types",
    level=Level.INFO,
    why=(
        "The constraint of a domain applies in every table that uses the domain, and can only be changed in all of "
        "these tables at once. NOT NULL of a domain is not reliable: an outer join still returns NULL."
    ),
    remedy="Put the CHECK on the columns instead.",
    bad="CREATE DOMAIN public.positive AS integer CHECK (VALUE > 0);",
    good="CREATE DOMAIN public.label AS text;",
    kinds=frozenset({"create_domain_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-create-domain-with-constraint",),
)
