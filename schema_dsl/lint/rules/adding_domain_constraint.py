"""A constraint is added to an existing domain without NOT VALID."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.breaking import format_object, is_existing_object
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    added = effects(step.statement)[0]
    domain = added.identity.root
    if added.creates and added.scans and is_existing_object(step, domain):
        name = format_object(domain)
        message = f"this scans every table with a column of domain {name} and blocks writes to these tables"
        is_not_null = step.tree.subtype == "O"
        yield find_first_line(step.statement).hit(message, remedy=_NOT_NULL_REMEDY if is_not_null else None)


_NOT_NULL_REMEDY = "Add NOT NULL to the columns instead, because NOT NULL of a domain cannot be NOT VALID."


RULE = Rule(
    group="types",
    level=Level.WARNING,
    why=(
        "Postgres scans every table that has a column of the domain, and holds a SHARE lock on these tables until "
        "the transaction ends."
    ),
    remedy=(
        "Add the CHECK to the columns instead: ALTER TABLE ... ADD CHECK ... NOT VALID, then VALIDATE CONSTRAINT. On a "
        "domain, NOT VALID avoids the scan, but a later VALIDATE CONSTRAINT also blocks writes."
    ),
    bad=(
        "ALTER DOMAIN public.positive ADD CONSTRAINT small CHECK (VALUE < 100);",
        "ALTER DOMAIN public.positive SET NOT NULL;",
    ),
    good="ALTER DOMAIN public.positive ADD CONSTRAINT small CHECK (VALUE < 100) NOT VALID;",
    kinds=frozenset({"alter_domain_stmt"}),
    statement=_check,
    decided=True,
    known_as=("squawk: ban-alter-domain-with-add-constraint",),
)
