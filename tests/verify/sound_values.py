"""Checks, defaults and generated columns."""

from __future__ import annotations

from typing import Any, Final

from sound_parts import TOUCH, new_table

from schema_dsl import (
    Check,
    Column,
    Index,
    Table,
    Trigger,
    Type,
    bigint,
    boolean,
    gen_random_uuid,
    integer,
    named_type,
    now,
    numeric,
    sql,
    text,
    timestamptz,
    uuid,
    varchar,
)

CHECKS: Final[dict[str, tuple[Type, str]]] = {
    "octet_length": (Type("bytea"), "octet_length(v) = 32"),
    "similar": (text, "v SIMILAR TO '[A-Z]{2}[0-9]{4}'"),
    "hashed": (text, "md5(v) = md5('needle')"),
    "range of length": (text, "char_length(v) BETWEEN 3 AND 5"),
    "lowercase": (text, "v = lower(v)"),
    "trimmed": (text, "v = btrim(v) AND v <> ''"),
    "email": (text, "v ~* '^[^@]+@[^@]+\\.[a-z]{2,}$'"),
    "like": (text, "v LIKE 'a%\\_b'"),
    "in": (integer, "v IN (1, 2, 3)"),
    "not in": (integer, "v NOT IN (1, 2, 3)"),
    "distinct": (Type("smallint"), "v IS DISTINCT FROM 3"),
    "even": (integer, "v % 2 = 0"),
    "never null": (integer, "v IS NOT NULL"),
    "always null": (integer, "v IS NULL"),
    "always true": (integer, "v = v"),
    "past": (timestamptz, "v <= now()"),
    "midnight": (Type("timestamp"), "v = date_trunc('day', v)"),
    "days": (Type("date"), "extract(dow FROM v) IN (0, 6)"),
    "positive interval": (Type("interval"), "v > interval '0'"),
    "object": (Type("jsonb"), "jsonb_typeof(v) = 'object'"),
    "key": (Type("jsonb"), "v ? 'name' AND jsonb_typeof(v -> 'name') = 'string'"),
    "array length": (Type("text[]"), "cardinality(v) BETWEEN 1 AND 3"),
    "no null in array": (Type("text[]"), "array_position(v, NULL) IS NULL"),
    "bounded range": (Type("int4range"), "NOT lower_inf(v) AND NOT isempty(v)"),
    "half": (numeric(5, 2), "v > 0.5 AND v < 0.75"),
    "multiple": (numeric(10, 3), "v % 0.25 = 0"),
    "v4": (Type("inet"), "family(v) = 4 AND masklen(v) = 32"),
    "composite": (named_type("pair"), "(v).a > 0"),
    "implication": (integer, "v IS NULL OR other IS NOT NULL"),
    "sum": (integer, "v + other <= 100 AND v >= 0 AND other >= 0"),
    "exactly one": (integer, "num_nonnulls(v, other) = 1"),
    "ordered": (integer, "other > v + 10"),
    "case": (integer, "CASE WHEN other = 1 THEN v > 0 ELSE v IS NULL END"),
    "constant": (integer, "true"),
    "domain": (named_type("percent"), "v <> 50"),
    "division": (integer, "100 / v > 5"),
}

UNKNOWN_CHECKS: Final = {
    "similar",
    "hashed",
    "always null",
    "always true",
    "constant",
    "days",
    "composite",
    "midnight",
    "email",
    "v4",
    "key",
    "no null in array",
    "bounded range",
}


def checked(kind: Type, condition: str) -> Table:
    """Declare a table with a check."""
    # The names of the other checks sort before and after, because Postgres evaluates checks by name.
    return new_table(
        "made",
        Column("id", bigint, primary_key=True, identity="always"),
        Column("v", kind),
        Column("other", integer),
        Column("n", integer, not_null=True, default=5),
        Column("m", integer, not_null=True, unique=True),
        constraints=[
            Check(condition, name="tried"),
            Check("n > 3", name="a_first"),
            Check("n < 100 AND n <> 13", name="z_last"),
        ],
        indexes=[Index("n", unique=True, where="m > 5", name="partial")],
        triggers=[Trigger("touched", TOUCH, timing="before", events=["insert", "update"], when="NEW.n > 4")],
    )


DEFAULTS: Final[dict[str, tuple[Type, Any]]] = {
    "constant": (integer, 3),
    "negative": (integer, -3),
    "text": (text, "it's"),
    "cast": (numeric(5, 2), sql("1.239")),
    "now": (timestamptz, now()),
    "clock": (timestamptz, sql("clock_timestamp()")),
    "uuid": (uuid, gen_random_uuid()),
    "random bit": (integer, sql("(random() * 1)::integer")),
    "random": (Type("double precision"), sql("random()")),
    "volatile constant": (integer, sql("public.constant()")),
    "sequence": (bigint, sql("nextval('public.numbers')")),
    "user": (text, sql("current_user")),
    "document": (Type("jsonb"), {"a": [1, None]}),
    "json": (Type("json"), {"a": 1}),
    "array": (Type("integer[]"), sql("ARRAY[1, 2]")),
    "enum": (named_type("mood"), "calm"),
    "domain": (named_type("percent"), 5),
    "null": (integer, sql("NULL")),
    "char": (Type("char(5)"), "ab"),
    "interval": (Type("interval"), sql("'1 day'")),
    "bits": (Type("bit(3)"), sql("B'101'")),
}

GENERATED: Final[dict[str, tuple[Type, str]]] = {
    "upper": (text, "upper(a)"),
    "sum": (integer, "n + 1"),
    "boolean": (boolean, "a = 'Public Data'"),
    "narrow": (varchar(3), "left(a, 3)"),
    "null": (integer, "nullif(n, 5)"),
    "case": (text, "CASE WHEN n > 10 THEN 'many' WHEN n IS NULL THEN 'none' ELSE 'few' END"),
    "division": (integer, "100 / n"),
    "constant": (integer, "7"),
    "coalesce": (text, "coalesce(a, 'nothing')"),
    "array": (Type("text[]"), "ARRAY[a, 'x']"),
    "length": (integer, "length(a) * 100000000"),
}
