"""Tests of grants: their privileges, and mistakes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from schema_dsl import (
    Access,
    Column,
    DefaultPrivileges,
    Domain,
    Enum,
    Function,
    Grant,
    Role,
    Schema,
    Table,
    bigint,
    integer,
    may,
)
from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import build_catalog
from schema_dsl.model.owner import Ownership, ownership_identity
from schema_dsl.model.privilege import Privilege, privilege_identity
from schema_dsl.model.schema_object import SchemaObject

ROLES = (Role("anon"), Role("job", client=False))


def privileges(declared: SchemaObject) -> dict[str, Privilege]:
    """Return the privileges that a declaration leads to, by role."""
    found = build_catalog([declared], roles=ROLES).of_kind("privilege")
    assert all(
        identity == privilege_identity(declared.identity, item.name) for identity, item in found.items()
    )
    return {item.name: item for item in found.values()}


def notes(*grants: Grant, **more: Any) -> Table:
    """Declare a table with grants."""
    return Table("notes", columns=[Column("id", bigint), Column("n", integer)], grants=grants, **more)


class TestExpansion:
    """The declared privileges of each role."""

    def test_of_a_table(self) -> None:
        """PUBLIC and the client roles are listed even without privileges; grants to one role are joined."""
        found = privileges(
            notes(
                Grant("select", "insert", to=["job", ROLES[0]]),
                Grant("update", to="job", columns="n", grant_option=True),
                Grant("delete", to="job", grant_option=True),
            )
        )
        assert {"public", "anon", "job"} == set(found)
        assert Privilege("public") == found["public"]
        assert Privilege("anon", ("insert", "select")) == found["anon"]
        assert (
            Privilege(
                "job", ("delete", "insert", "select"), (("n", "update"),), ("delete",), (("n", "update"),)
            )
            == found["job"]
        )

    def test_beside_access(self) -> None:
        """A role has the privileges that the access needs, and those of the grants."""
        access = Access(anon=may("select", rows="all"), job=may("update", rows="all", columns="n"))
        found = privileges(notes(Grant("truncate", to="anon"), Grant("select", to="job"), access=access))
        assert ("select", "truncate") == found["anon"].privileges
        assert Privilege("job", ("select",), (("n", "update"),)) == found["job"]

    def test_of_the_owner(self) -> None:
        """The owner has all privileges, whether it is declared or the role that runs migrations."""
        declared = [notes(Grant("select", to=["job", "anon"]), owner="job"), Enum("e", ["a"], usage="anon")]
        found = build_catalog(declared, roles=ROLES, migrator="anon").of_kind("privilege")
        assert {("notes", "public"), ("notes", "anon"), ("e", "public")} == {
            (identity.root.name, identity.name) for identity in found
        }

    def test_all(self) -> None:
        """The word all means the same on every server, so it has no MAINTAIN; columns have four privileges."""
        found = privileges(notes(Grant("all", to="anon"), Grant("all", to="job", columns="id")))
        assert 7 == len(found["anon"].privileges)
        assert "maintain" not in found["anon"].privileges
        assert ["insert", "references", "select", "update"] == [name for _, name in found["job"].columns]

    def test_short_forms(self) -> None:
        """usage= and execute= name the roles with that privilege, and join with grants=."""
        mood = Enum("mood", ["a"], usage=[ROLES[0]], grants=[Grant("usage", to="job", grant_option=True)])
        assert ("usage",) == privileges(mood)["anon"].privileges == privileges(mood)["job"].grantable
        assert () == privileges(mood)["public"].privileges
        function = Function("f", language="sql", body="SELECT 1", execute="public")
        assert ("execute",) == privileges(function)["public"].privileges

    def test_not_managed(self) -> None:
        """Without grants, access and short forms there is no privilege; an empty list gives none to any role."""
        assert {} == privileges(Table("t", columns=[Column("id", bigint)]))
        assert {} == privileges(Enum("mood", ["a"]))
        assert {"public", "anon"} == set(privileges(Domain("d", bigint, grants=[])))


class TestOwners:
    """The owner of an object is an object of its own in the catalog."""

    def test_declared(self) -> None:
        """Each kind of object can have an owner; without one, the owner is not managed."""
        declared = [notes(owner=ROLES[1]), Enum("mood", ["a"], owner="job"), Schema("app", owner="job")]
        found = build_catalog([*declared, Domain("d", bigint)], roles=ROLES).of_kind("owner")
        assert {ownership_identity(item.identity) for item in declared} == set(found)
        assert {Ownership("job")} == set(found.values())
        assert "owner of public.notes" == str(ownership_identity(declared[0].identity))


class TestDefaultPrivileges:
    """The privileges on future objects by the default privileges of a role."""

    def test_of_all_schemas(self) -> None:
        """Only roles whose privileges are not the built-in ones are listed: PUBLIC if it may not execute functions."""
        given = DefaultPrivileges("functions", role="job", grants=[Grant("execute", to=["public", "anon"])])
        assert (Privilege("anon", ("execute",)),) == given.privileges
        assert (Privilege("public"),) == DefaultPrivileges("functions", role="job").privileges
        assert DefaultPrivileges("tables", role="job").is_built_in

    def test_of_one_schema(self) -> None:
        """The default privileges of a schema only add: PUBLIC is listed if it gets a privilege."""
        assert DefaultPrivileges("types", role="job", schema="app").is_built_in
        given = DefaultPrivileges("types", role="job", schema="app", grants=[Grant("usage", to="public")])
        assert (Privilege("public", ("usage",)),) == given.privileges

    def test_concerns(self) -> None:
        """Default privileges concern each kind of object of their class, in their schema."""
        tables = DefaultPrivileges("tables", role="job", schema="app")
        assert tables.concerns(Identity("view", "app", "v"))
        assert not tables.concerns(Identity("view", "other", "v"))
        assert not tables.concerns(Identity("sequence", "app", "s"))
        types = DefaultPrivileges("types", role="job")
        assert types.concerns(Identity("domain", "app", "d"))
        assert not types.concerns(Identity("foreign_server", "", "s"))

    def test_identity(self) -> None:
        """The role, the schema and the class make the identity, so that two declarations of the same are an error."""
        one = DefaultPrivileges("tables", role="job", schema="app")
        build_catalog([one, DefaultPrivileges("tables", role="job")], roles=ROLES)
        with pytest.raises(DefinitionError, match="declared twice"):
            build_catalog([one, DefaultPrivileges("tables", role="job", schema="app")], roles=ROLES)


MISTAKES: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: Grant(["select", "insert"], to="r"),  # type: ignore[arg-type]
        r'Write the names as separate arguments: Grant\("select", "insert", to=...\).',
    ),
    (
        lambda: may(["select", "insert"], rows="all"),  # type: ignore[arg-type]
        'Write the names as separate arguments: "select", "insert".',
    ),
    (lambda: Grant("selct", to="r"), "'selct' is no privilege\n  Did you mean 'select'?"),  # type: ignore[arg-type]
    (lambda: Grant(to="r"), "has no privilege"),
    (lambda: Grant("select", to=[]), "names no role"),
    (lambda: Grant("select", to=""), "role in to= needs a name"),
    (lambda: Grant("select", to="public", grant_option=True), "WITH GRANT OPTION for PUBLIC"),
    (lambda: privileges(notes(Grant("execute", to="job"))), "a table has no privilege 'execute'"),
    (
        lambda: privileges(notes(Grant("delete", to="job", columns="id"))),
        "column of a table has no privilege",
    ),
    (
        lambda: privileges(Enum("mood", ["a"], grants=[Grant("usage", to="job", columns="a")])),
        "an enum has no columns",
    ),
    (lambda: notes(Grant("select", to="job", columns="nn")), "refers to column nn.*\n.*Did you mean n?"),
    (lambda: notes("select"), "grants cannot contain 'select'"),  # type: ignore[arg-type]
    (
        lambda: privileges(notes(Grant("select", to="annon"))),
        "role annon, which is not declared\n.*mean anon",
    ),
    (
        lambda: privileges(Enum("mood", ["a"], usage=["jobb"])),
        "access of enum public.mood refers to role jobb",
    ),
    (lambda: notes(owner="public"), "PUBLIC cannot own an object"),
    (lambda: build_catalog([notes(owner="jobb")], roles=ROLES), "owner of table notes refers to role jobb"),
    (lambda: DefaultPrivileges("table", role="job"), "cannot be on 'table'\n.*tables, seq"),  # type: ignore[arg-type]
    (lambda: DefaultPrivileges("schemas", role="job", schema="app"), "in schema app cannot be on 'schemas'"),
    (lambda: DefaultPrivileges("tables", role="public"), "PUBLIC creates no objects"),
    (
        lambda: DefaultPrivileges("types", role="job", grants=[Grant("select", to="anon")]),
        "an enum has no privilege 'select'",
    ),
    (
        lambda: build_catalog([DefaultPrivileges("tables", role="jobb")], roles=ROLES),
        "default privileges tables of jobb refers to role jobb",
    ),
    (lambda: Function("f", grants=[Grant("execute", to="job")]), "function f has grants=, but no body"),
]


@pytest.mark.parametrize(("declare", "message"), MISTAKES)
def test_mistakes(declare: Callable[[], Any], message: str) -> None:
    """A mistake in a grant is an error that says what is wrong."""
    with pytest.raises(DefinitionError) as caught:
        declare()
    what, _, instead = message.partition("\n")
    text = str(caught.value)
    assert re.search(what, text), text
    assert re.search(instead.strip(), text), text
