"""The classes and functions that a definitions file imports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

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
    at_least,
    before_update,
    bigint,
    descending,
    gen_random_uuid,
    integer,
    jsonb,
    may,
    now,
    sql,
    text,
    uuid,
)
from schema_dsl.errors import DefinitionError, display_path
from schema_dsl.model.catalog import build_catalog

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
