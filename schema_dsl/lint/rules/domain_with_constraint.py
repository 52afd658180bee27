"""CREATE DOMAIN with a constraint."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, qualified
from schema_dsl.lint.rule import Hit, Rule

_CHECKS = frozenset({"CONSTR_CHECK", "CONSTR_NOTNULL"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    kinds = enumeration("ConstrType")
    if any(kinds[each.constraint.contype] in _CHECKS for each in step.tree.constraints):
        name = qualified(step.tree.domainname)[1]
        place = head(step.statement)
        message = f"to change what {name} allows, every table that uses it will be read under a lock"
        yield Hit(place.start, message, place.length)


RULE = Rule(
    name="domain-with-constraint",
    group="types",
    level=Level.INFO,
    summary="A domain is made with a constraint.",
    why=(
        "A domain's constraint holds in every table that uses it, and can only be changed in all of them at once. "
        "Nor is NOT NULL of a domain sure: an outer join yields NULL in spite of it."
    ),
    remedy="Put the CHECK on the columns.",
    bad=("CREATE DOMAIN public.positive AS integer CHECK (VALUE > 0);",),
    good=("CREATE DOMAIN public.label AS text;",),
    kinds=frozenset({"create_domain_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-create-domain-with-constraint",),
)
