"""The identity of a database object."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import attrs

RELATION_KINDS: Final = frozenset(
    {"table", "view", "materialized_view", "foreign_table", "sequence", "composite_type"}
)
CONSTRAINT_KINDS: Final = frozenset({"primary_key", "unique", "check", "foreign_key", "exclusion"})
ROUTINE_KINDS: Final = frozenset({"function", "procedure", "aggregate"})
TYPE_KINDS: Final = frozenset({"enum", "domain", "range", "composite_type", "base_type"})
QUERIED_KINDS: Final = frozenset({"table", "view", "materialized_view", "foreign_table"})
"""The kinds that FROM names."""
DATABASE_KINDS: Final = frozenset(
    {
        "event_trigger",
        "extension",
        "foreign_data_wrapper",
        "language",
        "publication",
        "role",
        "schema",
        "foreign_server",
        "subscription",
        "user_mapping",
    }
)
"""The kinds of objects that are in no schema."""

Namespace = tuple[str, ...]
"""The kind of namespace, then the schema or relation in which a name must be unique, then the name."""


# Not frozen: a frozen class takes three times as long to construct, and a history has several a statement.
@attrs.define(unsafe_hash=True, cache_hash=True)
class Identity:  # noqa: PLW1641 - attrs writes __hash__
    """The identity of an object, wherever it occurs: declared, in a catalog, in a plan, in SQL text.

    Attributes:
        kind: The kind, such as "table" or "foreign_key".
        schema: The schema; "" for objects outside schemas, and for a name without a schema in SQL text.
        name: The name.
        arguments: The argument types of a routine, as a full name each; None if not known or not a routine.
        parent: The object that this one belongs to, such as the table of a column.
    """

    kind: str
    schema: str = ""
    name: str = ""
    arguments: tuple[str, ...] | None = None
    parent: Identity | None = None

    def __eq__(self, other: object) -> bool:
        """Return whether the other object is an equal identity. Parts of one object often share their parent."""
        if self is other:
            return True
        if not isinstance(other, Identity):
            return NotImplemented
        return (
            self.name == other.name
            and self.kind == other.kind
            and self.schema == other.schema
            and self.parent == other.parent
            and self.arguments == other.arguments
        )

    @property
    def root(self) -> Identity:
        """The outermost parent, or the object itself without a parent."""
        found = self
        while found.parent is not None:
            found = found.parent
        return found

    @property
    def home(self) -> Identity | None:
        """The schema of the object, or None for an object in no schema."""
        return Identity("schema", "", self.schema) if self.schema else None

    @property
    def relation(self) -> tuple[str, str]:
        """The schema and name of the root: for a column or a policy, of its table."""
        root = self.root
        return root.schema, root.name

    @property
    def namespace(self) -> Namespace:
        """The key that Postgres requires to be unique: two objects with the same key cannot both exist.

        Tables, views, sequences and indexes share one namespace per schema (pg_class), and so do all types (pg_type).
        Constraints, columns, policies and triggers are unique per relation.
        """
        if self.kind in RELATION_KINDS or self.kind == "index":
            return ("relation", self.schema, self.name)
        if self.kind in ROUTINE_KINDS:
            return ("routine", self.schema, self.name, *(self.arguments or ()))
        if self.kind in TYPE_KINDS:
            return ("type", self.schema, self.name)
        if self.parent is not None:
            return (self.kind, *self.parent.namespace, self.name)
        return (self.kind, self.schema, self.name, *(self.arguments or ()))

    @property
    def namespaces(self) -> tuple[Namespace, ...]:
        """All keys that Postgres requires to be unique for this object.

        A constraint with an index also needs a free name among relations, and a relation has one primary key. A
        relation other than a sequence has a row type of its name.
        """
        if self.kind in RELATION_KINDS and self.kind != "sequence":
            return ("relation", self.schema, self.name), ("type", self.schema, self.name)
        if self.kind not in CONSTRAINT_KINDS or self.parent is None:
            return (self.namespace,)
        constraint = self.constraint_namespace
        index = ("relation", self.schema, self.name)
        if self.kind == "primary_key":
            return constraint, index, (self.kind, *self.parent.namespace)
        return (constraint, index) if self.kind in {"unique", "exclusion"} else (constraint,)

    @property
    def constraint_namespace(self) -> Namespace:
        """The namespace of the constraints of a relation, to which constraint triggers belong."""
        return ("constraint", *(self.parent.namespace if self.parent else ()), self.name)

    @property
    def parent_name(self) -> str:
        """The name of the parent, or "" without a parent."""
        return "" if self.parent is None else self.parent.name

    def __str__(self) -> str:
        """Return the kind and the name for messages, with the relation of a part."""
        kind = self.kind.replace("_", " ")
        if self.parent is not None:
            schema, name = self.relation
            own_name = f"{kind} {self.name}".rstrip()
            return f"{own_name} of {f'{schema}.' if schema else ''}{name}"
        arguments = "" if self.arguments is None else f"({', '.join(self.arguments)})"
        return f"{kind} {f'{self.schema}.' if self.schema else ''}{self.name}{arguments}"


class Identified:
    """An object with an identity; its schema, name and kind are those of the identity."""

    __slots__ = ()

    identity: Identity

    @property
    def schema(self) -> str:
        """The schema."""
        return self.identity.schema

    @property
    def name(self) -> str:
        """The name."""
        return self.identity.name

    @property
    def kind(self) -> str:
        """The kind."""
        return self.identity.kind

    @property
    def full_name(self) -> str:
        """The schema and the name, which are also the name of a type."""
        return f"{self.identity.schema}.{self.identity.name}"


@lru_cache(maxsize=4096)
def table_identity(schema: str, name: str) -> Identity:
    """Return the identity of a table."""
    return Identity("table", schema, name)


def table_part(kind: str, schema: str, table: str, name: str) -> Identity:
    """Return the identity of a part of a table, such as a column, a constraint or a policy."""
    return Identity(kind, schema, name, parent=table_identity(schema, table))
