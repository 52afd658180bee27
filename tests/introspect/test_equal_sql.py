"""Two texts of Postgres for the same SQL are no difference."""

from __future__ import annotations

from declared import catalog

from schema_dsl import Check, Column, Index, Policy, Table, View, bigint, sql, text
from schema_dsl.introspect import adopt_equal_sql, canonicalize, compare, find_different_sql, introspect
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.type import varchar
from schema_dsl.postgres import Connection

PRINTED = "((status)::text = ANY ((ARRAY['new'::character varying, 'paid'::character varying])::text[]))"
COLUMNS = [
    Column("id", bigint),
    Column("status", varchar(9)),
    Column("note", text, default=sql("'-'::bpchar")),
]


def _list_differences(owner: Connection, *declared: SchemaObject, change: str = "") -> list[str]:
    """Return the identities of the objects that differ from a database, after the equal SQL has been adopted.

    Args:
        owner: A session in the database.
        declared: The definitions.
        change: SQL to run before the definitions are printed.
    """
    present = introspect(owner, like=catalog(*declared))
    owner.execute(change.encode())
    printed = canonicalize(owner, catalog(*declared))
    printed = adopt_equal_sql(owner, printed, find_different_sql(printed, present.catalog))
    return [str(each.identity) for each in compare(printed, present)]


def test_printed_text_is_equal(owner: Connection) -> None:
    """Checks, indexes, policies and views that are declared in the words of Postgres do not differ."""
    owner.execute(
        """
        CREATE TABLE orders (id bigint, status varchar(9) CHECK (status IN ('new', 'paid')), note char DEFAULT '-');
        ALTER TABLE orders ALTER COLUMN note TYPE text;
        CREATE INDEX open ON orders (id) WHERE status IN ('new', 'paid');
        CREATE POLICY open ON orders USING (status IN ('new', 'paid'));
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
        CREATE VIEW quantiles AS SELECT percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY id) AS of FROM orders;
        """
    )
    table = Table(
        "orders",
        columns=COLUMNS,
        constraints=[Check(PRINTED, name="orders_status_check")],
        indexes=[Index("id", name="open", where=PRINTED)],
        policies=[Policy("open", "all", to="public", using=PRINTED)],
    )
    query = (
        "SELECT percentile_disc((ARRAY[0.5, 0.9])::double precision[])"
        " WITHIN GROUP (ORDER BY id) AS of FROM public.orders"
    )
    assert [] == _list_differences(owner, table, View("quantiles", query))


def test_other_condition_differs(owner: Connection) -> None:
    """A condition with another value differs, also beside one whose text in the database names a dropped column."""
    owner.execute(
        """
        CREATE TABLE orders (
            id bigint, status varchar(9), note text DEFAULT ('-'::char(1)), gone int,
            CONSTRAINT old CHECK (gone > 0 OR id > 0),
            CONSTRAINT equal CHECK (status IN ('new', 'paid')),
            CONSTRAINT other CHECK (status IN ('new', 'kept'))
        );
        """
    )
    table = Table(
        "orders",
        columns=COLUMNS[:2],
        constraints=[Check("id > 1", name="old"), Check(PRINTED, name="equal"), Check(PRINTED, name="other")],
    )
    different = _list_differences(owner, table, change="ALTER TABLE orders DROP COLUMN gone CASCADE")
    assert {"check old of public.orders", "check other of public.orders"} == {
        each for each in different if each.startswith("check")
    }
