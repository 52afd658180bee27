"""The kinds and identities of objects in statements."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final

from schema_dsl.analysis.identity import RELATION_KINDS, ROUTINE_KINDS, TYPE_KINDS, Identity
from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.parsing import Node

# The kinds that the grammar names differently. All others are the words of SQL, such as FOREIGN TABLE.
_OBJECT_KINDS: Final = {
    "OBJECT_MATVIEW": "materialized_view",
    "OBJECT_TABCONSTRAINT": "constraint",
    "OBJECT_DOMCONSTRAINT": "constraint",
    "OBJECT_FDW": "foreign_data_wrapper",
    "OBJECT_FOREIGN_SERVER": "foreign_server",
    "OBJECT_OPCLASS": "operator_class",
    "OBJECT_OPFAMILY": "operator_family",
    "OBJECT_STATISTIC_EXT": "statistics",
    "OBJECT_TSCONFIGURATION": "text_search_configuration",
    "OBJECT_TSDICTIONARY": "text_search_dictionary",
    "OBJECT_TSPARSER": "text_search_parser",
    "OBJECT_TSTEMPLATE": "text_search_template",
}
_CONSTRAINT_KINDS: Final = {
    "CONSTR_PRIMARY": "primary_key",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_CHECK": "check",
    "CONSTR_FOREIGN": "foreign_key",
    "CONSTR_EXCLUSION": "exclusion",
    "CONSTR_NOTNULL": "not_null",
    "CONSTR_DEFAULT": "default",
    "CONSTR_IDENTITY": "identity",
    "CONSTR_GENERATED": "expression",
}
INDEX_CONSTRAINT_KINDS: Final = frozenset({"primary_key", "unique", "exclusion"})
_NAMED_CONSTRAINT_KINDS: Final = frozenset({*INDEX_CONSTRAINT_KINDS, "check", "foreign_key", "constraint"})
# The kinds of relations that statements lock; an index is locked with its table.
LOCKED_KINDS: Final = frozenset({"table", "view", "materialized_view", "foreign_table", "sequence"})
# The kinds of objects that are named after their relation: `p ON t`.
_PARTS: Final = frozenset({"policy", "trigger", "rule", "constraint", "column"})
# The field with the name, by kind of node.
_NAME_FIELDS: Final = {"object_with_args": "objname", "type_name": "names", "string": "sval"}
_OF_ACCESS_METHODS: Final = frozenset({"operator_class", "operator_family"})


@functools.cache
def object_kind(number: int) -> str:
    """Return the kind of object of an ObjectType. DROP TYPE and DROP ROUTINE leave it at "type" and "routine"."""
    name = enumeration("ObjectType")[number]
    return _OBJECT_KINDS.get(name, name.removeprefix("OBJECT_").lower())


def relation_kind(number: int) -> str:
    """Return the kind of relation of an ObjectType in ALTER TABLE and RENAME COLUMN."""
    kind = object_kind(number)
    return "composite_type" if kind == "type" else kind


@functools.cache
def constraint_kind(number: int) -> str:
    """Return the kind of constraint of a ConstrType, or of the default, identity or expression; "" for an attribute."""
    return _CONSTRAINT_KINDS.get(enumeration("ConstrType")[number], "")


def allows_null(number: int) -> bool:
    """Return whether a ConstrType is the attribute NULL of a column."""
    return enumeration("ConstrType")[number] == "CONSTR_NULL"


def kind_group(kind: str) -> str:
    """Return the kind of objects that can take the place of each other, such as "relation" for tables and views."""
    if kind in TYPE_KINDS or kind == "type":
        return "type"
    if kind in RELATION_KINDS:
        return "relation"
    if kind in ROUTINE_KINDS or kind == "routine":
        return "routine"
    return "constraint" if kind in _NAMED_CONSTRAINT_KINDS else kind


def sql_words(kind: str) -> str:
    """Return a kind in the words of SQL, in lower case, as in DROP: `materialized view`, and `type` for an enum."""
    if kind == "foreign_server":
        return "server"
    return "type" if kind in TYPE_KINDS and kind != "domain" else kind.replace("_", " ")


def part_of(parent: Identity, kind: str, name: str = "") -> Identity:
    """Return the identity of a part of an object."""
    return Identity(kind, parent.schema, name, None, parent)


def of_range_var(kind: str, node: Node) -> Identity:
    """Return the identity of the relation of a RangeVar."""
    return Identity(kind, node.schemaname, node.relname)


def of_names(kind: str, nodes: Node) -> Identity:
    """Return the identity of an object with a qualified name."""
    schema, name = qualified_name(nodes)
    return Identity(kind, schema, name)


def identify(kind: str, name: Node) -> Identity:
    """Return the identity of an object by its name: text, a RangeVar, a qualified name, or a pair of types or texts."""
    if isinstance(name, str):
        return Identity(kind, "", name)
    if isinstance(name, tuple):
        parts = (part if isinstance(part, str) else qualified_name(part.names)[1] for part in name)
        return Identity(kind, "", " ".join(parts))
    return of_range_var(kind, name) if hasattr(name, "relname") else of_names(kind, name)


def of_object(kind: str, node: Node) -> Identity:
    """Return the identity of an object in DROP, COMMENT, ALTER ... SET SCHEMA and similar statements."""
    form = node.WhichOneof("node")
    if form != "list":
        value = getattr(node, form)
        return identify(kind, getattr(value, _NAME_FIELDS[form]) if form in _NAME_FIELDS else value)
    items = node.list.items
    if items[0].WhichOneof("node") == "type_name":
        first, last = items[0].type_name, items[-1]
        if kind in {"cast", "transform"}:
            return identify(kind, (first, last.type_name if kind == "cast" else last.string.sval))
        return part_of(of_names("domain", first.names), kind, last.string.sval)
    if kind in _PARTS:
        return part_of(of_names("table", items[:-1]), kind, items[-1].string.sval)
    return of_names(kind, items[1:] if kind in _OF_ACCESS_METHODS else items)


def is_cascade(tree: Node) -> bool:
    """Return whether a statement or command has the clause CASCADE."""
    return enumeration("DropBehavior")[tree.behavior] == "DROP_CASCADE"


def local_name(identity: Identity) -> tuple[str, ...]:
    """Return the group of kinds and the names down to an object, without schemas.

    Two statements with the same local name are about the same object, except in different schemas. A default or
    NOT NULL is named by its column, and an index has a name of its own.
    """
    parent = identity.parent
    if parent is None or identity.kind == "index":
        return kind_group(identity.kind), identity.name
    if parent.parent is not None:
        return identity.kind, parent.parent.name, parent.name
    return kind_group(identity.kind), parent.name, identity.name


def containing_names(identity: Identity) -> Iterator[tuple[str, ...]]:
    """Yield the local names of an object and of the objects that contain it, up to its schema."""
    inner: Identity | None = identity
    while inner is not None:
        yield local_name(inner)
        inner = inner.parent
    if identity.root.schema:
        yield "schema", identity.root.schema
