"""Read from pg_depend on which objects an object depends, as identities."""

from __future__ import annotations

from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.postgres import Connection

# The name of a type: arrays by their element, types outside of pg_catalog with their schema.
_FULL_NAME = """
CREATE FUNCTION pg_temp.full_name(type_oid oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN t.typelem <> 0 AND e.typarray = t.oid THEN pg_temp.full_name(e.oid) || '[]'
        WHEN n.nspname = 'pg_catalog' THEN t.typname
        ELSE n.nspname || '.' || t.typname
    END
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_type e ON e.oid = t.typelem
    WHERE t.oid = type_oid
$$
"""
# The type to which an array or a multirange belongs.
_OWNING_TYPE = """
CREATE FUNCTION pg_temp.owning_type(type_oid oid) RETURNS oid LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT pg_temp.owning_type(e.oid) FROM pg_type e WHERE e.typarray = type_oid),
        (SELECT r.rngtypid FROM pg_range r WHERE r.rngmultitypid = type_oid),
        type_oid)
$$
"""
_RELATION_KINDS = {
    "r": "table",
    "p": "table",
    "v": "view",
    "m": "materialized_view",
    "f": "foreign_table",
    "S": "sequence",
    "c": "composite_type",
    "i": "index",
}
_TYPE_KINDS = {"e": "enum", "d": "domain", "r": "range", "b": "base_type"}
_ROUTINE_KINDS = {"f": "function", "w": "function", "a": "aggregate", "p": "procedure"}
_CONSTRAINT_KINDS = {"p": "primary_key", "u": "unique", "x": "exclusion", "c": "check", "f": "foreign_key"}
_OTHER_KINDS = {
    "pg_operator": "operator",
    "pg_collation": "collation",
    "pg_ts_config": "text_search_configuration",
    "pg_ts_dict": "text_search_dictionary",
    "pg_namespace": "schema",
}
# Objects that Postgres creates together with a type: the constructor functions of a range depend on it internally.
_QUERY = """
WITH referenced AS (
    SELECT DISTINCT d.refclassid, d.refobjid, d.refobjsubid,
        CASE WHEN d.refclassid = 'pg_type'::regclass OR made.objid IS NOT NULL
            THEN pg_temp.owning_type(coalesce(made.refobjid, d.refobjid)) END AS type_oid
    FROM pg_depend d
    LEFT JOIN pg_depend made ON made.classid = 'pg_proc'::regclass AND made.objid = d.refobjid
        AND d.refclassid = made.classid AND made.refclassid = 'pg_type'::regclass AND made.deptype = 'i'
    WHERE (d.classid, d.objid) IN ({objects}) AND d.refclassid <> 'pg_language'::regclass
)
SELECT 'pg_class', n.nspname, c.relname, c.relkind::text, a.attname, NULL::text[]
FROM referenced r
LEFT JOIN pg_type t ON t.oid = r.type_oid
JOIN pg_class c ON c.oid = CASE WHEN r.refclassid = 'pg_class'::regclass THEN r.refobjid ELSE t.typrelid END
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON r.type_oid IS NULL AND a.attrelid = c.oid AND a.attnum = r.refobjsubid AND a.attnum <> 0
UNION
SELECT 'pg_type', n.nspname, t.typname, t.typtype::text, NULL, NULL
FROM referenced r JOIN pg_type t ON t.oid = r.type_oid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typrelid = 0
UNION
SELECT 'pg_proc', n.nspname, p.proname, p.prokind::text, NULL, coalesce(
    (SELECT array_agg(pg_temp.full_name(x) ORDER BY k) FROM unnest(p.proargtypes) WITH ORDINALITY AS u (x, k)), '{{}}')
FROM referenced r JOIN pg_proc p ON r.refclassid = 'pg_proc'::regclass AND p.oid = r.refobjid
JOIN pg_namespace n ON n.oid = p.pronamespace WHERE r.type_oid IS NULL
UNION
SELECT 'pg_operator', n.nspname, o.oprname, '', NULL,
    array_remove(ARRAY[pg_temp.full_name(nullif(o.oprleft, 0)), pg_temp.full_name(o.oprright)], NULL)
FROM referenced r JOIN pg_operator o ON r.refclassid = 'pg_operator'::regclass AND o.oid = r.refobjid
JOIN pg_namespace n ON n.oid = o.oprnamespace
UNION
SELECT 'pg_constraint', n.nspname, k.conname, k.contype::text || c.relkind::text, c.relname, NULL
FROM referenced r JOIN pg_constraint k ON r.refclassid = 'pg_constraint'::regclass AND k.oid = r.refobjid
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
UNION
SELECT r.refclassid::regclass::text, n.nspname, coalesce(l.collname, g.cfgname, y.dictname), '', NULL, NULL
FROM referenced r
LEFT JOIN pg_collation l ON r.refclassid = 'pg_collation'::regclass AND l.oid = r.refobjid
LEFT JOIN pg_ts_config g ON r.refclassid = 'pg_ts_config'::regclass AND g.oid = r.refobjid
LEFT JOIN pg_ts_dict y ON r.refclassid = 'pg_ts_dict'::regclass AND y.oid = r.refobjid
JOIN pg_namespace n ON n.oid = coalesce(l.collnamespace, g.cfgnamespace, y.dictnamespace)
UNION
SELECT 'pg_namespace', '', n.nspname, '', NULL, NULL
FROM referenced r JOIN pg_namespace n ON r.refclassid = 'pg_namespace'::regclass AND n.oid = r.refobjid
"""


def prepare(connection: Connection) -> None:
    """Create the temporary functions that the query calls."""
    connection.execute(_FULL_NAME)
    connection.execute(_OWNING_TYPE)


def read_dependencies(connection: Connection, *objects: str) -> set[Identity]:
    """Return the objects on which other objects depend, according to pg_depend.

    An array type counts as its element type, a multirange type and a constructor of a range as the range type, and
    the row type of a relation as the relation.

    Args:
        connection: A connection that `prepare` has prepared.
        objects: The dependent objects, each as an SQL query of its class and its oid.
    """
    query = _QUERY.format(objects=" UNION ALL ".join(objects))
    return {_build_identity(*row) for row in connection.execute(query.encode()).fetchall()}


def _build_identity(class_name: str, schema: str, name: str, kind: str, *details: Any) -> Identity:
    """Build the identity of a row; the details are the column or the relation of a constraint, and the arguments."""
    part, arguments = details
    if class_name == "pg_class":
        relation = Identity(_RELATION_KINDS[kind], schema, name)
        if part is None:
            return relation
        return Identity("attribute" if kind == "c" else "column", schema, part, parent=relation)
    if class_name == "pg_type":
        return Identity(_TYPE_KINDS[kind], schema, name)
    if class_name == "pg_proc":
        return Identity(_ROUTINE_KINDS[kind], schema, name, tuple(arguments or ()))
    if class_name == "pg_constraint":
        parent = Identity(_RELATION_KINDS[kind[1]], schema, part or "")
        return Identity(_CONSTRAINT_KINDS[kind[0]], schema, name, parent=parent)
    return Identity(_OTHER_KINDS[class_name], schema, name, None if arguments is None else tuple(arguments))


def read_column_collations(connection: Connection) -> dict[Identity, Identity]:
    """Return the collations of columns that differ from the collations of their types."""
    query = """
        SELECT cn.nspname, c.relname, c.relkind::text, a.attname, ln.nspname, l.collname
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid AND t.typcollation <> a.attcollation
        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
        JOIN pg_collation l ON l.oid = a.attcollation JOIN pg_namespace ln ON ln.oid = l.collnamespace
        WHERE cn.nspname NOT LIKE 'pg\\_%'
    """
    return {
        _build_identity("pg_class", schema, name, kind, column, None): Identity("collation", home, collation)
        for schema, name, kind, column, home, collation in connection.execute(query).fetchall()
    }
