"""The Catalog, and the names of its objects."""

from __future__ import annotations

from typing import Any, cast

import pytest

from schema_dsl import (
    Column,
    ForeignKey,
    Index,
    Policy,
    PrimaryKey,
    Publication,
    PublishedTable,
    Reference,
    Role,
    Statistics,
    Table,
    Unique,
    sql,
    text,
    uuid,
)
from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import build_catalog


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


class TestColumnsOfOtherTables:
    """An object that is no part of a table names columns of it."""

    @pytest.mark.parametrize(
        "declare",
        [
            lambda orders: Publication("changes", [PublishedTable(orders, columns=["id", "stat"])]),
            lambda orders: Statistics("state", orders, ["id", "stat"]),
        ],
    )
    def test_unknown(self, declare: Any) -> None:
        """A column that the table does not have is an error with a suggestion."""
        orders = Table("orders", columns=[Column("id", uuid), Column("state", text)])
        with pytest.raises(
            DefinitionError, match=r"refers to column stat, which orders does not have"
        ) as error:
            build_catalog([orders, declare(orders)])
        assert "Did you mean state?" == error.value.instead
        assert error.value.where is not None
