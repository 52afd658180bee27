"""Check indexes against their access method: its features, and which types have a default operator class."""

from __future__ import annotations

from schema_dsl.analysis.builtins import format_type, split_words
from schema_dsl.analysis.coercion import base_type, describe_type
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.trees import enumeration, names, qualified_name
from schema_dsl.lint.history.create_objects import EXTENSIONS_WITHOUT_RELATIONS
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

_RULE = "access-method"
# The types with a default operator class in Postgres 14 to 18 (pg_opclass).
_DEFAULTS = {
    "brin": "anyrange bit box bpchar bytea char date float4 float8 inet int2 int4 int8 interval macaddr macaddr8 name "
    "numeric oid pg_lsn text tid time timestamp timestamptz timetz uuid varbit",
    "btree": "anyarray anyenum anymultirange anyrange bit bool bpchar bytea char date float4 float8 inet int2 int4 "
    "int8 interval jsonb macaddr macaddr8 money name numeric oid oidvector pg_lsn record text tid time timestamp "
    "timestamptz timetz tsquery tsvector uuid varbit xid8",
    "gin": "anyarray jsonb tsvector",
    "gist": "anymultirange anyrange box circle point polygon tsquery tsvector",
    "hash": "aclitem anyarray anyenum anymultirange anyrange bool bpchar bytea char cid date float4 float8 inet int2 "
    "int4 int8 interval jsonb macaddr macaddr8 money name numeric oid oidvector pg_lsn record text tid time timestamp "
    "timestamptz timetz uuid xid xid8",
    "spgist": "anyrange box inet point polygon text",
}
_TYPES = {method: split_words(types) for method, types in _DEFAULTS.items()}
_PSEUDO_TYPES = {"e": "anyenum", "r": "anyrange", "m": "anymultirange", "c": "record"}
# Types with the operator classes of another type (binary coercible).
_SAME = {"varchar": "text", "cidr": "inet", "int2vector": "anyarray"}
# Extensions that add default operator classes for built-in types.
_ADDING = {"gin": "btree_gin", "gist": "btree_gist"}
_CAPABILITIES = {
    "unique indexes": frozenset({"btree"}),
    "multicolumn indexes": frozenset({"brin", "btree", "gin", "gist"}),
    "included columns": frozenset({"btree", "gist", "spgist"}),
    "ASC/DESC options": frozenset({"btree"}),
    "NULLS FIRST/LAST options": frozenset({"btree"}),
    "exclusion constraints": frozenset({"btree", "gist", "hash", "spgist"}),
}
# Most indexes have an access method that supports everything.
_SUPPORTING_ALL = frozenset.intersection(*_CAPABILITIES.values())
# Operator classes of extensions: the access method, the types, and the extension.
_OF_EXTENSIONS = {
    "gin_trgm_ops": ("gin", split_words("text varchar bpchar name"), "pg_trgm"),
    "gist_trgm_ops": ("gist", split_words("text varchar bpchar name"), "pg_trgm"),
}
# The type of each operator class that is no default: (access method, name).
_OTHERS = {
    **{
        (method, f"{kind}_pattern_ops"): "text"
        for method in ("btree", "hash")
        for kind in ("text", "varchar")
    },
    **{(method, "varchar_ops"): "text" for method in ("btree", "hash")},
    **{(method, "cidr_ops"): "inet" for method in ("btree", "hash")},
    **{(method, "bpchar_pattern_ops"): "bpchar" for method in ("btree", "hash")},
    ("btree", "record_image_ops"): "record",
    ("gin", "jsonb_path_ops"): "jsonb",
    ("gist", "inet_ops"): "inet",
    ("spgist", "quad_point_ops"): "point",
    ("spgist", "kd_point_ops"): "point",
}
_BRIN = ("bloom", "inclusion", "minmax", "minmax_multi")
# Types that Postgres takes for another one without a conversion (pg_cast: binary coercible, implicit).
_COERCED = {
    "varchar": ("text", "bpchar"),
    "text": ("bpchar",),
    "int4": ("oid",),
    "bit": ("varbit",),
    "varbit": ("bit",),
}


_NOT_COMMUTATIVE = frozenset({"<", ">", "<=", ">=", "<@", "@>", "<<", ">>", "&<", "&>"})
# An extension with operator classes for arrays of integers.
_WITH_ARRAYS = frozenset({"intarray"})


def _list_classes() -> dict[tuple[str, str], str]:
    """Return the type of each built-in operator class, by access method and name."""
    found = dict(_OTHERS)
    for method, types in _TYPES.items():
        for kind in types:
            stem = {"polygon": "poly"}.get(kind, kind.removeprefix("any"))
            names = [f"{stem}_{each}_ops" for each in _BRIN] if method == "brin" else [f"{stem}_ops"]
            found |= dict.fromkeys(((method, name) for name in names), kind)
    return found


_CLASSES = _list_classes()


def check_capabilities(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check that the access method of a CREATE INDEX supports the requested features."""
    method = _read_method(tree)
    if method not in _TYPES:
        near = find_nearest(method, _TYPES)
        if (
            near is not None
            and not analyzer.history.extensions
            and not analyzer.history.after_unreadable_sql
            and ("access_method", "", method) not in analyzer.history.others
        ):
            message = f'access method "{method}" does not exist'
            analyzer.report(_RULE, message, f"Did you mean {near}?", -1, method)
        return
    if method in _SUPPORTING_ALL:
        return
    orders = [param.index_elem for param in tree.index_params[:]]
    asked = {
        "unique indexes": tree.unique,
        "multicolumn indexes": len(tree.index_params) > 1,
        "included columns": bool(tree.index_including_params),
        "ASC/DESC options": any(_is_set("SortByDir", each.ordering, "SORTBY_DEFAULT") for each in orders),
        "NULLS FIRST/LAST options": any(
            _is_set("SortByNulls", each.nulls_ordering, "SORTBY_NULLS_DEFAULT") for each in orders
        ),
    }
    _check_support(analyzer, method, [name for name, wanted in asked.items() if wanted], -1)


def check_exclusion(analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node) -> None:
    """Check that the access method of an EXCLUDE constraint supports it, and its operators."""
    found = len(analyzer.errors)
    _check_support(analyzer, node.access_method or "btree", ["exclusion constraints"], node.location)
    for exclusion in node.exclusions if len(analyzer.errors) == found else ():
        element, operator = (each for each in exclusion.list.items)
        home, name = qualified_name(operator.list.items)
        column = relation.columns.get(element.index_elem.name)
        base = None if column is None else base_type(analyzer.history, column.type)
        of_range = base is not None and base.endswith("range")
        message = ""
        if home not in {"", "pg_catalog"} or any(analyzer.history.find_operators(home, name)):
            continue
        if name in _NOT_COMMUTATIVE:
            message = f"operator {name} is not commutative"
        elif of_range and node.access_method == "gist" and name == "<>":
            message = f'operator {name} is not a member of operator family "range_ops"'
        if message:
            analyzer.report(_RULE, message, "Use =, && or -|-.", node.location, element.index_elem.name)


def check_without_overlaps(analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node) -> None:
    """Check the types of a key WITHOUT OVERLAPS: the last column is a range, and all are in a GiST index."""
    *others, last = names(node.keys)
    if not others:
        message = "constraint using WITHOUT OVERLAPS needs at least two columns"
        analyzer.report("wrong-column-count", message, "", node.location, last)
    column = relation.columns.get(last)
    base = None if column is None or column.uncertain else base_type(analyzer.history, column.type)
    described = None if base is None else describe_type(analyzer.history, base)
    if described is not None and described.kind not in {"r", "m"} and "." not in (base or ""):
        message = f'column "{last}" in WITHOUT OVERLAPS is not a range or multirange type'
        analyzer.report("type-mismatch", message, "", node.location, last)
    for name in others:
        other = relation.columns.get(name)
        if other is not None and not other.uncertain:
            check_key_type(analyzer, "gist", other.type, None, location=node.location, word=name)


def _is_set(kind: str, value: int, default: str) -> bool:
    return enumeration(kind)[value] not in {default, "SORT_BY_DIR_UNDEFINED", "SORT_BY_NULLS_UNDEFINED"}


def _read_method(tree: Node) -> str:
    # Postgres takes gist where rtree is written.
    return "gist" if tree.access_method == "rtree" else str(tree.access_method or "btree")


def _check_support(analyzer: HistoryAnalyzer, method: str, asked: list[str], location: int) -> None:
    for feature in asked:
        if method in _TYPES and method not in _CAPABILITIES[feature]:
            message = f'access method "{method}" does not support {feature}'
            analyzer.report(_RULE, message, "Use another access method, or leave it out.", location, method)
            return


def check_key_type(
    analyzer: HistoryAnalyzer,
    method: str,
    kind: str | None,
    element: Node | None,
    *,
    location: int,
    word: str,
) -> None:
    """Check that a type has an operator class for an access method.

    Args:
        analyzer: The analysis of the statement.
        method: The access method; "" is btree.
        kind: The type of the key; None if it is unknown.
        element: The key of an index, which may name an operator class; None for the column of a constraint.
        location: The location of the key, or of the constraint.
        word: The name of the column; "" for an expression.
    """
    schema, method = analyzer.history, method or "btree"
    base = base_type(schema, kind)
    if base is None or method not in _TYPES or any(kind == "operator_class" for kind, *_ in schema.others):
        return
    if element is not None and element.opclass:
        _check_named(analyzer, method, base, qualified_name(element.opclass)[1])
        return
    opclass_type = _find_class_type(schema, base)
    if opclass_type is None or opclass_type in _TYPES[method]:
        return
    remedy = "Index an expression of another type, or name an operator class."
    adding = _ADDING.get(method)
    if adding is not None:
        if adding in schema.extensions or not _is_without_extension(schema):
            return
        remedy = (
            f"CREATE EXTENSION {adding} adds operator classes for plain types; or name an operator class."
        )
    message = f'data type {format_type(base)} has no default operator class for access method "{method}"'
    analyzer.report(_RULE, message, remedy, location, word)


def _is_without_extension(schema: HistorySchema) -> bool:
    """Return whether an extension that no statement creates certainly does not exist."""
    is_plain = schema.extensions <= EXTENSIONS_WITHOUT_RELATIONS - _WITH_ARRAYS
    homes = schema.fully_known_schemas if is_plain else schema.fully_known_schemas - schema.extension_schemas
    is_known = bool(schema.search_path) and homes.issuperset(schema.search_path)
    return is_known and not schema.unknown_kinds & {"functions", "types"}


def _find_class_type(schema: HistorySchema, base: str) -> str | None:
    """Return the type in pg_opclass that stands for a type; None if that is not certain."""
    if base.endswith("[]"):
        return "anyarray"
    described = describe_type(schema, base)
    if described is None:
        return None
    if described.kind in _PSEUDO_TYPES:
        return _PSEUDO_TYPES[described.kind]
    if "." in base:
        return None
    return "oid" if base.startswith("reg") else _SAME.get(base, base)


def _check_named(analyzer: HistoryAnalyzer, method: str, base: str, name: str) -> None:
    """Check that an operator class of a name exists for an access method, and accepts a type."""
    schema = analyzer.history
    message = remedy = ""
    if (method, name) in _CLASSES:
        is_accepted = _is_accepted(schema, base, _CLASSES[method, name])
    elif name in _OF_EXTENSIONS:
        methods, types, extension = _OF_EXTENSIONS[name]
        is_accepted = "." in base or base in types
        if extension not in schema.extensions and _is_without_extension(schema):
            message = f'operator class "{name}" does not exist for access method "{method}"'
            remedy = f"CREATE EXTENSION {extension} first."
        elif method != methods:
            message = f'operator class "{name}" does not exist for access method "{method}"'
            remedy = f"Use USING {methods}."
    else:
        is_accepted = True
        others = sorted(other for other, each in _CLASSES if each == name)
        # Extensions add operator classes.
        adding = {_ADDING.get(method)} if others else set(schema.extensions)
        if adding.isdisjoint(schema.extensions) and _is_without_extension(schema):
            message = f'operator class "{name}" does not exist for access method "{method}"'
            remedy = f"Use USING {others[0]}." if others else "Create the extension that has it first."
    if not is_accepted and not message:
        message = f'operator class "{name}" does not accept data type {format_type(base)}'
        remedy = "Leave it out: each type has its own default."
    if message:
        analyzer.report(_RULE, message, remedy, -1, name)


def _is_accepted(schema: HistorySchema, base: str, accepted: str) -> bool:
    """Return whether an operator class of a type accepts another type, or may."""
    kind = _find_class_type(schema, base)
    return kind in {None, accepted} or accepted in _COERCED.get(base, ())
