"""The kinds and identities of objects in statements."""

from __future__ import annotations

import functools
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
    "OBJECT_FOREIGN_SERVER": "server",
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
# The kinds of objects that are named after their relation: `p ON t`.
_PARTS: Final = frozenset({"policy", "trigger", "rule", "constraint", "column"})
_OF_ACCESS_METHODS: Final = frozenset({"operator_class", "operator_family"})


@functools.cache
def object_kind(number: int) -> str:
    """Return the kind of object of an ObjectType. DROP TYPE and DROP ROUTINE leave it at "type" and "routine"."""
    name = enumeration("ObjectType")[number]
    return _OBJECT_KINDS.get(name, name.removeprefix("OBJECT_").lower())


@functools.cache
def constraint_kind(number: int) -> str:
    """Return the kind of constraint of a ConstrType, or of the default, identity or expression; "" for an attribute."""
    return _CONSTRAINT_KINDS.get(enumeration("ConstrType")[number], "")


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
    return "type" if kind in TYPE_KINDS and kind != "domain" else kind.replace("_", " ")


def part_of(parent: Identity, kind: str, name: str = "") -> Identity:
    """Return the identity of a part of an object."""
    return Identity(kind, parent.schema, name, parent=parent)


def of_range_var(kind: str, node: Node) -> Identity:
    """Return the identity of the relation of a RangeVar."""
    return Identity(kind, node.schemaname, node.relname)


def of_names(kind: str, nodes: Node) -> Identity:
    """Return the identity of an object with a qualified name."""
    schema, name = qualified_name(nodes)
    return Identity(kind, schema, name)


def of_object(kind: str, node: Node) -> Identity:
    """Return the identity of an object in DROP, COMMENT, ALTER ... SET SCHEMA and similar statements."""
    form = node.WhichOneof("node")
    if form == "object_with_args":
        return of_names(kind, node.object_with_args.objname)
    if form == "type_name":
        return of_names(kind, node.type_name.names)
    if form == "range_var":
        return of_range_var(kind, node.range_var)
    if form != "list":
        return Identity(kind, "", node.string.sval)
    items = node.list.items
    if items[0].WhichOneof("node") == "type_name":
        domain = of_names("domain", items[0].type_name.names)
        last = items[-1]
        if kind == "cast":
            return cast_identity(items[0].type_name, last.type_name)
        return part_of(domain, kind, last.string.sval)
    if kind in _PARTS:
        return part_of(of_names("table", items[:-1]), kind, items[-1].string.sval)
    return of_names(kind, items[1:] if kind in _OF_ACCESS_METHODS else items)


def cast_identity(source: Node, target: Node) -> Identity:
    """Return the identity of a cast, which has no name but the two types."""
    names = (qualified_name(node.names)[1] for node in (source, target))
    return Identity("cast", "", " AS ".join(names))


def local_name(identity: Identity) -> tuple[str, ...]:
    """Return the group of kinds and the names down to an object, without schemas.

    Two statements name the same object by the same local name, except in different schemas. A default or NOT NULL is
    named by its column, and an index alone.
    """
    parent = identity.parent
    if parent is None or identity.kind == "index":
        return kind_group(identity.kind), identity.name
    if parent.parent is not None:
        return identity.kind, parent.parent.name, parent.name
    return kind_group(identity.kind), parent.name, identity.name
