"""What a history of migrations leads to, held against what is declared."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from schema_dsl.introspect import canonical, compare, introspect
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import Difference
from schema_dsl.platforms import Platform
from schema_dsl.postgres import provider
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.subject import Subject


def differences_after(
    spec: str, platform: Platform, baseline: str, history: Sequence[Migration], wanted: Catalog
) -> list[Difference]:
    """Run a history on a scratch server and say what it lacks of the definitions, or has beyond them.

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
    with (
        provider(spec).start() as server,
        Scratch(server, subject) as scratch,
        scratch.fresh("before") as database,
        scratch.connect(database) as connection,
    ):
        found = compare(canonical(connection, wanted), introspect(connection))
    # The wanted side was put through Postgres for the comparison; a migration is to hold what a person wrote.
    return [
        each if each.after is None else attrs.evolve(each, after=wanted.objects[each.identity]) for each in found
    ]
