"""How objects are named in statements."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.model.identity import Identity
from schema_dsl.sql import Sql, identifier, qualified


def relation_of(identity: Identity) -> Sql:
    """Name the relation that an object lives on."""
    return qualified(identity.schema, identity.parent)


def on_relation(keyword: str, identity: Identity) -> Sql:
    """Name an object that lives on a relation: `POLICY mine ON public.notes`."""
    return Sql(f"{keyword} {identifier(identity.name)} ON {relation_of(identity)}")


def constraint_target(identity: Identity) -> Sql:
    """Name a constraint as COMMENT ON does."""
    return on_relation("CONSTRAINT", identity)


def role(name: str) -> Sql:
    """Name a role; "public" is the word for everybody, and no role can be called so."""
    return Sql("PUBLIC") if name == "public" else identifier(name)


def roles(names: Iterable[str]) -> Sql:
    """Name several roles."""
    return Sql(", ".join(map(role, names)))


def parenthesised(expression: str) -> Sql:
    """Wrap an expression in the parentheses that CHECK, USING and WHERE of a constraint ask for."""
    return Sql(f"({expression})")
