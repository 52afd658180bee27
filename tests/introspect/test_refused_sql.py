"""Declared SQL that Postgres refuses is an error at its declaration."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import psycopg
import pytest
from declared import catalog

from schema_dsl import (
    Check,
    Column,
    Function,
    Index,
    Partition,
    Policy,
    Table,
    Trigger,
    Type,
    bigint,
    by_hash,
    by_range,
    integer,
    sql,
    timestamptz,
)
from schema_dsl.errors import DefinitionError, display_path
from schema_dsl.introspect import canonicalize, introspect
from schema_dsl.postgres import Connection


def _line() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown column": (
        {"constraints": [Check("nobody > 1", name="k")]},
        'check k of public.t: column "nobody" does not exist',
    ),
    "constant of another type": (
        {"constraints": [Check("a > 'x'", name="k")]},
        'check k of public.t: invalid input syntax for type integer: "x"',
    ),
    "no condition": (
        {"constraints": [Check("a", name="k")]},
        "check k of public.t: argument of CHECK must be type boolean, not type integer",
    ),
    "sub-select in a check": (
        {"constraints": [Check("a > (SELECT 1)", name="k")]},
        "check k of public.t: cannot use subquery in check constraint",
    ),
    "several statements": (
        {"policies": [Policy("p", to="reader", using="true); DROP TABLE fine; SELECT (1")]},
        "policy p of public.t: cannot insert multiple commands into a prepared statement",
    ),
    "unknown schema of a function": (
        {"policies": [Policy("p", to="reader", using="auth.uid() = a")]},
        'policy p of public.t: schema "auth" does not exist',
    ),
    "unknown type": (
        {"columns": [Column("x", Type("nothing"))]},
        'column x of public.t: type "nothing" does not exist',
    ),
    "default of another type": (
        {"columns": [Column("x", integer, default="y")]},
        'column x of public.t: invalid input syntax for type integer: "y"',
    ),
    "default that refers to a column": (
        {"columns": [Column("x", timestamptz, default=sql("a"))]},
        "column x of public.t: cannot use column reference in DEFAULT expression",
    ),
    "index on what changes": (
        {"indexes": [Index(sql("now()"), name="i")]},
        "index i of public.t: functions in index expression must be marked IMMUTABLE",
    ),
    "old row of an insert": (
        {"triggers": [Trigger("g", Function("f"), timing="before", events="insert", when="OLD.a > 1")]},
        "trigger g of public.t: INSERT trigger's WHEN condition cannot reference OLD values",
    ),
}


class TestRefusal:
    """Declarations that Postgres refuses."""

    @pytest.mark.parametrize("what", REFUSED)
    def test_message(self, owner: Connection, what: str) -> None:
        """The error has the object, the message of Postgres, and the line of the declaration."""
        part, message = REFUSED[what]
        columns = [Column("a", integer), *part.get("columns", [])]
        fine = Table("fine", columns=[Column("a", integer)], constraints=[Check("a > 0"), Check("a > 1")])
        with pytest.raises(DefinitionError) as refused:
            canonicalize(owner, catalog(fine, Table("t", **{**part, "columns": columns})))
        assert message == refused.value.what
        assert display_path(Path(__file__)) == (refused.value.where or "").rpartition(":")[0]

    def test_line(self, owner: Connection) -> None:
        """If two declarations are wrong, the error is about the first one."""
        line = _line() + 1
        wrong = Check("nobody > 1")
        with pytest.raises(DefinitionError) as refused:
            canonicalize(
                owner,
                catalog(Table("t", columns=[Column("a", integer)], constraints=[wrong, Check("nor > 1")])),
            )
        assert f"{display_path(Path(__file__))}:{line}" == refused.value.where

    def test_missing_schema(self, owner: Connection) -> None:
        """A table in a missing schema raises DefinitionError."""
        with pytest.raises(DefinitionError, match=r'table nowhere\.t: schema "nowhere" does not exist'):
            canonicalize(owner, catalog(Table("t", schema="nowhere", columns=[Column("a", integer)])))

    def test_type_in_a_partition_key(self, owner: Connection) -> None:
        """Another type in the key of a table or of its partition says that rows have to be copied, and where."""
        owner.execute(
            "CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);"
            "CREATE TABLE p PARTITION OF t DEFAULT PARTITION BY HASH (b)"
        )
        inner = Partition("p", partition_by=by_hash("b"))
        for types in ([bigint, integer], [integer, bigint]):
            columns = [Column(name, kind) for name, kind in zip("ab", types, strict=True)]
            table = Table("t", columns=columns, partition_by=by_range("a"), partitions=[inner])
            with pytest.raises(
                DefinitionError, match=r"table public\.t: a column cannot get another"
            ) as refused:
                canonicalize(owner, catalog(table))
            assert "copy the rows" in (refused.value.instead or "")
            assert display_path(Path(__file__)) == (refused.value.where or "").rpartition(":")[0]

    def test_unchanged_after_an_error(self, owner: Connection) -> None:
        """After an error, the session and the database are unchanged, and an open transaction can continue."""
        wrong = catalog(Table("t", columns=[Column("a", integer)], constraints=[Check("nobody > 1")]))
        with pytest.raises(DefinitionError):
            canonicalize(owner, wrong)
        assert psycopg.pq.TransactionStatus.IDLE == owner.info.transaction_status
        with owner.transaction():
            with pytest.raises(DefinitionError):
                canonicalize(owner, wrong)
            owner.execute("CREATE TABLE kept ()")
        assert ["kept"] == [item.name for item in introspect(owner).catalog.objects]
