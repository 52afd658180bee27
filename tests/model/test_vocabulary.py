"""The classes and functions that a definitions file imports."""

from __future__ import annotations

import datetime as dt
import decimal
import re
from pathlib import Path
from typing import Any, Final, cast

import attrs
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
from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.errors import DefinitionError, display_path
from schema_dsl.model.catalog import build_catalog
from schema_dsl.postgres import Connection

_FLAGS: Final[dict[str, attrs.Attribute[Any]]] = {
    f"{name}.{field.name}": field
    for name in schema_dsl.__all__
    if isinstance(value := getattr(schema_dsl, name), type) and attrs.has(value)
    for field in attrs.fields(value)
    if str(field.type).startswith("bool")
}


class TestVocabulary:
    """The names in `schema_dsl.__all__`."""

    def test_all_names(self) -> None:
        """Each name of __all__ can be imported, and is not a module."""
        for name in schema_dsl.__all__:
            assert getattr(schema_dsl, name).__class__.__name__ != "module", name

    def test_unknown_name(self) -> None:
        """An unknown name raises AttributeError."""
        with pytest.raises(AttributeError, match="has no attribute 'Tabel'"):
            _ = schema_dsl.Tabel  # type: ignore[attr-defined]


class TestPredicates:
    """Predicates on a column, evaluated by Postgres."""

    @pytest.mark.parametrize(
        ("predicate", "good", "bad"),
        [
            (one_of("a", "it's"), "it's", "b"),
            (one_of(*"xyz"), "x", "w"),
            (max_length(2), "é😀", "abc"),
            (matches("^[a-z\\\\]+$"), "a\\b", "A"),
        ],
    )
    def test_text(self, shared: Connection, predicate: Any, good: str, bad: str) -> None:
        """A predicate is true for a good value, false for a bad value, and NULL for NULL."""
        self.assert_results(shared, predicate, "text", good, bad)

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
    def test_numbers(self, shared: Connection, predicate: Any, good: int, bad: int) -> None:
        """Bounds are included."""
        self.assert_results(shared, predicate, "integer", good, bad)

    @pytest.mark.parametrize(
        ("low", "high"),
        [
            (sql("b"), sql("a")),
            (sql("x"), 3),
            (3, sql("x")),
            ("10", "9"),
            ("b", "A"),
            (dt.date(2026, 1, 2), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
            (1, decimal.Decimal("NaN")),
        ],
    )
    def test_bounds_that_only_postgres_compares(self, low: Any, high: Any) -> None:
        """Bounds that Python cannot compare, or sorts otherwise than Postgres, are left to Postgres."""
        assert " BETWEEN " in between(low, high).after

    @pytest.mark.parametrize(
        ("low", "high"),
        [
            (3, 1),
            (1, -0.5),
            (decimal.Decimal(2), 1),
            (dt.date(2026, 1, 2), dt.date(2026, 1, 1)),
            (b"b", b"a"),
        ],
    )
    def test_bounds_in_the_wrong_order(self, low: Any, high: Any) -> None:
        """A range that certainly allows no value is refused."""
        with pytest.raises(DefinitionError, match=r"allows no value\n  Swap the two bounds\."):
            between(low, high)

    def assert_results(
        self, connection: Connection, predicate: Any, type_name: str, good: Any, bad: Any
    ) -> None:
        """Assert the results for a good value, a bad value and NULL."""
        query = f'SELECT {predicate.on("se lect")} FROM unnest(%s::{type_name}[]) AS x ("se lect")'
        assert [(True,), (False,), (None,)] == connection.execute(
            query.encode(), [[good, bad, None]]
        ).fetchall()


class TestFlags:
    """Attributes that are True or False."""

    @pytest.mark.parametrize("value", ["yes", "no", 1, 0, sql("true")])
    @pytest.mark.parametrize("name", _FLAGS)
    def test_other_values(self, name: str, value: Any) -> None:
        """Each flag of each class refuses values that are no bool, also where Python counts it as true or false."""
        field = _FLAGS[name]
        assert field.validator is not None
        message = f"{field.name} must be True or False, not {value!r}"
        with pytest.raises(DefinitionError, match=re.escape(message)):
            field.validator(None, field, value)
        for allowed in (True, False, field.default):
            field.validator(None, field, allowed)


class TestTypes:
    """The SQL spelling of types."""

    @pytest.mark.parametrize(
        ("kind", "spelling"),
        [
            (array(numeric(10, 2)), "numeric(10, 2)[]"),
            (varchar(5), "varchar(5)"),
            (named_type("Mood"), 'public."Mood"'),
            (named_type("mood", schema="s"), "s.mood"),
        ],
    )
    def test_spelling(self, kind: Any, spelling: str) -> None:
        """Names are quoted, and parameters are appended."""
        assert spelling == str(kind)

    def test_server_has_all_types(self, shared: Connection) -> None:
        """Each type of the vocabulary exists on the server."""
        for name in schema_dsl.__all__:
            value = getattr(schema_dsl, name)
            # The types of extensions exist where the extension is installed.
            if isinstance(value, schema_dsl.Type) and name not in {"citext", "hstore", "ltree"}:
                shared.execute(f"SELECT NULL::{value}".encode())


class TestColumn:
    """A column, its default and its constraints."""

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
        """A Python value becomes a constant, and SQL stays unchanged."""
        assert default == Column("a", kind, default=value).default

    def test_constraints_of_columns(self) -> None:
        """Arguments of a column become constraints of the table."""
        target = Table("target", columns=[Column("id", bigint, primary_key=True)])
        declared = Table(
            "t",
            columns=[
                Column("a", integer, primary_key=True, identity="always"),
                Column("b", integer, unique=True, check=[at_least(0), sql("b < a")]),
                Column("c", bigint, references=target, on_delete="set null"),
            ],
        )
        objects = {
            identity.name: item for identity, item in build_catalog([target, declared]).objects.items()
        }
        assert PrimaryKey("a", name="t_pkey") == objects["t_pkey"]
        assert Unique("b", name="t_b_key") == objects["t_b_key"]
        assert ["b >= 0", "b < a"] == [objects["t_b_check"].expression, objects["t_check"].expression]
        foreign_key = ForeignKey(
            "c", Reference("target", "id", schema="public"), name="t_c_fkey", on_delete="set null"
        )
        assert foreign_key == objects["t_c_fkey"]
        assert objects["a"].not_null
        assert Column("b", integer) == objects["b"]

    def test_implied_not_null(self) -> None:
        """Columns of a primary key and identity columns are NOT NULL, as in Postgres."""
        declared = Table(
            "t",
            columns=[Column("a", integer), Column("b", integer), Column("c", integer, identity="always")],
            constraints=[PrimaryKey(["a"])],
        )
        columns = build_catalog([declared]).of_kind("column").values()
        assert [True, False, True] == [column.not_null for column in columns]


class TestNormalization:
    """Different spellings of the same declaration."""

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
        """Equivalent declarations are equal."""
        assert one == two

    def test_nested_lists(self) -> None:
        """A list of policies may contain a list of policies."""
        policies = [Policy("a", to="public", using="true"), Policy("b", to="public", using="true")]
        assert tuple(policies) == Table("t", policies=[policies]).policies


class TestTable:
    """The attributes of a table."""

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
        """Policies or an access enable row level security, which is unmanaged on an existing table."""
        assert on == Table("t", **parts).row_security

    def test_primary_key(self) -> None:
        """The primary key is declared on columns, as a constraint, or on existing columns."""
        key = Column("a", text, primary_key=True)
        assert ("a",) == Table("t", columns=[key]).primary_key_columns
        assert ("a",) == Table("t", existing=[key]).primary_key_columns
        two = [Column("a", text), Column("b", text)]
        assert ("b", "a") == Table("t", columns=two, constraints=[PrimaryKey(["b", "a"])]).primary_key_columns
        assert () == Table("t", columns=two).primary_key_columns

    def test_origin(self) -> None:
        """The origin is the file and line of the declaration."""
        declared = Table("t")
        assert __file__ == declared.origin.file  # type: ignore[union-attr]
        assert str(declared.origin).startswith(f"{display_path(Path(__file__))}:")


class TestAccess:
    """The access of a table, and the privileges that it needs."""

    def test_privileges(self) -> None:
        """A named role has the privileges of its permissions, and other roles have none."""
        access = Access(
            own="a",
            reader=[may("select", rows="own"), may("insert", "select", rows="all", columns=["a"])],
            writer=may("all", rows="all"),
        )
        declared = Table("t", columns=[Column("a", text)], access=access)
        roles = [Role("reader"), Role("writer"), Role("other"), Role("login", client=False)]
        privileges = build_catalog([declared], roles=roles).of_kind("privilege")
        assert {
            "public": ((), ()),
            "reader": (("select",), (("a", "insert"),)),
            "writer": (("delete", "insert", "select", "update"), ()),
            "other": ((), ()),
        } == {
            identity.name: (privilege.privileges, privilege.columns)
            for identity, privilege in privileges.items()
        }


class TestNamesOfObjects:
    """Objects stand where names do."""

    def test_roles_of_policies(self) -> None:
        """A policy takes roles as objects, and a value that is no role is an error."""
        assert Policy("p", to=["b", "a"], using="true") == Policy(
            "p", to=[Role("a"), Role("b")], using="true"
        )
        assert ("a",) == Policy("p", to=Role("a"), using="true").to
        with pytest.raises(DefinitionError, match="role in to="):
            Policy("p", to=cast("Any", 3), using="true")

    def test_tables_of_references(self) -> None:
        """A Reference takes a table, whose schema it has unless another one is given."""
        table = Table("notes", schema="app", columns=[Column("id", uuid), Column("name", text)])
        assert Reference("notes", "name", schema="app") == Reference(table, ["name"])
        assert Reference("notes", schema="other") == Reference(table, schema="other")


class TestCatalog:
    """The cross-references of declarations."""

    def test_identities(self) -> None:
        """An object has an identity of kind, schema, table and name."""
        objects = build_catalog([Table("t", columns=[Column("a", text)])]).objects
        assert [Identity("table", "public", "t"), table_part("column", "public", "t", "a")] == list(objects)
        assert ["table public.t", "column a of public.t"] == [str(identity) for identity in objects]

    def test_reference_to_primary_key(self) -> None:
        """A foreign key without referenced columns references the primary key, in the order of its columns."""
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
            {"indexes": [Index("code", unique=True, where="code > ''")]},
            {"indexes": [Index(sql("lower(code)"), unique=True)]},
            {"indexes": [Index("code")]},
            {},
        ],
    )
    def test_target_not_unique(self, parts: Any) -> None:
        """A foreign key must reference unique columns, as in Postgres."""
        target = Table("x", columns=[Column("code", text)], **parts)
        with pytest.raises(DefinitionError, match="which is not unique"):
            build_catalog(
                [target, Table("y", columns=[Column("c", text, references=Reference("x", "code"))])]
            )

    @pytest.mark.parametrize("key", [Unique("code", deferrable=True), PrimaryKey("code", deferrable=True)])
    def test_deferrable_target(self, key: Unique | PrimaryKey) -> None:
        """Postgres refuses a foreign key to a deferrable key, so the error names that."""
        target = Table("x", columns=[Column("code", text)], constraints=[key])
        with pytest.raises(
            DefinitionError, match=r"\(code\) of x, whose key is deferrable\n.*checked at once"
        ):
            build_catalog(
                [target, Table("y", columns=[Column("c", text, references=Reference("x", "code"))])]
            )

    def test_self_reference_to_an_index(self) -> None:
        """A self-reference needs a unique constraint, because the table is created before its indexes."""
        columns = [Column("code", text), Column("up", text, references=Reference("x", "code"))]
        with pytest.raises(DefinitionError, match="which is not unique"):
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
    def test_target_unique(self, parts: Any) -> None:
        """A foreign key may list the unique columns in another order."""
        target = Table("x", columns=[Column("a", text), Column("b", text)], **parts)
        key = ForeignKey(["p", "q"], Reference("x", ["a", "b"]))
        pointing = Table("y", columns=[Column("p", text), Column("q", text)], constraints=[key])
        assert 1 == len(build_catalog([target, pointing]).of_kind("foreign_key"))

    def test_without_roles(self) -> None:
        """Without known roles, the names of roles are not validated."""
        assert build_catalog([Table("t", policies=[Policy("p", to="whoever", using="true")])]).objects
