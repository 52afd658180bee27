"""The proofs know declared objects that are neither tables nor types nor routines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from subjects import subject_of

from schema_dsl import (
    Aggregate,
    Cast,
    Collation,
    Column,
    CompositeType,
    Extension,
    Operator,
    Publication,
    RangeType,
    Reference,
    Schema,
    Sequence,
    Statistics,
    Table,
    TextSearchConfiguration,
    TextSearchDictionary,
    Type,
    array,
    bigint,
    integer,
    text,
)
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.proofs.matches import PROOF

address = CompositeType("address", {"street": text, "number": integer}, comment="A place.")
span = RangeType("span", Type("float8"), subtype_diff="float8mi")
shop = Schema("shop", comment="Orders.")
citext = Extension("citext", schema="shop", version="1.6")
hstore = Extension("hstore")
numbers = Sequence("numbers", schema="shop", start=10, cache=2)
owned = Sequence("owned", schema="shop", type="integer", owned_by=Reference("orders", "number"))
orders = Table(
    "orders",
    schema="shop",
    columns=[
        Column("id", bigint, primary_key=True),
        Column("email", citext.type("citext")),
        Column("number", bigint, default=numbers.next_value()),
        Column("serial", Type("serial")),
        Column("home", address),
        Column("spans", array(span)),
    ],
)


total = Aggregate("total", "integer", state_function="int4pl", state_type="integer", parallel="safe")
as_text = Cast(address, "text", in_out=True)
same = Operator("===", left="integer", right="integer", function="int4eq", comment="Same.")
plain = Collation("plain", "C", provider="libc")
words = TextSearchDictionary("words", "simple")
search = TextSearchConfiguration("search", mappings={"word": words})
published = Publication("published", [orders], comment="All.")
related = Statistics("related", orders, ["id", "number"], kinds=["mcv"])


@pytest.fixture(scope="module")
def made(server: Server) -> Iterator[Scratch]:
    """Scratch databases of a migration with an object of each kind."""
    subject = subject_of(
        shop,
        citext,
        hstore,
        numbers,
        owned,
        address,
        span,
        orders,
        related,
        published,
        total,
        as_text,
        plain,
        same,
        words,
        search,
        platform=platform("vanilla"),
    )
    with Scratch(server, subject) as scratch:
        yield scratch


def test_proven(made: Scratch) -> None:
    """The generated migration produces exactly the declared objects."""
    found = PROOF.run(made)
    assert not found.failures
    assert (Status.PROVEN, ()) == (found.status, tuple(found.untried))


# Changes that do not meet, so that one run of the proof reports each: a statement, and a part of the sentence about it.
CHANGES = {
    "first": [
        ("COMMENT ON SCHEMA shop IS 'Other.'", "schema shop: comment is"),
        ("CREATE SCHEMA other", "schema other is new, and the definitions do not declare it"),
        (
            "DROP EXTENSION hstore; CREATE EXTENSION hstore SCHEMA shop",
            "schema is shop, but public is declared",
        ),
        ("ALTER TYPE address ADD ATTRIBUTE x int", "composite type public.address: attributes is"),
        (
            "CREATE TYPE other AS (a int)",
            "composite type public.other is new, and the definitions do not declare it",
        ),
        ("COMMENT ON TYPE span IS 'x'", "range public.span: comment is"),
        ("DROP AGGREGATE total(int)", "aggregate public.total(int4) is declared but does not exist"),
        (
            "CREATE AGGREGATE other(int) (SFUNC = int4pl, STYPE = int)",
            "aggregate public.other(integer) is new, and the definitions do not declare it",
        ),
        ("DROP CAST (address AS text)", "cast public.address AS text is declared but does not exist"),
        ("DROP OPERATOR === (int, int)", "operator public.===(int4, int4) is declared but does not exist"),
        ("COMMENT ON COLLATION plain IS 'x'", "collation public.plain: comment is"),
        (
            "ALTER TABLE shop.orders CLUSTER ON orders_pkey, REPLICA IDENTITY USING INDEX orders_pkey",
            "index mark cluster of shop.orders exists but is not declared",
        ),
        (
            "ALTER TEXT SEARCH DICTIONARY words (accept = 'false')",
            "text search dictionary public.words: options is",
        ),
        (
            "ALTER PUBLICATION published DROP TABLE shop.orders",
            "published table published of shop.orders is declared",
        ),
        ("ALTER STATISTICS related SET STATISTICS 5", "statistics public.related: target is 5"),
        ("ALTER SEQUENCE shop.numbers CACHE 5", "sequence shop.numbers: cache is 5, but 2 is declared"),
        (
            "ALTER SEQUENCE shop.owned OWNED BY NONE",
            "owning column of shop.owned is declared but does not exist",
        ),
        ("CREATE EXTENSION cube", "extension cube is new, and the definitions do not declare it"),
    ],
    "second": [
        ("GRANT USAGE ON SCHEMA shop TO PUBLIC", "schema shop grants USAGE to PUBLIC"),
        ("DROP EXTENSION hstore", "extension hstore is declared but does not exist"),
        ("COMMENT ON TYPE address IS 'x'", "composite type public.address: comment is"),
        ("CREATE TYPE other AS RANGE (SUBTYPE = int)", "range type public.other is new"),
        ("REVOKE USAGE ON TYPE span FROM PUBLIC", "range type public.span"),
        (
            "CREATE OR REPLACE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)",
            "aggregate public.total(int4): parallel is unsafe, but safe is declared",
        ),
        (
            "DROP CAST (address AS text); CREATE CAST (address AS text) WITH INOUT AS ASSIGNMENT",
            "cast public.address AS text: context is assignment, but explicit is declared",
        ),
        (
            "ALTER OPERATOR === (int, int) SET (RESTRICT = eqsel)",
            "operator public.===(int4, int4): restrict is eqsel",
        ),
        (
            "CREATE OPERATOR === (RIGHTARG = int, FUNCTION = int4um)",
            "operator public.===(NONE,integer) is new, and the definitions do not declare it",
        ),
        ("CREATE COLLATION other (LOCALE = 'C')", "collation public.other is new"),
        (
            "ALTER TEXT SEARCH CONFIGURATION search DROP MAPPING FOR word",
            "text search configuration public.search: mappings is none",
        ),
        (
            "CREATE TEXT SEARCH DICTIONARY other (TEMPLATE = simple)",
            "text search dictionary public.other is new",
        ),
        ("ALTER PUBLICATION published SET (publish = '')", "publication published: operations"),
        ("CREATE PUBLICATION other", "publication other is new"),
        ("COMMENT ON STATISTICS related IS 'x'", "statistics public.related: comment is"),
        (
            "CREATE STATISTICS other ON id, email FROM shop.orders",
            "statistics object public.other of shop.orders is new",
        ),
        ("ALTER SEQUENCE shop.numbers START 1", "sequence shop.numbers: start is 1, but 10 is declared"),
        ("CREATE SEQUENCE shop.other", "sequence shop.other is new, and the definitions do not declare it"),
        ("DROP SEQUENCE shop.owned", "sequence shop.owned is declared but does not exist"),
    ],
    "third": [
        ("DROP STATISTICS related", "statistics public.related is declared but does not exist"),
        ("COMMENT ON SEQUENCE shop.numbers IS 'x'", "sequence shop.numbers: comment is"),
    ],
    "fourth": [
        ("ALTER SEQUENCE shop.numbers OWNED BY shop.orders.id", "owning column of shop.numbers exists"),
    ],
    "the name of a schema": [
        ("ALTER SCHEMA shop RENAME TO store", "schema shop is declared but does not exist"),
    ],
}


@pytest.mark.parametrize("group", CHANGES)
def test_reported(made: Scratch, group: str) -> None:
    """A change of a declared object, and an undeclared object of such a kind, is a failure that says what differs."""
    script = ";\n".join([made.subject.script, *(statement for statement, _ in CHANGES[group]), ""])
    with made.variant(script=script) as variant:
        found = PROOF.run(variant)
    told = {
        sentence: [failure for failure in found.failures if sentence in failure]
        for _, sentence in CHANGES[group]
    }
    assert {} == {sentence: failures for sentence, failures in told.items() if len(failures) != 1}
    assert len(told) == len({failures[0] for failures in told.values()})
