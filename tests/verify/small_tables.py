"""Hypothesis strategies for small random tables with types and constraints that fit the types."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from schema_dsl import (
    Check,
    Column,
    ForeignKey,
    Index,
    Reference,
    Table,
    Type,
    Unique,
    array,
    at_least,
    at_most,
    between,
    bigint,
    boolean,
    date,
    double_precision,
    gen_random_uuid,
    inet,
    integer,
    interval,
    jsonb,
    matches,
    max_length,
    now,
    numeric,
    one_of,
    smallint,
    sql,
    text,
    timestamptz,
    uuid,
    varchar,
)
from schema_dsl.model.column import ReferentialAction

# Tuples of a type, checks for a column of the type, and defaults for a column without a check.
_KINDS: list[tuple[Type, list[Any], list[Any]]] = [
    (integer, [one_of(1, 2, 5), between(-3, 3), at_least(0), at_most(9), sql("{} % 3 = 0")], [0, None]),
    (smallint, [one_of(0, 7), between(0, 1)], [0, None]),
    (bigint, [at_least(10**10)], [10**10, None]),
    (numeric(5, 2), [between(0, 100), sql("{} > 0.5 AND {} < 0.75")], [None]),
    (double_precision, [at_least(0), sql("{} <> 0")], [1.5, None]),
    (
        text,
        [one_of("a", "b c", "it's"), max_length(4), matches("^[a-z]{2}-[0-9]+$"), sql("{} <> ''")],
        ["a", None],
    ),
    (varchar(6), [one_of("ab", "cd"), sql("char_length({}) >= 2"), sql("{} LIKE 'x%'")], [None]),
    (boolean, [sql("{}"), sql("{} IS NOT FALSE")], [True, None]),
    (date, [at_least(dt.date(2020, 2, 29)), sql("{} < CURRENT_DATE")], [None]),
    (timestamptz, [sql("{} > '2020-01-01'"), sql("{} <= now()")], [now(), None]),
    (interval, [sql("{} >= '0 seconds'")], [None]),
    (uuid, [sql("{} <> '00000000-0000-0000-0000-000000000000'")], [gen_random_uuid(), None]),
    (jsonb, [sql("jsonb_typeof({}) = 'object'"), sql("{} ? 'a'"), sql("jsonb_array_length({}) < 3")], [None]),
    (array(text), [sql("cardinality({}) BETWEEN 1 AND 2"), sql("'a' = ANY ({})")], [None]),
    (inet, [sql("family({}) = 4")], [None]),
]
_ACTIONS: list[ReferentialAction] = ["no action", "restrict", "cascade", "set null"]

PARENT = Table(
    "parent",
    columns=[
        Column("id", integer, primary_key=True),
        Column("a", text, not_null=True),
        Column("b", uuid, not_null=True),
    ],
    constraints=[Unique(["a", "b"])],
)


@st.composite
def _columns(draw: st.DrawFn, name: str) -> Column:
    kind, checks, defaults = draw(st.sampled_from(_KINDS))
    check = draw(st.sampled_from([None, *checks]))
    if check is not None and isinstance(check, str):
        check = sql(check.replace("{}", name))
    default = draw(st.sampled_from(defaults)) if check is None else None
    return Column(
        name,
        kind,
        not_null=draw(st.booleans()),
        unique=kind not in {boolean, jsonb} and draw(st.integers(0, 3)) == 0,
        check=check,
        default=default,
    )


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a table with a few columns, some with foreign keys to `PARENT`."""
    names = ["c0", "c1", "c2", "c3"][: draw(st.integers(1, 4))]
    columns = [draw(_columns(name)) for name in names]
    constraints: list[Any] = []
    indexes: list[Index] = []
    if draw(st.booleans()):
        kind = draw(st.sampled_from([integer, date, timestamptz, numeric(8, 2), text]))
        columns += [Column("low", kind, not_null=draw(st.booleans())), Column("high", kind)]
        operator = draw(st.sampled_from(["<", "<=", "<>"]))
        constraints.append(Check(f"low {operator} high", name="ordered"))
    if draw(st.booleans()):
        constraints.append(Check("num_nulls(c0, x) = 1 OR x > 5", name="one_of_two"))
        columns.append(Column("x", integer))
    if draw(st.booleans()):
        actions = [draw(st.sampled_from(_ACTIONS)) for _ in range(2)]
        columns.append(Column("p", integer, references=PARENT, on_delete=actions[0], on_update=actions[1]))
    if draw(st.booleans()):
        late = draw(st.booleans())
        columns += [Column("pa", text, not_null=draw(st.booleans())), Column("pb", uuid)]
        constraints.append(
            ForeignKey(
                ["pa", "pb"], Reference("parent", ["a", "b"]), deferrable=late, initially_deferred=late
            )
        )
    if draw(st.booleans()):
        columns += [
            Column("k", integer, not_null=True),
            Column("gone", boolean, not_null=True, default=False),
        ]
        indexes.append(
            Index(
                "k",
                unique=True,
                where=draw(st.sampled_from(["NOT gone", "k > 3", "gone IS FALSE AND k < 9"])),
            )
        )
    return Table("made", columns=columns, constraints=constraints, indexes=indexes)
