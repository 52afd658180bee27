"""The parts of the small sound schemas: types, names that are hard to quote, and existing objects."""

from __future__ import annotations

from typing import Any, Final

import attrs

from schema_dsl import Column, Function, Table, Type

BASELINE: Final = """
CREATE TYPE public.mood AS ENUM ('calm', 'busy', 'it''s');
CREATE TYPE public.single AS ENUM ('only');
CREATE TYPE public.pair AS (a integer, b text);
CREATE DOMAIN public.percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN public.code AS text NOT NULL CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN public.small_percent AS public.percent CONSTRAINT at_most_ten CHECK (VALUE <= 10);
CREATE SEQUENCE public.numbers;
CREATE FUNCTION public.constant() RETURNS integer LANGUAGE sql VOLATILE AS 'SELECT 7';
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE public.old (
    id integer PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name SIMILAR TO '[a-z]+ [0-9]+'),
    n integer CHECK (n > 5),
    quantity integer NOT NULL DEFAULT 1
);
"""

TOUCH: Final = Function("touch")

# Types with an equality for unique keys.
COMPARABLE: Final = {
    name: Type(name)
    for name in (
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "numeric(5,2)",
        "numeric(6,0)",
        "real",
        "double precision",
        "money",
        "text",
        "varchar",
        "varchar(3)",
        "char(4)",
        "name",
        "boolean",
        "date",
        "time",
        "time(0)",
        "timetz",
        "timestamp",
        "timestamptz",
        "timestamptz(3)",
        "interval",
        "uuid",
        "bytea",
        "inet",
        "cidr",
        "macaddr",
        "bit(8)",
        "varbit(16)",
        "jsonb",
        "int4range",
        "tstzrange",
        "integer[]",
        "text[]",
        "public.mood",
        "public.percent",
        "public.code",
        "public.small_percent",
        "oid",
        "pg_lsn",
        "tsvector",
    )
}

OTHERS: Final = {
    name: Type(name)
    for name in (
        "json",
        "point",
        "box",
        "circle",
        "polygon",
        "xml",
        "public.pair",
        "jsonpath",
        "public.single",
    )
}

HOSTILE: Final = ('q"uote', "sp ace", "CapItal", "select", "ünïcode €", "x" * 63, "it's $$ %s", "a.b")


@attrs.frozen
class HistorySchema:
    """A small schema.

    Attributes:
        tables: The tables.
        untried: Whether a proof may leave something untried, because no value is known.
    """

    tables: tuple[Table, ...]
    untried: bool = False


def new_table(name: str, *columns: Column, **more: Any) -> Table:
    """Declare a table with its columns as arguments."""
    return Table(name, columns=columns, **more)
