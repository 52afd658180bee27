"""A type of a column that becomes an object of another kind, such as an enum that becomes a domain."""

from __future__ import annotations

import contextlib
from typing import Any, Final

import pytest
from specimen_parts import catalog

from schema_dsl import (
    Column,
    CompositeType,
    Domain,
    Enum,
    RangeType,
    Table,
    Type,
    by_list,
    integer,
    sql,
    text,
)
from schema_dsl.errors import PlanError
from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import split
from schema_dsl.plan import plan
from schema_dsl.postgres import Server
from schema_dsl.render import Header, render

HEADER: Final = Header(file="1.sql", title="", purpose="", date="2026-01-01", definitions="0" * 16)
# The types, each with a value, which is a value of the others as well.
KINDS: Final[dict[str, tuple[Any, str]]] = {
    "enum": (Enum("mood", ["[1,2)", "b"]), "[1,2)"),
    "domain": (Domain("mood", text, check=sql("VALUE <> ''")), "[1,2)"),
    "range": (RangeType("mood", subtype=integer), "[1,2)"),
    "composite": (CompositeType("mood", {"x": text}), '("[1,2)")'),
}


def declare(type_: Any, column: Column) -> Catalog:
    """Declare a table with a column, and a type."""
    return catalog(*([] if type_ is None else [type_]), Table("t", columns=[column]))


@pytest.mark.parametrize(
    ("old", "new"),
    [(old, new) for old in KINDS for new in KINDS if old != new and ("composite" not in (old, new))]
    + [("composite", "domain"), ("enum", "composite")],
)
def test_way_that_the_error_names(server: Server, old: str, new: str) -> None:
    """The change is refused with a way over text, which keeps the values."""
    (former, value), (latter, _) = KINDS[old], KINDS[new]
    wanted = KINDS[new][1] if new == "composite" else value
    named = Column("m", Type("mood"))
    before = declare(former, named)
    with pytest.raises(PlanError, match="becomes an object of another kind") as error:
        plan(before, declare(latter, named))
    assert error.value.instead is not None
    assert "declare the column with the type text" in error.value.instead
    between = declare(None, Column("m", text))
    conversion = "m::mood" if new != "composite" else "ROW(m)::mood"
    after = declare(latter, Column("m", Type("mood"), using=conversion))
    with server.database() as database, contextlib.closing(database.connect()) as connection:
        present = Catalog()
        for state in (before, between, after):
            script = render(plan(present, state), state, HEADER)
            for _ in range(2):
                for statement in split(script).statements:
                    connection.execute(statement.text.encode())
            if state is before:
                connection.execute("INSERT INTO t VALUES (%s)", [value])
            present = state
        assert [(wanted,)] == connection.execute("SELECT m::text FROM t").fetchall()


@pytest.mark.parametrize(
    "other",
    [
        Domain("other", Type("mood"), check=sql("NOT isempty(VALUE)")),
        CompositeType("other", {"x": Type("mood[]")}),
        RangeType("other", subtype=Type("mood")),
    ],
    ids=["domain", "composite", "range"],
)
def test_types_over_a_changed_range(other: Any) -> None:
    """A range cannot change while another type has it: Postgres cannot drop it."""
    before, after = (
        catalog(RangeType("mood", subtype=each), other, Table("t", columns=[Column("m", Type("other"))]))
        for each in (integer, text)
    )
    with pytest.raises(PlanError, match=r"range public\.mood cannot change while .*public\.other has it"):
        plan(before, after)


@pytest.mark.parametrize("kind", ["enum", "domain"])
def test_type_of_a_partition_key(kind: str) -> None:
    """A type cannot be replaced while a partition key has a column of it: Postgres converts no such column."""
    types = {
        "enum": (Enum("mood", ["a", "b"]), Enum("mood", ["a"])),
        "domain": (Domain("mood", integer), Domain("mood", text)),
    }
    before, after = (
        catalog(
            each, Table("t", columns=[Column("m", Type("mood"), not_null=True)], partition_by=by_list("m"))
        )
        for each in types[kind]
    )
    with pytest.raises(
        PlanError, match=r"mood cannot change, because the partition key of table public\.t has"
    ):
        plan(before, after)
