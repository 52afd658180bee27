"""Changes of types and routines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from specimen_parts import COLUMN, NASTY, READER, WRITER, Changes, emailed, table

from schema_dsl import (
    Check,
    Column,
    Enum,
    Function,
    Index,
    Policy,
    Procedure,
    array,
    boolean,
    named_type,
    sql,
    text,
    varchar,
)
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import identifier, literal


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


ROUTINES: Changes = {
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
}  # fmt: skip
