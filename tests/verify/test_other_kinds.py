"""The proofs know declared objects that are neither tables nor types nor routines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from subjects import subject_of

from schema_dsl import Column, Extension, Schema, Table, bigint
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.proofs.matches import PROOF

shop = Schema("shop", comment="Orders.")
citext = Extension("citext", schema="shop", version="1.6")
hstore = Extension("hstore")
orders = Table(
    "orders",
    schema="shop",
    columns=[Column("id", bigint, primary_key=True), Column("email", citext.type("citext"))],
)


@pytest.fixture(scope="module")
def made(server: Server) -> Iterator[Scratch]:
    """Scratch databases of a migration with an object of each kind."""
    subject = subject_of(shop, citext, hstore, orders, platform=platform("vanilla"))
    with Scratch(server, subject) as scratch:
        yield scratch


def test_proven(made: Scratch) -> None:
    """The generated migration produces exactly the declared objects."""
    found = PROOF.run(made)
    assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.untried))


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("COMMENT ON SCHEMA shop IS 'Other.'", "schema shop: comment is"),
        ("ALTER SCHEMA shop RENAME TO store", "schema shop is declared but does not exist"),
        ("CREATE SCHEMA other", "schema other is new, and the definitions do not declare it"),
        ("GRANT USAGE ON SCHEMA shop TO PUBLIC", "schema shop grants USAGE to PUBLIC"),
        (
            "DROP EXTENSION hstore; CREATE EXTENSION hstore SCHEMA shop",
            "schema is shop, but public is declared",
        ),
        ("DROP EXTENSION hstore", "extension hstore is declared but does not exist"),
        ("CREATE EXTENSION cube", "extension cube is new, and the definitions do not declare it"),
    ],
)
def test_reported(made: Scratch, statement: str, sentence: str) -> None:
    """A change of a declared object, and an undeclared object of such a kind, is a failure that says what differs."""
    with made.variant(script=f"{made.subject.script}\n{statement};\n") as variant:
        found = PROOF.run(variant)
    assert Status.FAILED is found.status
    assert any(sentence in failure for failure in found.failures), found.failures
