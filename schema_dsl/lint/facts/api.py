"""What the clients of an API can reach: PostgREST's roles, as Supabase names them, and what is granted to them."""

from __future__ import annotations

from typing import Final

from schema_dsl.lint.facts.grants import held_on
from schema_dsl.lint.history.schema import HistoryRelation, Routine

# Schemas that an API serves, unless it was told otherwise.
API_SCHEMAS: Final = frozenset({"public", "api"})
CLIENTS: Final = ("anon", "authenticated", "public")
_ROW_PRIVILEGES: Final = ("select", "insert", "update", "delete")


def clients_with(relation: HistoryRelation, *privileges: str) -> list[str]:
    """Give the client roles that surely have one of some privileges on a relation of the API, or on a column.

    Without `privileges`, any of those on rows. What a platform may grant by itself is not known, and not counted.
    """
    if relation.schema not in API_SCHEMAS or "grants" in relation.doubts:
        return []
    wanted = set(privileges or _ROW_PRIVILEGES)
    return [role for role in CLIENTS if wanted & held_on(relation, role)]


def callers(routine: Routine) -> list[str]:
    """Give the client roles that surely may call a function of the API: everybody, unless that was revoked."""
    if routine.schema not in API_SCHEMAS:
        return []
    return [role for role in CLIENTS if routine.grants.get(role, role == "public")]


def shown(roles: list[str]) -> str:
    """Write roles for people."""
    return "everybody" if "public" in roles else " and ".join(roles)
