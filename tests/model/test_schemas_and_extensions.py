"""The declarations of schemas and extensions."""

from __future__ import annotations

from typing import Any

import pytest

from schema_dsl import Extension, Schema
from schema_dsl.errors import DefinitionError


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: Schema("public"), "Postgres creates it with every database"),
        (lambda: Schema("pg_temp"), "reserves the prefix pg_"),
        (lambda: Schema(""), "schema needs a name"),
        (lambda: Schema("a" * 64), "has 64 bytes"),
        (lambda: Extension("citext", version=1.6), "must be a plain str, not 1.6"),  # type: ignore[arg-type]
        (lambda: Extension("citext", version=""), "must be a plain str, not ''"),
        (lambda: Extension("citext", requires=[""]), "extension needs a name"),
    ],
)
def test_refused(declare: Any, message: str) -> None:
    """What Postgres would refuse is an error with the reason."""
    with pytest.raises(DefinitionError, match=message):
        declare()


def test_type_of_an_extension() -> None:
    """A type of an extension has the schema of the extension, and is quoted."""
    assert 'extensions."Odd type"' == Extension("x", schema="extensions").type("Odd type").sql


def test_requirements() -> None:
    """Required extensions are declared as objects or names, and compared in one order."""
    assert ("a", "b") == Extension("x", requires=[Extension("b"), "a"]).requires
