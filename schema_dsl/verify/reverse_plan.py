"""The way back: from what a migration leaves to what it met, both as seen on a server."""

from __future__ import annotations

import attrs

from schema_dsl.plan import Plan, plan
from schema_dsl.postgres import provider
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.subject import Subject


@attrs.frozen
class ReversePlan:
    """The plan that undoes a migration, and what it cannot bring back, each a sentence.

    `settings` are the default privileges under which it leads back; under others a table that was there before
    may have had privileges that nobody can tell from those that the migration gave.
    """

    plan: Plan
    left: tuple[str, ...]
    settings: tuple[str, ...]


def reverse_plan(scratch: Scratch) -> ReversePlan:
    """Plan what undoes the subject's migration.

    What the definitions call new may have been there before, and is then not to be dropped; what was replaced
    comes back as it was. So both states are looked at, whatever the migration says of itself.
    """
    usual, *others = scratch.settings
    way, left = _between(scratch, usual)
    differing = [each for each in others if _between(scratch, each)[0] != way]
    left += tuple(
        f"what the {each} default privileges gave on tables that were there before: this is for the {usual} ones"
        for each in differing
    )
    return ReversePlan(way, left, tuple(each for each in scratch.settings if each not in differing))


def _between(scratch: Scratch, setting: str) -> tuple[Plan, tuple[str, ...]]:
    before, after = scratch.introspected("before", setting), scratch.introspected("after", setting)
    kept = {str(each) for each in after.unsupported}
    left = tuple(f"{each.identity} {each.text}" for each in before.unsupported if str(each) not in kept)
    return plan(after.catalog, before.catalog), left


def reverse_plan_of(spec: str, subject: Subject) -> ReversePlan:
    """Plan what undoes a migration, on a server of its own.

    Raises:
        PostgresError: If no server can be had, or the history or the migration does not run.
    """
    with provider(spec).start() as server, Scratch(server, subject) as scratch:
        return reverse_plan(scratch)
