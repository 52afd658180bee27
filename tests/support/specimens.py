"""Schemas for tests of planning and rendering: names that are hard to quote, and every kind of change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from schema_dsl import (
    Access,
    Aggregate,
    Cast,
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
    Partition,
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
    bigint,
    boolean,
    by_list,
    by_range,
    date,
    descending,
    integer,
    jsonb,
    may,
    named_type,
    now,
    numeric,
    one_of,
    sql,
    text,
    timestamp,
    timestamptz,
    values_from,
    values_in,
    varchar,
)
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import identifier, literal

READER, WRITER = "schema_dsl_reader", "schema_dsl_wri\"ter's"
OWNER = "schema_dsl_plans"
ROLES = (Role(READER), Role(WRITER), Role(OWNER, client=False))
touch = Function("touch", schema="public")
other = Function('o"ther', schema="public")

NOTICE = Function("notice", returns="event_trigger", body="BEGIN NULL; END")

RANKED = Function(
    "ranked",
    arguments='a "r\'a""nk"',
    returns="integer",
    language="sql",
    volatility="immutable",
    body="SELECT 1",
)

TABLE = "T\"a'b $table$ é"
COLUMN = "c\"o'l $1"
NASTY = 'it\'s $$ $policy$ $table$ \\ "x" -- */ é😀\n;'


def catalog(*declared: SchemaObject) -> Catalog:
    """Build a catalog from objects, with the roles of the policies and privileges in this file."""
    return build_catalog(declared, roles=ROLES)


CHECK_OPTIONS = Function(
    "check options", arguments=["text[]", "oid"], returns="void", body="BEGIN END", execute=[]
)


def table(name: str = TABLE, **parts: Any) -> Table:
    """Declare a table with a primary key."""
    parts.setdefault("columns", [])
    parts["columns"] = [Column("id", bigint, primary_key=True), *parts["columns"]]
    return Table(name, **parts)


def with_column(declared: Column, **parts: Any) -> Table:
    """Declare a table with one additional column."""
    return table(columns=[declared], **parts)


def policy(**changes: Any) -> Table:
    """Declare a table with one policy."""
    given = {"name": "p'$policy$", "command": "update", "to": [READER], "using": "true", **changes}
    return with_column(
        Column("owner", text),
        policies=[Policy(given.pop("name"), given.pop("command"), **given)],
        row_security=True,
    )


def trigger(**changes: Any) -> Table:
    """Declare a table with one trigger."""
    given = {"function": touch, "timing": "before", "events": ["update"], **changes}
    return with_column(Column(COLUMN, text), triggers=[Trigger("t'\"$x$", given.pop("function"), **given)])


def constrained(*constraints: Any, columns: Iterable[Column] = ()) -> Table:
    """Declare a table with constraints."""
    return table(columns=[Column("a", integer), Column(COLUMN, integer), *columns], constraints=constraints)


def indexed(*indexes: Any) -> Table:
    """Declare a table with indexes."""
    return table(columns=[Column("a", integer), Column(COLUMN, text)], indexes=indexes)


def access(roles: dict[str, Any]) -> Access:
    """Declare access for roles with names that are not valid Python keyword arguments."""
    return Access(**roles)


def granted(**roles: Any) -> Table:
    """Declare a table with access."""
    return with_column(Column(COLUMN, text), access=Access(**roles), row_security=False)


def ring(*, nasty: bool = True) -> tuple[Table, Table]:
    """Declare two tables that reference each other."""
    name = "r'ing" if nasty else "ring"
    return (
        table("one", columns=[Column("other", bigint, references=Reference(name))]),
        table(name, columns=[Column("one", bigint, references=Reference("one"))]),
    )


def target(**changes: Any) -> Table:
    """Declare a table with a unique column that another table references."""
    return table(
        "target", columns=[Column("code", text)], constraints=[Unique("code", name="code_key", **changes)]
    )


POINTING = table("pointing", columns=[Column("code", text, references=Reference("target", "code"))])


PAIR = Table(
    "pair", columns=[Column("x", integer), Column("y", integer)], constraints=[PrimaryKey(["x", "y"])]
)


def watched(kind: Any, **more: Any) -> tuple[Table, ...]:
    """Declare a column with a dependent of every kind."""
    return (
        table(
            "watched",
            columns=[
                Column("n", kind, unique=True, **more),
                Column("twice", integer, generated=sql("n * 2")),
                Column("state", text),
            ],
            constraints=[Check("n > 0 OR twice > 0", name="c"), Check("state <> 'x'")],
            indexes=[Index("n", include=["state"]), Index(sql("(n + 1)")), Index("twice")],
            triggers=[
                Trigger("t", touch, timing="before", events="update", update_of=["n"], when="NEW.n > 1")
            ],
            policies=[Policy("p", to=READER, using="n > 1"), Policy("q", to=READER, using="state = 'a'")],
            access=access({READER: [may("select", rows="all", columns=["n"])]}),
        ),
        table("pointing", columns=[Column("n", kind, references=Reference("watched", "n"))]),
    )


def dated(kind: Type) -> tuple[Table, ...]:
    """Declare a column with a check and a partial index, in which Postgres stores constants of the column's type."""
    declared = Column("d", kind, check=sql("d > '2020-01-01'"))
    return (with_column(declared, indexes=[Index("id", name="recent", where="d > '2021-01-01'")]),)


def moody(kind: Type) -> tuple[Table, ...]:
    """Declare a column with a default, a check, a policy, a trigger and indexes that no other type accepts."""
    return (
        with_column(
            Column("state", kind, not_null=True, default="ok"),
            constraints=[Check("state <> 'bad' OR id > 0", name="c")],
            indexes=[
                Index("state", name="plain"),
                Index("state", name="ok", where="state = 'ok'"),
                Index(sql("(state = 'bad')"), name="bad"),
            ],
            policies=[Policy("p", "select", to=[READER], using="state = 'ok'")],
            triggers=[Trigger("t", touch, timing="before", events="update", when="NEW.state = 'bad'")],
            row_security=True,
        ),
    )


def ranked(labels: Iterable[str], **more: Any) -> tuple[SchemaObject, ...]:
    """Declare an enum that columns, defaults, a check, a policy and a generated column use."""
    rank = Enum("r'a\"nk", labels, **more)
    return (
        rank,
        table(
            columns=[
                Column("first", rank, not_null=True, default="low"),
                Column(COLUMN, array(rank), default=sql("'{low}'")),
                Column("is_high", boolean, generated=sql("first = 'high'")),
            ],
            constraints=[Check("first <> 'high' OR id > 0", name="c")],
            indexes=[Index("first", where="first = 'low'")],
            policies=[Policy("p", "select", to=[READER], using=f"'low'::{rank.type} = first")],
        ),
    )


def structured(attributes: Any, **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a composite type that columns and a check use."""
    pair = CompositeType("p'a\"ir", attributes, **more)
    return (
        pair,
        table(
            columns=[Column("first", pair), Column(COLUMN, array(pair))],
            constraints=[Check("(first).n > 0", name="c")],
        ),
    )


def spanning(subtype: Type, **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a range type that columns, an index and a check use."""
    span = RangeType("s'p\"an", subtype, **more)
    return (
        span,
        table(
            columns=[
                Column("first", span, default=sql(f"'empty'::{span.type}")),
                Column(COLUMN, array(span)),
            ],
            constraints=[Check("NOT isempty(first) OR id > 0", name="c")],
            indexes=[Index("first", method="gist")],
        ),
    )


def emailed(base: Type, **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a domain that columns, a check and a policy use."""
    email = Domain("e\"mail's", base, **more)
    return (
        email,
        table(
            columns=[Column("address", email), Column(COLUMN, text)],
            constraints=[Check("address::text <> 'a'", name="c")],
            policies=[Policy("p", "select", to=[READER], using=f"'b'::{email.type}::text = address::text")],
        ),
    )


def helped(argument: str = "a", **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a function that a policy, a check and a trigger's condition call."""
    function = Function(
        "f'n",
        arguments=[f"{identifier(argument)} bigint", "b text DEFAULT 'it''s'"],
        returns="boolean",
        language="sql",
        body=f"SELECT {identifier(argument)} > 0 -- $function$",
        **more,
    )
    call = 'public."f\'n"(id)'
    return (
        function,
        table(
            constraints=[Check(call, name="c")],
            policies=[Policy("p", "select", to=[READER], using=call)],
        ),
    )


def viewed(kind: Type = bigint, result: str = "n", **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a view of a table, and a view of that view."""
    name = "v'$view$"
    more.setdefault("result", [("id", Sql("bigint")), (result, Sql(kind.sql))])
    return (
        with_column(Column("n", kind)),
        View(name, f"SELECT id, n FROM {identifier(TABLE)} -- why", columns=["id", result], **more),
        View('"w"', f"SELECT {identifier(result)} FROM {identifier(name)}", result=[(result, Sql(kind.sql))]),
    )


def materialized(kind: Type = bigint, **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a materialized view with an index, and a view that reads it."""
    name = "m'$view$"
    more.setdefault("result", [("n", Sql(kind.sql))])
    return (
        with_column(Column("n", kind)),
        MaterializedView(
            name,
            f"SELECT n FROM {identifier(TABLE)} -- why",
            indexes=[Index("n", unique=True), Index("n", name="i'", where="n > 0", comment=NASTY)],
            **more,
        ),
        View("v", f"SELECT n FROM {identifier(name)}", result=[("n", Sql(kind.sql))]),
    )


def partitioned(*bounds: tuple[str | None, str | None]) -> tuple[SchemaObject, ...]:
    """Declare a table with partitions, the first of which is partitioned and the last of which has parts of its own."""
    partitions = [
        Partition(f"p'{number}", values_from(low, to=high), parameters={"fillfactor": 60})
        for number, (low, high) in enumerate(bounds)
    ]
    more = Partition(
        "r'est",
        partition_by=by_list("kind"),
        partitions=[
            Partition("kinds", values_in("it's", None), constraints=[Check("kind <> 'x'", name="c'")])
        ],
        indexes=[Index(sql("lower(kind)"), name="i'")],
        policies=[Policy("own", "select", to=[READER], using="true")],
        comment=NASTY,
    )
    return (
        Table(
            "ev'ents",
            columns=[Column("at", timestamptz), Column("kind", text)],
            constraints=[Unique(["at", "kind"])],
            partition_by=by_range("at"),
            partitions=[*partitions, more],
            access=access({READER: [may("select", rows="all")]}),
            policies=[Policy("all", "select", to=[READER], using="true")],
            indexes=[Index("kind")],
        ),
    )


def ruled(*rules: RewriteRule, **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a table and a view with rules."""
    return (
        with_column(Column("n", bigint), rules=rules),
        View("v", f"SELECT id FROM {identifier(TABLE)}", result=[("id", Sql("bigint"))], rules=rules, **more),
    )


def policed(kind: Type, *constraints: Any) -> Table:
    """Declare a column with a policy that reads it."""
    rule = Policy("p", "select", to=[READER], using="n > 0")
    return with_column(Column("n", kind), policies=[rule], row_security=True, constraints=constraints)


def keyed(key: str, other: str) -> Table:
    """Declare a table with its primary key on one of two columns."""
    columns = sorted(
        [Column(key, bigint, primary_key=True), Column(other, bigint)], key=lambda item: item.name
    )
    return Table("t", columns=columns)


def exchanged(key: str, other: str) -> tuple[Table, ...]:
    """Declare a table with a primary key and a unique column, and a table that references both."""
    columns = [Column("id", bigint, not_null=True), Column("code", bigint, not_null=True)]
    return (
        Table("target", columns=columns, constraints=[PrimaryKey(key), Unique(other)]),
        table(
            "pointing",
            columns=[
                Column("i", bigint, references=Reference("target", "id")),
                Column("c", bigint, references=Reference("target", "code")),
            ],
        ),
    )


def reading(read: str | None) -> Table:
    """Declare a table with a policy that reads another table."""
    using = (
        "true"
        if read is None
        else f"EXISTS (SELECT\nFROM {identifier(read)} AS x WHERE x.id = {identifier(TABLE)}.id)"
    )
    return policy(using=using)


def touched(column: str) -> Table:
    """Declare a trigger with UPDATE OF on the only other column of the table."""
    fires = Trigger("t", touch, timing="before", events="update", update_of=column)
    return with_column(Column(column, text), triggers=[fires])


BARE = table()

# The tables before and after a change; tests apply every change in both directions.
CHANGES: dict[str, tuple[tuple[SchemaObject, ...], tuple[SchemaObject, ...]]] = {
    "nothing at all": ((), (BARE,)),
    "a column": (
        (BARE,),
        (
            table(
                columns=[
                    Column(COLUMN, text, not_null=True, default="x", comment=NASTY),
                    Column("b", array(numeric(10, 2)), comment="b"),
                    Column("c", integer, generated=sql("id::integer -- why")),
                    Column("d", bigint, identity="by default"),
                    Column("e", timestamptz, default=sql("now() -- when")),
                    Column("f", jsonb, default={"a": "'$table$"}),
                ]
            ),
        ),
    ),
    "a default": ((with_column(Column(COLUMN, text)),), (with_column(Column(COLUMN, text, default="a'\\ -- b")),)),
    "another default": (
        (with_column(Column(COLUMN, date, default=now())),),
        (with_column(Column(COLUMN, date, default=sql("CURRENT_DATE"))),),
    ),
    "not null with a backfill": (
        (with_column(Column(COLUMN, text)),),
        (with_column(Column(COLUMN, text, not_null=True, backfill=NASTY)),),
    ),
    "not null": ((with_column(Column(COLUMN, text)),), (with_column(Column(COLUMN, text, not_null=True)),)),
    "a type": ((with_column(Column(COLUMN, integer)),), (with_column(Column(COLUMN, bigint)),)),
    "a type and a default": (
        (with_column(Column(COLUMN, text, default="5", not_null=True)),),
        (with_column(Column(COLUMN, integer, default=7)),),
    ),
    "a type, and no default": (
        (with_column(Column(COLUMN, text, default="5")),),
        (with_column(Column(COLUMN, integer)),),
    ),
    "a type with dependents": (watched(integer), watched(bigint)),
    "the type of a generated column": (
        (with_column(Column(COLUMN, integer, generated=sql("id::integer"))),),
        (with_column(Column(COLUMN, bigint, generated=sql("id::integer"))),),
    ),
    "identity": (
        (with_column(Column(COLUMN, bigint)),),
        (with_column(Column(COLUMN, bigint, identity="always", comment=NASTY)),),
    ),
    "numbers of an identity": (
        (with_column(Column(COLUMN, bigint, identity="always")),),
        (
            with_column(
                Column(COLUMN, bigint, identity="always", sequence=SequenceOptions(start=9, maximum=99, cycle=True))
            ),
        ),
    ),
    "numbers that descend": (
        (with_column(Column(COLUMN, bigint)),),
        (with_column(Column(COLUMN, bigint, identity="always", sequence=SequenceOptions(increment=-2))),),
    ),
    "settings of columns": (
        (with_column(Column(COLUMN, text), indexes=[Index(COLUMN)]),),
        (
            table(
                columns=[
                    Column(
                        COLUMN,
                        text,
                        collation="C",
                        storage="external",
                        compression="pglz",
                        statistics=7,
                        options={"n_distinct": -0.5},
                    ),
                    Column("c", array(text), default=["it's", None], storage="main", collation=sql('pg_catalog."C"')),
                ],
                indexes=[Index(COLUMN)],
            ),
        ),
    ),
    "a partitioned table": ((), partitioned(("2026-01-01", "2026-02-01"), ("2026-02-01", None))),
    "bounds of partitions": (
        partitioned(("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01")),
        partitioned(("2026-01-01", "2026-01-15"), ("2026-01-15", "2026-03-01"), ("2026-03-01", None)),
    ),
    "an unlogged table with parameters": (
        (BARE,),
        (table(unlogged=True, parameters={"fillfactor": 70, "toast.vacuum_truncate": False}, replica_identity="full"),),
    ),
    "other parameters": (
        (table(parameters={"fillfactor": 70, "autovacuum_enabled": False}, replica_identity="nothing"),),
        (table(parameters={"fillfactor": 80}),),
    ),
    "marks on indexes": (
        (table(indexes=[Index("id", name=NASTY[:50], unique=True)], cluster_on=NASTY[:50]),),
        (table(indexes=[Index("id", name="i", unique=True)], replica_identity_index="i", cluster_on="i"),),
    ),
    "a storage mode": (
        (with_column(Column(COLUMN, text)),),
        (with_column(Column(COLUMN, text, storage="external")),),
    ),
    "another identity": (
        (with_column(Column(COLUMN, bigint, identity="always")),),
        (with_column(Column(COLUMN, bigint, identity="by default")),),
    ),
    "identity for a default": (
        (with_column(Column(COLUMN, bigint, default=1, not_null=True)),),
        (with_column(Column(COLUMN, integer, identity="always")),),
    ),
    "generated": (
        (with_column(Column(COLUMN, bigint, default=1)),),
        (with_column(Column(COLUMN, bigint, generated=sql("id * 2"))),),
    ),
    "a type that expressions use": (dated(date), dated(timestamp)),
    "a type that SQL constants have": (moody(text), moody(named_type("feeling"))),
    "a type with a new policy": ((with_column(Column("n", integer)),), (policed(bigint),)),
    "a type with a new policy and a check": ((policed(integer),), (policed(bigint, Check("n > 0", name="c")),)),
    "the column of a primary key": ((keyed("a", "b"),), (keyed("b", "a"),)),
    "a primary key and its foreign keys": (exchanged("id", "code"), exchanged("code", "id")),
    "a primary key with more columns": (
        (Table("t", columns=[Column("a", bigint), Column("b", bigint)], constraints=[PrimaryKey("a")]),),
        (Table("t", columns=[Column("a", bigint), Column("b", bigint)], constraints=[PrimaryKey(["a", "b"])]),),
    ),
    "generated columns that are declared first": (
        (table(),),
        (table(columns=[Column("twice", integer, generated=sql("n * 2")), Column("n", integer)]),),
    ),
    "another expression, with dependents": (
        watched(integer)[:1],
        (
            attrs.evolve(
                watched(integer)[0],
                columns=[
                    *watched(integer)[0].columns[:2],
                    Column("twice", integer, generated=sql("n * 3"), comment="new"),
                    Column("state", text),
                ],
            ),
        ),
    ),
    "a primary key": (
        (Table(TABLE, columns=[Column("a", integer), Column(COLUMN, integer, not_null=True)]),),
        (
            Table(
                TABLE,
                columns=[Column("a", integer), Column(COLUMN, integer)],
                constraints=[PrimaryKey(["a", COLUMN], name="p'k", comment=NASTY)],
            ),
        ),
    ),
    "a check": (
        (constrained(),),
        (constrained(Check(f"{identifier(COLUMN)} > 0 -- why", comment=NASTY), Check("a > 0", name="c'$constraint$")),),
    ),
    "another check": ((constrained(Check("a > 0", name="c'")),), (constrained(Check("a > 1", name="c'")),)),
    "unique": (
        (constrained(),),
        (constrained(Unique(["a", COLUMN], comment=NASTY), Unique("a", name="u'", nulls_not_distinct=True)),),
    ),
    "deferrable unique": ((constrained(Unique("a")),), (constrained(Unique("a", initially_deferred=True)),)),
    "the parameters of a key": (
        (constrained(Unique("a", name="u'", include=[COLUMN], parameters={"fillfactor": 70})),),
        (constrained(Unique("a", name="u'", include=[COLUMN], parameters={"deduplicate_items": False})),),
    ),
    "unique with a foreign key": (
        (target(), POINTING),
        (target(nulls_not_distinct=True), POINTING),
    ),
    "exclusion": (
        (constrained(),),
        (constrained(Exclusion([("a", "="), (sql("abs(a)"), "=")], method="btree", where="a > 0 --", comment=NASTY)),),
    ),
    "the clauses of an exclusion": (
        (constrained(Exclusion([("a", "=")], method="btree", name="e'", parameters={"fillfactor": 50})),),
        (
            constrained(
                Exclusion(
                    [(IndexElement("a", descending=True), "="), (IndexElement("id", operator_class="int8_ops"), "=")],
                    method="btree",
                    name="e'",
                    include=[COLUMN],
                    parameters={"fillfactor": 70},
                )
            ),
        ),
    ),
    "the parameters of an index": (
        (indexed(Index(sql("lower(id::text)"), name="i'", parameters={"fillfactor": 50}, statistics={1: 7})),),
        (indexed(Index(sql("lower(id::text)"), name="i'", parameters={"deduplicate_items": False})),),
    ),
    "the operator class of an index": (
        (indexed(Index(COLUMN, name="i'")),),
        (
            indexed(
                Index(
                    IndexElement(
                        sql(f"to_tsvector('simple'::regconfig, {identifier(COLUMN)})"),
                        operator_class="tsvector_ops",
                        operator_class_parameters={"siglen": 64},
                    ),
                    name="i'",
                    method="gist",
                    statistics={1: 500},
                )
            ),
        ),
    ),
    "another exclusion": (
        (constrained(Exclusion([("a", "=")], method="btree", name="e'")),),
        (constrained(Exclusion([("a", "="), (COLUMN, "=")], method="btree", name="e'")),),
    ),
    "a foreign key": (
        (constrained(), target()),
        (
            constrained(
                ForeignKey("b'", target(), name="f'", on_delete="set null", on_update="cascade", comment=NASTY),
                columns=[Column("b'", bigint)],
            ),
            target(),
        ),
    ),
    "the action of a foreign key": (
        (constrained(ForeignKey("a", Reference(TABLE), name="f'")),),
        (constrained(ForeignKey("a", Reference(TABLE), name="f'", on_delete="cascade", deferrable=True)),),
    ),
    "the clauses of a foreign key": (
        (constrained(ForeignKey(["a", COLUMN], Reference("pair"), name="f'")), PAIR),
        (
            constrained(
                ForeignKey(
                    ["a", COLUMN],
                    Reference("pair"),
                    name="f'",
                    match_full=True,
                    on_delete="set null",
                    on_delete_columns=[COLUMN],
                )
            ),
            PAIR,
        ),
    ),
    "constraints that are NOT VALID": (
        (
            constrained(
                Check("a > 0", name="c'", validated=False),
                ForeignKey("a", Reference(TABLE), name="f'", validated=False),
            ),
        ),
        (
            constrained(
                Check("a > 0", name="c'"),
                Check("a > 1", name="d", no_inherit=True, validated=False),
                ForeignKey("a", Reference(TABLE), name="f'"),
            ),
        ),
    ),
    "a cycle": ((), ring()),
    "closing a cycle": ((table("one"), table("ring")), ring(nasty=False)),
    "a table that references itself": ((), (table(columns=[Column("up", bigint, references=Reference(TABLE))]),)),
    "an index": (
        (indexed(),),
        (
            indexed(
                Index(["a", descending(COLUMN, nulls_first=False)], comment=NASTY),
                Index(sql("lower(id::text)"), unique=True, name="i'"),
                Index(COLUMN, method="hash", where=f"{identifier(COLUMN)} <> 'x' -- why"),
                Index("a", include=[COLUMN], unique=True, nulls_not_distinct=True),
            ),
        ),
    ),
    "another index": ((indexed(Index("a", name="i'")),), (indexed(Index("a", name="i'", where="a > 0")),)),
    "a unique index with a foreign key": (
        (
            table("target", columns=[Column("code", text)], indexes=[Index("code", unique=True, name="i")]),
            POINTING,
        ),
        (
            table(
                "target", columns=[Column("code", text)], indexes=[Index("code", unique=True, name="i", include=["id"])]
            ),
            POINTING,
        ),
    ),
    "a policy": (
        (with_column(Column("owner", text), row_security=True),),
        (policy(to=["public"], using=f"owner = '{NASTY.replace(chr(39), chr(39) * 2)}' -- why", comment=NASTY),),
    ),
    "the roles of a policy": ((policy(),), (policy(to=[WRITER, READER]),)),
    "USING of a policy": ((policy(),), (policy(using="owner = current_user"),)),
    "WITH CHECK of a policy": ((policy(check="true"),), (policy(check="owner = current_user"),)),
    "a condition of a policy": ((policy(),), (policy(check="owner = current_user", comment=NASTY),)),
    "the command of a policy": ((policy(),), (policy(command="delete", comment="gone"),)),
    "a restrictive policy": ((policy(comment="a"),), (policy(permissive=False, comment="a"),)),
    "a policy that reads another table": ((reading(None),), (reading("zzz"), table("zzz"))),
    "a policy that reads a different table": ((reading("aaa"), table("aaa")), (reading("z'"), table("z'"))),
    "a policy and its column": (
        (with_column(Column("a", integer), policies=[Policy("p", to=READER, using="a > 0")]),),
        (with_column(Column("b", integer), policies=[Policy("p", to=READER, using="b > 0")]),),
    ),
    "a constraint trigger": (
        (trigger(timing="after"),),
        (
            trigger(
                timing="after",
                constraint=True,
                initially_deferred=True,
                when="NEW.id > 1 -- why",
                arguments=[NASTY],
                comment=NASTY,
            ),
        ),
    ),
    "another constraint trigger": (
        (trigger(timing="after", constraint=True),),
        (trigger(timing="after", constraint=True, events=["insert"]),),
    ),
    "transition tables": (
        (trigger(timing="after", for_each_row=False),),
        (trigger(timing="after", for_each_row=False, old_table='o"', new_table="n's"),),
    ),
    "the state of a trigger": (
        (trigger(enabled="disabled"),),
        (trigger(enabled="always", events=["insert"]),),
    ),
    "a trigger": (
        (with_column(Column(COLUMN, text)),),
        (trigger(update_of=[COLUMN], arguments=["it's", "\\"], comment=NASTY, when="NEW.id > 0 -- why"),),
    ),
    "the timing of a trigger": (
        (trigger(),),
        (trigger(timing="after", events=["insert", "update", "delete"], for_each_row=False),),
    ),
    "the function of a trigger": ((trigger(when="OLD.id > 1"),), (trigger(function=other, arguments=[1]),)),
    "a trigger and its column": ((touched("a"),), (touched("b"),)),
    "an access": (
        (granted(),),
        (granted(**{READER: may("select", rows="all"), WRITER: may("all", rows="all")}),),
    ),
    "another access": (
        (granted(**{READER: may("select", rows="all"), "public": may("select", rows="all")}),),
        (
            granted(
                **{
                    READER: [may("insert", "select", rows="all", columns=[COLUMN, "id"])],
                    WRITER: may("delete", rows="all"),
                }
            ),
        ),
    ),
    "row level security": ((table(row_security=False),), (table(row_security=True, force_row_security=True),)),
    "forced row level security": ((table(row_security=True),), (table(row_security=True, force_row_security=True),)),
    "comments": (
        (table(comment=NASTY, columns=[Column("a", text, comment="a")]),),
        (table(columns=[Column("a", text, comment=NASTY)]),),
    ),
    "an enum": ((), ranked(["low", NASTY[:20], "high"], comment=NASTY)),
    "a label of an enum": (
        ranked(["low", "high"]),
        ranked(["it's \\ low", "low", "middle", "very middle", "high", "last"], comment="a"),
    ),
    "the order of an enum": (ranked(["low", "high"], comment=NASTY), ranked(["high", "middle", "low"], comment="a")),
    "the type of a column that leaves an enum": (
        ranked(["low", "high"]),
        (Enum("r'a\"nk", ["other"]), table(columns=[Column("first", text, not_null=True, default="low")])),
    ),
    "a domain": ((), emailed(text, default="it's", not_null=True, comment=NASTY)),
    "no check of a domain": (emailed(text, check=sql("VALUE <> ''"), default="a"), emailed(text, default="a")),
    "the conditions of a domain": (
        emailed(text, not_null=True, check=sql("VALUE <> '' -- why"), comment="a"),
        emailed(text, default="it's", check=[Check("VALUE <> 'x'", name="n'"), sql("VALUE <> '' -- why")]),
    ),
    "the base of a domain": (
        emailed(text, default="a", comment="a"), emailed(varchar(9), default="b", not_null=True, comment="a")
    ),
    "the collation of a domain": (
        emailed(text, collation="C", check=sql("VALUE <> ''")),
        emailed(text, collation="POSIX", check=sql("VALUE <> ''")),
    ),
    "the checks of a domain": (
        emailed(text, check=Check("VALUE <> ''", name="n'", validated=False, comment=NASTY)),
        emailed(text, check=[Check("VALUE <> ''", name="n'"), Check("VALUE <> 'x'", name="o", validated=False)]),
    ),
    "an enum under a domain": (
        (Enum("e", ["a", "b"]), *emailed(named_type("e"), default="a")),
        (Enum("e", ["b", "a"]), *emailed(named_type("e"), default="b")),
    ),
    "a function": ((), helped(execute=[READER], comment=NASTY)),
    "a replaced function": (
        helped(execute=[READER], comment="a"),
        helped("z", strict=True, cost=7, execute=[WRITER], comment="b"),
    ),
    "the options of a function": (
        helped(),
        helped(volatility="immutable", security_definer=True, parallel="safe", set={"search_path": 'public, a"b'}),
    ),
    "a procedure": (
        (),
        (Procedure("p'", arguments=["a int"], body="BEGIN NULL; END", execute=[READER], comment=NASTY),),
    ),
    "a replaced procedure": (
        (Procedure("p'", arguments=["a int"], body="BEGIN NULL; END", execute=[READER]),),
        (Procedure("p'", arguments=["b int"], body=f"SELECT {literal(NASTY)}", language="sql", execute=[]),),
    ),
    "the privileges of a function": (helped(execute=[READER]), helped(execute=[WRITER, "public"])),
    "the privileges of a procedure": (
        (Procedure("p'", arguments=["a int"], body="BEGIN NULL; END", execute=[]),),
        (Procedure("p'", arguments=["a int"], body="BEGIN NULL; END", execute=[READER]),),
    ),
    "the body of a procedure": (
        (Procedure("p'", arguments=["a int"], body="BEGIN NULL; END"),),
        (Procedure("p'", arguments=["a int"], body="BEGIN NULL; NULL; END", set={"work_mem": "8MB"}),),
    ),
    "a declared schema": (
        (Schema("o'ld $x$", comment=NASTY),),
        (
            Schema("z$'\"s", comment=NASTY),
            Enum("e", ["a"], schema="z$'\"s"),
            Table("a", columns=[Column("a", named_type("e", schema="z$'\"s"))]),
        ),
    ),
    "the privileges of a schema": (
        (Schema("o'ld $x$", usage=[READER]),),
        (Schema("o'ld $x$", usage=[READER, WRITER], create="public", grants=[Grant("all", to=WRITER)]),),
    ),
    "owners": (
        (table(), Enum("r'a\"nk", ["low"], owner=OWNER)),
        (
            table(owner=OWNER, comment=NASTY),
            Enum("r'a\"nk", ["low"]),
            Function("f", body="BEGIN END", returns="void", owner=OWNER),
        ),
    ),
    "default privileges": (
        (DefaultPrivileges("sequences", role=OWNER, grants=[Grant("select", to=WRITER), Grant("usage", to="public")]),),
        (
            Schema("d'p"),
            DefaultPrivileges("sequences", role=OWNER, grants=[Grant("all", to=WRITER, grant_option=True)]),
            DefaultPrivileges("functions", role=OWNER),
            DefaultPrivileges("types", role=OWNER, schema="d'p", grants=[Grant("usage", to=WRITER)]),
        ),
    ),
    "an extension": (
        (),
        (
            Schema("e'x"),
            Extension("hstore", schema="e'x", version="1.8", comment=NASTY),
            Table("a", columns=[Column("a", named_type("hstore", schema="e'x"))]),
        ),
    ),
    "a composite type": ((), structured({"street's": text, "n": integer}, comment=NASTY)),
    "the attributes of a composite type": (
        structured({"n": integer, "gone": text, "street": text}),
        structured({"n": integer, "street": text, "new": array(text)}, comment=NASTY),
    ),
    "the type of an attribute": (structured({"n": integer}), structured({"n": bigint}, comment=NASTY)),
    "a range type": ((), spanning(Type("float4"), comment=NASTY)),
    "the subtype of a range type": (
        spanning(Type("float4")), spanning(Type("float8"), subtype_diff="float8mi", multirange="m'r")
    ),
    "extended statistics": (
        (indexed(),),
        (
            indexed(),
            Statistics("s'1", Reference(TABLE), ["a", COLUMN], kinds="mcv", target=7, comment=NASTY),
            Statistics("one", Reference(TABLE), sql("lower(id::text) -- why")),
        ),
    ),
    "the columns of extended statistics": (
        (indexed(), Statistics("s'1", Reference(TABLE), ["a", COLUMN], target=7, comment="a")),
        (indexed(), Statistics("s'1", Reference(TABLE), ["id", sql("a + 1")], comment="a")),
    ),
    "a publication": (
        (indexed(),),
        (
            indexed(),
            Publication("p'1", [PublishedTable(indexed(), columns=["id", "a"], where="id > 1 -- why")], comment=NASTY),
            Publication("p$2", via_partition_root=True, operations=["insert", "truncate"]),
        ),
    ),
    "the tables of a publication": (
        (
            indexed(),
            table("other"),
            Publication("p'1", [PublishedTable(Reference(TABLE), columns=["id"])]),
            Publication("p2", [Reference("other")], comment="a"),
        ),
        (
            indexed(),
            table("other"),
            Publication("p'1", [PublishedTable(Reference(TABLE), columns=["id", COLUMN])]),
            Publication("p2", [Reference(TABLE)], operations=[], comment="b"),
        ),
    ),
    "the schemas of a publication": (
        (Schema("s'1"), Schema("s2"), Publication("p", schemas=["s'1"])),
        (Schema("s'1"), Schema("s2"), Publication("p", schemas=["s2"])),
    ),
    "a publication of all tables": ((Publication("p", comment=NASTY),), (Publication("p", all_tables=True),)),
    "aggregates": (
        (),
        (
            Aggregate("p'1", "a text", state_function="textcat", state_type=text, initial=NASTY, comment=NASTY),
            Aggregate("n$", state_function="int8inc", state_type="bigint", initial="0", execute=[READER]),
        ),
    ),
    "the options of an aggregate": (
        (Aggregate("a", "integer", state_function="int4pl", state_type="integer", comment="a"),),
        (
            Aggregate(
                "a",
                "integer",
                state_function="int4pl",
                state_type="integer",
                combine_function="int4pl",
                parallel="safe",
                comment="b",
                grants=[Grant("execute", to=WRITER)],
            ),
        ),
    ),
    "the result of an aggregate": (
        (Aggregate("a", "integer", state_function="int4pl", state_type="integer", comment="a"),),
        (Aggregate("a", "integer", state_function="int84pl", state_type="bigint", initial="0", comment="a"),),
    ),
    "a cast": (
        (Enum("r'a\"nk", ["low"]), RANKED),
        (
            Enum("r'a\"nk", ["low"]),
            RANKED,
            Cast(Enum("r'a\"nk", ["low"]), "integer", function=RANKED, context="assignment", comment=NASTY),
        ),
    ),
    "the context of a cast": (
        (Enum("r'a\"nk", ["low"]), Cast("varchar", Enum("r'a\"nk", ["low"]), in_out=True, comment="a")),
        (
            Enum("r'a\"nk", ["low"]),
            Cast("varchar", Enum("r'a\"nk", ["low"]), in_out=True, context="implicit", comment="a"),
        ),
    ),
    "a collation": (
        (with_column(Column(COLUMN, text)),),
        (
            Collation("c'1 $$", "C", provider="libc", lc_ctype="POSIX", comment=NASTY),
            with_column(Column(COLUMN, text, collation=Collation("c'1 $$", "C", provider="libc"))),
        ),
    ),
    "the locale of a collation": (
        (Collation("c", "C", provider="libc", comment="a"),), (Collation("c", "POSIX", provider="libc", comment="a"),)
    ),
    "the condition of a policy": (
        (policy(command="select", using=None, conditional=False),), (policy(command="select"),)
    ),
    "text search": (
        (),
        (
            TextSearchDictionary("d'1 $$", "simple", options={"accept": "false"}, comment=NASTY),
            TextSearchConfiguration(
                "c'1",
                mappings={"word": [TextSearchDictionary("d'1 $$", "simple"), "simple"], "email": "simple"},
                comment=NASTY,
            ),
        ),
    ),
    "the mappings of text search": (
        (
            TextSearchDictionary("d", "simple", comment="a"),
            TextSearchConfiguration("c", mappings={"word": "d", "asciiword": "simple"}, comment="a"),
        ),
        (
            TextSearchDictionary("d", "simple", options={"stopwords": "english"}, comment="b"),
            TextSearchConfiguration("c", mappings={"word": "simple", "url": ["d", "simple"]}, comment="b"),
        ),
    ),
    "foreign data": (
        (NOTICE,),
        (
            NOTICE,
            ForeignDataWrapper("w'1 $$", options={"a": NASTY}, comment=NASTY, usage=[READER]),
            ForeignServer("s'1 $$", "w'1 $$", type="it's", version="1", options={"B b": NASTY}, comment=NASTY),
            UserMapping(READER, "s'1 $$", options={"user": NASTY}),
            ForeignTable(
                "f'1 $$",
                "s'1 $$",
                columns=[
                    ForeignColumn("a b", text, not_null=True, default="it's", collation="C", options={"c": NASTY}),
                    ForeignColumn("n", bigint),
                ],
                options={"table_name": NASTY},
                comment=NASTY,
                column_comments={"a b": NASTY},
                select=[READER],
            ),
        ),
    ),
    "options of foreign data": (
        (
            ForeignDataWrapper("w", options={"a": "1", "b": "2"}),
            ForeignServer("s", "w", version="1", options={"a": "1", "b": "2"}),
            UserMapping("public", "s", options={"a": "1", "b": "2"}),
            ForeignTable("f", "s", columns=[ForeignColumn("n", bigint)], options={"a": "1", "b": "2"}),
        ),
        (
            CHECK_OPTIONS,
            ForeignDataWrapper("w", validator=CHECK_OPTIONS, options={"b": "3", "c": "4"}, comment="a"),
            ForeignServer("s", "w", options={"b": "3", "c": "4"}, comment="a"),
            UserMapping("public", "s", options={"b": "3", "c": "4"}),
            ForeignTable(
                "f", "s", columns=[ForeignColumn("n", bigint)], options={"b": "3", "c": "4"}, comment="a"
            ),
        ),
    ),
    "an event trigger": (
        (NOTICE,),
        (NOTICE, EventTrigger("e'1", NOTICE, event="ddl_command_end", enabled="disabled", comment=NASTY)),
    ),
    "the tags of an event trigger": (
        (NOTICE, EventTrigger("e", NOTICE, event="sql_drop", comment="a")),
        (NOTICE, EventTrigger("e", NOTICE, event="sql_drop", tags=["DROP VIEW", "DROP TABLE"], comment="a")),
    ),
    "a sequence": (
        (),
        (
            Sequence("n'u\"m", type="smallint", increment=-2, cache=3, cycle=True, comment=NASTY),
            Sequence("owned", unlogged=True, start=7, maximum=70, owned_by=Reference(TABLE, COLUMN)),
            with_column(Column(COLUMN, bigint, default=Sequence("n'u\"m").next_value())),
        ),
    ),
    "the options of a sequence": (
        (Sequence("n'u\"m", type="integer", minimum=-5, unlogged=True), with_column(Column(COLUMN, bigint))),
        (
            Sequence("n'u\"m", increment=3, cache=9, cycle=True, owned_by=Reference(TABLE, COLUMN), comment=NASTY),
            with_column(Column(COLUMN, bigint)),
        ),
    ),
    "the owner of a sequence": (
        (Sequence("n", owned_by=Reference(TABLE, COLUMN)), with_column(Column(COLUMN, bigint))),
        (Sequence("n", owned_by=Reference("other", COLUMN)), table("other", columns=[Column(COLUMN, bigint)])),
    ),
    "the schema of an extension": (
        (Schema("e'x"), Extension("citext", schema="e'x")), (Schema("e'x"), Extension("citext"))
    ),
    "grants": (
        (with_column(Column(COLUMN, text), grants=[Grant("select", "delete", to=[READER, WRITER])]),),
        (with_column(
            Column(COLUMN, text),
            grants=[
                Grant("select", to=READER, columns=[COLUMN, "id"], grant_option=True),
                Grant("all", to=WRITER, grant_option=True),
                Grant("truncate", to="public"),
            ],
        ),),
    ),
    "the privileges of an enum": (
        (Enum("r'a\"nk", ["low"], usage=[READER]),),
        (Enum("r'a\"nk", ["low"], usage=[], grants=[Grant("usage", to=WRITER, grant_option=True)]),),
    ),
    "the privileges of a replaced enum": (
        (Enum("r'a\"nk", ["low", "high"], usage=[READER]),),
        (Enum("r'a\"nk", ["high", "low"], usage=[READER, WRITER]),),
    ),
    "the privileges of a domain": (emailed(text, usage=["public"]), emailed(text, usage=[WRITER])),
    "a view": ((), viewed(select=[READER], security_barrier=True, comment=NASTY, column_comments={"n": NASTY})),
    "the options of a view": (
        viewed(security_invoker=True, column_comments={"id": "a"}),
        viewed(check_option="local", update=[WRITER], column_comments={"id": "b", "n": "c"}),
    ),
    "a column of a view": (viewed(comment="a"), viewed(result="m'", comment="b", select=[READER])),
    "the type of a column under views": (viewed(integer), viewed(bigint, select=["public"])),
    "a materialized view": (
        (),
        materialized(select=[READER], with_data=False, parameters={"fillfactor": 70}, comment=NASTY),
    ),
    "a column under a materialized view": (
        materialized(integer, column_comments={"n": "a"}),
        materialized(select=["public"], columns=["n"], comment="b", column_comments={"n": "b"}),
    ),
    "the options of a materialized view": (
        materialized(parameters={"fillfactor": 70}, column_comments={"n": "a"}),
        materialized(parameters={"autovacuum_enabled": False}, select=[], grants=[Grant("all", to=WRITER)]),
    ),
    "a rule": (
        (),
        ruled(RewriteRule("r'$rule$", "update", "NOTHING", where="OLD.id > 1 -- why", instead=True, comment=NASTY)),
    ),
    "another rule": (
        ruled(RewriteRule("r'", "delete", "NOTHING", instead=True, comment="a")),
        ruled(
            RewriteRule(
                "r'",
                "insert",
                f"(INSERT INTO {identifier(TABLE)} (id) VALUES (NEW.id); UPDATE {identifier(TABLE)} SET id = 1)",
                comment="b",
            )
        ),
    ),
    "a rule on a table that exists": (
        (with_column(Column("n", bigint)),),
        (with_column(Column("n", bigint), rules=[RewriteRule("r'", "delete", "NOTHING", instead=True)]),),
    ),
    "a rule that is disabled": (
        (with_column(Column("n", bigint), rules=[RewriteRule("r'", "delete", "NOTHING", instead=True)]),),
        (with_column(Column("n", bigint), rules=[RewriteRule("r'", "delete", "NOTHING", enabled="disabled")]),),
    ),
    "triggers of a view": (
        viewed(),
        viewed(triggers=[Trigger("t'", touch, timing="instead of", events=["insert", "delete"], comment=NASTY)]),
    ),
    "a schema": ((), (Table("t", schema='s"x', columns=[Column("a", varchar(5), check=one_of("a", "'"))]),)),
}  # fmt: skip

# The migration has to run as a superuser.
SUPERUSER_CHANGES = frozenset(
    {
        "a publication of all tables",
        "an event trigger",
        "foreign data",
        "options of foreign data",
        "the tags of an event trigger",
        "the schema of an extension",
        "the schemas of a publication",
    }
)
