"""Name the classes of equivalent mutants: changes of the SQL text without any effect.

Before you add a class, look for an effect under every setting of default privileges and on existing tables.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from schema_dsl.model.constraint import PrimaryKey
from schema_dsl.verify.mutants.mutant import Mutant
from schema_dsl.verify.subject import Subject


@attrs.frozen
class Equivalent:
    """A class of equivalent mutants.

    Attributes:
        name: The name in the report.
        reason: The reason why no proof can detect the mutants.
        covers: Returns whether a mutant belongs to the class.
    """

    name: str
    reason: str
    covers: Callable[[Mutant, Subject], bool]


def _is_primary_key_not_null(mutant: Mutant, subject: Subject) -> bool:
    schema, _, table = mutant.subject.partition(".")
    keys = (
        declared_object
        for identity, declared_object in subject.wanted.objects.items()
        if isinstance(declared_object, PrimaryKey) and identity.relation == (schema, table)
    )
    return mutant.operator == "NOT NULL left out" and any(mutant.detail in key.columns for key in keys)


def _is_revoke_from_public(mutant: Mutant, subject: Subject) -> bool:
    # Only for tables that the migration creates: PUBLIC may hold privileges on an existing table.
    schema, _, table = mutant.subject.partition(".")
    declared = subject.wanted.tables.get((schema, table))
    return (
        mutant.operator == "revoked role left out"
        and mutant.detail.lower() == "public"
        and declared is not None
        and declared.existing is None
    )


EQUIVALENTS = (
    Equivalent(
        "NOT NULL of a primary key",
        "A primary key makes its columns NOT NULL; the explicit clause only documents this.",
        _is_primary_key_not_null,
    ),
    Equivalent(
        "REVOKE from PUBLIC on a new table",
        "Neither Postgres nor the platform's default privileges grant PUBLIC privileges on a new table. The REVOKE "
        "takes effect only if the project's own default privileges grant some.",
        _is_revoke_from_public,
    ),
)


def find_equivalent(mutant: Mutant, subject: Subject) -> Equivalent | None:
    """Return the class of equivalent mutants that a mutant belongs to, or None."""
    return next((equivalent for equivalent in EQUIVALENTS if equivalent.covers(mutant, subject)), None)
