"""The definitions, arranged by the keys of facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import QUERIED_KINDS, Identity
from schema_dsl.lint.second_reader.declared_values import read_declared, read_privilege
from schema_dsl.lint.second_reader.facts import (
    CONSTRAINT,
    Key,
    Relation,
    Values,
    comment_key,
    index_key,
    part_key,
    relation_key,
)
from schema_dsl.lint.second_reader.table_clauses import parse_bound, parse_partition_key
from schema_dsl.lint.second_reader.trees import UNKNOWN, Tree
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.serial import find_serial_base, without_serial
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.sql import literal

_CONSTRAINTS: Final = frozenset({"primary_key", "unique", "check", "foreign_key", "exclusion"})
# Their indexes have the same name.
_WITH_INDEX: Final = frozenset({"primary_key", "unique", "exclusion"})
_EXPRESSIONS: Final = ("elements", "where", "expression")
_PARTS: Final = frozenset({"column", "trigger", "policy", "privilege", "index_mark"})


@attrs.frozen
class DeclaredObject:
    """An object of the definitions.

    Attributes:
        identity: Its identity in the definitions.
        declared: The declaration.
    """

    identity: Identity
    declared: Any


@attrs.frozen
class CommentedObject:
    """A column of a view, or an object of a kind that sqlglot does not model: only its comment is compared."""

    comment: str


@attrs.frozen
class Declarations:
    """The objects of the definitions by the keys of facts.

    Attributes:
        objects: The objects by key.
        columns: The names of the columns by the key of the table, in order.
        parts: The keys of the objects of a table by the key of the table.
        constraints: The keys of the constraints with an index by the key of that index.
        parents: The tables from which tables inherit, or of which they are partitions, by relation.
        owners: The roles that own relations, by the schema and name of the relation.
    """

    objects: Mapping[Key, DeclaredObject]
    columns: Mapping[Key, tuple[str, ...]]
    parts: Mapping[Key, tuple[Key, ...]]
    constraints: Mapping[Key, Key]
    parents: Mapping[Relation, tuple[Relation, ...]]
    owners: Mapping[Relation, str]

    def read_values(self, key: Key, *, is_new: bool = True) -> Values:
        """Return the attributes that a file should write for an object; without a comment, it writes none.

        Args:
            key: The object.
            is_new: Whether the file creates the object. ALTER COLUMN TYPE accepts no serial type.
        """
        found = self.objects[key]
        identity, declared = found.identity, found.declared
        if identity.kind == "table":
            values: dict[str, Any] = {
                "row_security": declared.row_security,
                "force_row_security": declared.force_row_security,
                "column_order": self.columns.get(key, ()),
                "unlogged": declared.unlogged,
                "parameters": declared.parameters,
                "replica_identity": declared.replica_identity,
                "partition_by": None
                if declared.partition_by is None
                else parse_partition_key(str(declared.partition_by)),
                "inherits": tuple(parent.relation for parent in declared.inherits),
                "partition_of": None if declared.partition_of is None else declared.partition_of.relation,
                "bound": None if declared.bound is None else parse_bound(declared.bound),
                "options": (),
            }
        elif identity.kind == "privilege":
            return read_privilege(declared)
        elif isinstance(declared, CommentedObject):
            values = {}
        else:
            is_altered = identity.kind == "column" and not is_new
            is_serial = is_altered and find_serial_base(declared.type.sql) is not None
            values = read_declared(
                identity.kind, without_serial(identity, declared) if is_serial else declared
            )
            if is_serial:
                values |= dict.fromkeys(("not_null", "default"), UNKNOWN)
        if identity.kind in _CONSTRAINTS:
            values = {"enforced": True, "validated": True, **values}
            values |= {"kind": identity.kind, "repeated": (), "other": ()}
        elif identity.kind == "index":
            values["table"] = identity.relation
        if getattr(declared, "comment", None) is not None:
            values["comment"] = str(literal(declared.comment))
        return values

    def uses_column(self, key: Key, column: str) -> bool:
        """Return whether Postgres drops an object together with a column."""
        if key.kind not in {CONSTRAINT, "index"}:
            return False
        values = self.read_values(key)
        if column in (*values.get("columns", ()), *values.get("include", ())):
            return True
        return any(_mentions(values.get(name), column) for name in _EXPRESSIONS)


def build_declarations(wanted: Catalog) -> Declarations:
    """Arrange the objects of the definitions by the keys of facts."""
    objects: dict[Key, DeclaredObject] = {}
    columns: dict[Key, list[str]] = {}
    parts: dict[Key, list[Key]] = {}
    parents: dict[Relation, tuple[Relation, ...]] = {}
    for identity, declared in wanted.objects.items():
        for name, comment in getattr(declared, "column_comments", ()):
            column = part_key("column", identity.relation, name)
            objects[column] = DeclaredObject(identity, CommentedObject(comment))
        key = find_key(identity)
        if key is None:
            if getattr(declared, "comment", None) is not None:
                objects[find_comment_key(identity)] = DeclaredObject(
                    identity, CommentedObject(declared.comment)
                )
            continue
        objects[key] = DeclaredObject(identity, declared)
        if identity.kind == "table":
            parents[identity.relation] = list_parents(declared)
        if identity.parent is not None:
            table = relation_key(identity.relation)
            parts.setdefault(table, []).append(key)
            if identity.kind == "column":
                columns.setdefault(table, []).append(identity.name)
    return Declarations(
        objects,
        {table: tuple(names) for table, names in columns.items()},
        {table: tuple(keys) for table, keys in parts.items()},
        {
            index_key(key.schema, key.name): key
            for key, item in objects.items()
            if item.identity.kind in _WITH_INDEX
        },
        parents,
        {
            identity.relation: declared.role
            for identity, declared in wanted.objects.items()
            if identity.kind == "owner" and identity.root.kind in QUERIED_KINDS
        },
    )


def list_parents(table: Any) -> tuple[Relation, ...]:
    """List the tables from which a table inherits, or of which it is a partition."""
    return tuple(parent.relation for parent in (*table.inherits, table.partition_of) if parent is not None)


def find_key(identity: Identity) -> Key | None:
    """Return the key of an object of the definitions; None for a kind that this package does not read."""
    kind = identity.kind
    if kind == "table":
        return relation_key((identity.schema, identity.name))
    if kind == "index":
        return index_key(identity.schema, identity.name)
    if kind in _CONSTRAINTS:
        return part_key(CONSTRAINT, identity.relation, identity.name)
    is_part = kind in _PARTS and identity.root.kind in QUERIED_KINDS
    return part_key(kind, identity.relation, identity.name) if is_part else None


def find_comment_key(identity: Identity) -> Key:
    """Return the key of the comment on an object of a kind that this package does not read."""
    target = load_kind_rules()[identity.kind].comment_target
    return comment_key("" if target is None else str(target(identity)))


def _mentions(value: Any, column: str) -> bool:
    if isinstance(value, Tree):
        return column in value.list_columns()
    if isinstance(value, tuple):
        return any(_mentions(each, column) for each in value)
    return False
