"""Declarations of partitions, and the mistakes in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from schema_dsl import (
    Access,
    Column,
    Index,
    Partition,
    Policy,
    PrimaryKey,
    RewriteRule,
    Sql,
    Table,
    bigint,
    by_hash,
    by_list,
    by_range,
    may,
    sql,
    text,
    timestamptz,
    values_from,
    values_in,
    values_modulo,
)
from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import build_catalog
from schema_dsl.model.identity import copy_with


def declare(*partitions: Partition, **more: Any) -> Table:
    """Declare a table that is partitioned by range."""
    more.setdefault("partition_by", by_range("at"))
    return Table(
        "events", columns=[Column("at", timestamptz), Column("kind", text)], partitions=partitions, **more
    )


class TestClauses:
    """The SQL of keys and bounds."""

    @pytest.mark.parametrize(
        ("found", "expected"),
        [
            (by_range("a", "B'"), """RANGE (a, "B'")"""),
            (by_list(sql("lower(a)")), "LIST ((lower(a)))"),
            (by_hash("a"), "HASH (a)"),
            (values_from(1, to="it's"), "FOR VALUES FROM (1) TO ('it''s')"),
            (values_from(None, to=(3, None)), "FOR VALUES FROM (MINVALUE) TO (3, MAXVALUE)"),
            (values_from(sql("now()"), to=None), "FOR VALUES FROM (now()) TO (MAXVALUE)"),
            (values_in("a", None, 3), "FOR VALUES IN ('a', NULL, 3)"),
            (values_modulo(4, remainder=3), "FOR VALUES WITH (MODULUS 4, REMAINDER 3)"),
            (Partition("p").bound, "DEFAULT"),
        ],
    )
    def test_sql(self, found: object, expected: str) -> None:
        """Values are constants, and None is the unbounded end or NULL."""
        assert expected == str(found)


class TestExpansion:
    """A partition is a table of the catalog."""

    def test_objects(self) -> None:
        """A partition has its own parts, and no columns beside those of its table."""
        first = Partition(
            "first",
            values_from("2026-01-01", to=None),
            policies=[Policy("p", to="public", using="kind > ''")],
        )
        objects = build_catalog([declare(first)]).objects
        parent, child = Identity("table", "public", "events"), Identity("table", "public", "first")
        assert parent == objects[child].partition_of
        assert objects[child].row_security is True
        assert {"policy"} == {each.kind for each in objects if each.parent == child}

    def test_rules_stay_with_the_table(self) -> None:
        """A partition does not have the rules of its table, which Postgres does not copy."""
        first = Partition("first", values_from("2026-01-01", to=None))
        parent = copy_with(declare(first), rules=[RewriteRule("kept", "delete", "nothing")])
        objects = build_catalog([parent]).objects
        assert ["events"] == [each.parent_name for each in objects if each.kind == "rule"]

    def test_nobody_has_access_by_its_name(self) -> None:
        """If the table declares access, no role may use a partition by its name unless the partition declares it."""
        table = declare(Partition("first"), access=Access(reader=may("select", rows="all")))
        child = Identity("table", "public", "first")
        objects = build_catalog([table]).objects
        privileges = [
            item for each, item in objects.items() if each.kind == "privilege" and each.parent == child
        ]
        assert objects[child].row_security is True
        assert privileges
        assert all(item.privileges == () for item in privileges)

    def test_sub_partitions(self) -> None:
        """A partition that is partitioned itself has partitions."""
        inner = Partition("inner", values_in("a"))
        outer = Partition("outer", partition_by=by_list("kind"), partitions=[inner])
        objects = build_catalog([declare(outer)]).objects
        assert (
            Identity("table", "public", "outer") == objects[Identity("table", "public", "inner")].partition_of
        )


class TestMistakes:
    """A declaration that Postgres would refuse is an error."""

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: declare(Partition("p"), partition_by=None), "has partitions, but no partition_by"),
            (
                lambda: declare(partition_by=by_range("x")),
                "refers to column x, which the table does not have",
            ),
            (
                lambda: Table(
                    "t",
                    columns=[Column("id", bigint, primary_key=True), Column("at", timestamptz)],
                    partition_by=by_range("at"),
                ),
                "the primary key of table t lacks at of the partition key",
            ),
            (
                lambda: Table(
                    "t",
                    columns=[Column("id", bigint, unique=True), Column("at", timestamptz)],
                    partition_by=by_range("at"),
                ),
                "the unique of table t lacks at of the partition key",
            ),
            (
                lambda: declare(
                    Partition("p", partition_by=by_list("kind")), constraints=[PrimaryKey(["at"], name="pk")]
                ),
                "the primary key of table events lacks kind of the partition key",
            ),
            (
                lambda: declare(Partition("p"), indexes=[Index("kind", unique=True)]),
                "the unique index of table events lacks at of the partition key",
            ),
            (
                lambda: declare(
                    Partition("p", partition_by=by_list("kind"), indexes=[Index("at", unique=True)])
                ),
                "the unique index of table p lacks kind of the partition key",
            ),
            (by_range, "a partition key has the names of columns or SQL"),
            (values_in, "needs at least one value"),
            (lambda: values_modulo(2, remainder=2), "holds no rows"),
            (lambda: values_from([1], to=2), "bound of a partition"),  # type: ignore[arg-type]
            (lambda: Partition("p", "FOR VALUES"), "the bound of a partition cannot be"),  # type: ignore[arg-type]
            (
                lambda: declare(Partition("p", indexes=[Index("x")])),
                "index of table p refers to column x, which the table does not have",
            ),
            (
                lambda: declare(Partition("p", Sql("DEFAULT")), Partition("p", values_from(1, to=2))),
                "p",
            ),
        ],
    )
    def test_is_refused(self, make: Callable[[], object], message: str) -> None:
        """The message says what is wrong."""
        with pytest.raises(DefinitionError, match=message):
            build_catalog([make()])  # type: ignore[list-item]
