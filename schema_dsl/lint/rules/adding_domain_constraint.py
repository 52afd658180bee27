"""ALTER DOMAIN ... ADD CONSTRAINT on a domain that is in use."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import RemovedObject, is_used
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.alter_table import definition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import qualified
from schema_dsl.lint.rule import Hit, Rule

# ADD CONSTRAINT and SET NOT NULL, as the grammar has them.
_ADDS = frozenset({"C", "O"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    found = RemovedObject("domain", *qualified(step.tree.type_name))
    unchecked = definition(step.tree).constraint.skip_validation
    if step.tree.subtype in _ADDS and not unchecked and is_used(step, found):
        place = head(step.statement)
        message = (
            f"every table with a column of {found} is read, and nobody can write to it, until this is done"
        )
        yield Hit(place.start, message, place.length)


RULE = Rule(
    name="adding-domain-constraint",
    group="types",
    level=Level.WARNING,
    summary="A constraint is added to a domain that is in use, without NOT VALID.",
    why=(
        "Postgres reads every column of the domain, in every table, and keeps a SHARE lock on each of those tables "
        "until the transaction ends."
    ),
    remedy="Add it NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own.",
    bad=(
        "ALTER DOMAIN public.positive ADD CONSTRAINT small CHECK (VALUE < 100);",
        "ALTER DOMAIN public.positive SET NOT NULL;",
    ),
    good=("ALTER DOMAIN public.positive ADD CONSTRAINT small CHECK (VALUE < 100) NOT VALID;",),
    kinds=frozenset({"alter_domain_stmt"}),
    statement=_check,
    known_as=("squawk: ban-alter-domain-with-add-constraint",),
)
