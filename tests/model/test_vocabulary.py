"""The words of a definitions file, and the objects that they stand for."""

from __future__ import annotations

from typing import Any

import pytest

import schema_dsl
from schema_dsl import (
    Access,
    Column,
    ForeignKey,
    Function,
    Index,
    IndexElement,
    Policy,
    PrimaryKey,
    Reference,
    Role,
    Table,
    Trigger,
    Unique,
    array,
    at_least,
    at_most,
    before_update,
    between,
    bigint,
    descending,
    gen_random_uuid,
    integer,
    jsonb,
    matches,
    max_length,
    may,
    named_type,
    now,
    numeric,
    one_of,
    sql,
    text,
    uuid,
    varchar,
)
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import build_catalog
from schema_dsl.model.identity import Identity
from schema_dsl.postgres import Connection


class TestVocabulary:
    """What a definitions file can import."""

    def test_every_word_is_there(self) -> None:
        """Each name of __all__ can be imported, and is no module."""
        for name in schema_dsl.__all__:
            assert getattr(schema_dsl, name).__class__.__name__ != "module", name

    def test_no_other(self) -> None:
        """An unknown one is an AttributeError, as of any module."""
        with pytest.raises(AttributeError, match="has no attribute 'Tabel'"):
            _ = schema_dsl.Tabel


class TestPredicates:
    """Conditions, written for the column that they are on."""

    @pytest.mark.parametrize(
        ("predicate", "good", "bad"),
        [
            (one_of("a", "it's"), "it's", "b"),
            (one_of(*"xyz"), "x", "w"),
            (max_length(2), "é😀", "abc"),
            (matches("^[a-z\\\\]+$"), "a\\b", "A"),
        ],
    )
    def test_on_texts(self, shared: Connection, predicate: Any, good: str, bad: str) -> None:
        """They let the good one through, and the bad one not; NULL passes."""
        self.hold(shared, predicate, "text", good, bad)

    @pytest.mark.parametrize(
        ("predicate", "good", "bad"),
        [
            (between(-1, 3), -1, 4),
            (at_least(0), 0, -1),
            (at_most(-5), -5, -4),
            (one_of(1, 2), 2, 3),
            (at_most(sql("abs(-5)")), 5, 6),
        ],
    )
    def test_on_numbers(self, shared: Connection, predicate: Any, good: int, bad: int) -> None:
        """Bounds are included."""
        self.hold(shared, predicate, "integer", good, bad)

    def hold(self, connection: Connection, predicate: Any, kind: str, good: Any, bad: Any) -> None:
        """Try three values."""
        query = f'SELECT {predicate.on("se lect")} FROM unnest(%s::{kind}[]) AS x ("se lect")'
        assert [(True,), (False,), (None,)] == connection.execute(
            query.encode(), [[good, bad, None]]
        ).fetchall()


class TestTypes:
    """Types by their spelling."""

    @pytest.mark.parametrize(
        ("kind", "spelling"),
        [
            (array(numeric(10, 2)), "numeric(10, 2)[]"),
            (varchar(5), "varchar(5)"),
            (named_type("Mood"), 'public."Mood"'),
            (named_type("mood", schema="s"), "s.mood"),
        ],
    )
    def test_spelt(self, kind: Any, spelling: str) -> None:
        """Names are quoted, and parameters follow."""
        assert spelling == str(kind)

    def test_plain_ones_are_known_to_the_server(self, shared: Connection) -> None:
        """Each type of the vocabulary exists."""
        for name in schema_dsl.__all__:
            value = getattr(schema_dsl, name)
            if isinstance(value, schema_dsl.Type):
                shared.execute(f"SELECT NULL::{value}".encode())


class TestColumn:
    """A column, its default, and the constraints that are short for others."""

    @pytest.mark.parametrize(
        ("kind", "value", "default"),
        [
            (text, "active", "'active'"),
            (integer, 0, "0"),
            (schema_dsl.boolean, False, "false"),
            (jsonb, {}, "'{}'::jsonb"),
            (jsonb, [], "'[]'::jsonb"),
            (uuid, gen_random_uuid(), "gen_random_uuid()"),
            (schema_dsl.timestamptz, now(), "now()"),
            (text, "now()", "'now()'"),
            (text, None, None),
        ],
    )
    def test_defaults(self, kind: Any, value: Any, default: str | None) -> None:
        """A Python value is a constant, and SQL stays SQL."""
        assert default == Column("a", kind, default=value).default

    def test_short_forms(self) -> None:
        """Each becomes the constraint that it is short for, in the order of the columns."""
        target = Table("target", columns=[Column("id", bigint, primary_key=True)])
        declared = Table(
            "t",
            columns=[
                Column("a", integer, primary_key=True, identity="always"),
                Column("b", integer, unique=True, check=[at_least(0), sql("b < a")]),
                Column("c", bigint, references=target, on_delete="set null"),
            ],
        )
        found = {identity.name: each for identity, each in build_catalog([target, declared]).objects.items()}
        assert PrimaryKey("a", name="t_pkey") == found["t_pkey"]
        assert Unique("b", name="t_b_key") == found["t_b_key"]
        assert ["b >= 0", "b < a"] == [found["t_b_check"].expression, found["t_check"].expression]
        wanted = ForeignKey(
            "c", Reference("target", "id", schema="public"), name="t_c_fkey", on_delete="set null"
        )
        assert wanted == found["t_c_fkey"]
        assert found["a"].not_null
        assert Column("b", integer) == found["b"]

    def test_a_key_is_never_null(self) -> None:
        """Nor is a column with an identity; Postgres says so of itself."""
        declared = Table(
            "t",
            columns=[Column("a", integer), Column("b", integer), Column("c", integer, identity="always")],
            constraints=[PrimaryKey(["a"])],
        )
        columns = build_catalog([declared]).of_kind("column").values()
        assert [True, False, True] == [column.not_null for column in columns]


class TestNormalForms:
    """What means the same is the same."""

    @pytest.mark.parametrize(
        ("one", "two"),
        [
            (Index("a"), Index(["a"])),
            (Index("a"), Index([IndexElement("a", nulls_first=False)])),
            (Index([descending("a")]), Index([descending("a", nulls_first=True)])),
            (Index("a", include="b"), Index("a", include=["b"])),
            (Policy("p", to=["b", "a", "b"], using="true"), Policy("p", to=("a", "b"), using="true")),
            (Policy("p", to=["b", "public"], using="true"), Policy("p", to="public", using="true")),
            (Unique("a", initially_deferred=True), Unique(["a"], deferrable=True, initially_deferred=True)),
            (Column("a", text, comment=""), Column("a", text)),
            (Reference("t", "id"), Reference("t", ["id"])),
            (
                before_update(Function("f")),
                Trigger("f", Function("f"), timing="before", events=["update"]),
            ),
            (
                Trigger("t", Function("f"), timing="after", events=["delete", "insert"], arguments=[1]),
                Trigger("t", Function("f"), timing="after", events=("insert", "delete"), arguments="1"),
            ),
        ],
    )
    def test_equal(self, one: Any, two: Any) -> None:
        """Whichever way it was written."""
        assert one == two

    def test_lists_in_lists(self) -> None:
        """A helper may stand for several policies."""
        many = [Policy("a", to="public", using="true"), Policy("b", to="public", using="true")]
        assert tuple(many) == Table("t", policies=[many]).policies


class TestTable:
    """What a table says of itself."""

    @pytest.mark.parametrize(
        ("parts", "on"),
        [
            ({}, False),
            ({"access": Access()}, True),
            ({"policies": [Policy("p", to="public", using="true")]}, True),
            ({"access": Access(), "row_security": False}, False),
            ({"existing": []}, None),
            ({"existing": [], "access": Access()}, None),
        ],
    )
    def test_row_security(self, parts: Any, on: bool | None) -> None:  # noqa: FBT001
        """It is on where policies or an access are declared, and left alone on a table made elsewhere."""
        assert on == Table("t", **parts).row_security

    def test_primary_key(self) -> None:
        """From its columns, or from the constraint; of an existing table, so far as it is known."""
        key = Column("a", text, primary_key=True)
        assert ("a",) == Table("t", columns=[key]).primary_key_columns
        assert ("a",) == Table("t", existing=[key]).primary_key_columns
        two = [Column("a", text), Column("b", text)]
        assert ("b", "a") == Table("t", columns=two, constraints=[PrimaryKey(["b", "a"])]).primary_key_columns
        assert () == Table("t", columns=two).primary_key_columns

    def test_origin(self) -> None:
        """Where it was declared: this line."""
        declared = Table("t")
        assert __file__ == declared.origin.file  # type: ignore[union-attr]
        assert str(declared.origin).startswith(f"{__file__}:")


class TestAccess:
    """Who may do what, and the privileges that this needs."""

    def test_privileges(self) -> None:
        """Each role that is named has its own, everybody else none."""
        access = Access(
            own="a",
            reader=[may("select", rows="own"), may("insert", "select", rows="all", columns=["a"])],
            writer=may("all", rows="all"),
        )
        declared = Table("t", columns=[Column("a", text)], access=access)
        roles = [Role("reader"), Role("writer"), Role("other"), Role("login", client=False)]
        found = build_catalog([declared], roles=roles).of_kind("privilege")
        assert {
            "public": ((), ()),
            "reader": (("select",), (("a", "insert"),)),
            "writer": (("delete", "insert", "select", "update"), ()),
            "other": ((), ()),
        } == {identity.name: (each.privileges, each.columns) for identity, each in found.items()}


class TestCatalog:
    """Declarations held against each other."""

    def test_identities(self) -> None:
        """An object is known by kind, schema, table and name, and says so."""
        found = build_catalog([Table("t", columns=[Column("a", text)])]).objects
        assert [Identity("table", "public", "", "t"), Identity("column", "public", "t", "a")] == list(found)
        assert ["table public.t", "column a of public.t"] == [str(identity) for identity in found]

    def test_a_key_of_several_columns(self) -> None:
        """A foreign key without columns means the primary key there, in its order."""
        target = Table(
            "x", columns=[Column("b", text), Column("a", text)], constraints=[PrimaryKey(["a", "b"])]
        )
        one = Table(
            "y",
            columns=[Column("p", text), Column("q", text)],
            constraints=[ForeignKey(["p", "q"], Reference("x"))],
        )
        (key,) = build_catalog([target, one]).of_kind("foreign_key").values()
        assert Reference("x", ["a", "b"], schema="public") == key.references

    @pytest.mark.parametrize(
        "parts",
        [
            {"constraints": [Unique("code", deferrable=True)]},
            {"indexes": [Index("code", unique=True, where="code > ''")]},
            {"indexes": [Index(sql("lower(code)"), unique=True)]},
            {"indexes": [Index("code")]},
            {},
        ],
    )
    def test_a_target_that_is_not_unique(self, parts: Any) -> None:
        """Postgres would refuse it, and so do we."""
        target = Table("x", columns=[Column("code", text)], **parts)
        with pytest.raises(DefinitionError, match="not unique there"):
            build_catalog(
                [target, Table("y", columns=[Column("c", text, references=Reference("x", "code"))])]
            )

    def test_an_index_of_its_own_comes_too_late(self) -> None:
        """A table that references itself is made with its foreign keys, and before its indexes."""
        columns = [Column("code", text), Column("up", text, references=Reference("x", "code"))]
        with pytest.raises(DefinitionError, match="not unique there"):
            build_catalog([Table("x", columns=columns, indexes=[Index("code", unique=True)])])
        assert build_catalog([Table("x", columns=columns, constraints=[Unique("code")])]).objects

    @pytest.mark.parametrize(
        "parts",
        [
            {"constraints": [Unique(["b", "a"])]},
            {"indexes": [Index(["a", "b"], unique=True)]},
            {"constraints": [PrimaryKey(["a", "b"])]},
        ],
    )
    def test_a_target_that_is(self, parts: Any) -> None:
        """In whichever order."""
        target = Table("x", columns=[Column("a", text), Column("b", text)], **parts)
        key = ForeignKey(["p", "q"], Reference("x", ["a", "b"]))
        pointing = Table("y", columns=[Column("p", text), Column("q", text)], constraints=[key])
        assert 1 == len(build_catalog([target, pointing]).of_kind("foreign_key"))

    def test_without_roles(self) -> None:
        """Where nobody says which roles there are, any will do."""
        assert build_catalog([Table("t", policies=[Policy("p", to="whoever", using="true")])]).objects
