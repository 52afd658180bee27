"""Format the names of objects for statements, and list the objects that an expression names."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.identity import Identity
from schema_dsl.sql import Sql, identifier, qualified


def quote_relation(identity: Identity) -> Sql:
    """Quote the name of the relation that an object belongs to."""
    return qualified(*identity.relation)


def format_target_on_relation(keyword: str, identity: Identity) -> Sql:
    """Format an object of a relation as COMMENT ON expects it: `POLICY mine ON public.notes`."""
    return Sql(f"{keyword} {identifier(identity.name)} ON {quote_relation(identity)}")


def format_constraint_target(identity: Identity) -> Sql:
    """Format a constraint as COMMENT ON expects it."""
    return format_target_on_relation("CONSTRAINT", identity)


def quote_role(name: str) -> Sql:
    """Quote the name of a role. "public" is the keyword PUBLIC, because no role can have that name."""
    return Sql("PUBLIC") if name == "public" else identifier(name)


def quote_roles(names: Iterable[str]) -> Sql:
    """Quote the names of several roles, separated by commas."""
    return Sql(", ".join(map(quote_role, names)))


def column_identity(identity: Identity, name: str) -> Identity:
    """Return the identity of a column of the relation that an object belongs to."""
    return Identity("column", identity.root.schema, name, parent=identity.root)
