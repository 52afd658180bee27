"""Names that are hard to quote, and the objects and tables of which the specimens are made."""

from __future__ import annotations

from typing import Any, TypeAlias

from schema_dsl import (
    Access,
    Check,
    Column,
    Domain,
    Function,
    Index,
    Policy,
    Reference,
    Role,
    Table,
    Trigger,
    Type,
    Unique,
    bigint,
    integer,
    may,
    sql,
    text,
)
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.model.schema_object import SchemaObject

Changes: TypeAlias = dict[str, tuple[tuple[SchemaObject, ...], tuple[SchemaObject, ...]]]
"""The objects before and after each change, by the name of the change."""

READER, WRITER = "schema_dsl_reader", "schema_dsl_wri\"ter's"
OWNER = "schema_dsl_plans"
ROLES = (Role(READER), Role(WRITER), Role(OWNER, client=False))
touch = Function("touch", schema="public")
other = Function('o"ther', schema="public")
TABLE = "T\"a'b $table$ é"
COLUMN = "c\"o'l $1"
NASTY = 'it\'s $$ $policy$ $table$ \\ "x" -- */ é😀\n;'


def catalog(*declared: SchemaObject) -> Catalog:
    """Build a catalog from objects, with the roles of the policies and privileges of the specimens."""
    return build_catalog(declared, roles=ROLES)


def table(name: str = TABLE, **parts: Any) -> Table:
    """Declare a table with a primary key."""
    parts.setdefault("columns", [])
    parts["columns"] = [Column("id", bigint, primary_key=True), *parts["columns"]]
    return Table(name, **parts)


def with_column(declared: Column, **parts: Any) -> Table:
    """Declare a table with one additional column."""
    return table(columns=[declared], **parts)


def policy(**changes: Any) -> Table:
    """Declare a table with one policy."""
    given = {"name": "p'$policy$", "command": "update", "to": [READER], "using": "true", **changes}
    return with_column(
        Column("owner", text),
        policies=[Policy(given.pop("name"), given.pop("command"), **given)],
        row_security=True,
    )


def trigger(**changes: Any) -> Table:
    """Declare a table with one trigger."""
    given = {"function": touch, "timing": "before", "events": ["update"], **changes}
    return with_column(Column(COLUMN, text), triggers=[Trigger("t'\"$x$", given.pop("function"), **given)])


def indexed(*indexes: Any) -> Table:
    """Declare a table with indexes."""
    return table(columns=[Column("a", integer), Column(COLUMN, text)], indexes=indexes)


def access(roles: dict[str, Any]) -> Access:
    """Declare access for roles with names that are not valid Python keyword arguments."""
    return Access(**roles)


def ring(*, nasty: bool = True) -> tuple[Table, Table]:
    """Declare two tables that reference each other."""
    name = "r'ing" if nasty else "ring"
    return (
        table("one", columns=[Column("other", bigint, references=Reference(name))]),
        table(name, columns=[Column("one", bigint, references=Reference("one"))]),
    )


def target(**changes: Any) -> Table:
    """Declare a table with a unique column that another table references."""
    return table(
        "target", columns=[Column("code", text)], constraints=[Unique("code", name="code_key", **changes)]
    )


def watched(kind: Any, **more: Any) -> tuple[Table, ...]:
    """Declare a column with a dependent of every kind."""
    return (
        table(
            "watched",
            columns=[
                Column("n", kind, unique=True, **more),
                Column("twice", integer, generated=sql("n * 2")),
                Column("state", text),
            ],
            constraints=[Check("n > 0 OR twice > 0", name="c"), Check("state <> 'x'")],
            indexes=[Index("n", include=["state"]), Index(sql("(n + 1)")), Index("twice")],
            triggers=[
                Trigger("t", touch, timing="before", events="update", update_of=["n"], when="NEW.n > 1")
            ],
            policies=[Policy("p", to=READER, using="n > 1"), Policy("q", to=READER, using="state = 'a'")],
            access=access({READER: [may("select", rows="all", columns=["n"])]}),
        ),
        table("pointing", columns=[Column("n", kind, references=Reference("watched", "n"))]),
    )


def emailed(base: Type, **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a domain that columns, a check and a policy use."""
    email = Domain("e\"mail's", base, **more)
    return (
        email,
        table(
            columns=[Column("address", email), Column(COLUMN, text)],
            constraints=[Check("address::text <> 'a'", name="c")],
            policies=[Policy("p", "select", to=[READER], using=f"'b'::{email.type}::text = address::text")],
        ),
    )


BARE = table()
