"""Conditions and queries as people write them."""

from __future__ import annotations

import contextlib

import pytest

from schema_dsl.importing.intervals import spell_interval
from schema_dsl.importing.readable_sql import simplify_condition, simplify_query
from schema_dsl.postgres import Connection, Server

MEMBER = """(EXISTS ( SELECT 1
   FROM public.members m
  WHERE ((m.org_id = projects.org_id) AND (m.user_id = ( SELECT auth.uid() AS uid))
    AND (m.role = ANY (ARRAY['owner'::public.role, 'admin'::public.role])))))"""
READABLE_MEMBER = """EXISTS (
    SELECT 1
    FROM public.members AS m
    WHERE
        m.org_id = projects.org_id
        AND m.user_id = (SELECT auth.uid())
        AND m.role IN ('owner', 'admin')
)"""


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("(( SELECT auth.uid() AS uid) = a)", "(SELECT auth.uid()) = a"),
        (
            "((( SELECT auth.uid() AS uid) = a) OR (( SELECT auth.uid() AS uid) = b))",
            "(SELECT auth.uid()) IN (a, b)",
        ),
        ("((f() = a) OR (f() = 1))", "f() = a OR f() = 1"),
        ("((a = b) OR (a = c))", "a = b OR a = c"),
        ("(a = 'x'::text)", "a = 'x'"),
        ("(a = 'x'::text[])", "a = 'x'::text[]"),
        (
            "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
            "a IN ('x', 'y')",
        ),
        ("(a <> ALL (ARRAY[1, 2]))", "a NOT IN (1, 2)"),
        ("(a = ANY (b))", "a = ANY(b)"),
        ("(a IN ( SELECT m.a\n   FROM m))", "a IN (SELECT m.a FROM m)"),
        ("((n > '-3'::integer) OR (total > (3)::numeric))", "n > -3 OR total > 3"),
        ("((a)::text ~~ '%x'::text)", "a LIKE '%x'"),
        ("((a)::text !~~* '%x'::text)", "a NOT ILIKE '%x'"),
        ("((a)::text = (b)::text)", "a::text = b::text"),
        ("(at > (now() - '1 day'::interval))", "at > now() - interval '1 day'"),
        ("(until > CURRENT_DATE)", "until > CURRENT_DATE"),
        ("((n >= ('-9'::integer)::numeric) AND (n <= (9)::numeric))", "n BETWEEN -9 AND 9"),
        ("((a >= 1) AND (b <= 2))", "a >= 1 AND b <= 2"),
        ("(((a >= 1) AND (a <= 2)) AND (b = 3))", "a BETWEEN 1 AND 2 AND b = 3"),
        ("((b = 3) AND ((a >= 1) AND (a <= 2)))", "b = 3 AND a BETWEEN 1 AND 2"),
        ("((a >= 1) AND (a <= 2) AND (b = 3))", "a >= 1 AND a <= 2 AND b = 3"),
        ("(((storage.foldername(name))[1])::uuid = id)", "(storage.foldername(name))[1]::uuid = id"),
        (
            "setweight(to_tsvector('simple'::regconfig, a), 'A'::\"char\")",
            "setweight(to_tsvector('simple', a), 'A')",
        ),
        (
            (
                "((( SELECT auth.uid() AS uid) = submitted_by) AND (approved_by IS NULL)"
                " AND (club_id IN ( SELECT clubs() AS clubs)))"
            ),
            "(SELECT auth.uid()) = submitted_by\nAND approved_by IS NULL\nAND club_id IN (SELECT clubs())",
        ),
        ("((amount)::bigint > 0)", "amount > 0"),
        ("(((amount)::bigint / 2) > 0)", "amount::bigint / 2 > 0"),
        ("((a - (b - c)) > ((a - b) - c))", "a - (b - c) > a - b - c"),
        ("(((a + b) * c) > ((a * b) + c))", "(a + b) * c > a * b + c"),
        ("((((a || '-'::text) || b) || c) = 'x'::text)", "a || '-' || b || c = 'x'"),
        ("(((a -> 'b'::text) ->> 'c'::text) = 'x'::text)", "(a -> 'b' ->> 'c') = 'x'"),
        ("((a % 2) = 0)", "(a % 2) = 0"),
        ("((NULLIF(f(a), ''::text))::uuid = b)", "NULLIF(f(a), '')::uuid = b"),
        ("((f(a))[1] = (COALESCE(b, c))::uuid)", "(f(a))[1] = COALESCE(b, c)::uuid"),
        ("((x IS NULL) = (y IS NULL))", "(x IS NULL) = (y IS NULL)"),
        (
            f"(((setweight(a, '{'b' * 30}') || setweight(a, '{'c' * 30}')) || a))",
            f"setweight(a, '{'b' * 30}')\n|| setweight(a, '{'c' * 30}')\n|| a",
        ),
        ("(a IN ( SELECT m.a FROM m m))", "a IN (SELECT m.a FROM m AS m)"),
        ("(a IN ( SELECT m.a FROM m CROSS JOIN n))", "a IN (SELECT m.a FROM m CROSS JOIN n)"),
        ("(NOT (a AND b))", "NOT (a AND b)"),
        ("(state = 'new'::public.state)", "state = 'new'"),
        ("f('new'::public.state)", "f('new'::public.state)"),
        (MEMBER, READABLE_MEMBER),
        ("not an expression (", "not an expression ("),
    ],
)
def test_condition(printed: str, expected: str) -> None:
    """The additions of Postgres are left out, and IN and LIKE replace their operators."""
    assert expected == simplify_condition(printed)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("1 mon", "1 month"),
        ("2 years 3 mons 1 day", "2 years 3 months 1 day"),
        ("01:00:00", "1 hour"),
        ("00:15:00", "15 minutes"),
        ("1 day 36:00:01", "1 day 36 hours 1 second"),
        ("00:00:00", "00:00:00"),
        ("-1 mons", "-1 mons"),
        ("00:00:00.5", "00:00:00.5"),
        ("", ""),
    ],
)
def test_intervals(shared: Connection, printed: str, expected: str) -> None:
    """An interval is in words, and Postgres reads the same from them."""
    assert expected == spell_interval(printed)
    query = "SELECT quote_literal(%s::interval) = quote_literal(%s::interval)"
    if printed:
        assert (True,) == shared.execute(query, (printed, expected)).fetchone()


@pytest.mark.parametrize(
    "check",
    [
        "at > now() - interval '1 month' + interval '90 minutes'",
        "now() - (now() - at) > at - interval '1 day' * 2",
        "n + 2 * m - (n - m) > (n + 2) * m / 2",
        "t || '-' || (t || t) = 'x' || t",
        "(d -> 'a' ->> 'b') = 'c' AND d -> 'a' -> 'b' IS NOT NULL",
        "o BETWEEN '08:00' AND '18:30:10' AND n % 2 = - m",
    ],
)
def test_reads_the_same(server: Server, check: str) -> None:
    """Postgres prints the same text for a condition after casts, parentheses and units were simplified."""
    columns = "at timestamptz, n integer, m numeric, t text, d jsonb, o time"
    with server.database() as fresh, contextlib.closing(fresh.connect()) as connection:
        connection.execute(f"CREATE TABLE a ({columns}, CONSTRAINT c CHECK ({check}))".encode())
        query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
        printed = connection.execute(query, ("c",)).fetchone()
        assert printed is not None
        simple = simplify_condition(printed[0].removeprefix("CHECK "))
        connection.execute(f"CREATE TABLE b ({columns}, CONSTRAINT e CHECK ({simple}))".encode())
        assert printed == connection.execute(query, ("e",)).fetchone()
        assert len(simple) < len(printed[0])


def test_query() -> None:
    """A query has a line for each clause, and is simplified like a condition."""
    printed = """ SELECT o.id,
    (o.cents)::numeric / (100)::numeric AS total
   FROM (public.orders o
     JOIN public.customers c ON ((c.id = o.customer_id)))
  WHERE ((o.status)::text = ANY ((ARRAY['new'::character varying, 'paid'::character varying])::text[]))"""
    expected = """SELECT o.id, o.cents::numeric / 100 AS total
FROM
    public.orders AS o
    JOIN public.customers AS c ON c.id = o.customer_id
WHERE o.status IN ('new', 'paid')"""
    assert expected == simplify_query(printed)


def test_layout() -> None:
    """A query whose layout would lose the schema of an operator has one line."""
    printed = "SELECT a.id FROM a WHERE (a.id OPERATOR(public.=) 1)"
    assert "SELECT a.id FROM a WHERE a.id OPERATOR(public.=) 1" == simplify_query(printed)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (
            (
                " SELECT r.id, date_trunc('day'::text, (r.at AT TIME ZONE s.zone)) AS day,\n"
                "    left(r.name, 2) AS start, count(*) FILTER (WHERE (r.a IS DISTINCT FROM r.b)) AS n\n"
                "   FROM (app.readings r\n     LEFT JOIN app.sites s ON ((s.id = r.site_id)))\n"
                "  WHERE (r.a IS DISTINCT FROM 3)\n  GROUP BY r.id, s.zone"
            ),
            (
                "SELECT\n    r.id,\n    date_trunc('day', r.at AT TIME ZONE s.zone) AS day,\n"
                '    "left"(r.name, 2) AS start,\n'
                "    count(*) FILTER (WHERE r.a IS DISTINCT FROM r.b) AS n\n"
                "FROM app.readings AS r\n    LEFT JOIN app.sites AS s ON s.id = r.site_id\n"
                "WHERE r.a IS DISTINCT FROM 3\nGROUP BY r.id, s.zone"
            ),
        ),
        (
            (
                " SELECT (o.price).amount AS amount, ','::text AS comma\n   FROM app.orders o\n"
                "UNION ALL\n SELECT (p.price).amount AS amount, p.text AS comma\n   FROM app.parts p"
            ),
            (
                "SELECT (o.price).amount AS amount, ',' AS comma\nFROM app.orders AS o\nUNION ALL\n"
                "SELECT (p.price).amount AS amount, p.text AS comma\nFROM app.parts AS p"
            ),
        ),
    ],
)
def test_layout_of_what_the_formatter_changes(printed: str, expected: str) -> None:
    """A query that the formatter of the parser would change, such as AT TIME ZONE, has a clause a line."""
    assert expected == simplify_query(printed)
