"""Tests of declared views: accepted and refused arguments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from schema_dsl import (
    Access,
    Column,
    Function,
    MaterializedView,
    RewriteRule,
    Role,
    Table,
    Trigger,
    View,
    integer,
    may,
)
from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.lint.definitions import lint_definitions
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.model.privilege import Privilege

READ_ALL: Final = Access(app=may("select", rows="all"))


def privileges(view: View) -> dict[str, tuple[str, ...]]:
    """Return the privileges on a view by role, with anon as a client role."""
    catalog = build_catalog([view], roles=[Role("anon"), Role("app")])
    return {identity.name: item.privileges for identity, item in catalog.of_kind("privilege").items()}


class TestView:
    """The class."""

    def test_indentation_does_not_count(self) -> None:
        """A query is the same, however it is indented and ended."""
        query = """
            SELECT 1
              AS a;
        """
        assert "SELECT 1\n  AS a" == View("v", query).query

    def test_quoted_lines_stay(self) -> None:
        """Lines of a quoted text keep their indentation."""
        query = "SELECT 'a\n    b' AS c"
        assert query == View("v", f"\n{query}\n").query

    def test_recursive_is_written_in_full(self) -> None:
        """A recursive query is the query that Postgres stores, however often the object is copied."""
        view = View("v", "SELECT 1 UNION ALL SELECT n + 1 FROM v", columns="n", recursive=True)
        assert view.query.startswith("WITH RECURSIVE v (n) AS (\n    SELECT 1")
        assert not view.recursive

    def test_privileges_of_all_roles_are_declared(self) -> None:
        """With one of select, insert, update and delete, all other client roles and PUBLIC have no privilege."""
        assert {"public": (), "anon": (), "app": ("select", "update")} == privileges(
            View("v", "SELECT 1 AS a", select="app", update=["app"])
        )

    def test_privileges_are_unmanaged_by_default(self) -> None:
        """Without them, no privilege is declared."""
        assert {} == privileges(View("v", "SELECT 1 AS a"))

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (("v", "SELEC 1"), "view v: syntax error"),
            (
                ("v", "DELETE FROM t RETURNING 1"),
                "view v has a statement that changes the database, not a query",
            ),
            (("v", "SELECT 1 AS a INTO t"), "view v has a statement that changes the database, not a query"),
            (("v", "SELECT 1; SELECT 2"), "view v: "),
        ],
    )
    def test_refuses_what_is_no_query(self, arguments: tuple[str, str], expected: str) -> None:
        """Text that is not one SELECT statement is an error with its line."""
        with pytest.raises(DefinitionError, match=expected) as caught:
            View(*arguments)
        assert Path(__file__).name in str(caught.value.where)

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"recursive": True}, "recursive view v names no columns"),
            ({"check_option": "global"}, "check_option cannot be 'global'"),
            ({"security_invoker": "yes"}, "security_invoker must be True or False"),
            ({"columns": [""]}, "column needs a name"),
        ],
    )
    def test_refuses_wrong_attributes(self, changes: dict[str, Any], expected: str) -> None:
        """An attribute that CREATE VIEW does not take is an error."""
        with pytest.raises(DefinitionError, match=expected):
            View("v", "SELECT 1 AS a", **changes)

    def test_fires_triggers_of_rows_instead(self) -> None:
        """A trigger that fires for each row of a view is INSTEAD OF, and a table has no such trigger."""
        function = Function("f")
        with pytest.raises(DefinitionError, match="trigger t of view v fires before each row"):
            View("v", "SELECT 1 AS a", triggers=[Trigger("t", function, timing="before", events="update")])
        instead = Trigger("t", function, timing="instead of", events="update")
        with pytest.raises(DefinitionError, match="INSTEAD OF, which only views have"):
            Table("t", columns=[Column("a", integer)], triggers=[instead])
        with pytest.raises(DefinitionError, match="for_each_row=False, when= or update_of="):
            Trigger("t", function, timing="instead of", events="update", when="NEW.a > 1")

    def test_refuses_rules_on_select(self) -> None:
        """A rule has one of the events that Postgres accepts, and one of the states."""
        event: Any = "select"
        with pytest.raises(DefinitionError, match="event of rule r must be one of insert, update, delete"):
            RewriteRule("r", event, "NOTHING")
        state: Any = "on"
        with pytest.raises(DefinitionError, match="enabled of rule r must be one of"):
            RewriteRule("r", "delete", "NOTHING", enabled=state)

    def test_refuses_the_name_of_a_view(self) -> None:
        """Two views, or a view and a table, cannot have one name."""
        with pytest.raises(DefinitionError, match=r"view public\.v is declared twice"):
            build_catalog([View("v", "SELECT 1 AS a"), View("v", "SELECT 2 AS a")])


class TestCheck:
    """The check of the definitions."""

    @staticmethod
    def check(*views: View) -> list[str]:
        """Return the messages about views."""
        return [finding.message for finding in lint_definitions(build_catalog(views))]

    def test_knows_the_columns_of_views(self) -> None:
        """A view that reads another view is checked against its columns."""
        base = View("base", "SELECT 1 AS a, 'x' AS b")
        assert [] == self.check(base, View("v", "SELECT a + 1 AS c FROM base"))
        assert ['view v: column "z" does not exist in base'] == self.check(
            base, View("v", "SELECT z FROM base")
        )

    def test_counts_the_names(self) -> None:
        """Two columns of one name, and more names than columns, are errors."""
        assert 'column "a" specified more than once' in self.check(View("v", "SELECT 1 AS a, 2 AS a"))[0]
        assert "too many column names" in self.check(View("v", "SELECT 1 AS a", columns=["a", "b"]))[0]

    def test_is_in_the_fingerprint(self) -> None:
        """Each declared attribute changes the fingerprint."""

        def fingerprint(**changes: Any) -> str:
            catalog: Catalog = build_catalog([View("v", "SELECT 1 AS a", **changes)])
            assert Identity("view", "public", "v") in catalog.objects
            return catalog.fingerprint()

        changes: list[dict[str, Any]] = [
            {},
            {"columns": ["b"]},
            {"security_invoker": True},
            {"security_barrier": True},
            {"check_option": "local"},
            {"select": ["app"]},
            {"comment": "c"},
            {"column_comments": {"a": "c"}},
        ]
        assert len(changes) == len({fingerprint(**change) for change in changes})


class TestAccess:
    """The declared access of views."""

    def test_grants_select(self) -> None:
        """The access grants SELECT, on columns if it names some, and no other role keeps a privilege."""
        limited = Access(app=may("select", rows="all", columns="id"))
        declared: list[View | MaterializedView] = [
            View("v", "SELECT 1 AS id", access=limited, insert=["writer"]),
            MaterializedView("m", "SELECT 1 AS id", access=limited),
        ]
        for view in declared:
            objects = build_catalog([view]).objects
            held = {each.name: each for each in objects.values() if isinstance(each, Privilege)}
            assert (("id", "select"),) == tuple(held["app"].columns)
            assert () == tuple(held["public"].privileges)
            assert limited == build_catalog([view]).views["public", view.name].access

    @pytest.mark.parametrize(
        ("declare", "message"),
        [
            (
                lambda: View("v", "SELECT 1 AS id", access=READ_ALL, select=["app"]),
                "view v has both access= and select=",
            ),
            (
                lambda: MaterializedView("m", "SELECT 1 AS id", access=READ_ALL, select=["app"]),
                "materialized view m has both access= and select=",
            ),
            (
                lambda: View("v", "SELECT 1 AS id", access=READ_ALL, security_invoker=True),
                "view v has access= and security_invoker=True",
            ),
            (
                lambda: View("v", "SELECT 1 AS id", access=Access(app=may("all", rows="all"))),
                "view v: the access of a view is about SELECT, not INSERT",
            ),
            (
                lambda: View("v", "SELECT 1 AS id", access="app"),  # type: ignore[arg-type]
                "view v: access must be Access(...), not 'app'",
            ),
        ],
        ids=["both", "both, materialized", "invoker", "operations", "type"],
    )
    def test_mistakes(self, declare: Callable[[], object], message: str) -> None:
        """An access that a view cannot have is an error at its line."""
        with pytest.raises(DefinitionError) as caught:
            declare()
        assert message == caught.value.what
        assert "test_views.py" in (caught.value.where or "")
