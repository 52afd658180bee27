"""What a history of migrations leads to, held against what is declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from schema_dsl.introspect import canonical, compare, introspect
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity
from schema_dsl.plan import Difference, Plan, from_differences
from schema_dsl.plan.planner import relation_of
from schema_dsl.platforms import Platform
from schema_dsl.postgres import provider
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.subject import Subject


@attrs.frozen
class ReplayDifference:
    """What a history lacks of the definitions, or has beyond them.

    `present` is all that there will be: what is declared, and what is there although nobody declares it.
    """

    differences: Sequence[Difference]
    present: Mapping[Identity, Any]

    def plan(self, *, drop: bool) -> Plan:
        """Plan what brings about what is declared; what is no longer declared is left, unless told."""
        kept = [each for each in self.differences if drop or each.after is not None]
        return from_differences(kept, self.present)

    @property
    def gone(self) -> tuple[Identity, ...]:
        """Name what is there and no longer declared."""
        return tuple(each.identity for each in self.differences if each.after is None)


def found_after(
    spec: str, platform: Platform, baseline: str, history: Sequence[Migration], wanted: Catalog
) -> ReplayDifference:
    """Run a history on a scratch server and hold what it leads to against the definitions.

    Raises:
        PostgresError: If no server can be had, or the history does not run.
    """
    subject = Subject(
        platform=platform,
        baseline=baseline,
        earlier=tuple(history),
        file="",
        script="",
        wanted=wanted,
    )
    with provider(spec).start() as server, Scratch(server, subject) as scratch:
        return found_before(scratch)


def found_before(scratch: Scratch) -> ReplayDifference:
    """Hold what a subject's migration meets against the definitions."""
    wanted = scratch.subject.wanted
    with scratch.fresh("before") as database, scratch.connect(database) as connection:
        declared, there = canonical(connection, wanted), introspect(connection)
    compared = compare(declared, there)
    missing = {each.identity for each in compared}
    new = {
        relation_of(each.identity) for each in compared if each.before is None and not each.identity.parent
    }
    # Of a relation that is not there only that is said, and a migration has to make all that is on it.
    compared += [
        Difference(identity, None, each)
        for identity, each in wanted.objects.items()
        if identity not in missing and relation_of(identity) in new
    ]
    # The wanted side was put through Postgres for the comparison; a migration is to hold what a person wrote.
    differences = [
        each if each.after is None else attrs.evolve(each, after=wanted.objects[each.identity])
        for each in compared
    ]
    undeclared = {
        identity: each for identity, each in there.catalog.objects.items() if identity not in wanted.objects
    }
    return ReplayDifference(differences, {**undeclared, **wanted.objects})
