"""Changes of objects that are neither tables, types nor routines, and of privileges."""

from __future__ import annotations

import os
from typing import Any

from specimen_parts import (
    COLUMN,
    NASTY,
    OWNER,
    READER,
    TABLE,
    WRITER,
    Changes,
    emailed,
    indexed,
    table,
    with_column,
)

from schema_dsl import (
    Aggregate,
    Cast,
    Check,
    Collation,
    Column,
    CompositeType,
    DefaultPrivileges,
    Enum,
    EventTrigger,
    Extension,
    ForeignColumn,
    ForeignDataWrapper,
    ForeignServer,
    ForeignTable,
    Function,
    Grant,
    Index,
    Operator,
    Publication,
    PublishedTable,
    RangeType,
    Reference,
    Role,
    Schema,
    Sequence,
    Statistics,
    Table,
    TextSearchConfiguration,
    TextSearchDictionary,
    Type,
    UserMapping,
    array,
    bigint,
    integer,
    named_type,
    one_of,
    sql,
    text,
    varchar,
)
from schema_dsl.model.schema_object import SchemaObject

# Roles belong to the server, which the tests of other processes share.
OWN_ROLES = os.environ.get("SCHEMA_DSL_TEST_ROLES") or os.getpid()
GROUP, OTHER_GROUP, MEMBER = (f"dsl \"{name}'s {OWN_ROLES}" for name in ("group", "other group", "member"))
NOTICE = Function("notice", returns="event_trigger", body="BEGIN NULL; END")

RANKED = Function(
    "ranked",
    arguments='a "r\'a""nk"',
    returns="integer",
    language="sql",
    volatility="immutable",
    body="SELECT 1",
)

CHECK_OPTIONS = Function(
    "check options", arguments=["text[]", "oid"], returns="void", body="BEGIN END", execute=[]
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


OBJECTS: Changes = {
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
    "an operator": (
        (Enum("r'a\"nk", ["low"]), RANKED),
        (
            Enum("r'a\"nk", ["low"]),
            RANKED,
            Operator("@#@", right=Enum("r'a\"nk", ["low"]), function=RANKED, comment=NASTY),
            Operator(
                "===", left="integer", right="integer", function="int4eq", commutator="===", negator="!==", hashes=True
            ),
            Operator("!==", left="integer", right="integer", function="int4ne", negator="==="),
        ),
    ),
    "the estimators of an operator": (
        (
            Operator("===", left="integer", right="integer", function="int4eq", restrict="eqsel", comment="a"),
            Operator("~~~", left="integer", right="integer", function="int4eq"),
        ),
        (
            Operator("===", left="integer", right="integer", function="int4eq", join="eqjoinsel", comment="b"),
            Operator("~~~", left="integer", right="integer", function="int4ne", commutator="~~~"),
        ),
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
    "roles": (
        (),
        (
            Role(GROUP, managed=True, comment=NASTY),
            Role(
                MEMBER,
                managed=True,
                login=True,
                inherit=False,
                create_role=True,
                connection_limit=3,
                member_of=[GROUP],
            ),
        ),
    ),
    "the attributes of roles": (
        (
            Role(GROUP, managed=True, comment="a"),
            Role(OTHER_GROUP, managed=True),
            Role(MEMBER, managed=True, login=True, member_of=[GROUP]),
        ),
        (
            Role(GROUP, managed=True, comment="b"),
            Role(OTHER_GROUP, managed=True),
            Role(MEMBER, managed=True, create_role=True, connection_limit=9, member_of=[OTHER_GROUP]),
        ),
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
    "a sequence that gives way to an identity": (
        (
            Sequence("s_n_seq", owned_by=Reference("s", "n")),
            Table("s", columns=[Column("n", bigint, not_null=True, default=Sequence("s_n_seq").next_value())]),
        ),
        (Table("s", columns=[Column("n", bigint, identity="always")]),),
    ),
    "a serial column of another type": (
        (Table("s", columns=[Column("n", Type("serial"))]),), (Table("s", columns=[Column("n", Type("bigserial"))]),)
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
    "a schema": ((), (Table("t", schema='s"x', columns=[Column("a", varchar(5), check=one_of("a", "'"))]),)),
}  # fmt: skip
