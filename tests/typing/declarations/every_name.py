"""A correct use of every name of the vocabulary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from schema_dsl import (
    Access,
    Aggregate,
    Cast,
    Changes,
    Check,
    Collation,
    Column,
    CompositeType,
    DefaultPrivileges,
    Domain,
    Enum,
    EventTrigger,
    Exclusion,
    Extension,
    ForeignColumn,
    ForeignDataWrapper,
    ForeignKey,
    ForeignServer,
    ForeignTable,
    Function,
    Grant,
    Index,
    IndexElement,
    MaterializedView,
    Operator,
    Partition,
    PartitionKey,
    Policy,
    PrimaryKey,
    Procedure,
    Publication,
    PublishedTable,
    RangeType,
    Reference,
    RewriteRule,
    Role,
    Schema,
    Sequence,
    SequenceOptions,
    Sql,
    Statistics,
    Table,
    TextSearchConfiguration,
    TextSearchDictionary,
    Trigger,
    Type,
    Unique,
    UserMapping,
    View,
    array,
    at_least,
    at_most,
    before_update,
    between,
    bigint,
    boolean,
    box,
    by_hash,
    by_list,
    by_range,
    bytea,
    cidr,
    circle,
    citext,
    date,
    datemultirange,
    daterange,
    descending,
    double_precision,
    gen_random_uuid,
    hstore,
    inet,
    int4multirange,
    int4range,
    int8multirange,
    int8range,
    integer,
    interval,
    json,
    jsonb,
    ltree,
    macaddr,
    macaddr8,
    matches,
    max_length,
    may,
    member_of,
    money,
    named_type,
    now,
    numeric,
    nummultirange,
    numrange,
    one_of,
    point,
    polygon,
    real,
    smallint,
    sql,
    sql_file,
    text,
    time,
    timestamp,
    timestamptz,
    timetz,
    tsmultirange,
    tsquery,
    tsrange,
    tstzmultirange,
    tstzrange,
    tsvector,
    uuid,
    values_from,
    values_in,
    values_modulo,
    varchar,
    where,
    xml,
)
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may

CHECKS = [at_least(0), at_most(9)]
CONDITION: Sql = sql("amount < 9")

app_owner = Role("app_owner", client=False)
reader = Role("reader", bypasses_row_security=False, client=True)
editor = Role("editor", client=True)
touch = Function("touch", schema="public", arguments=["text"], returns="trigger")
is_long = Function(
    "is_long",
    arguments=["words text[]", "more int DEFAULT 1"],
    returns="boolean",
    language="sql",
    body="SELECT cardinality(words) > more",
    volatility="immutable",
    parallel="safe",
    strict=True,
    cost=5,
    set={"search_path": ""},
    execute=["reader"],
)
may_tidy = Grant("execute", to="reader", grant_option=True)
of_new_tables = DefaultPrivileges(
    "tables", role=app_owner, schema="app", grants=[Grant("select", to=["reader"])]
)
tidy = Procedure(
    "tidy",
    arguments="days int",
    language="sql",
    body="SELECT 1",
    security_definer=True,
    grants=[may_tidy],
    owner=app_owner,
)
mood: Type = named_type("mood", schema="app")
email = Domain("email", text, not_null=True, default="a@b", check=[max_length(80), sql("VALUE LIKE '%@%'")])
address = CompositeType(
    "address", {"street": text, "mood": mood, "number": integer}, schema="app", comment="A place."
)
span = RangeType(
    "span", time, subtype_diff="app.distance", operator_class=sql("time_ops"), multirange="spans"
)
app = Schema("app", comment="The application.", usage=["reader"], create=["reader"])
trigrams = Extension("pg_trgm", schema="app", version="1.6", comment="Trigrams.")
earth = Extension("earthdistance", requires=["cube", trigrams])
level = Enum("level", ["low", "high"], schema="app", comment="A level.", usage=["reader"])
numbers = Sequence("numbers", type="integer", start=10, cycle=True, owned_by=Reference("notes", "amount"))


wrapper = ForeignDataWrapper("wrapper", validator="app.check_options", options={"a": "1"}, usage=["reader"])
films = ForeignServer("films", wrapper, version="1", options={"host": "films.example.com"}, usage=[])
mapping = UserMapping("reader", films, options={"user": "reader"})
remote = ForeignTable(
    "remote", films, columns=[ForeignColumn("id", bigint, not_null=True, options={"a": "b"})]
)
words = TextSearchDictionary("words", "simple", options={"accept": "false"})
search = TextSearchConfiguration("search", mappings={"word": [words, "simple"], "asciiword": words})
loose = Collation("loose", "und-u-ks-level2", deterministic=False)
loosely = Column("loosely", text, collation=loose)
same = Operator("===", left="integer", right=integer, function="int4eq", commutator="===", hashes=True)
cast = Cast("varchar", named_type("mood"), in_out=True, context="implicit")
total = Aggregate("total", "integer", state_function="int4pl", state_type=integer, parallel="safe")
watch = EventTrigger("watch", Function("watch"), event="ddl_command_end", tags=["CREATE TABLE"])
changes = Publication("changes", [PublishedTable(Reference("notes"), columns="id", where="id > 1")])
related = Statistics("related", Reference("notes"), ["state", sql("lower(body)")], kinds=["mcv"], target=50)
rare = [
    Column("cidr", cidr),
    Column("macaddr", macaddr),
    Column("macaddr8", macaddr8),
    Column("money", money),
    Column("tsquery", tsquery),
    Column("tsvector", tsvector),
    Column("xml", xml),
    Column("timetz", timetz),
    Column("int4range", int4range),
    Column("int8range", int8range),
    Column("numrange", numrange),
    Column("daterange", daterange),
    Column("tsrange", tsrange),
    Column("tstzrange", tstzrange),
    Column("int4multirange", int4multirange),
    Column("int8multirange", int8multirange),
    Column("nummultirange", nummultirange),
    Column("datemultirange", datemultirange),
    Column("tsmultirange", tsmultirange),
    Column("tstzmultirange", tstzmultirange),
    Column("box", box),
    Column("circle", circle),
    Column("point", point),
    Column("polygon", polygon),
    Column("citext", citext),
    Column("hstore", hstore),
    Column("ltree", ltree),
]


def text_columns(names: Iterable[str]) -> list[Column]:
    """Return several columns, which a list of columns may contain as a list."""
    return [Column(name, text) for name in names]


def own_policies() -> list[Policy]:
    """Return several policies, which a list of policies may contain as a list."""
    return [*owner_may("select", "insert", own="user_id"), *service_role_may("all")]


notes = Table(
    "notes",
    schema="public",
    unlogged=False,
    parameters={"fillfactor": 70, "autovacuum_enabled": False, "toast.vacuum_truncate": "off"},
    replica_identity="full",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid(), comment="The id."),
        Column("user_id", uuid, references=auth_users, on_delete="cascade", on_update="no action"),
        Column("parent", uuid, references=Reference("notes", "id"), on_delete="set null"),
        Column("number", bigint, identity="by default", sequence=SequenceOptions(start=7, cycle=True)),
        Column("amount", integer, default=1, check=CHECKS),
        Column("home", address),
        Column("open", span),
        Column("ticket", integer, default=numbers.next_value()),
        Column("rank", smallint, check=[at_least(0), CONDITION]),
        Column("price", numeric(10, 2), default=Decimal("1.5"), check=between(Decimal(1), Decimal(2))),
        Column("state", text, not_null=True, default="open", check=one_of("open", "closed")),
        Column("code", varchar(9), unique=True, check=matches("^[a-z]+$")),
        Column("title", text, check=max_length(80)),
        Column("doubled", integer, generated="amount * 2"),
        Column("settings", jsonb, default={"colors": ["red"]}),
        Column("tags", json, default=[]),
        Column("labels", array(text), default=["a"], storage="external", compression="lz4", statistics=7),
        Column("sort", text, collation="C", options={"n_distinct": -0.5}),
        Column("tripled", integer, generated="amount * 3", virtual=True),
        Column("mood", mood),
        Column("level", level, default="low"),
        Column("email", email),
        Column("levels", array(level)),
        Column("shape", Type("box")),
        Column("created_at", timestamptz, default=now(), check=at_least(dt.date(2020, 1, 1))),
        Column("local", timestamp),
        Column("day", date),
        Column("hour", time),
        Column("length", interval),
        Column("factor", real),
        Column("share", double_precision, default=0.5),
        Column("hidden", boolean, default=False),
        Column("image", bytea, default=b"\x00"),
        Column("address", inet),
        rare,
        text_columns(["body", "summary"]),
        *text_columns(("source",)),
    ],
    constraints=[
        Unique(["body", "summary"], nulls_not_distinct=True, deferrable=True, initially_deferred=True),
        Check("amount > 0", name="positive", accepts={"amount": 1}, refuses=[{"amount": 0}]),
        ForeignKey("source", Reference("sources", ["name"]), on_delete="restrict", on_update="cascade"),
        Exclusion([("day", "="), (sql("lower(body)"), "=")], method="btree", where="amount > 1"),
    ],
    indexes=[
        Index("body"),
        Index(["body", descending("summary", nulls_first=False)], unique=True, include=["amount"]),
        Index(IndexElement("body", operator_class="text_pattern_ops"), where="body > ''"),
        Index(sql("lower(body)"), method="hash", name="notes_lower_body"),
    ],
    triggers=[
        before_update(touch),
        Trigger(
            "audit",
            touch,
            timing="after",
            events=["insert", "update"],
            update_of="body",
            when="NEW.body > ''",
            arguments=["a", 1],
        ),
        Trigger("guard", touch, timing="before", events="truncate", for_each_row=False),
    ],
    policies=[
        own_policies(),
        Policy("readers", "select", to=["reader", "anon"], using=sql("hidden = false"), permissive=False),
    ],
    rules=[
        RewriteRule(
            "keep", "delete", "NOTHING", where="OLD.hidden", instead=True, enabled="always", comment="Kept."
        )
    ],
    access=Access(
        own="user_id",
        authenticated=may("select", "insert", rows="own"),
        service_role=[may("all", rows="all")],
        reader=[may("select", rows="all", columns=["id", "body"])],
        editor=may(
            "select",
            rows=[
                "own",
                where("short", "length(body) < 100"),
                member_of("memberships", "user_id", group="id"),
            ],
            when={"app_metadata": {"role": "admin"}},
        ),
    ),
    row_security=True,
    force_row_security=False,
    comment="Notes.",
)

sources = Table(
    "sources",
    existing=[Column("name", text), Column("tenant", integer)],
    constraints=PrimaryKey(["name", "tenant"], name="sources_pkey"),
)

log = Table(
    "log",
    columns=[Column("at", timestamptz), Column("kind", text)],
    partition_by=by_range("at"),
    partitions=[
        Partition("log_1", values_from("2026-01-01", to="2026-02-01"), parameters={"fillfactor": 90}),
        Partition(
            "log_2",
            values_from(("2026-02-01", None), to=None),
            partition_by=PartitionKey(sql("LIST (kind)")),
            partitions=[
                Partition("log_2_a", values_in("a", None), partition_by=by_hash("at")),
                Partition("log_2_b", values_in("b"), partition_by=by_list("kind")),
            ],
        ),
        Partition("log_3", values_modulo(2, remainder=0), comment="The rest."),
    ],
)

short_notes = View(
    "short_notes",
    sql_file("short_notes.sql"),
    schema="app",
    security_invoker=True,
    check_option="cascaded",
    select=["reader"],
    triggers=Trigger("write", touch, timing="instead of", events="update"),
    comment="Notes with a short body.",
)
totals = MaterializedView(
    "totals",
    "SELECT state, count(*) FROM notes GROUP BY state",
    columns=["state", "number"],
    indexes=[Index("state", unique=True)],
    parameters={"fillfactor": 80},
    with_data=False,
)
leave = Function(
    "leave",
    returns="void",
    security_definer=True,
    body="BEGIN NULL; END",
    execute=[],
    changes=[Changes("tasks", may("delete", rows=where("done", "true")))],
)
