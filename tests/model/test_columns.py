"""Declarations of columns: their settings, the defaults of arrays, and the mistakes in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from schema_dsl import Check, Column, SequenceOptions, Table, Type, array, bigint, integer, jsonb, sql, text
from schema_dsl.errors import DefinitionError
from schema_dsl.model.flatten import UsedNames, flatten


class TestDefaults:
    """The defaults of arrays and of JSON."""

    @pytest.mark.parametrize(
        ("kind", "default", "expected"),
        [
            (array(text), [], "'{}'::text[]"),
            (array(text), ["a", None, "it's"], "ARRAY['a', NULL, 'it''s']::text[]"),
            (Type("int[][]"), [[1, 2], [3, 4]], "ARRAY[ARRAY[1, 2], ARRAY[3, 4]]::int[][]"),
            (Type("integer ARRAY"), (1,), "ARRAY[1]::integer ARRAY"),
            (array(jsonb), [[1], {"a": 2}], "ARRAY['[1]', '{\"a\": 2}']::jsonb[]"),
            (jsonb, [], "'[]'::jsonb"),
            (jsonb, [1], "'[1]'::jsonb"),
        ],
    )
    def test_of_a_list(self, kind: Type, default: Any, expected: str) -> None:
        """A list is an array for a column of an array type, and JSON for a column of JSON."""
        assert expected == Column("c", kind, default=default).default

    def test_of_a_list_in_the_backfill_of_a_check(self) -> None:
        """A list in `backfill=` of a table's check is an array for a column of an array type, too."""
        check = Check("c <> d", name="differ", backfill={"c": ["a"], "d": [1]})
        table = Table("t", columns=[Column("c", array(text)), Column("d", jsonb)], constraints=[check])
        flattened = [part for _, part in flatten(table, UsedNames(), ()) if isinstance(part, Check)]
        assert [(("c", "ARRAY['a']::text[]"), ("d", "'[1]'::jsonb"))] == [part.backfill for part in flattened]


class TestSettings:
    """The settings of a column."""

    def test_collation_is_a_name_or_sql(self) -> None:
        """A collation is quoted as one name, unless it is SQL."""
        assert '"de_DE"' == Column("c", text, collation="de_DE").collation
        assert "app.german" == Column("c", text, collation=sql("app.german")).collation

    def test_default_options_are_no_options(self) -> None:
        """Options of a sequence that are all the default are like none."""
        assert Column("c", bigint, identity="always", sequence=SequenceOptions()).sequence is None

    def test_options_are_sorted_text(self) -> None:
        """Options are stored as Postgres stores them, in one order."""
        declared = Column("c", text, options={"n_distinct_inherited": 3, "n_distinct": -0.5})
        assert (("n_distinct", "-0.5"), ("n_distinct_inherited", "3")) == declared.options

    @pytest.mark.parametrize(
        ("declare", "message"),
        [
            (lambda: Column("c", text, storage="x"), "storage of column c cannot be 'x'"),  # type: ignore[arg-type]
            (lambda: Column("c", text, compression="gz"), "compression of column c cannot"),  # type: ignore[arg-type]
            (lambda: Column("c", text, statistics=-1), "statistics must be a number from 0 to 10000, not -1"),
            (lambda: Column("c", text, virtual=True), "column c has virtual=True, but no generated"),
            (lambda: Column("c", text, options={"a b": 1}), "'a b' is no name of a storage parameter"),
            (lambda: Column("c", text, options={"a": None}), "storage parameter a cannot be None"),  # type: ignore[dict-item]
            (lambda: Column("c", bigint, sequence=SequenceOptions(start=2)), "has sequence, but no identity"),
            (lambda: Column("c", integer, identity="always", sequence=5), "SequenceOptions"),  # type: ignore[arg-type]
            (lambda: SequenceOptions(start=True), "start of a sequence must be an integer"),
            (lambda: SequenceOptions(maximum=2**63), "maximum of a sequence must be an integer"),
            (lambda: SequenceOptions(increment=0), "increment is 0"),
            (lambda: SequenceOptions(cache=0), "cache is less than 1"),
            (lambda: SequenceOptions(minimum=5, maximum=4), "5 is not less than the largest number 4"),
            (lambda: SequenceOptions(start=-1), "start -1 is less than the smallest number 1"),
            (lambda: SequenceOptions(start=1, increment=-1), "start 1 is greater than the largest number -1"),
        ],
    )
    def test_mistake_is_refused(self, declare: Callable[[], object], message: str) -> None:
        """A value that Postgres would refuse is an error that says what is wrong."""
        with pytest.raises(DefinitionError, match=message):
            declare()
