"""How objects are named in statements."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.model.identity import Identity
from schema_dsl.parsing import columns_of
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
    return Sql(f"({ended(expression)})")


def ended(expression: str) -> str:
    """End an expression so that a comment in its last line does not swallow what follows."""
    return f"{expression}\n" if "--" in expression else expression


def column_of(identity: Identity, name: str) -> Identity:
    """Name a column of the relation that an object lives on."""
    return Identity("column", identity.schema, identity.parent, name)


def columns_among(identity: Identity, *expressions: str | None) -> Iterable[Identity]:
    """Name the columns of its relation that an object's expressions may be about."""
    for text in expressions:
        if text is not None:
            for reference in columns_of(text):
                yield column_of(identity, reference[-1])


def key_of(schema: str, table: str, columns: Iterable[str]) -> Identity:
    """Name what foreign keys point to: the uniqueness of some columns, whatever holds it."""
    return Identity("key", schema, table, ", ".join(sorted(columns)))
