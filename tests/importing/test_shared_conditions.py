"""Conditions that several policies, functions and columns share, as variables of a module."""

from __future__ import annotations

import pytest
from written_modules import read, write

from schema_dsl import (
    Column,
    Function,
    Policy,
    Reference,
    Schema,
    Table,
    bigint,
    sql,
    text,
)
from schema_dsl.model.identity import copy_with

LONG = "x" * 40


class TestConditions:
    """Conditions that several policies have."""

    IDS = Function("ids", schema="app", returns="SETOF bigint", language="sql", body="SELECT 1")
    COLUMNS = (Column("id", bigint), Column("club_id", bigint), Column("a", text))

    def test_that_are_short(self) -> None:
        """A repeated condition that has no named part and fits on a line is written out."""
        policy = Policy("p", to="public", using="id > 0 AND id < 1000", check="id > 0 AND id < 1000")
        written = write(Table("t", columns=[Column("id", bigint)], policies=[policy]))
        assert 'using="id > 0 AND id < 1000",\n            check="id > 0 AND id < 1000"' in written["t"]

    def test_of_one_policy(self) -> None:
        """A long condition that one policy repeats is a constant of the module, with the name of the policy."""
        long = "id > 0 AND id < 1000 AND id <> 555555555 AND id <> 666666666"
        policy = Policy("p", to="public", using=long, check=long)
        written = write(Table("t", columns=[Column("id", bigint)], policies=[policy]))
        assert f'P = "{long}"\n' in written["t"]
        assert "using=P, check=P" in written["t"]
        assert "shared" not in written

    def test_of_a_function(self) -> None:
        """A condition of several modules belongs to the module of the function that it calls, and has its name."""
        policies = [Policy("p", to="public", using="public.is_member(id, true)")]
        called = Function(
            "is_member", arguments="a bigint, b boolean", returns="boolean", body=sql("RETURN b")
        )
        tables = [Table(name, columns=[Column("id", bigint)], policies=policies) for name in ("t", "u")]
        written = write(called, *tables)
        assert 'IS_MEMBER = "public.is_member(id, true)"\n' in written["functions"]
        for name in ("t", "u"):
            assert "from .functions import IS_MEMBER\n" in written[name]
            assert "using=IS_MEMBER" in written[name]

    def test_of_a_function_that_is_read_later(self) -> None:
        """A condition of a module that precedes the one of the function is shared, because that module imports it."""
        policy = Policy("p", to="public", using="id IN (SELECT app.ids())")
        tables = [Table(name, columns=[Column("id", bigint)], policies=[policy]) for name in ("t", "u")]
        reading = Function(
            "ids", schema="app", returns="SETOF bigint", language="sql", body="SELECT u.id FROM public.u"
        )
        written = write(Schema("app"), reading, *tables)
        assert "ids = Function(" in written["u"]
        assert 'IDS = "(SELECT app.ids())"' in written["shared"]

    def test_of_a_column(self) -> None:
        """A condition on the caller belongs to the module of the table to which its column refers."""
        own = Policy("p", to="public", using="person_id = (SELECT auth.uid())")
        columns = [Column("person_id", bigint, references=Reference("people", ["id"]))]
        tables = [Table(name, columns=columns, policies=[own]) for name in ("t", "u")]
        written = write(read("people"), *tables)
        assert 'PERSON_IS_CALLER = "person_id = (SELECT auth.uid())"' in written["people"]
        assert "from .people import PERSON_IS_CALLER, people\n" in written["t"]
        assert "using=PERSON_IS_CALLER" in written["u"]

    def test_within_another(self) -> None:
        """A longer condition names the shared ones that it joins with AND, OR and NOT."""
        policies = [
            Policy("p", to="public", using="app.is_a_member(id)"),
            Policy("q", to="public", using="app.is_a_member(id) AND id > 5"),
            Policy("r", to="public", using="(app.is_a_member(id) OR id > 5) AND id < 9"),
            Policy("s", to="public", using="NOT app.is_a_member(id) OR id > 5"),
            Policy("t", to="public", using="app.is_a_member(id) AND a = '}'"),
        ]
        called = Function(
            "is_member", schema="app", arguments="a bigint", returns="boolean", body=sql("RETURN a")
        )
        table = Table("t", columns=[Column("id", bigint), Column("a", text)], policies=policies)
        written = write(Schema("app"), called, table)["t"]
        assert 'IS_A_MEMBER = "app.is_a_member(id)"\n' in written
        assert """using=f"{IS_A_MEMBER} AND id > 5\"""" in written
        assert """using=f"({IS_A_MEMBER} OR id > 5) AND id < 9\"""" in written
        assert """using=f"NOT {IS_A_MEMBER} OR id > 5\"""" in written
        assert "using=\"app.is_a_member(id) AND a = '}'\"" in written

    def test_within_a_query(self) -> None:
        """A condition in a query is about other rows, and is written out; the result of a function is the same."""
        inner = (
            "EXISTS (SELECT 1 FROM public.t AS o WHERE app.is_a_member(id) AND o.id IN (SELECT app.ids()))"
        )
        policies = [
            Policy("p", to="public", using="app.is_a_member(id)", check="app.is_a_member(id)"),
            Policy("q", to="public", using="club_id IN (SELECT app.ids())"),
            Policy("r", to="public", using=inner),
        ]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert "o.id IN {IDS}" in written
        assert "app.is_a_member(id)\n" in written

    def test_of_what_a_function_returns(self) -> None:
        """The result of a function has a name, and the columns that are compared with it are written out."""
        policies = [
            Policy("p", to="public", using="club_id IN (SELECT app.ids())"),
            Policy("q", to="public", using="id IN (SELECT app.ids())"),
            Policy("r", to="public", using="club_id IN (SELECT app.ids()) AND a <> 'owner'"),
        ]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert 'IDS = "(SELECT app.ids())"\n' in written
        assert 'using=f"club_id IN {IDS}"' in written
        assert 'using=f"id IN {IDS}"' in written
        assert """using=f"club_id IN {IDS} AND a <> 'owner'\"""" in written

    def test_comparisons(self) -> None:
        """A column that is compared three times with the result of a function is one condition, beside the function."""
        policies = [
            Policy("p", to="public", using="club_id IN (SELECT app.ids())"),
            Policy("q", to="public", using="club_id IN (SELECT app.ids()) AND a <> 'owner'"),
            Policy("r", to="public", using="club_id NOT IN (SELECT app.ids()) OR a <> 'owner'"),
            Policy("s", to="public", using="id IN (SELECT app.ids())"),
        ]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert ')\nIDS = "(SELECT app.ids())"\nIN_IDS = f"club_id IN {IDS}"\n\n' in written
        assert "using=IN_IDS" in written
        assert """using=f"{IN_IDS} AND a <> 'owner'\"""" in written
        assert """using=f"NOT {IN_IDS} OR a <> 'owner'\"""" in written
        assert 'using=f"id IN {IDS}"' in written
        policies = policies[:-1]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert ')\nIN_IDS = "club_id IN (SELECT app.ids())"\n\n' in written

    def test_follows_its_function(self) -> None:
        """A function that a named condition calls stands before it, and both before the tables that use it."""
        members = Function(
            "a_members",
            schema="app",
            returns="SETOF bigint",
            language="sql",
            body="SELECT id FROM public.t",
        )
        ids = copy_with(self.IDS, body="SELECT id FROM public.t")
        policies = [
            Policy(f"p{number}", to="public", using=f"id IN (SELECT app.{name}())")
            for number, name in enumerate(["ids", "ids", "a_members", "a_members"])
        ]
        written = write(Schema("app"), members, ids, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert ')\nIDS = "(SELECT app.ids())"\n\n' in written
        names = ("a_members = ", "A_MEMBERS = ", "ids = ", "IDS = ", "t = ")
        assert sorted(names, key=lambda name: written.index(f"\n{name}")) == list(names)

    def test_of_what_a_function_returns_for_constants(self) -> None:
        """The result of a function for constants has a name with them, and the result for a column has none."""
        policies = [
            Policy(name, to="public", using=f"id IN (SELECT app.ids({arguments}))")
            for name, arguments in (("p", "'member'"), ("q", "'member'"), ("r", "a"), ("s", "a"))
        ]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert "IDS_MEMBER = \"(SELECT app.ids('member'))\"\n" in written
        assert 2 == written.count('using=f"id IN {IDS_MEMBER}"')
        assert 2 == written.count('using="id IN (SELECT app.ids(a))"')

    def test_title_of_shared(self) -> None:
        """The docstring of the module of shared values names its contents."""
        policy = Policy("p", to="public", using="id IN (SELECT app.ids())")
        tables = [Table(name, columns=[Column("id", bigint)], policies=[policy]) for name in ("t", "u")]
        written = write(Schema("app"), *tables)["shared"]
        assert written.startswith('"""Conditions that several modules share."""\n')

    def test_with_a_named_part(self) -> None:
        """A condition of one module that names one of another imports it there, and not where it is used itself."""
        block = "id IN (SELECT t.id FROM public.t WHERE t.a_long_name_of_a_column IN (SELECT app.ids()))"
        policies = [Policy("p", to="public", using=block), Policy("q", to="public", using=block)]
        other = Policy("o", to="public", using="id IN (SELECT app.ids())")
        tables = [
            Table("t", columns=self.COLUMNS, policies=policies),
            Table("u", columns=self.COLUMNS, policies=[other]),
        ]
        written = write(Schema("app"), self.IDS, *tables)
        assert "from .functions import IDS\n" in written["t"]
        assert 'IN_T_OF_IDS = f"""\n' in written["t"]
        assert "IN {IDS}" in written["t"]
        assert 2 == written["t"].count("using=IN_T_OF_IDS")

    def test_once(self) -> None:
        """A condition of one policy, and a short one, have no name."""
        policies = [
            Policy("p", to="public", using="id > 0 AND id < 1000"),
            Policy("q", to="public", using="true"),
            Policy("r", to="public", using="true"),
        ]
        written = write(Table("t", columns=[Column("id", bigint)], policies=policies))
        assert 'using="id > 0 AND id < 1000"' in written["t"]
        assert 2 == written["t"].count('using="true"')


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        (
            "visit_id IN (SELECT v.id FROM visits AS v WHERE v.place_id IN (SELECT app.places_of_caller()))",
            "IN_VISITS_OF_PLACES_OF_CALLER",
        ),
        ("visit_id IN (SELECT v.id FROM visits AS v WHERE v.owner = auth.uid())", "IN_VISITS_OF_CALLER"),
        ("visit_id IN (SELECT v.id FROM visits AS v WHERE v.is_open)", "VISIT_ID_IN_VISITS"),
        (f"app.is_manager(visit_id, kind, '{LONG}') OR kind <> 'x'", "IS_MANAGER_OR_KIND"),
        (
            f"app.is_manager(visit_id, kind, '{LONG}') OR owner = (SELECT auth.uid())",
            "IS_MANAGER_OR_OWNER_IS_CALLER",
        ),
        (f"published_at <= now() AND kind <> '{LONG}'", "CONDITION_ON_PUBLISHED_AT_AND_KIND"),
        (f"NOT app.is_blocked(visit_id, kind, '{LONG}')", "CONDITION_ON_VISIT_ID_AND_KIND"),
        (f"published_at <= now() AND kind <> '{LONG}' AND visit_id <> 12345678", "CONDITION"),
        (f"this is no condition at all {LONG}", "CONDITION"),
    ],
)
def test_names_of_conditions(condition: str, name: str) -> None:
    """A condition of policies with several names is named by its reads, calls or comparisons."""

    def write_policies(*names: str) -> str:
        policies = [Policy(each, "select", to="public", using=condition) for each in names]
        return write(Table("notes", columns=[Column("id", bigint)], policies=policies))["notes"]

    assert f"\n{name} = " in write_policies("Readers read", "Writers read")
    assert (
        "READERS_READ = "
        in write(
            *(
                Table(
                    table,
                    columns=[Column("id", bigint)],
                    policies=[Policy("Readers read", to="public", using=condition)],
                )
                for table in ("notes", "letters")
            )
        )["shared"]
    )


def test_conditions_that_fit_on_a_line() -> None:
    """A condition with names in it is on one line if it fits, unless a part has several lines."""
    own, visits = "owner_id = (SELECT auth.uid())", "visit_id IN (SELECT app.visits_of_caller())"
    block = "id IN (SELECT v.id FROM visits AS v WHERE v.owner_of_the_visit IS NOT NULL)"
    policies = [
        Policy("a", "select", to="public", using=own),
        Policy("b", "insert", to="public", check=visits),
        Policy("c", "delete", to="public", using=f"{own}\nAND {visits}"),
        Policy("d", "update", to="public", using=f"{own}\nAND {block}", check=own),
        Policy("e", "delete", to="public", using=f"{own}\nAND {visits}\nAND note <> '{'x' * 60}'"),
    ]
    written = write(Table("notes", columns=[Column("id", bigint)], policies=policies))["notes"]
    assert 'using=f"{OWNER_IS_CALLER} AND {IN_VISITS_OF_CALLER}"' in written
    assert (
        '            using=f"""\n                {OWNER_IS_CALLER}\n                AND id IN (\n'
        "                    SELECT v.id\n"
    ) in written
    assert (
        '            using=f"""\n                {OWNER_IS_CALLER}\n                AND {IN_VISITS_OF_CALLER}\n'
        "                AND note <>"
    ) in written
