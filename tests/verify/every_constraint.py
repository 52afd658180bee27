"""Tables with every kind of column and constraint, for tests."""

from __future__ import annotations

from schema_dsl import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Reference,
    Table,
    Unique,
    array,
    at_least,
    date,
    gen_random_uuid,
    integer,
    jsonb,
    matches,
    max_length,
    named_type,
    numeric,
    sql,
    text,
    timestamptz,
    uuid,
    varchar,
)

BASELINE = """
CREATE TYPE mood AS ENUM ('calm', 'busy');
CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE old (id integer PRIMARY KEY, name text NOT NULL UNIQUE, n integer CHECK (n > 5));
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.name = coalesce(NEW.name, 'filled'); RETURN NEW; END $$;
"""
OLD = Table(
    "old",
    existing=[Column("id", integer, primary_key=True), Column("name", text), Column("n", integer)],
    columns=[Column("m", integer, default=7, check=sql("m < n"))],
)
PLACES = Table(
    "places",
    columns=[
        Column("id", integer, identity="always", primary_key=True),
        Column("code", varchar(8), not_null=True, unique=True, check=matches("^[a-z]{2}$")),
        Column("kind", named_type("mood"), not_null=True, default="calm"),
        Column("share", named_type("percent")),
        Column("parent", integer, references=Reference("places"), on_delete="set null"),
    ],
)
PEOPLE = Table(
    "people",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("email", text, not_null=True),
        Column("gone_at", timestamptz),
        Column("nick", text, check=max_length(5)),
        Column("born", date),
        Column("size", numeric(6, 2), not_null=True, default=1, check=[at_least(0), sql("size <> 13")]),
        Column("tags", array(text), not_null=True, default=sql("'{}'"), check=sql("cardinality(tags) <= 3")),
        Column("doc", jsonb, not_null=True, default={}, check=sql("jsonb_typeof(doc) = 'object'")),
        Column("double", integer, generated="length(email) * 2"),
    ],
    indexes=[
        Index(sql("lower(email)"), unique=True, where="gone_at IS NULL"),
        Index("nick", unique=True),
        Index("born"),
    ],
    constraints=[Check("num_nonnulls(nick, born) = 1", name="one_of_them")],
)
BOOKINGS = Table(
    "bookings",
    columns=[
        Column("id", integer, identity="by default"),
        Column("place", integer, not_null=True, references=PLACES, on_delete="cascade"),
        Column("person", uuid, references=PEOPLE, on_delete="restrict", on_update="cascade"),
        Column(
            "spare",
            uuid,
            default=sql("'00000000-0000-4000-8000-000000000001'"),
            references=PEOPLE,
            on_delete="set default",
        ),
        Column("starts_at", timestamptz, not_null=True),
        Column("ends_at", timestamptz, not_null=True),
        Column("seat", integer),
    ],
    constraints=[
        PrimaryKey(["id"], name="bookings_key"),
        Check("ends_at > starts_at", name="forwards"),
        Unique(["person", "seat"], deferrable=True, initially_deferred=True, name="one_seat"),
        Exclusion([(sql("tstzrange(starts_at, ends_at)"), "&&")], name="no_overlap", where="seat > 0"),
    ],
)
PAIRS = Table(
    "pairs",
    columns=[Column("a", integer), Column("b", integer), Column("c", text)],
    constraints=[PrimaryKey(["a", "b"]), Unique(["b", "c"])],
)
DETAILS = Table(
    "details",
    columns=[
        Column("a", integer, not_null=True),
        Column("b", integer),
        Column(
            "old_name", text, references=Reference("old", ["name"]), on_update="cascade", on_delete="cascade"
        ),
    ],
    constraints=[ForeignKey(["a", "b"], PAIRS, deferrable=True, initially_deferred=True, name="to_pairs")],
)
