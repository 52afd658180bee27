"""`may`, `where`, `member_of` and `Access`: unions of rows, claims, columns, and the errors of definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from schema_dsl import Access, Column, Reference, Table, may, member_of, text, uuid, where
from schema_dsl.errors import DefinitionError
from schema_dsl.model.access import MatchingRows, MemberRows

PUBLISHED = where("published", "state = 'published'")


def untyped(value: object) -> Any:
    """Return a value of a type that the parameter does not accept."""
    return value


class TestRows:
    """`rows=` is one rule or a union of rules."""

    def test_one_rule(self) -> None:
        """A single rule is a union of one."""
        assert (("own",), ("all",)) == (may("select", rows="own").rows, may("select", rows="all").rows)

    def test_union(self) -> None:
        """A list is a union, in the order of the list and without duplicates."""
        permission = may("select", rows=["own", PUBLISHED, "own"])
        assert ("own", PUBLISHED) == permission.rows

    def test_where(self) -> None:
        """`where` keeps the name and the condition."""
        assert (MatchingRows("published", PUBLISHED.condition), "published") == (PUBLISHED, str(PUBLISHED))

    def test_member_of(self) -> None:
        """`member_of` takes a name, a Reference or a Table, and by default the same column on both sides."""
        members = Table("members", schema="teams", columns=[Column("team", uuid), Column("person", uuid)])
        assert (Reference("members"), "team", "team", None, "members") == named(member_of("members", "team"))
        assert (Reference("members", schema="teams"), "t", "team", "person", "mates") == named(
            member_of(members, "t", group="team", member="person", name="mates")
        )
        assert Reference("m", schema="s") == member_of(Reference("m", schema="s"), "t").table

    def test_rules(self) -> None:
        """An access lists the rules and the columns of all permissions."""
        access = Access(
            own="user_id",
            app=[may("select", rows=["own", PUBLISHED]), may("update", rows="own", columns="body")],
            staff=may("select", rows=[member_of("members", "team_id"), PUBLISHED]),
        )
        assert ["own", "published", "members"] == [str(rule) for rule in access.rules]
        assert ("body", "team_id", "user_id") == access.columns

    def test_privileges_do_not_depend_on_rows(self) -> None:
        """A role gets the privileges of all its permissions, for any rows and claims."""
        access = Access(
            app=[may("select", rows=PUBLISHED), may("delete", rows="all", when={"role": "admin"})],
        )
        assert ("select", "delete") == access.privileges("app")


def named(rule: MemberRows) -> tuple[object, ...]:
    """Return the parts of a rule that its arguments decide on."""
    return (rule.table, rule.column, rule.group, rule.member, str(rule))


class TestWhen:
    """`when=` limits a permission to requests that carry claims."""

    @pytest.mark.parametrize(
        ("claims", "applies"),
        [
            ({"app_metadata": {"role": "admin", "team": 7}}, True),
            ({"app_metadata": {"role": "user"}}, False),
            ({"app_metadata": "admin"}, False),
            ({"role": "admin"}, False),
            ({}, False),
            (None, False),
        ],
    )
    def test_applies(self, claims: object, applies: bool) -> None:  # noqa: FBT001
        """The claims of the request must contain those of the permission."""
        permission = may("select", rows="all", when={"app_metadata": {"role": "admin"}})
        assert applies is permission.applies_to(claims)

    def test_types_count(self) -> None:
        """A number is not a boolean, and a list contains the items of the permission."""
        assert not may("select", rows="all", when={"a": True}).applies_to({"a": 1})
        assert may("select", rows="all", when={"a": ["x"]}).applies_to({"a": ["y", "x"]})
        assert not may("select", rows="all", when={"a": ["z"]}).applies_to({"a": ["y", "x"]})

    def test_without_claims(self) -> None:
        """A permission without `when=` applies to every request."""
        assert may("select", rows="all").applies_to(None)


class TestErrors:
    """Errors say what is wrong and what to write instead."""

    @pytest.mark.parametrize(
        ("declare", "message"),
        [
            (
                lambda: may("select", rows=untyped("mine")),
                r'rows must be "own", "all", where\(\.\.\.\) or member_of',
            ),
            (lambda: may("select", rows=[]), "rows is empty"),
            (lambda: may("select", rows=untyped(["own", 3])), r'rows must be "own"'),
            (lambda: may("select", rows="all", when={}), "when must be a mapping with at least one claim"),
            (lambda: may("select", rows="all", when={"a": {1, 2}}), "when: Object of type set"),
            (lambda: may("select", rows="all", when=untyped("admin")), "when must be a mapping"),
            (lambda: may("delete", rows="own", columns=["a"]), "DELETE cannot be limited to columns"),
            (lambda: where("own", "true"), "'own' cannot be the name of rows"),
            (lambda: where("", "true"), "'' cannot be the name of rows"),
            (lambda: where("x", "a = ;"), r"where\('x'\): syntax error"),
            (lambda: where("x", "a) OR (b"), r"where\('x'\)"),
            (lambda: where("x", ""), "must be SQL text"),
            (lambda: member_of("m", "a", condition="SELECT"), r"member_of\('m'\): syntax error"),
            (lambda: member_of(untyped(3), "a"), "must be a table or Reference"),
            (lambda: member_of("m", ""), "column needs a name"),
            (lambda: Access(app=may("select", rows="own")), "has no own column"),
            (lambda: Access(app=may("select", rows=["own", PUBLISHED])), "has no own column"),
            (
                lambda: Access(app=may("select", rows=[where("x", "a"), where("x", "b")])),
                "two different rules of an access are named x",
            ),
        ],
    )
    def test_definition(self, declare: Callable[[], Any], message: str) -> None:
        """The definition raises DefinitionError with the message."""
        with pytest.raises(DefinitionError, match=message):
            declare()

    def test_unknown_column_of_a_rule(self) -> None:
        """The column of `member_of` must be a column of the table."""
        with pytest.raises(
            DefinitionError, match=r"access of table notes refers to column team\b[^\n]*\n.*team_id"
        ):
            Table(
                "notes",
                columns=[Column("team_id", uuid), Column("body", text)],
                access=Access(app=may("select", rows=member_of("members", "team"))),
            )
