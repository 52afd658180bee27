"""Tables to apply and read back, among them a table that uses every feature of the model."""

from __future__ import annotations

from typing import Any

import attrs
from declared_kinds import kinds_for

from schema_dsl import (
    Access,
    Check,
    Column,
    DefaultPrivileges,
    Domain,
    Enum,
    Exclusion,
    ForeignKey,
    Function,
    Grant,
    Index,
    IndexElement,
    MaterializedView,
    Partition,
    Policy,
    PrimaryKey,
    Procedure,
    Reference,
    RewriteRule,
    Role,
    SequenceOptions,
    Sql,
    Table,
    Trigger,
    Type,
    Unique,
    View,
    array,
    bigint,
    boolean,
    by_hash,
    by_range,
    descending,
    integer,
    jsonb,
    max_length,
    may,
    now,
    numeric,
    one_of,
    sql,
    text,
    timestamptz,
    uuid,
    values_from,
    values_modulo,
)
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.plan import plan
from schema_dsl.postgres import Connection
from schema_dsl.render import Header, render
from schema_dsl.sql import identifier

OWNER = "schema_dsl_test_owner"
CLIENTS = ("reader", 'The "Writer"', "größe$$ '\\ \U0001f418")

ROLES = f"CREATE ROLE {OWNER} LOGIN;" + "".join(f"CREATE ROLE {identifier(name)} LOGIN;" for name in CLIENTS)

TOUCH = Function("suppress_redundant_updates_trigger", schema="pg_catalog")
HOOK = Function('touch "it" $function$', body="BEGIN RETURN NEW; END", execute=[])

EMAIL = Domain(
    "E-\"mail's",
    Type("varchar(80)"),
    not_null=True,
    collation="C",
    default="it's",
    check=[
        max_length(70),
        Check("VALUE <> ''", name="it's not empty", comment="It's filled."),
        Check("VALUE <> 'x'", name="checked later", validated=False),
    ],
    usage=[CLIENTS[2]],
    comment="It's an address.",
)
ANSWER = Function(
    "an\"swer's",
    arguments=["a int", "b text DEFAULT 'it''s' || '$$'", "VARIADIC more text[] DEFAULT '{}'"],
    returns="SETOF text",
    language="sql",
    body="SELECT 'it''s $function$' -- why",
    volatility="immutable",
    strict=True,
    security_definer=True,
    parallel="safe",
    cost=7,
    rows=8,
    set={"search_path": 'public, a"b', "work_mem": "8MB"},
    execute=[CLIENTS[1]],
    grants=[Grant("execute", to=CLIENTS[2], grant_option=True)],
    comment="It's $$",
)
ACT = Procedure(
    "a\"ct's",
    arguments=["INOUT a int"],
    language="sql",
    body="SELECT 1",
    security_definer=True,
    set={"search_path": ""},
    execute=[CLIENTS[0], CLIENTS[2]],
    comment="It's $$",
)
SCRATCH = Table(
    "scratch pad",
    columns=[Column("id", bigint, primary_key=True), Column("body", text)],
    unlogged=True,
    parameters={"fillfactor": 50, "autovacuum_enabled": False, "toast.vacuum_truncate": "off"},
    replica_identity="full",
    cluster_on="scratch pad_pkey",
)
RANKED = Function(
    "ranked", arguments="int", returns="int", body="BEGIN RETURN $1; END", window=True, execute=[]
)
SEEN = View(
    "Vi\"ew's $$",
    """
        SELECT number, state, mood, email, "made at", t AS whole, chief.chief AS "it's"
        FROM everything AS t
        LEFT JOIN people AS chief ON id = person -- why
        WHERE state <> 'it''s' AND active
    """,
    security_barrier=True,
    select=[CLIENTS[0]],
    update=[CLIENTS[1], CLIENTS[2]],
    comment="It's $$",
    column_comments={"it's": "It's $$"},
)
CHIEFS = View(
    "chiefs",
    "SELECT id, chief FROM people WHERE chief IS NULL",
    check_option="cascaded",
    triggers=[
        Trigger("into", HOOK, timing="instead of", events=["insert", "update", "delete"], comment="It's $$"),
        Trigger("after", HOOK, timing="after", events="update", for_each_row=False),
    ],
    rules=[
        RewriteRule(
            "ru\"le's", "delete", "DELETE FROM people WHERE id = OLD.id", where="OLD.chief IS NOT NULL"
        )
    ],
)
TOTALS = MaterializedView(
    "to\"tal's",
    "SELECT state, count(*), array_agg(tags) FROM everything GROUP BY 1",
    columns=["state", "it's", "tags"],
    indexes=[
        Index("state", unique=True, comment="It's $$"),
        Index(sql("upper(state)"), where="state <> 'x'"),
    ],
    with_data=False,
    parameters={"fillfactor": 70},
    select=[CLIENTS[1]],
    comment="It's $$",
    column_comments={"it's": "It's $$"},
)
TREE = View(
    "tree",
    """
        SELECT id, chief, 0 FROM people WHERE chief IS NULL
        UNION ALL
        SELECT p.id, p.chief, depth + 1 FROM people AS p JOIN tree ON p.chief = tree.id
    """,
    columns=["id", "chief", "depth"],
    recursive=True,
)
EVENTS = Table(
    "ev'ents",
    columns=[
        Column("at", timestamptz, not_null=True),
        Column("Kind", text, not_null=True),
        Column("id", bigint),
    ],
    partition_by=by_range(sql('lower("Kind")'), "at"),
    partitions=[
        Partition(
            'first "half"',
            values_from(("a", None), to=("m", "2026-01-01 12:00+02")),
            parameters={"fillfactor": 60},
            indexes=[Index(sql("id + 1"))],
            constraints=[Check("id <> 5", name="not five")],
            policies=[Policy("own", "select", to="reader", using="id > 1")],
            comment="It's one.",
        ),
        Partition(
            "rest",
            partition_by=by_hash("id"),
            partitions=[Partition("rest_0", values_modulo(1, remainder=0))],
        ),
    ],
    indexes=[Index("id")],
    access=Access(reader=may("select", rows="all")),
)
# In a schema without sequences, whose privileges the definitions do not manage.
DEFAULTS = DefaultPrivileges(
    "sequences",
    role=OWNER,
    schema='It\'s "home" $$',
    grants=[Grant("usage", to=CLIENTS[2], grant_option=True)],
)
CHILD = Table(
    "child 'ren\"",
    inherits=SCRATCH,
    columns=[Column("of child", text)],
    indexes=[Index("of child")],
    grants=[Grant("select", to="reader")],
)
OTHERS = [SCRATCH, EVENTS, CHILD, DEFAULTS]
MOOD = Enum('Mood of "it\'s" $$', ["fine", "it's", "$$", "back\\slash"], comment="It's $$", owner=OWNER)


def catalog(*declared: SchemaObject) -> Catalog:
    """Build a catalog of objects, with the roles of the test servers."""
    return build_catalog(declared, roles=[*map(Role, CLIENTS), Role(OWNER, client=False)])


def script(wanted: Catalog) -> str:
    """Render the migration that creates all declared objects."""
    header = Header(file="001.sql", title="Test", purpose="", date="2026-01-01", definitions="0")
    return render(plan(wanted.existing(), wanted), wanted, header)


def apply(connection: Connection, wanted: Catalog) -> None:
    """Create all declared objects."""
    connection.execute(script(wanted).encode())


people = Table(
    "people",
    columns=[Column("id", uuid, primary_key=True), Column("chief", uuid, references=Reference("people"))],
    rules=[
        RewriteRule(
            "keep",
            "delete",
            "NOTHING",
            where="OLD.chief = OLD.id",
            instead=True,
            enabled="always",
            comment="It's $$",
        )
    ],
)

_columns = [
    Column("tenant", uuid, comment="Whose it is."),
    Column(
        "number",
        bigint,
        identity="always",
        sequence=SequenceOptions(start=5, increment=2, minimum=1, maximum=2**62, cache=3, cycle=True),
    ),
    Column("other number", Type("smallint"), identity="by default", sequence=SequenceOptions(start=1)),
    Column("person", uuid, not_null=True),
    Column("state", text, not_null=True, default="it's \\ new\n", check=one_of("it's \\ new\n", "$$", "b")),
    Column("mood", MOOD, default="it's"),
    Column("moods", array(MOOD)),
    Column("email", EMAIL),
    Column("price", numeric(10, 2), default=sql("0")),
    Column("tags", array(text), default=sql("ARRAY['a', 'b']")),
    Column("extra", jsonb, default={"key": ["va'lue", 1]}),
    Column("label", Type("varchar(40)"), default="none"),
    Column("doubled", numeric(12, 2), generated=sql("price * 2")),
    Column("during", Type("int4range"), not_null=True),
    Column("made at", timestamptz, not_null=True, default=now(), comment="When."),
    Column(
        "code",
        text,
        collation="C",
        storage="main",
        compression="pglz",
        statistics=300,
        options={"n_distinct": -0.5, "n_distinct_inherited": 20},
    ),
    Column("same", text, collation="default", storage="extended"),
    Column("matrix", Type("int[][]"), default=[[1, 2], [3, 4]]),
    Column("active", boolean, not_null=True, default=False),
    Column("count", Type("int"), default=3),
]

everything = Table(
    "everything",
    comment="It's all\nhere: $$ \\ ü",
    columns=_columns,
    force_row_security=True,
    constraints=[
        PrimaryKey(
            ["tenant", "number"],
            name="The key",
            include=["state", "count"],
            parameters={"fillfactor": 40},
            deferrable=True,
            initially_deferred=True,
            comment="Who's who.",
        ),
        Unique(
            ["other number"],
            include=["person", "made at"],
            parameters={"fillfactor": 70, "deduplicate_items": False},
            deferrable=True,
            initially_deferred=True,
            comment="Only once.",
        ),
        Check("price >= 0 AND price < 1e6 -- or it's gold", name="sane price", comment="It's sane."),
        Check("price > 1", name="not cheap", no_inherit=True, validated=False),
        Check("(\"made at\" IS NOT NULL) OR state IN ('b', 'c')"),
        ForeignKey(
            "person",
            people,
            on_delete="cascade",
            on_update="set null",
            deferrable=True,
            initially_deferred=True,
            comment="Whose.",
        ),
        ForeignKey("tenant", people, name="checked later", match_full=True, validated=False),
        Exclusion(
            [("during", "&&"), (Sql("int4range(count, count + 1)"), "=")],
            include=["state"],
            parameters={"fillfactor": 60},
            where=sql("active AND count > 0"),
            deferrable=True,
            initially_deferred=True,
            comment="One at a time.",
        ),
        Exclusion([("state", "=")], method="hash", name="one state"),
        Exclusion(
            [
                (IndexElement("label", operator_class="varchar_pattern_ops", descending=True), "="),
                (IndexElement(sql("lower(state)"), collation="C"), "="),
            ],
            method="btree",
            name="ordered",
        ),
    ],
    indexes=[
        Index(
            ["state", descending("made at"), IndexElement("count", nulls_first=True)],
            name='Some "index"',
            comment="It's fast.",
        ),
        Index(sql("lower(state)"), where="state <> 'b' AND active", unique=True),
        Index(
            [IndexElement(sql("state || label"), operator_class="text_pattern_ops"), "price"],
            include=["count"],
            parameters={"fillfactor": 70},
            statistics={1: 500},
        ),
        Index(
            IndexElement(
                sql("to_tsvector('simple'::regconfig, state)"),
                operator_class="tsvector_ops",
                operator_class_parameters={"siglen": 64},
            ),
            name="searched",
            method="gist",
        ),
        Index(
            IndexElement("label", operator_class="varchar_pattern_ops", descending=True, nulls_first=False)
        ),
        Index("tags", method="gin"),
        Index("person", method="hash"),
    ],
    triggers=[
        Trigger(
            "touch",
            HOOK,
            timing="before",
            events=["update", "insert"],
            update_of=["state", "made at"],
            when=sql("NEW.state IS DISTINCT FROM 'it''s) EXECUTE FUNCTION ' -- or not"),
            arguments=["it's", "back\\slash", "", "ü 🐘"],
            comment="It's touched.",
        ),
        Trigger(
            "x FOR EACH ROW WHEN (",
            TOUCH,
            timing="after",
            events="update",
            when="OLD.* IS DISTINCT FROM NEW.*",
        ),
        Trigger(
            "checked at the end",
            TOUCH,
            timing="after",
            events=["insert", "update"],
            when="NEW.count > 1",
            constraint=True,
            initially_deferred=True,
            enabled="always",
        ),
        Trigger(
            "sees all rows",
            TOUCH,
            timing="after",
            events="update",
            for_each_row=False,
            old_table="Old 'rows",
            new_table="new_rows",
            enabled="disabled",
        ),
        Trigger("truncated", TOUCH, timing="after", events=["truncate", "delete"], for_each_row=False),
    ],
    policies=[
        Policy(
            'Own rows, "it\'s" theirs',
            "update",
            to=['The "Writer"', "reader"],
            using=sql("person IN (SELECT p.id FROM people AS p WHERE p.chief = everything.person)"),
            check=sql("state = 'b' -- only"),
            permissive=False,
            comment="It's theirs.",
        ),
        Policy("adding", "insert", to="public", check=sql("EXISTS (SELECT FROM public.everything AS e)")),
        Policy("everybody", to=["public"], using=sql("everything.* IS NOT NULL")),
        Policy("seeing", "select", to="reader", using=sql("(SELECT current_setting('a.b', true)) = state")),
        Policy("deleting", "delete", to=CLIENTS, using=sql("mood = 'it''s' AND active")),
    ],
    access=Access(
        reader=[may("select", rows="all"), may("update", rows="all", columns=["state", "made at"])],
        **{CLIENTS[2]: may("all", rows="all")},  # type: ignore[arg-type] # own= is not among them
    ),
    grants=[
        Grant("select", to=CLIENTS[1], grant_option=True),
        Grant("insert", to=CLIENTS[1]),
        Grant("update", to=CLIENTS[1], columns=["state"]),
        Grant("references", to=CLIENTS[1], columns=["made at", "state"], grant_option=True),
    ],
)


# Since PostgreSQL 18.
stays = Table(
    "stays",
    columns=[Column("room", Type("int4range")), Column("during", Type("daterange"))],
    constraints=[
        PrimaryKey(["room", "during"], without_overlaps=True),
        Unique(["during", "room"], without_overlaps=True),
        ForeignKey(["room", "during"], Reference("stays"), period=True),
        ForeignKey(["room", "during"], Reference("stays"), name="informal", period=True, enforced=False),
        Check("room <> 'empty'", enforced=False),
    ],
)


def everything_for(version: int) -> Catalog:
    """Declare everything that a server of this version supports."""
    more: dict[str, Any] = {}
    if version >= 150000:
        more = {
            "constraints": [
                *everything.constraints,
                Unique(["label", "count"], nulls_not_distinct=True),
                ForeignKey(
                    ["person"], people, name="unset", on_delete="set null", on_delete_columns=["person"]
                ),
            ],
            "indexes": [*everything.indexes, Index("extra", unique=True, nulls_not_distinct=True)],
        }
    tree = attrs.evolve(TREE, security_invoker=version >= 150000)
    stayed = [stays] if version >= 180000 else []
    others = [
        people,
        *OTHERS,
        *kinds_for(version),
        MOOD,
        EMAIL,
        ANSWER,
        RANKED,
        ACT,
        HOOK,
        SEEN,
        CHIEFS,
        TOTALS,
        tree,
        *stayed,
    ]
    if version >= 180000:
        value = sql("price::integer")
        virtual = Column(
            "seen", integer, generated=value, virtual=True, not_null=True, not_null_name="se\"en's"
        )
        more["columns"] = [*everything.columns, virtual]
    return catalog(attrs.evolve(everything, **more), *others)
