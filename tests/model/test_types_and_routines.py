"""Declarations of enums, domains, functions and procedures, and the mistakes in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schema_dsl import (
    Check,
    Column,
    Domain,
    Enum,
    Function,
    Procedure,
    RangeType,
    Sql,
    Table,
    Type,
    array,
    integer,
    numeric,
    one_of,
    sql,
    text,
)
from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import build_catalog
from schema_dsl.model.schema_object import SchemaObject


class TestMistakes:
    """A declaration that Postgres would refuse is an error at its line."""

    @pytest.mark.parametrize(
        ("declare", "message"),
        [
            (lambda: Enum("e", ["a", "b", "a"]), "enum e has label 'a' twice"),
            (lambda: Enum("e", ["x" * 64]), "has 64 bytes"),
            (lambda: Enum("e", [1]), "must be a plain str, not 1"),  # type: ignore[list-item]
            (lambda: Domain("d", 3), "the base of a domain must be a Type"),  # type: ignore[arg-type]
            (lambda: RangeType("r", numeric), "numeric is a function: write numeric"),  # type: ignore[arg-type]
            (lambda: array("text"), "the element of an array must be a Type"),  # type: ignore[arg-type]
            (lambda: Domain("d", text, check=Check("VALUE > ''", no_inherit=True)), "is NO INHERIT"),
            (
                lambda: Domain("d", text, check=[Check("true", name="c"), Check("false", name="c")]),
                "domain d has check c twice",
            ),
            (lambda: Function("f", arguments="a b c d", body="x"), "is not an argument of a function"),
            (lambda: Function("f", execute=["r"]), "function f has execute=, but no body"),
            (lambda: Function("f", body="x", volatility="pure"), "cannot be 'pure'"),  # type: ignore[arg-type]
            (lambda: Function("f", body="x", set={"work_mem": 3}), "set takes names"),  # type: ignore[arg-type]
            (lambda: Procedure("p", body=None), "procedure p has no body"),
        ],
    )
    def test_is_refused(self, declare: Callable[[], object], message: str) -> None:
        """The message says what is wrong."""
        with pytest.raises(DefinitionError, match=message.replace("(", r"\(")):
            declare()

    @pytest.mark.parametrize(
        "declared",
        [
            (Enum("same", ["a"]), Table("same")),
            (Enum("same", ["a"]), Domain("same", text)),
            (Function("f", arguments="int", body="x"), Function("f", arguments=["a integer"], body="y")),
        ],
    )
    def test_two_of_one_name(self, declared: tuple[SchemaObject, SchemaObject]) -> None:
        """Two objects that Postgres gives one name are an error that names the line of the other one."""
        with pytest.raises(DefinitionError, match=r"declared twice|has the name of") as caught:
            build_catalog(declared)
        assert "test_types_and_routines.py" in str(caught.value.instead)

    def test_overloads(self) -> None:
        """Functions of one name with other types, and a function with the name of a table, are different objects."""
        functions = [Function("f", arguments=kind, body="x") for kind in ("int", "text", "int[]", "app.mood")]
        catalog = build_catalog([*functions, Table("f")])
        found = {identity.arguments for identity in catalog.of_kind("function")}
        assert {("int4",), ("text",), ("int4[]",), ("app.mood",)} == found


class TestForms:
    """Short forms are expanded."""

    def test_type_of_a_column(self) -> None:
        """A declared type is the type of a column, alone or as the element of an array."""
        mood = Enum("Mood", ["sad"], schema="app")
        assert Type('app."Mood"') == Column("m", mood).type
        assert Type('app."Mood"[]') == Column("m", array(mood)).type

    def test_checks_of_a_domain(self) -> None:
        """Checks have the names that Postgres chooses, in the order of the catalog."""
        domain = Domain("d", integer, check=[Check("VALUE > 2", name="z"), one_of(3, 4), sql("VALUE < 9")])
        assert ["d_check", "d_check1", "z"] == [check.name for check in domain.check]
        assert "value IN (3, 4)" == domain.check[0].expression

    def test_body(self) -> None:
        """The indentation of a body does not count, and SQL is kept as it is."""
        assert (
            "\nBEGIN\n    x;\nEND\n"
            == Function("f", body="\n        BEGIN\n            x;\n        END\n").body
        )
        assert " x " == Function("f", body=Sql(" x ")).body

    def test_arguments(self) -> None:
        """Arguments are parsed by the grammar of Postgres, and result columns are not part of the identity."""
        function = Function(
            "f",
            arguments=["a int DEFAULT 1 + 2", "OUT b text", "VARIADIC c numeric(9)[]"],
            returns="record",
            body="x",
        )
        assert [("a", "in", "1 + 2"), ("b", "out", None), ("c", "variadic", None)] == [
            (argument.name, argument.mode, argument.default) for argument in function.arguments
        ]
        assert Identity("function", "public", "f", ("int4", "numeric[]")) == function.identity
