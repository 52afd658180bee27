"""The declarations of schemas, extensions and sequences."""

from __future__ import annotations

from typing import Any

import pytest

from schema_dsl import Extension, Reference, Schema, Sequence
from schema_dsl.errors import DefinitionError


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: Schema("public", owner="a"), "schema public has owner=, but Postgres creates"),
        (lambda: Schema("public", comment="c"), "schema public has comment=, but Postgres creates"),
        (lambda: Schema("pg_temp"), "reserves the prefix pg_"),
        (lambda: Schema(""), "schema needs a name"),
        (lambda: Schema("a" * 64), "has 64 bytes"),
        (lambda: Extension("citext", version=1.6), "must be a plain str, not 1.6"),  # type: ignore[arg-type]
        (lambda: Extension("citext", version=""), "must be a plain str, not ''"),
        (lambda: Extension("citext", requires=[""]), "extension needs a name"),
        (lambda: Sequence("s", type="int"), "must be smallint, integer, bigint, not 'int'"),  # type: ignore[arg-type]
        (lambda: Sequence("s", increment=0), "has increment 0"),
        (lambda: Sequence("s", cache=0), "has cache 0"),
        (lambda: Sequence("s", start=True), "start of a sequence must be a whole number, not True"),
        (lambda: Sequence("s", minimum=5, maximum=5), "counts from 5 to 5"),
        (lambda: Sequence("s", type="smallint", maximum=2**15), "counts from 1 to 32768"),
        (lambda: Sequence("s", start=0), "starts with 0"),
        (lambda: Sequence("s", owned_by=Reference("t")), "must be one column of a table"),
        (lambda: Sequence("s", owned_by=Reference("t", "c", schema="x")), "is owned by a column of schema x"),
    ],
)
def test_refused(declare: Any, message: str) -> None:
    """A declaration that Postgres would refuse is an error with the reason."""
    with pytest.raises(DefinitionError, match=message):
        declare()


def test_type_of_an_extension() -> None:
    """A type of an extension has the schema of the extension, and is quoted."""
    assert 'extensions."Odd type"' == Extension("x", schema="extensions").type("Odd type").sql


def test_requirements() -> None:
    """Required extensions are declared as objects or names, and compared in one order."""
    assert ("a", "b") == Extension("x", requires=[Extension("b"), "a"]).requires


@pytest.mark.parametrize(
    ("declared", "bounds"),
    [
        (Sequence("s"), (1, 2**63 - 1, 1)),
        (Sequence("s", type="smallint"), (1, 32767, 1)),
        (Sequence("s", type="integer", increment=-1), (-(2**31), -1, -1)),
        (Sequence("s", minimum=-5), (-5, 2**63 - 1, -5)),
        (Sequence("s", increment=-2, maximum=10), (-(2**63), 10, 10)),
    ],
)
def test_numbers_of_a_sequence(declared: Sequence, bounds: tuple[int, int, int]) -> None:
    """The numbers that are left out are those that Postgres chooses."""
    assert bounds == (declared.minimum, declared.maximum, declared.start)


def test_next_value() -> None:
    """The default of a column quotes the name of the sequence twice."""
    assert """nextval('public."it''s"'::regclass)""" == Sequence("it's").next_value()
