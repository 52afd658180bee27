"""Small sound schemas, one for each combination of a column type with a use, and changes between small schemas.

No proof may fail for any of them: nothing is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from schema_dsl import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Function,
    Index,
    IndexElement,
    Partition,
    PrimaryKey,
    Reference,
    SequenceOptions,
    Table,
    Trigger,
    Type,
    Unique,
    bigint,
    boolean,
    by_hash,
    by_list,
    by_range,
    gen_random_uuid,
    integer,
    max_length,
    named_type,
    now,
    numeric,
    one_of,
    sql,
    text,
    timestamptz,
    uuid,
    values_from,
    values_in,
    values_modulo,
    varchar,
)
from schema_dsl.model.column import REFERENTIAL_ACTIONS

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


def _table(name: str, *columns: Column, **more: Any) -> Table:
    return Table(name, columns=columns, **more)


def _plain(kind: Type) -> Iterator[Table]:
    yield _table(
        "made",
        Column("id", bigint, primary_key=True, identity="always"),
        Column("v", kind),
        Column("w", kind, not_null=True),
        triggers=[
            Trigger("before_it", TOUCH, timing="before", events=["insert", "update", "delete"]),
            Trigger(
                "changed",
                TOUCH,
                timing="after",
                events="update",
                when="OLD.v::text IS DISTINCT FROM NEW.v::text",
            ),
            Trigger("of_v", TOUCH, timing="before", events="update", update_of=["v"]),
            Trigger(
                "whole", TOUCH, timing="after", events=["insert", "truncate", "delete"], for_each_row=False
            ),
        ],
    )


def _keyed(kind: Type) -> Iterator[Table]:
    """Unique keys that share columns, composite keys, and foreign keys to them, with a trigger on each table."""
    trigger = Trigger("touched", TOUCH, timing="after", events=["insert", "update"])
    yield _table(
        "parents",
        Column("v", kind, primary_key=True),
        Column("n", integer, not_null=True, unique=True),
        constraints=[Unique(["v", "n"]), Unique(["n", "v"], deferrable=True, name="later")],
        triggers=[trigger],
    )
    yield _table(
        "children",
        Column("id", bigint, primary_key=True, identity="by default"),
        Column("v", kind, references=Reference("parents"), on_delete="cascade", on_update="cascade"),
        Column("n", integer),
        # A column of a domain that is NOT NULL cannot become NULL.
        Column(
            "other",
            kind,
            references=Reference("parents"),
            on_delete="cascade" if kind.sql == "public.code" else "set null",
        ),
        constraints=[
            ForeignKey(["v", "n"], Reference("parents", ["v", "n"]), on_delete="restrict"),
            Unique(["id", "v"]),
            Unique(["v", "n"], name="one_each"),
        ],
        indexes=[Index("v")],
        triggers=[trigger],
    )


def _indexed(kind: Type) -> Iterator[Table]:
    yield _table(
        "made",
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("v", kind, unique=True),
        Column("gone_at", timestamptz),
        Column("state", text, not_null=True, default="new", check=one_of("new", "old", "it's")),
        Column("shown", text, generated="state || '/'"),
        indexes=[
            Index("v", unique=True, where="gone_at IS NULL", name="live"),
            Index(["v", "state"], unique=True, where="state <> 'old'", name="not_old"),
            Index(sql("lower(state)"), name="lowered"),
            Index(["shown", "v"], unique=True, name="generated_too"),
        ],
    )


def _tree(kind: Type) -> Iterator[Table]:
    """References within one table, alone and with a column in both keys."""
    yield _table(
        "nodes",
        Column("tenant", integer, not_null=True),
        Column("v", kind, not_null=True),
        Column("parent", kind),
        Column("root", kind, references=Reference("nodes", ["v"]), on_update="cascade"),
        constraints=[
            PrimaryKey(["tenant", "v"]),
            Unique("v", name="one_v"),
            ForeignKey(["tenant", "parent"], Reference("nodes", ["tenant", "v"]), on_delete="cascade"),
        ],
        triggers=[Trigger("up", TOUCH, timing="before", events="update", when="OLD.tenant <> NEW.tenant")],
    )


def _excluded(kind: Type) -> Iterator[Table]:
    yield _table(
        "made",
        Column("id", integer, primary_key=True),
        Column("v", kind),
        Column("live", boolean, not_null=True, default=True),
        constraints=[
            Exclusion([("v", "=")], method="hash", name="no_second"),
            Exclusion([("v", "=")], method="btree", name="no_second_live", where="live", deferrable=True),
        ],
    )


_FORMS: Final = {
    "plain": (_plain, {**COMPARABLE, **OTHERS}),
    "keyed": (_keyed, COMPARABLE),
    "indexed": (_indexed, COMPARABLE),
    "tree": (_tree, COMPARABLE),
    "excluded": (
        _excluded,
        # These have no hash operator class, or only one value of that length.
        {
            name: kind
            for name, kind in COMPARABLE.items()
            if name not in {"money", "bit(8)", "varbit(16)", "tsvector"}
        },
    ),
}

_CHECKS: Final[dict[str, tuple[Type, str]]] = {
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
_UNKNOWN: Final = {
    "octet_length",
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


def _checked(kind: Type, condition: str) -> Table:
    # The names of the other checks sort before and after, because Postgres evaluates checks by name.
    return _table(
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


_DEFAULTS: Final[dict[str, tuple[Type, Any]]] = {
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
_GENERATED: Final[dict[str, tuple[Type, str]]] = {
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
_KEYS: Final[dict[str, dict[str, Any]]] = {
    "deferrable": {"constraints": [Unique(["a", "n"], deferrable=True)]},
    "deferred": {"constraints": [Unique("a", initially_deferred=True)]},
    "overlapping": {"constraints": [Unique("a"), Unique(["a", "n"]), Unique(["n", "a", "f"], name="third")]},
    "with the primary key": {"constraints": [Unique(["id", "n"]), Unique(["id", "a"])]},
    "lowered": {"indexes": [Index(sql("lower(a)"), unique=True)]},
    "lowered and checked": {
        "constraints": [Check("a = lower(a)")],
        "indexes": [Index(sql("lower(a)"), unique=True)],
    },
    "hour": {"indexes": [Index(sql("date_trunc('hour', t AT TIME ZONE 'UTC')"), unique=True, name="hourly")]},
    "remainder": {"indexes": [Index(sql("(n % 10)"), unique=True, name="remainder")]},
    "coalesced": {"indexes": [Index([sql("coalesce(a, '')"), "n"], unique=True, name="coalesced")]},
    "boolean": {"indexes": [Index("f", unique=True, where="f", name="only_one")]},
    "one row": {"indexes": [Index(sql("(true)"), unique=True, name="one_row")]},
    "where unknown": {"indexes": [Index("n", unique=True, where="md5(a) = md5('needle')", name="unknown")]},
    "where null": {"indexes": [Index("n", unique=True, where="t IS NULL", name="open_ones")]},
    "where itself": {"indexes": [Index("n", unique=True, where="n > 100", name="great")]},
    "pattern": {"indexes": [Index(sql('a COLLATE "C"'), unique=True, name="c_order")]},
    "collations": {
        "indexes": [
            Index(IndexElement("a", collation="C", operator_class="text_pattern_ops", descending=True)),
            Index([IndexElement(sql("lower(a)"), collation="POSIX"), "n"], unique=True, name="posix"),
            Index(sql('lower(a COLLATE "C")'), name="inside"),
            Index(IndexElement("a", collation="default", operator_class="text_ops"), name="same"),
            Index(IndexElement("a", collation=sql('pg_catalog."ucs_basic"')), name="qualified"),
        ],
        "constraints": [
            Exclusion([(sql('a COLLATE "C"'), "="), ("n", "=")], method="btree", name="c_once"),
            Exclusion([(sql('lower(a) COLLATE "C"'), "=")], method="btree", name="c_lower", where="n > 5"),
        ],
    },
    "ranges": {
        "constraints": [
            Exclusion([(sql("int4range(n, n + 10)"), "&&")], name="apart"),
            Exclusion([(sql("tstzrange(t, later)"), "&&")], name="hours", where="f"),
        ]
    },
    "generated": {
        "constraints": [Unique("g", name="one_g"), Check("g <> 'x'", name="not_x")],
        "indexes": [Index(["g", "n"], unique=True, where="g > 'a'", name="g_and_n")],
    },
}
_UNKNOWN_KEYS: Final = {"where unknown", "ranges", "one row", "generated", "boolean", "hour"}


def _keys(parts: dict[str, Any]) -> Table:
    return _table(
        "made",
        Column("id", bigint, primary_key=True, identity="always"),
        Column("a", text, not_null=True),
        Column("n", integer, not_null=True, default=1),
        Column("f", boolean, not_null=True, default=False),
        Column("t", timestamptz),
        Column("later", timestamptz),
        Column("g", text, generated="upper(a)"),
        **parts,
    )


def _references(action: Any, *, late: bool) -> Sequence[Table]:
    """Return tables with all actions, on keys of every kind, between columns of different types."""
    default = 3 if action == "set default" else None
    return (
        _table(
            "parents",
            Column("id", bigint, primary_key=True, identity="always"),
            Column("n", integer, not_null=True, unique=True),
            Column("a", varchar(10), not_null=True),
            Column("b", boolean, not_null=True),
            constraints=[Check("n > 0"), Unique(["a", "b"])],
            triggers=[Trigger("touched", TOUCH, timing="before", events=["update", "delete"])],
        ),
        _table(
            "children",
            Column("id", integer, primary_key=True),
            Column("p", bigint, references=Reference("parents"), on_delete=action),
            Column(
                "n",
                Type("smallint"),
                references=Reference("parents", ["n"]),
                on_delete=action,
                on_update=action,
                default=default,
            ),
            Column("a", text),
            Column(
                "b",
                boolean,
                not_null=action not in {"set null", "set default"},
                default=None if action != "set default" else True,
            ),
            constraints=[
                ForeignKey(
                    ["a", "b"],
                    Reference("parents", ["a", "b"]),
                    on_update=action,
                    on_delete=action,
                    initially_deferred=late,
                ),
                Check("id > 0"),
            ],
        ),
    )


def _names(name: str) -> Iterator[Table]:
    yield Table(
        name,
        columns=[
            Column(name, text, primary_key=True),
            Column("n", integer, check=sql("n > 3")),
            Column("g", text, generated=sql("upper(" + _quoted(name) + ")")),
        ],
        constraints=[Unique([name, "n"], name=f"{name[:58]}_u"), Check(f"{_quoted(name)} <> 'x'", name=name)],
        indexes=[Index(sql(f"lower({_quoted(name)})"), unique=True, name=f"{name[:58]}_i")],
        triggers=[Trigger(name, TOUCH, timing="after", events="update", update_of=[name])],
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_TRIGGERS: Final = {
    "generated in the condition": Trigger(
        "t", TOUCH, timing="after", events="update", when="OLD.g IS DISTINCT FROM NEW.g"
    ),
    "of a generated column": Trigger("t", TOUCH, timing="before", events="update", update_of=["g"]),
    "of an identity column": Trigger("t", TOUCH, timing="before", events="update", update_of=["id"]),
    "new row": Trigger("t", TOUCH, timing="before", events="insert", when="NEW.n > 10 AND NEW.a LIKE 'x%'"),
    "deleted row": Trigger("t", TOUCH, timing="after", events="delete", when="OLD.f"),
    "any change": Trigger("t", TOUCH, timing="after", events="update", when="OLD.* IS DISTINCT FROM NEW.*"),
    "step": Trigger("t", TOUCH, timing="before", events="update", when="OLD.n = 3 AND NEW.n = 4"),
    "unknown": Trigger("t", TOUCH, timing="before", events="insert", when="md5(NEW.a) = 'x'"),
    "statement": Trigger(
        "t", TOUCH, timing="before", events=["insert", "update", "delete", "truncate"], for_each_row=False
    ),
    "arguments": Trigger("t", TOUCH, timing="after", events="insert", arguments=["it's", "b"]),
}


def list_schemas() -> dict[str, HistorySchema]:
    """Return the schemas by name."""
    found: dict[str, HistorySchema] = {}
    for form, (build, kinds) in _FORMS.items():
        for name, kind in kinds.items():
            # A type with one value, or with few, does not let every combination be tried. The embedded server has no
            # XML.
            few = name in {"public.single", "boolean", "public.mood", "jsonpath", "xml"}
            found[f"{form} {name}"] = HistorySchema(tuple(build(kind)), untried=few or form == "excluded")
    for name, (kind, condition) in _CHECKS.items():
        found[f"check {name}"] = HistorySchema((_checked(kind, condition),), untried=name in _UNKNOWN)
    for name, (kind, default) in _DEFAULTS.items():
        column = Column("v", kind, default=default)
        found[f"default {name}"] = HistorySchema(
            (_table("made", Column("id", integer, primary_key=True), column),)
        )
    for name, (kind, expression) in _GENERATED.items():
        columns = [Column("a", text), Column("n", integer), Column("g", kind, generated=expression)]
        found[f"generated {name}"] = HistorySchema((_table("made", *columns),))
    for name, parts in _KEYS.items():
        found[f"key {name}"] = HistorySchema((_keys(parts),), untried=name in _UNKNOWN_KEYS)
    found |= _foreign_keys()
    for name in HOSTILE:
        found[f"name {name[:20]}"] = HistorySchema(tuple(_names(name)))
    for name, trigger in _TRIGGERS.items():
        found[f"trigger {name}"] = HistorySchema(
            (_keys({"triggers": [trigger], "constraints": [Unique(["a", "n"]), Check("n < 1000")]}),),
            untried=name == "unknown",
        )
    found["settings of columns"] = HistorySchema((_set(more=True),))
    found["partitions by range"] = HistorySchema((_split("2026-02-01", "2026-04-01"),))
    found["partitions by list and hash"] = HistorySchema((_listed(),), untried=True)
    return found | _several_tables()


def _set(*, more: bool) -> Table:
    """Declare a table with settings of columns, and with other settings."""
    numbers = SequenceOptions(start=100, increment=10, maximum=100000) if more else None
    return _table(
        "made",
        Column("id", integer, primary_key=True, identity="always", sequence=numbers),
        Column("code", text, collation="C" if more else None, unique=True),
        Column("body", text, storage="external" if more else None, statistics=50 if more else None),
        Column("tags", Type("text[]"), not_null=True, default=["a", "b"] if more else []),
        parameters={"fillfactor": 80} if more else {},
        replica_identity="full" if more else None,
    )


def _split(*ends: str) -> Table:
    """Declare a table whose partitions end at these days."""
    starts = ["2026-01-01", *ends]
    return _table(
        "made",
        Column("at", timestamptz, not_null=True),
        Column("n", integer, check=sql("n > 0")),
        constraints=[PrimaryKey(["at", "n"])],
        indexes=[Index("n")],
        partition_by=by_range("at"),
        partitions=[
            *(Partition(f"made_{i}", values_from(starts[i], to=end)) for i, end in enumerate(ends)),
            Partition("made_rest"),
        ],
    )


def _listed() -> Table:
    """Declare a table with partitions of partitions, and a check of one of them."""
    hashed = [Partition(f"made_b_{i}", values_modulo(2, remainder=i)) for i in range(2)]
    return _table(
        "made",
        Column("kind", text, not_null=True),
        Column("n", integer),
        partition_by=by_list("kind"),
        partitions=[
            Partition("made_a", values_in("a", "it's"), constraints=[Check("n < 10", name="few")]),
            Partition("made_b", values_in("b"), partition_by=by_hash("n"), partitions=hashed),
        ],
    )


def _foreign_keys() -> dict[str, HistorySchema]:
    return {
        f"foreign key {action}{' deferred' if late else ''}": HistorySchema(
            tuple(_references(action, late=late))
        )
        for action in REFERENTIAL_ACTIONS
        for late in (False, True)
    }


def _several_tables() -> dict[str, HistorySchema]:
    return {
        "existing": HistorySchema(
            (
                Table(
                    "old",
                    existing=[
                        Column("id", integer, primary_key=True),
                        Column("name", text),
                        Column("n", integer),
                        Column("quantity", integer),
                    ],
                    columns=[
                        Column("m", integer, default=7, check=sql("m < n")),
                        Column("note", text, check=max_length(5)),
                    ],
                    triggers=[
                        Trigger("touched", TOUCH, timing="before", events="update", update_of=["m", "name"])
                    ],
                ),
                _table(
                    "news",
                    Column("id", integer, primary_key=True),
                    Column("old_id", integer, references=Reference("old")),
                ),
            ),
            untried=True,
        ),
        "own row": HistorySchema(
            (
                _table(
                    "nodes",
                    Column("id", integer, primary_key=True),
                    Column("kind", text, not_null=True, check=sql("kind ~ '^[a-z]{2}$'")),
                    Column(
                        "root", integer, not_null=True, references=Reference("nodes"), on_delete="cascade"
                    ),
                    Column("like_kind", text, not_null=True),
                    constraints=[
                        Unique(["id", "kind"]),
                        ForeignKey(["root", "like_kind"], Reference("nodes", ["id", "kind"])),
                    ],
                ),
            )
        ),
        "two keys of one row": HistorySchema(
            (
                _table(
                    "accounts",
                    Column("id", uuid, primary_key=True, default=gen_random_uuid()),
                    Column("region", text, not_null=True, check=one_of("eu", "us")),
                    constraints=[Unique(["id", "region"])],
                ),
                _table(
                    "orders",
                    Column("id", bigint, primary_key=True, identity="always"),
                    Column("account", uuid, not_null=True, references=Reference("accounts")),
                    Column("region", text, not_null=True),
                    constraints=[ForeignKey(["account", "region"], Reference("accounts", ["id", "region"]))],
                ),
            )
        ),
        "cycle": HistorySchema(
            (
                _table(
                    "one",
                    Column("id", integer, primary_key=True),
                    Column("two", integer, not_null=True),
                    constraints=[ForeignKey("two", Reference("two"), initially_deferred=True)],
                ),
                _table(
                    "two",
                    Column("id", integer, primary_key=True),
                    Column("one", integer, not_null=True, references=Reference("one")),
                ),
            )
        ),
    }


def _notes(*columns: Column, **more: Any) -> Table:
    return _table("notes", Column("id", bigint, primary_key=True, identity="always"), *columns, **more)


def list_changes() -> dict[str, tuple[Sequence[Table], Sequence[Table]]]:
    """Return the tables before and after a change, by its name. Each change is also tried backwards."""
    body, rank = Column("body", text, not_null=True), Column("rank", integer)
    topics = _table("topics", Column("id", integer, primary_key=True), Column("name", text, unique=True))
    other_topics = _table("topics", Column("id", integer, primary_key=True), Column("name", text))
    pairs: dict[str, tuple[Table, Table]] = {
        "column": (_notes(body), _notes(body, rank)),
        "column in the middle": (_notes(body, rank, Column("c", text)), _notes(body, Column("c", text))),
        "not null column with a default": (
            _notes(body),
            _notes(body, Column("n", integer, not_null=True, default=1)),
        ),
        "not null": (_notes(rank), _notes(Column("rank", integer, not_null=True))),
        "default": (_notes(rank), _notes(Column("rank", integer, default=3))),
        "other default": (
            _notes(Column("rank", integer, default=3)),
            _notes(Column("rank", integer, default=sql("1 + 1"))),
        ),
        "settings of columns": (_set(more=False), _set(more=True)),
        "bounds of partitions": (_split("2026-02-01", "2026-03-01"), _split("2026-01-15", "2026-03-01")),
        "a partition": (_split("2026-02-01"), _split("2026-02-01", "2026-03-01")),
        "check": (_notes(rank), _notes(Column("rank", integer, check=sql("rank > 3")))),
        "other check": (
            _notes(Column("state", text, check=one_of("a", "b"))),
            _notes(Column("state", text, check=one_of("a", "b", "c"))),
        ),
        "unknown check": (
            _notes(body),
            _notes(body, constraints=[Check("body SIMILAR TO '[A-Z]{2}[0-9]{4}'", name="similar")]),
        ),
        "unique": (_notes(body, rank), _notes(Column("body", text, not_null=True, unique=True), rank)),
        "composite unique": (_notes(body, rank), _notes(body, rank, constraints=[Unique(["body", "rank"])])),
        "index": (_notes(body), _notes(body, indexes=[Index("body")])),
        "unique index": (_notes(rank), _notes(rank, indexes=[Index("rank", unique=True, where="rank > 3")])),
        "exclusion": (
            _notes(rank),
            _notes(rank, constraints=[Exclusion([("rank", "=")], method="btree", name="one_rank")]),
        ),
        "generated column": (_notes(body), _notes(body, Column("g", text, generated="upper(body)"))),
        "other generated": (
            _notes(body, Column("g", text, generated="upper(body)"), rank),
            _notes(body, Column("g", text, generated="lower(body)"), rank),
        ),
        "no longer generated": (
            _notes(body, Column("g", text, generated="upper(body)"), rank),
            _notes(body, Column("g", text), rank),
        ),
        "generated with an index and a check": (
            _notes(
                body,
                Column("g", text, generated="upper(body)"),
                indexes=[Index("g")],
                constraints=[Check("g <> 'x'", name="c")],
            ),
            _notes(
                body,
                Column("g", text, generated="lower(body)"),
                indexes=[Index("g")],
                constraints=[Check("g <> 'x'", name="c")],
            ),
        ),
        "identity": (
            _table("notes", Column("id", integer, primary_key=True), body),
            _table("notes", Column("id", integer, primary_key=True, identity="by default"), body),
        ),
        "number source": (
            _table("notes", Column("id", bigint, primary_key=True, identity="always"), body),
            _table(
                "notes",
                Column("id", bigint, primary_key=True, default=sql("nextval('public.numbers')")),
                body,
            ),
        ),
        "other identity": (
            _table("notes", Column("id", integer, primary_key=True, identity="always"), body),
            _table("notes", Column("id", integer, primary_key=True, identity="by default"), body),
        ),
        "wider text": (_notes(Column("body", varchar(20))), _notes(Column("body", text))),
        "wider varchar": (_notes(Column("body", varchar(20))), _notes(Column("body", varchar(40)))),
        "wider integer": (_notes(rank), _notes(Column("rank", bigint))),
        "trigger": (
            _notes(body),
            _notes(body, triggers=[Trigger("touched", TOUCH, timing="before", events="update")]),
        ),
        "other trigger": (
            _notes(body, triggers=[Trigger("touched", TOUCH, timing="before", events="update")]),
            _notes(body, triggers=[Trigger("touched", TOUCH, timing="after", events=["insert", "update"])]),
        ),
        "comment": (_notes(body), _notes(body, comment="It's a note.")),
        "row security": (_notes(body), _notes(body, row_security=True)),
        "forced row security": (_notes(body), _notes(body, row_security=True, force_row_security=True)),
    }
    found: dict[str, tuple[Sequence[Table], Sequence[Table]]] = {
        name: ((one,), (other,)) for name, (one, other) in pairs.items()
    }
    refers = Column("topic", integer, references=Reference("topics"), on_delete="cascade")
    found["foreign key"] = ((other_topics, _notes(body)), (other_topics, _notes(body, refers)))
    found["other action"] = (
        (topics, _notes(refers)),
        (topics, _notes(Column("topic", integer, references=Reference("topics"), on_delete="set null"))),
    )
    found["table"] = ((_notes(body),), (_notes(body), topics))
    found["referenced unique"] = ((other_topics, _notes(body)), (topics, _notes(body, rank)))
    return found
