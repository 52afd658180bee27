"""Write the built-in objects of Postgres to `schema_dsl/analysis/data/builtins.tsv`, where lint resolves names.

    python tools/builtins.py BINDIR...      folders of server programs, one per major version, oldest first

The file contains the union over the servers, because lint accepts SQL for any of them. A line consists of a kind, a
name, and one or more entries separated by tabs:

    T  type       typtype category preferred element subtype base in-volatility out-volatility
    F  function   kind volatility set returns arguments variadic defaults columns
    O  operator   left right result volatility
    C  source     target context volatility
    R  relation   column:type ...
    S  setting    type unit context
"""

# ruff: noqa: INP001, T201

from __future__ import annotations

import sys
from pathlib import Path

from schema_dsl.postgres import Connection, provider

TARGET = Path(__file__).parent.parent / "schema_dsl" / "analysis" / "data" / "builtins.tsv"

# The name of a type: arrays by their element, types outside of pg_catalog with their schema.
_NAME = """
CREATE FUNCTION pg_temp.type_name(type_oid oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN t.typcategory = 'A' AND t.typelem <> 0 AND e.typarray = t.oid THEN pg_temp.plain_type_name(e.oid) || '[]'
        ELSE pg_temp.plain_type_name(t.oid)
    END
    FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem WHERE t.oid = type_oid
$$
"""
_PLAIN = """
CREATE FUNCTION pg_temp.plain_type_name(type_oid oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN n.nspname = 'pg_catalog' THEN t.typname ELSE n.nspname || '.' || t.typname END
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = type_oid
$$
"""
# Upper case for a function in SQL: the planner may inline it, and then the volatility of its body decides.
_VOLATILITY = """
CREATE FUNCTION pg_temp.volatility(wanted pg_catalog.pg_proc) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN l.lanname = 'sql' THEN upper(wanted.provolatile::text) ELSE wanted.provolatile::text END
    FROM pg_catalog.pg_language l WHERE l.oid = wanted.prolang
$$
"""
_QUERIES = {
    "T": """
        SELECT pg_temp.plain_type_name(t.oid), concat_ws(' ', t.typtype, t.typcategory, t.typispreferred::int,
            coalesce(nullif(pg_temp.plain_type_name(t.typelem), ''), '-'),
            coalesce(pg_temp.plain_type_name(r.rngsubtype), pg_temp.plain_type_name(m.rngtypid), '-'),
            coalesce(pg_temp.plain_type_name(nullif(t.typbasetype, 0)), '-'), i.provolatile, o.provolatile)
        FROM pg_type t
        JOIN pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN pg_range r ON r.rngtypid = t.oid
        LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
        JOIN pg_proc i ON i.oid = t.typinput
        JOIN pg_proc o ON o.oid = t.typoutput
        WHERE n.nspname IN ('pg_catalog', 'information_schema') AND t.typtype <> 'c'
            AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
    """,
    "F": """
        SELECT p.proname, concat_ws(' ', p.prokind, pg_temp.volatility(p), p.proretset::int,
            pg_temp.type_name(p.prorettype),
            coalesce((SELECT string_agg(pg_temp.type_name(a), ',' ORDER BY k)
                FROM unnest(p.proargtypes) WITH ORDINALITY AS x (a, k)), '-'),
            coalesce(pg_temp.type_name(nullif(p.provariadic, 0)), '-'),
            p.pronargdefaults,
            coalesce((SELECT string_agg(coalesce(nullif(p.proargnames[k], ''), 'column' || k) || ':'
                    || pg_temp.type_name(a), ',' ORDER BY k)
                FROM unnest(p.proallargtypes) WITH ORDINALITY AS x (a, k)
                WHERE p.proargmodes[k] IN ('o', 'b', 't')), '-'))
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        -- SQL cannot call a function with an argument of type internal.
        WHERE n.nspname = 'pg_catalog' AND NOT 'internal'::regtype = ANY (p.proargtypes)
    """,
    "O": """
        SELECT o.oprname, concat_ws(' ', coalesce(pg_temp.type_name(nullif(o.oprleft, 0)), '-'),
            pg_temp.type_name(o.oprright), pg_temp.type_name(o.oprresult), pg_temp.volatility(p))
        FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
        WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprkind <> 'r'
    """,
    "C": """
        SELECT pg_temp.type_name(c.castsource), concat_ws(' ', pg_temp.type_name(c.casttarget), c.castcontext,
            coalesce(p.provolatile::text, CASE c.castmethod WHEN 'i' THEN 's' ELSE 'i' END))
        FROM pg_cast c LEFT JOIN pg_proc p ON p.oid = c.castfunc
    """,
    "R": """
        SELECT n.nspname || '.' || c.relname, a.attname || ':' || pg_temp.type_name(a.atttypid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v')
        ORDER BY c.oid, a.attnum
    """,
    "S": """
        SELECT lower(name), concat_ws(' ', vartype, coalesce(unit, '-'), context)
        FROM pg_settings WHERE name NOT LIKE '%.%'
    """,
}


def read_builtins(connection: Connection) -> dict[tuple[str, str], dict[str, None]]:
    """Return the entries of one server by kind and name, in order."""
    connection.execute(_PLAIN)
    connection.execute(_NAME)
    connection.execute(_VOLATILITY)
    found: dict[tuple[str, str], dict[str, None]] = {}
    for kind, query in _QUERIES.items():
        for name, entry in connection.execute(query).fetchall():
            found.setdefault((kind, name), {})[entry] = None
    return found


def main(folders: list[str]) -> None:
    """Read the entries of all servers, and write their union."""
    known: dict[tuple[str, str], dict[str, None]] = {}
    for folder in folders:
        with provider(folder).start() as server, server.connect() as connection:
            read = read_builtins(connection)
            for key, entries in read.items():
                # If servers differ about a type or a cast, the entry of the newest server counts.
                if key[0] in "TC" and key in known:
                    known[key] = _newest(known[key], entries, key[0])
                else:
                    known[key] = known.get(key, {}) | entries
            print(f"{server.label}: {len(read)} names")
    lines = [
        "\t".join((*key, *(entries if key[0] == "R" else sorted(entries)))) for key, entries in known.items()
    ]
    TARGET.write_text("\n".join(sorted(lines)) + "\n", "utf-8")


def _newest(old: dict[str, None], new: dict[str, None], kind: str) -> dict[str, None]:
    if kind == "T":
        return new
    said = {entry.split(" ")[0] for entry in new}
    return {entry: None for entry in old if entry.split(" ")[0] not in said} | new


if __name__ == "__main__":
    main(sys.argv[1:] or ["embedded"])
