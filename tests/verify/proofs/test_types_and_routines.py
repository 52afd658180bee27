"""The proofs know declared enums, domains, functions and procedures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from subjects import subject_of

from schema_dsl import Check, Column, Domain, Enum, Function, Procedure, Table, before_update, bigint, text
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.proofs.matches import PROOF

role = Enum("role", ["member", "admin"], comment="Roles.")
email = Domain("email", text, not_null=True, check=Check("VALUE LIKE '%@%'", name="has_at"))
touch = Function("touch", body="BEGIN RETURN NEW; END", execute=[])
is_member = Function(
    "is_member",
    arguments=["who bigint"],
    returns="boolean",
    language="sql",
    volatility="stable",
    set={"search_path": ""},
    body="SELECT EXISTS (SELECT FROM public.members AS m WHERE m.id = who)",
    execute=[],
)
tidy = Procedure("tidy", language="sql", body="DELETE FROM public.members WHERE false", execute=[])
members = Table(
    "members",
    columns=[
        Column("id", bigint, primary_key=True),
        Column("role", role, not_null=True, default="member"),
        Column("email", email),
    ],
    constraints=[Check("role <> 'admin' OR public.is_member(id) IS NOT NULL", name="c")],
    triggers=[before_update(touch)],
)


@pytest.fixture(scope="module")
def made(server: Server) -> Iterator[Scratch]:
    """Scratch databases of a migration with types and routines."""
    subject = subject_of(role, email, touch, is_member, tidy, members, platform=platform("vanilla"))
    with Scratch(server, subject) as scratch:
        yield scratch


def test_proven(made: Scratch) -> None:
    """The generated migration produces exactly the declared types and routines."""
    found = PROOF.run(made)
    assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.untried))


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("ALTER TYPE role RENAME VALUE 'admin' TO 'owner'", "enum public.role: labels is"),
        ("COMMENT ON TYPE role IS 'Other.'", "enum public.role: comment is"),
        ("ALTER DOMAIN email DROP NOT NULL", "domain public.email: not null is false, but true is declared"),
        ("ALTER DOMAIN email ADD CONSTRAINT x CHECK (VALUE <> '')", "domain public.email: check is"),
        ("ALTER FUNCTION is_member VOLATILE", "volatility is volatile, but stable is declared"),
        ("ALTER FUNCTION is_member SECURITY DEFINER", "security definer is true, but false is declared"),
        ("ALTER FUNCTION is_member RESET search_path", "set is none, but"),
        ("GRANT EXECUTE ON FUNCTION is_member TO PUBLIC", "public has execute on function public.is_member"),
        ("GRANT EXECUTE ON PROCEDURE tidy TO PUBLIC", "public has execute on procedure public.tidy"),
        ("CREATE OR REPLACE PROCEDURE tidy() LANGUAGE sql AS 'SELECT 1'", "procedure public.tidy(): body is"),
        (
            "CREATE FUNCTION is_member(who text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "is_member(text) is new",
        ),
        ("DROP PROCEDURE tidy()", "procedure public.tidy() is declared but does not exist"),
    ],
)
def test_reported(made: Scratch, statement: str, sentence: str) -> None:
    """A change of a declared type or routine, and an undeclared overload, is a failure that says what differs."""
    with made.variant(script=f"{made.subject.script}\n{statement};\n") as variant:
        found = PROOF.run(variant)
    assert Status.FAILED is found.status
    assert sentence in "; ".join(found.failures)
