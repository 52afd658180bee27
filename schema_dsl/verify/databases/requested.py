"""The objects of a server to read in a state of a database: only those that its migrations created there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import attrs

from schema_dsl.analysis.bodies import expand_blocks
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.verify.scripts.apply import split_statements

_MAY_CREATE: Final = re.compile(r"\bcreate\s+(?:role|user|group)\b", re.IGNORECASE)
# A GRANT or REVOKE of a role has no ON. To parse the script of a large schema takes time.
_MAY_CHANGE: Final = re.compile(
    r"\b(?:create|alter|drop|on)\s+(?:role|user|group)\b|\b(?:grant|revoke)\b(?:(?!\bon\b)[^;])*\b(?:to|from)\b",
    re.IGNORECASE,
)


def changes_roles(text: str) -> bool:
    """Return whether a script creates, alters or drops roles, or changes memberships."""
    requested = _list_kinds()
    return _MAY_CHANGE.search(text) is not None and any(
        effect.identity.kind in requested and effect.verb != "reference"
        for statement in expand_blocks(split_statements(text))
        for effect in effects(statement)
    )


def _list_kinds() -> set[str]:
    """Return the kinds of objects that belong to the server."""
    return {name for name, kind in load_kinds().items() if kind.is_root and kind.on_request}


# Each introspection of a state needs the result, so a long history is searched once.
@lru_cache(maxsize=10_000)
def _may_create(text: str) -> bool:
    return _MAY_CREATE.search(text) is not None


def list_requested(wanted: Catalog, migrations: Iterable[Migration]) -> Catalog:
    """Return the objects to read in the state after some migrations, as `introspect` takes them.

    Roles belong to the server: other databases have created some of them, and so has this migration in another
    database. A state has the roles that its migrations create and that are declared or ours.

    Args:
        wanted: The declared state.
        migrations: The migrations that led to the state.
    """
    requested = _list_kinds()
    found: dict[Identity, Any] = {}
    for migration in migrations:
        if _may_create(migration.forward):
            for statement in expand_blocks(split_statements(migration.forward)):
                for effect in effects(statement):
                    identity = effect.identity
                    is_ours = migration.is_generated or identity in wanted.objects
                    if effect.verb == "create" and identity.kind in requested and is_ours:
                        found[identity] = wanted.objects.get(identity)
    others = {identity: item for identity, item in wanted.objects.items() if identity.kind not in requested}
    return attrs.evolve(wanted, objects={**others, **found})
