"""Damages that change nothing anybody could see: each kind of them has a name and a reason.

Whoever adds one has looked for a difference first, in a database of any age, and found none.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from schema_dsl.model.constraint import PrimaryKey
from schema_dsl.verify.mutants.mutant import Mutant
from schema_dsl.verify.subject import Subject


@attrs.frozen
class Equivalent:
    """A kind of damage that is none; `covers` says whether a mutant is of it."""

    name: str
    because: str
    covers: Callable[[Mutant, Subject], bool]


def _in_primary_key(mutant: Mutant, subject: Subject) -> bool:
    schema, _, table = mutant.subject.partition(".")
    keys = (
        each
        for identity, each in subject.wanted.objects.items()
        if isinstance(each, PrimaryKey) and (identity.schema, identity.parent) == (schema, table)
    )
    return mutant.operator == "NOT NULL left out" and any(mutant.detail in key.columns for key in keys)


def _from_everybody(mutant: Mutant, subject: Subject) -> bool:
    # A table that the migration makes; one that was there before may be open to everybody.
    schema, _, table = mutant.subject.partition(".")
    declared = subject.wanted.tables.get((schema, table))
    return (
        mutant.operator == "REVOKE leaves out a role"
        and mutant.detail.lower() == "public"
        and declared is not None
        and declared.existing is None
    )


EQUIVALENTS = (
    Equivalent(
        "NOT NULL of a primary key",
        "A column of a primary key is NOT NULL whether or not that is said; it is said for who reads it.",
        _in_primary_key,
    ),
    Equivalent(
        "REVOKE from PUBLIC on a new table",
        "Neither Postgres nor a platform's default privileges give PUBLIC anything on a table. It is there for "
        "projects whose own default privileges do.",
        _from_everybody,
    ),
)


def equivalent(mutant: Mutant, subject: Subject) -> Equivalent | None:
    """Give the kind of equivalent that a mutant is of, if it is of one."""
    return next((each for each in EQUIVALENTS if each.covers(mutant, subject)), None)
