"""Changes of views and routines that use the rights of their owner: their SQL limits the access of clients."""

from __future__ import annotations

from typing import Any

import pytest
from specimen_parts import READER

from schema_dsl import (
    Column,
    Function,
    Grant,
    MaterializedView,
    Procedure,
    Reference,
    Role,
    Table,
    View,
    bigint,
    sql,
    text,
)
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import describe_weakening, diff, find_weakenings
from schema_dsl.plan.conditions import is_narrowed_query

ROLES = (Role(READER), Role("job", client=False), Role("boss", client=False))
QUERY = "SELECT id, state FROM notes WHERE id > 0"
VIEW = "wider-view:public.shown"
FUNCTION = "wider-function:public.peek"


def made(*objects: Any) -> Catalog:
    """Build the catalog of a table and other objects."""
    columns = [Column("id", bigint, primary_key=True), Column("state", text)]
    return build_catalog([Table("notes", columns=columns), *objects], roles=ROLES)


def found(before: Any, after: Any, *others: Any) -> list[str]:
    """Return the required allowances for the change of one object beside others."""
    old, new = made(before, *others), made(after, *others)
    weakenings = find_weakenings(diff(old, new), old.objects, ROLES)
    return [str(describe_weakening(item).allowance) for item in weakenings]


def shown(query: str = QUERY, **changes: Any) -> View:
    """Build a view that a client role reads."""
    return View("shown", query, **{"select": [READER], **changes})


def stored(query: str = QUERY, **changes: Any) -> MaterializedView:
    """Build a materialized view that a client role reads."""
    return MaterializedView("shown", query, **{"select": [READER], **changes})


def peek(body: str = "SELECT state FROM notes WHERE id = 1", **changes: Any) -> Function:
    """Build a function with the rights of its owner that a client role calls."""
    given: dict[str, Any] = {
        "returns": "text",
        "language": "sql",
        "security_definer": True,
        "execute": [READER],
        **changes,
    }
    return Function("peek", body=body, **given)


def work(body: str = "DELETE FROM notes WHERE id = 1", **changes: Any) -> Procedure:
    """Build a procedure with the rights of its owner that a client role calls."""
    given: dict[str, Any] = {"language": "sql", "security_definer": True, "execute": [READER], **changes}
    return Procedure("peek", body=body, **given)


# The query after the change of a view, and whether the change has to be allowed.
QUERIES: dict[str, bool] = {
    "SELECT id, state FROM notes WHERE id > 0 AND state = 'x'": False,
    "SELECT state, id FROM notes WHERE state = 'x' AND (id > 0) ORDER BY id": False,
    "SELECT id FROM notes WHERE id > 0": False,
    "SELECT id, state FROM notes WHERE false": False,
    "SELECT id, state AS stage FROM notes WHERE id > 0": False,
    "SELECT id, state FROM notes": True,
    "SELECT id, state FROM notes WHERE id >= 0": True,
    "SELECT id, state FROM notes WHERE id > 0 OR state = 'x'": True,
    "SELECT id, state, 1 AS more FROM notes WHERE id > 0": True,
    "SELECT id, state FROM others WHERE id > 0": True,
    "SELECT id, state FROM notes WHERE id > 0 LIMIT 1": True,
    "SELECT id, state FROM notes WHERE id > 0 UNION SELECT 1, 'x'": True,
}


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("build", [shown, stored])
def test_queries(build: Any, query: str) -> None:
    """Another query has to be allowed unless it certainly returns fewer rows or columns."""
    assert ([VIEW] if QUERIES[query] else []) == found(build(), build(query))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SELECT max(id) AS id FROM notes", "SELECT max(id) AS id FROM notes WHERE id < 9"),
        ("SELECT own(id) AS id FROM notes", "SELECT own(id) AS id FROM notes WHERE id < 9"),
        ("SELECT rank() OVER () FROM notes", "SELECT rank() OVER () FROM notes WHERE id < 9"),
        ("SELECT json_arrayagg(id) FROM notes", "SELECT json_arrayagg(id) FROM notes WHERE id < 9"),
        ("SELECT id FROM notes LIMIT 1", "SELECT id FROM notes WHERE id < 9 LIMIT 1"),
        ("SELECT id FROM notes OFFSET 1", "SELECT id FROM notes WHERE id < 9 OFFSET 1"),
        ("SELECT state FROM notes GROUP BY state", "SELECT state FROM notes WHERE id < 9 GROUP BY state"),
        ("SELECT 1 FROM notes HAVING true", "SELECT 1 FROM notes WHERE id < 9 HAVING true"),
        (
            "SELECT DISTINCT ON (state) id FROM notes",
            "SELECT DISTINCT ON (state) id FROM notes WHERE id < 9",
        ),
        ("DELETE FROM notes RETURNING id", "DELETE FROM notes WHERE id < 9 RETURNING id"),
        ("SELECT 1", "no query"),
    ],
)
def test_queries_of_several_rows(old: str, new: str) -> None:
    """If other rows decide on the result, fewer rows may show hidden values."""
    assert not is_narrowed_query(old, new)


def test_queries_of_single_rows() -> None:
    """Functions of one row, and DISTINCT, return nothing new for fewer rows."""
    old = "SELECT DISTINCT upper(state) AS state FROM notes"
    assert is_narrowed_query(old, f"{old} WHERE id < 9")
    assert is_narrowed_query("SELECT max(id) AS a, min(id) AS b FROM notes", "SELECT max(id) AS a FROM notes")


@pytest.mark.parametrize(
    ("condition", "new", "is_narrowed"),
    [
        ("state = ANY (ARRAY['a'::text, 'b'::text])", "state = 'a'::text", True),
        ("state IN ('a', 'b', 'c')", "state IN ('c', 'a')", True),
        ("id > 0 AND state IN ('a', 'b')", "state IN ('b') AND id > 0 AND id < 9", True),
        ("state IN ('a', 'b')", "state IN ('a', 'c')", False),
        ("state = 'a'", "state IN ('a', 'b')", False),
        ("state IN ('a', 'b')", "other = 'a'", False),
        ("at IN ('2026-01-01', '2026-01-02')", "at::date = '2026-01-01'", False),
        ("state NOT IN ('a', 'b')", "state <> 'a'", False),
        ("state IN ('a', 'b') OR id = 1", "state = 'a' OR id = 2", False),
    ],
)
def test_lists_of_values(condition: str, new: str, *, is_narrowed: bool) -> None:
    """A shorter list of values selects no other rows."""
    query = "SELECT id FROM notes WHERE "
    assert is_narrowed == is_narrowed_query(query + condition, query + new)


TWO = "FROM notes AS n INNER JOIN others AS o ON o.id = n.id"
MERGED = "FROM others NATURAL JOIN notes AS n"
# The old and the new query of a view, the column of notes that the migration adds, and whether that shows more.
NEW_COLUMNS: list[tuple[str, str, Column, bool]] = [
    ("SELECT id FROM notes", "SELECT id, more FROM notes", Column("more", text), False),
    ("SELECT id FROM notes", "SELECT id, n.more AS extra FROM notes AS n", Column("more", text), True),
    ("SELECT id FROM notes n", "SELECT id, n.more AS extra FROM notes n", Column("more", text), False),
    (
        "SELECT id FROM public.notes",
        "SELECT id, more FROM public.notes",
        Column("more", text, default="x"),
        False,
    ),
    (f"SELECT n.id {TWO}", f"SELECT n.id, n.more {TWO}", Column("more", text), False),
    (f"SELECT n.id {TWO}", f"SELECT n.id, o.more {TWO}", Column("more", text), True),
    (f"SELECT n.id {TWO}", f"SELECT n.id, more {TWO}", Column("more", text), True),
    (f"SELECT n.id {TWO}", f"SELECT n.id, extra {TWO}", Column("extra", text), False),
    (f"SELECT n.id {TWO}", f"SELECT n.id, state {TWO}", Column("extra", text), True),
    (
        "SELECT n.id FROM notes n, others o",
        "SELECT n.id, extra FROM notes n, others o",
        Column("extra", text),
        False,
    ),
    (f"SELECT n.id {MERGED}", f"SELECT n.id, more {MERGED}", Column("more", text), True),
    ("SELECT id FROM notes", "SELECT id, state FROM notes", Column("more", text), True),
    ("SELECT id FROM notes", "SELECT id, state AS more FROM notes", Column("more", text), True),
    ("SELECT id FROM notes", "SELECT id, upper(more) AS more FROM notes", Column("more", text), True),
    ("SELECT id FROM notes", "SELECT id, more FROM notes", Column("more", text, generated="state"), True),
    (
        "SELECT id FROM notes",
        "SELECT id, more FROM notes",
        Column("more", text, not_null=True, backfill=sql("state")),
        True,
    ),
    ("SELECT id FROM notes", "SELECT id, more FROM notes", Column("more", text, default=sql("peek()")), True),
    (
        "SELECT id FROM notes n(id, more)",
        "SELECT id, n.more FROM notes n(id, more)",
        Column("more", text),
        True,
    ),
    (
        "WITH notes AS (SELECT id, state AS more FROM public.notes) SELECT id FROM notes",
        "WITH notes AS (SELECT id, state AS more FROM public.notes) SELECT id, more FROM notes",
        Column("more", text),
        True,
    ),
]


@pytest.mark.parametrize(("old", "new", "column", "is_wider"), NEW_COLUMNS)
def test_new_column_of_a_table(old: str, new: str, column: Column, *, is_wider: bool) -> None:
    """A column that the migration adds holds no values of before, unless it has them of other columns."""
    columns = [Column("id", bigint, primary_key=True), Column("state", text)]
    others = Table("others", columns=[Column("id", bigint), Column("more", text)])
    before = build_catalog([Table("notes", columns=columns), others, shown(old)], roles=ROLES)
    after = build_catalog([Table("notes", columns=[*columns, column]), others, shown(new)], roles=ROLES)
    weakenings = find_weakenings(diff(before, after), before.objects, ROLES)
    assert ([VIEW] if is_wider else []) == [str(describe_weakening(item).allowance) for item in weakenings]


def test_new_column_that_an_heir_has() -> None:
    """A new column of a table that others inherit from shows what the column of that name of a descendant holds."""
    key, more = [Column("id", bigint)], [Column("more", text)]
    before, after = (
        build_catalog(
            [
                Table("notes", columns=columns),
                Table("heir", columns=own, inherits=Reference("notes")),
                shown(f"SELECT {names} FROM notes"),
            ]
        )
        for columns, own, names in ((key, more, "id"), ([*key, *more], [], "id, more"))
    )
    weakenings = find_weakenings(diff(before, after), before.objects, ROLES)
    assert VIEW in [str(describe_weakening(item).allowance) for item in weakenings]


def test_retyped_column() -> None:
    """Postgres prints other casts for a column of another type; that alone is no other query."""
    old, new = (
        "SELECT id FROM notes WHERE (state)::text = 'x'::text",
        "SELECT id FROM notes WHERE state = 'x'::mood",
    )
    assert is_narrowed_query(old, new, retyped={"state"})
    assert not is_narrowed_query(old, new)


class TestViews:
    """The options of views, and the roles that read them."""

    def test_options(self) -> None:
        """Options that limit access may not be turned off without a word."""
        for strict, loose in (
            ({"security_invoker": True}, {}),
            ({"security_barrier": True}, {}),
            ({"check_option": "local"}, {}),
            ({"check_option": "cascaded"}, {"check_option": "local"}),
        ):
            assert [VIEW] == found(shown(**strict), shown(**loose))
            assert [] == found(shown(**loose), shown(**strict))

    def test_invoker(self) -> None:
        """A view that reads as its caller shows no role more than the tables do."""
        assert [] == found(shown(security_invoker=True), shown("SELECT 1 AS id", security_invoker=True))
        assert [] == found(shown(), shown("SELECT 1 AS id", security_invoker=True))

    def test_readers(self) -> None:
        """Only a view that a client role or PUBLIC reads, before and after, gives access."""
        other = "SELECT id FROM notes"
        grant = Grant("select", to=READER, columns=["id"])
        for grants in (
            {"select": ["public"]},
            {"select": [], "grants": [grant]},
            {"select": ["job", READER]},
        ):
            assert [VIEW] == found(shown(**grants), shown(other, **grants))
        apart: list[dict[str, Any]] = [{"select": []}, {"select": ["job"]}, {"owner": READER}]
        for grants in apart:
            assert [] == found(shown(**grants), shown(other, **grants))
        assert [] == found(shown(), shown(other, select=[]))
        assert ["new-privilege:public.shown." + READER] == found(shown(select=[]), shown(other))

    @pytest.mark.parametrize("build", [shown, stored])
    def test_names(self, build: Any) -> None:
        """Another name for a column shows more only where a role has privileges on columns."""
        swapped = "SELECT id AS state, state AS id FROM notes WHERE id > 0"
        assert [] == found(build(), build(swapped))
        grants = {"select": [], "grants": [Grant("select", to=READER, columns=["id"])]}
        assert [VIEW] == found(build(**grants), build(swapped, **grants))

    @pytest.mark.parametrize("build", [shown, stored])
    def test_through_others(self, build: Any) -> None:
        """The view may read or call the changed object, through views and functions that limit nothing."""
        inner, outer = View("inner_view", QUERY, select=[]), build("SELECT id FROM inner_view")
        assert [VIEW] == found(inner, View("inner_view", "SELECT id, state FROM notes", select=[]), outer)
        calling = build("SELECT peek() AS state")
        limitless: dict[str, Any] = {"security_definer": False, "execute": []}
        assert [VIEW] == found(peek(**limitless), peek("SELECT 'y'", **limitless), calling)
        assert [] == found(inner, View("inner_view", QUERY, select=[], comment="c"), outer)

    def test_named_with_its_cause(self) -> None:
        """The refusal names the changed object."""
        outer = shown("SELECT id FROM inner_view")
        before, after = (
            made(View("inner_view", query, select=[]), outer) for query in (QUERY, "SELECT 1 AS id")
        )
        (weakening,) = find_weakenings(diff(before, after), before.objects, ROLES)
        assert "its result depends on view public.inner_view, which changes" == weakening.effect

    def test_in_the_place_of_another_relation(self) -> None:
        """A view that takes the name and readers of another relation may show them more than the latter."""
        columns = [Column("id", bigint, primary_key=True)]
        table = Table("shown", columns=columns, row_security=True, grants=[Grant("select", to=READER)])
        invoker = shown(security_invoker=True)
        assert [VIEW] == found(invoker, stored()) == found(table, stored()) == found(table, shown())
        assert [] == found(shown(), stored()) == found(stored(), shown(f"{QUERY} AND id < 9"))
        assert [] == found(stored(), invoker) == found(table, invoker) == found(table, stored(select=[]))
        assert [] == found(Table("shown", columns=columns, grants=[]), stored())

    def test_chain(self) -> None:
        """Each of several views that clients read has to be allowed."""
        outer = View("outer_view", "SELECT id FROM shown", select=[READER])
        assert [VIEW, "wider-view:public.outer_view"] == found(shown(), shown("SELECT 1 AS id"), outer)

    def test_owner(self) -> None:
        """The rights of another owner may be wider."""
        for build in (shown, stored, peek, work):
            name = build().name
            assert [f"new-owner:public.{name}"] == found(build(owner="job"), build(owner="boss"))
        assert [] == found(shown(owner="job", select=[]), shown(owner="boss", select=[]))
        assert [] == found(
            *(
                Table("notes2", columns=[Column("id", bigint, primary_key=True)], owner=owner)
                for owner in ("job", "boss")
            )
        )


class TestRoutines:
    """Functions and procedures that run as their owner."""

    @pytest.mark.parametrize("build", [peek, work])
    def test_body(self, build: Any) -> None:
        """Another body has to be allowed, and white space has not."""
        assert [FUNCTION] == found(build(), build("DELETE FROM notes"))
        assert [FUNCTION] == found(build(security_definer=False), build())
        assert [FUNCTION] == found(build(), build(set={"search_path": "other"}))
        assert [] == found(build(), build(f"{build().body}  -- all\n"))
        assert [] == found(build(), build(security_definer=False))

    @pytest.mark.parametrize("build", [peek, work])
    def test_callers(self, build: Any) -> None:
        """Only a routine that a client role or PUBLIC may execute gives access; PUBLIC may, unless that is revoked."""
        other = "DELETE FROM notes"
        assert [FUNCTION] == found(build(execute=None), build(other, execute=None))
        assert [] == found(build(execute=["job"]), build(other, execute=["job"]))
        assert [] == found(build(security_definer=False), build(other, security_definer=False))

    def test_called(self) -> None:
        """The change may be of a routine that it calls."""
        helper = [
            Function("help", body=f"SELECT {number}", returns="int", language="sql", execute=[])
            for number in (1, 2)
        ]
        assert [FUNCTION] == found(*helper, peek("SELECT help()::text"))

    def test_trigger_function(self) -> None:
        """A function of a trigger has no caller."""
        body = "BEGIN RETURN new; END"
        given: dict[str, Any] = {"returns": "trigger", "language": "plpgsql", "execute": None}
        assert [] == found(peek(body, **given), peek("BEGIN RETURN NULL; END", **given))
