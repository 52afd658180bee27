"""Changes that weaken the access to a table that exists: no guard in the SQL can decide on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from specimen_parts import READER, WRITER

from schema_dsl import (
    Access,
    Column,
    DefaultPrivileges,
    Function,
    Grant,
    Policy,
    Role,
    Schema,
    Table,
    Type,
    View,
    bigint,
    may,
    named_type,
    text,
    varchar,
)
from schema_dsl.model.access import Permission
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import describe_weakening, diff, find_weakenings, parse_allowance

ROLES = (Role(READER), Role(WRITER), Role("job", client=False))


def made(*policies: Policy, name: str = "notes", **more: Any) -> Catalog:
    """Build the catalog of one table with row level security."""
    given: dict[str, Any] = {"columns": [Column("id", bigint, primary_key=True), Column("state", text)]}
    given |= {"row_security": True, **more}
    return build_catalog([Table(name, policies=policies, **given)], roles=ROLES)


def rule(**changes: Any) -> Policy:
    """Build a permissive policy of one role, with some attributes changed."""
    given: dict[str, Any] = {"command": "all", "to": READER, "using": "id > 0", **changes}
    return Policy("p", **given)


def reader_may(*permissions: Permission) -> Access:
    """Build an access of the one client role."""
    given: dict[str, Any] = {READER: list(permissions)}
    return Access(**given)


def found(before: Catalog, after: Catalog) -> list[str]:
    """Return the required allowances for the change."""
    weakenings = find_weakenings(diff(before, after), before.objects, ROLES)
    return [str(describe_weakening(item).allowance) for item in weakenings]


POLICY = "wider-policy:public.notes.p"
BAN = {"permissive": False}

# The policies before and after, and whether the change has to be allowed.
POLICIES: dict[str, tuple[Policy | None, Policy | None, bool]] = {
    "permissive added": (None, rule(), True),
    "permissive dropped": (rule(), None, False),
    "restrictive added": (None, rule(**BAN), False),
    "restrictive dropped": (rule(**BAN), None, True),
    "restrictive becomes permissive": (rule(**BAN), rule(), True),
    "permissive becomes restrictive": (rule(), rule(**BAN), False),
    "further AND": (rule(), rule(using="id > 0 AND state = 'x'"), False),
    "AND in another order": (
        rule(using="id > 0 AND state = 'x'"),
        rule(using="state='x' AND (id > 0)"),
        False,
    ),
    "a call in a sub-select": (rule(using="id = own()"), rule(using="id = (SELECT own() AS own)"), False),
    "a call no longer in a sub-select": (
        rule(using="id = (SELECT own(1))"),
        rule(using="id = own(1)"),
        False,
    ),
    "another call in a sub-select": (rule(using="id = own(1)"), rule(using="id = (SELECT own(2))"), True),
    "a sub-select of rows": (rule(using="id = own()"), rule(using="id = (SELECT own() FROM t)"), True),
    "AND removed": (rule(using="id > 0 AND state = 'x'"), rule(), True),
    "OR": (rule(), rule(using="id > 0 OR state = 'x'"), True),
    "another condition": (rule(), rule(using="id >= 0"), True),
    "from true": (rule(using="true"), rule(), False),
    "to true": (rule(), rule(using="true"), True),
    "to false": (rule(), rule(using="false"), False),
    "restrictive with a further AND": (rule(**BAN), rule(using="id > 0 AND state = 'x'", **BAN), False),
    "restrictive to true": (rule(**BAN), rule(using="true", **BAN), True),
    "check added to using": (rule(), rule(check="id > 0 AND state = 'x'"), False),
    "wider check than using": (rule(), rule(check="true"), True),
    "check removed": (rule(check="id > 0 AND state = 'x'"), rule(), True),
    "fewer roles": (rule(to=[READER, WRITER]), rule(), False),
    "fewer roles than PUBLIC": (rule(to="public"), rule(), False),
    "more roles": (rule(), rule(to=[READER, WRITER]), True),
    "another role": (rule(), rule(to=WRITER), True),
    "PUBLIC": (rule(), rule(to="public"), True),
    "restrictive for fewer roles": (rule(to=[READER, WRITER], **BAN), rule(**BAN), True),
    "restrictive for more roles": (rule(**BAN), rule(to="public", **BAN), False),
    "another command": (rule(command="select"), rule(command="delete"), True),
    "comment": (rule(), rule(comment="c"), False),
}


@pytest.mark.parametrize("change", POLICIES)
def test_policies(change: str) -> None:
    """A policy may change without a word only where that certainly takes access away."""
    before, after, weakens = POLICIES[change]
    sides = [made(*([] if side is None else [side])) for side in (before, after)]
    assert ([POLICY] if weakens else []) == found(*sides)


def may_see(body: str = "SELECT key > 0", **changes: Any) -> Function:
    """Build a function for the condition of a policy."""
    given: dict[str, Any] = {"returns": "boolean", "language": "sql", "arguments": ["key bigint"], **changes}
    return Function("may_see", body=body, **given)


class TestConditionsOfPolicies:
    """Policies that stay as they are, and call or read another object that changes."""

    @staticmethod
    def built(*objects: Any, using: str = "may_see(id)", **table: Any) -> Catalog:
        """Build the catalog of a table with such a policy, and of other objects."""
        notes = made(rule(using=using), **table).tables["public", "notes"]
        return build_catalog([*objects, notes], roles=ROLES)

    @pytest.mark.parametrize(
        "changes",
        [
            {"body": "SELECT true"},
            {"body": "BEGIN RETURN true; END", "language": "plpgsql"},
            {"security_definer": True, "execute": []},
            {"set": {"search_path": "other"}},
            {"strict": True},
            {"arguments": ["key bigint DEFAULT 1"]},
            {"arguments": ["key numeric"]},
        ],
    )
    def test_called(self, changes: dict[str, Any]) -> None:
        """A function that may return something else gives access as a wider condition does."""
        assert [POLICY] == found(self.built(may_see()), self.built(may_see(**changes)))

    @pytest.mark.parametrize(
        "changes",
        [
            {"comment": "c"},
            {"cost": 5},
            {"parallel": "safe"},
            {"execute": []},
            {"body": "\n  SELECT key  -- the key\n  > 0\n"},
        ],
    )
    def test_same_result(self, changes: dict[str, Any]) -> None:
        """A change that keeps the result needs no allowance."""
        assert [] == found(self.built(may_see()), self.built(may_see(**changes)))

    @pytest.mark.parametrize("language", ["sql", "plpgsql"])
    def test_called_by_a_function(self, language: str) -> None:
        """The condition may call the function through another function."""
        body = "SELECT may_see(key)" if language == "sql" else "BEGIN RETURN may_see(key); END"
        outer = Function(
            "outer_see", arguments=["key bigint"], returns="boolean", language=language, body=body
        )
        sides = [
            self.built(may_see(text), outer, using="outer_see(id)")
            for text in ("SELECT true", "SELECT false")
        ]
        assert [POLICY] == found(*sides)

    def test_view(self) -> None:
        """The condition may read a view that selects other rows."""
        sides = [
            self.built(View("shown", f"SELECT {number} AS key"), using="id IN (SELECT key FROM shown)")
            for number in (1, 2)
        ]
        assert [POLICY] == found(*sides)

    def test_named_with_its_cause(self) -> None:
        """The refusal names the function."""
        before, after = self.built(may_see()), self.built(may_see("SELECT true"))
        (weakening,) = find_weakenings(diff(before, after), before.objects, ROLES)
        assert "its condition depends on function public.may_see(int8), which changes" == weakening.effect

    def test_without_effect(self) -> None:
        """Other functions, dropped policies and tables without row level security give no access."""
        assert [] == found(
            self.built(may_see(), using="true"), self.built(may_see("SELECT true"), using="true")
        )
        assert [] == found(self.built(may_see()), build_catalog([may_see("SELECT true")], roles=ROLES))
        sides = [self.built(may_see(body), row_security=False) for body in ("SELECT true", "SELECT false")]
        assert [] == found(*sides)


class TestRelations:
    """Row level security, and relations that are not there before or after."""

    def test_row_security_off(self) -> None:
        """Row level security that no longer applies, to all roles or to the owner, needs an allowance."""
        off, on, forced = made(row_security=False), made(), made(force_row_security=True)
        assert ["row-security-off:public.notes"] == found(on, off) == found(forced, on)
        assert [] == found(off, on) == found(on, forced)

    def test_without_row_security(self) -> None:
        """Where row level security is off, policies give no role more than the privileges do."""
        assert [] == found(made(row_security=False), made(rule()))

    def test_unknown_row_security(self) -> None:
        """Of an existing table it may be unknown whether row level security is on, so a policy counts."""
        notes = Table("notes", existing=[Column("id", bigint)], policies=[rule()])
        wanted = build_catalog([notes], roles=ROLES)
        assert [POLICY] == found(wanted.existing(), wanted)

    def test_new_and_dropped(self) -> None:
        """Access to objects that the same migration creates or drops needs no allowance."""
        access = reader_may(may("all", rows="all"))
        for kind in ({}, BAN):
            reading = made(rule(**kind), access=access)
            assert [] == found(Catalog(), reading) == found(reading, Catalog())

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("((state)::text = 'x'::text)", "(state = 'x'::mood)"),
            (
                "((( SELECT auth.uid() AS uid))::text = (state)::text)",
                "(( SELECT auth.uid() AS uid) = state)",
            ),
        ],
    )
    def test_retyped_column(self, old: str, new: str) -> None:
        """Postgres prints other casts for a column of another type; that alone is no other condition."""

        def build(kind: Type, using: str) -> Catalog:
            columns = [Column("id", bigint, primary_key=True), Column("state", kind)]
            return made(rule(using=using), columns=columns)

        assert [] == found(build(varchar(9), old), build(named_type("mood"), new))
        wider = f"{new} OR id > 0"
        assert [POLICY] == found(build(varchar(9), old), build(named_type("mood"), wider))

    def test_names_as_in_sql(self) -> None:
        """The name to allow is quoted as in SQL, and is read back."""
        wide = Policy('wide "o"', to=READER, using="true")
        (allowance,) = found(made(name="Two words"), made(wide, name="Two words"))
        assert 'wider-policy:public."Two words"."wide ""o"""' == allowance
        assert parse_allowance(allowance).concerns(("public", "Two words"))
        assert not parse_allowance(allowance).concerns(("public", "Two"))


class TestPrivileges:
    """A client role or PUBLIC may not get a privilege without a word."""

    def test_more_and_fewer(self) -> None:
        """A further privilege has to be allowed, and fewer have not."""
        read = made(access=reader_may(may("select", rows="all")))
        write = made(access=reader_may(may("select", "insert", rows="all")))
        assert [f"new-privilege:public.notes.{READER}"] == found(read, write)
        assert [] == found(write, read)
        (weakening,) = find_weakenings(diff(read, write), read.objects, ROLES)
        assert f"{READER} gets INSERT" == weakening.effect

    def test_internal_role(self) -> None:
        """A role that serves no requests may get a privilege."""
        assert [] == found(made(access=Access()), made(access=Access(job=may("select", rows="all"))))

    def test_columns(self) -> None:
        """A privilege on the table covers its columns; another column is a new privilege, unless it is new itself."""

        def updating(*names: str, columns: Sequence[str] = ("id", "state")) -> Catalog:
            update = may("update", columns=names, rows="all")
            kept = [Column(name, bigint, primary_key=name == "id") for name in columns]
            return made(access=reader_may(may("select", rows="all"), update), columns=kept)

        added = [f"new-privilege:public.notes.{READER}"]
        assert [] == found(made(access=reader_may(may("select", "update", rows="all"))), updating("state"))
        assert added == found(updating("state"), updating("state", "id"))
        assert [] == found(updating("state"), updating("state", "new", columns=("id", "state", "new")))

    def test_from_public(self) -> None:
        """Every role has the privileges of PUBLIC, so a role may get those that PUBLIC loses."""
        public = made(access=Access(public=may("select", rows="all")))
        assert [] == found(public, made(access=reader_may(may("select", rows="all"))))
        assert ["new-privilege:public.notes.public"] == found(made(access=Access()), public)

    def test_of_other_objects(self) -> None:
        """A function that existed before is guarded as a table is; PUBLIC has a built-in privilege."""

        def catalog(**execute: Any) -> Catalog:
            function = Function("f", arguments="int", body="BEGIN END", returns="void", **execute)
            return build_catalog([function], roles=ROLES)

        withheld, given = catalog(execute=[]), catalog(execute=[READER])
        assert [f"new-privilege:public.f.{READER}"] == found(withheld, given)
        assert [] == found(given, withheld)
        # Every new function may be executed by PUBLIC, and so by each role.
        assert [] == found(catalog(), withheld)
        assert ["new-privilege:public.f.public"] == found(withheld, catalog())
        assert [] == found(build_catalog([], roles=ROLES), given)

    def test_object_outside_schemas(self) -> None:
        """The name of a schema, which is in no schema, begins with its own name."""
        states = [
            build_catalog([Schema("shop", grants=grants)], roles=ROLES)
            for grants in ([], [Grant("usage", to=READER)])
        ]
        assert [f"new-privilege:shop.{READER}"] == found(*states)

    def test_default_privileges(self) -> None:
        """More privileges on the objects that a role will create are new privileges, and fewer are not."""
        read, write, nothing = (
            build_catalog(
                [DefaultPrivileges("tables", role="job", schema="public", grants=grants)], roles=ROLES
            )
            for grants in (
                [Grant("select", to=READER)],
                [Grant("select", "insert", to=READER)],
                [Grant("select", to="job")],
            )
        )
        (weakening,) = find_weakenings(diff(read, write), read.objects, ROLES)
        assert f"{READER} gets INSERT on the tables that job will create" == weakening.effect
        assert ['new-privilege:public."tables of job"'] == found(read, write)
        assert [] == found(write, read)
        assert [] == found(read, nothing)
        withheld, given = (
            build_catalog([DefaultPrivileges("functions", role="job", grants=grants)], roles=ROLES)
            for grants in (
                [Grant("execute", to="job")],
                [Grant("execute", to="public"), Grant("execute", to="job")],
            )
        )
        assert ['new-privilege:"functions of job"'] == found(withheld, given)

    def test_grant_option(self) -> None:
        """The right to grant a privilege on is a new privilege, also on a column."""
        for columns in ((), ("id",)):
            plain = made(grants=[Grant("select", to=READER, columns=columns)])
            more = made(grants=[Grant("select", to=READER, columns=columns, grant_option=True)])
            assert [f"new-privilege:public.notes.{READER}"] == found(plain, more)
            assert [] == found(more, plain)
