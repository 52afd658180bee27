"""Conditions and queries as people write them."""

from __future__ import annotations

import pytest

from schema_dsl.importing.readable_sql import simplify_condition, simplify_query

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
        ("(at > (now() - '1 day'::interval))", "at > (now() - interval '1 day')"),
        ("(until > CURRENT_DATE)", "until > CURRENT_DATE"),
        ("((n >= ('-9'::integer)::numeric) AND (n <= (9)::numeric))", "n BETWEEN -9 AND 9"),
        ("((a >= 1) AND (b <= 2))", "a >= 1 AND b <= 2"),
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
        ("(((amount)::bigint / 2) > 0)", "(amount::bigint / 2) > 0"),
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
    """What Postgres adds is left out, and IN and LIKE take the place of their operators."""
    assert expected == simplify_condition(printed)


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
