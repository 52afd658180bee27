"""Columns that several tables have, and columns and casts in keys and privileges."""

from __future__ import annotations

from written_modules import read, write

from schema_dsl import (
    Column,
    Domain,
    Enum,
    Grant,
    Index,
    PrimaryKey,
    Table,
    View,
    bigint,
    numeric,
    sql,
    text,
    varchar,
)


def test_columns_of_many_tables() -> None:
    """A column that many tables have is a function."""
    people = Table("people", columns=[Column("id", bigint, primary_key=True, identity="always")])
    tables = [
        Table(
            f"t{number}",
            columns=[Column("id", bigint, primary_key=True, identity="always"), Column("note", text)],
        )
        for number in range(4)
    ]
    written = write(people, *tables)
    assert (
        "def id_column() -> Column:\n"
        '    """Return the primary key id of type bigint."""\n'
        '    return Column("id", bigint, primary_key=True, identity="always")\n'
    ) in written["shared"]
    for name in ("people", "t0", "t3"):
        assert "from .shared import id_column\n" in written[name]
        assert "id_column()" in written[name]
    assert 'Column("note", text)' in written["t0"]
    assert "shared" not in write(people, *tables[:3])


def test_columns_that_refer_to_one_table() -> None:
    """A column with the same reference in several tables is a function after that table, also for a primary key."""
    people = read("people")
    person = Column("person_id", bigint, not_null=True, references=people, on_delete="cascade")
    tables = [
        Table(name, columns=[Column("id", bigint, primary_key=True), person]) for name in ("orders", "visits")
    ]
    key = Table(
        "seats", columns=[person, Column("place", bigint)], constraints=[PrimaryKey(["person_id", "place"])]
    )
    written = write(people, *tables, key)
    assert (
        "\n\n\ndef person_id_column() -> Column:\n"
        '    """Return the column person_id, which refers to people."""\n'
        "    return Column(\n"
        '        "person_id",\n'
        "        bigint,\n"
        "        not_null=True,\n"
        "        references=people,\n"
        '        on_delete="cascade",\n'
        "    )\n\n\n"
        "seats = Table(\n"
    ) in written["people"]
    assert 'columns=[person_id_column(), Column("place", bigint, not_null=True)]' in written["people"]
    for name in ("orders", "visits"):
        assert "from .people import person_id_column\n" in written[name]
        assert "person_id_column()]" in written[name]
    assert all("person_id_column" not in text for text in write(people, *tables).values())


def test_columns_that_refer_in_several_ways() -> None:
    """A column that may be NULL, or has a default, has a name of its own."""
    people = read("people")
    plain = Column("person_id", bigint, not_null=True, references=people)
    optional = Column("person_id", bigint, references=people)
    own = Column("person_id", bigint, not_null=True, default=sql("auth.uid()"), references=people)
    tables = [
        Table(f"{kind}{number}", columns=[Column("id", bigint, primary_key=True), column])
        for kind, column in (("p", plain), ("o", optional), ("w", own))
        for number in range(4 if kind == "p" else 3)
    ]
    written = write(people, *tables)
    for kind, name in (("p", ""), ("o", "optional_"), ("w", "own_")):
        assert f" {name}person_id_column()]" in written[f"{kind}0"]
    assert (
        '    """Return the column person_id: one of people, by default the caller."""\n' in written["people"]
    )


def test_columns_of_a_declared_type() -> None:
    """A column of a type with a name of any characters is written in each table."""
    mood = Enum('a"""b\\', ["x"])
    tables = [Table(f"t{number}", columns=[Column("a", mood, default="x")]) for number in range(5)]
    written = write(mood, *tables)
    assert "shared" not in written
    assert all(compile(text, name, "exec") for name, text in written.items())


def test_columns_of_a_key_of_several() -> None:
    """The columns of a key of several say that they are not null; one with an identity does not."""
    key = PrimaryKey(["shelf", "place"])
    numbered = Column("place", bigint, identity="always")
    written = write(Table("books", columns=[Column("shelf", bigint), numbered], constraints=[key]))["books"]
    assert 'Column("shelf", bigint, not_null=True)' in written
    assert 'Column("place", bigint, identity="always")' in written


def test_order_of_columns_in_grants() -> None:
    """The columns of a grant have the order of the table."""
    grant = Grant("update", to="reader", columns=["title", "author"])
    table = Table("books", columns=[Column("title", text), Column("author", text)], grants=[grant])
    assert 'columns=["title", "author"]' in write(table)["books"]


def test_casts_of_columns() -> None:
    """The casts that Postgres adds to columns are left out, and those by which a column has another type are not."""
    cents = Domain("cents", bigint)
    columns = [
        Column("amount", cents),
        Column("number", numeric(8, 2)),
        Column("total", numeric(8, 2), generated="number * (amount)::numeric"),
        Column("part", numeric(8, 2), generated="(amount)::numeric / 3"),
        Column("name", varchar(20)),
    ]
    query = "SELECT max((p.amount)::bigint) AS m, lower((p.name)::text) AS n, (p.amount)::bigint AS a FROM payments p"
    index = Index(sql("lower((name)::text)"), name="i")
    written = write(cents, Table("payments", columns=columns, indexes=[index]), View("sums", query))[
        "payments"
    ]
    assert 'generated="number * amount"' in written
    assert 'generated="amount::numeric / 3"' in written
    assert "max(p.amount) AS m" in written
    assert "lower(p.name) AS n" in written
    assert "p.amount::bigint AS a" in written
    assert 'sql("lower(name)")' in written
