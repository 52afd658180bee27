"""What rules about row level security claim, seen on a server: calls, and plans."""

from __future__ import annotations

import contextlib
import re

import psycopg
import pytest
from asked import edited
from callers import ANN, BOB, MEMBERS, NOBODY, NOTES, READ, become, plan, run, signed_in
from shown import Example, each, shows

from schema_dsl.lint.check import check
from schema_dsl.lint.initial_schema import of_platform
from schema_dsl.lint.rules import rules
from schema_dsl.lint.source import Source
from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Connection

COUNTING = """
CREATE SEQUENCE public.calls;
GRANT ALL ON public.calls TO PUBLIC;
CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN PERFORM nextval('public.calls'); RETURN current_setting('request.jwt.claims')::jsonb ->> 'sub'; END $$;
CREATE OR REPLACE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN PERFORM nextval('public.calls'); RETURN current_setting('request.jwt.claims'); END $$;
CREATE OR REPLACE FUNCTION auth.role() RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN PERFORM nextval('public.calls'); RETURN current_setting('request.jwt.claims')::jsonb ->> 'role'; END $$;
CREATE FUNCTION public.my_teams() RETURNS SETOF uuid LANGUAGE sql STABLE AS 'SELECT auth.uid()';
CREATE FUNCTION public.my_team_array() RETURNS uuid[] LANGUAGE sql STABLE AS 'SELECT array[auth.uid()]';
CREATE FUNCTION public.am_i() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT auth.uid() IS NOT NULL';
"""
MANY = f"""
INSERT INTO public.notes (id, user_id, body) SELECT gen_random_uuid(), '{BOB}', 'a' FROM generate_series(1, 100);
INSERT INTO public.members (team_id, user_id) SELECT gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 100);
"""


def reported(script: str, name: str) -> bool:
    """Say whether a rule reports a script on Supabase."""
    return bool(check([Source.of(script)], of_platform(PLATFORM), [rules()[name]]))


def fixed(script: str, name: str) -> str:
    """Apply what a rule proposes."""
    found = check([Source.of(script)], of_platform(PLATFORM), [rules()[name]])
    return edited(script, [placed.hit for _, placed in found])


def calls(tried: Connection, ask: str = READ) -> int:
    """Count the calls of auth's functions that a statement takes, refused or not."""
    tried.execute("SELECT setval('public.calls', 1)")
    tried.execute("SAVEPOINT asked")
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        tried.execute(ask)
    tried.execute("ROLLBACK TO asked")
    (last,) = tried.execute("SELECT last_value FROM public.calls").fetchone() or (0,)
    return int(last) - 1


def filtered(tried: Connection) -> bool:
    """Say whether a filter of the plan calls a function that tells who asks."""
    become(tried, signed_in(email="a"))
    return bool(re.search(r"Filter:.*(uid|jwt|role|is_admin)\(\)", plan(tried)))


class TestInitPlan:
    """Functions that tell who asks: once a query, or once a row."""

    @shows(*each("auth-rls-initplan"))
    def test_again_for_every_row(self, tried: Connection, example: Example) -> None:
        """A bare call is in a filter and runs as often as there are rows; mended as proposed, in an InitPlan."""
        tried.execute(COUNTING)
        tried.execute("SAVEPOINT before")
        run(tried, example.text, MANY)
        assert filtered(tried)
        assert calls(tried) >= 99
        tried.execute("ROLLBACK TO before")
        run(tried, fixed(example.text, example.rule), MANY)
        assert not filtered(tried)
        assert "InitPlan" in plan(tried)
        assert calls(tried) <= 3

    @pytest.mark.parametrize("text", rules()["auth-rls-initplan"].good)
    def test_once(self, tried: Connection, text: str) -> None:
        """A good example calls it a few times, however many rows there are."""
        tried.execute(COUNTING)
        run(tried, text, MANY)
        assert not filtered(tried)
        assert calls(tried) <= 3

    @pytest.mark.parametrize(
        "condition",
        [
            "(SELECT auth.uid()::text) = body",
            "(SELECT auth.jwt() ->> 'x') = body",
            "(SELECT coalesce(auth.uid(), gen_random_uuid())) = user_id",
            "(SELECT coalesce(auth.uid(), user_id)) = user_id",
            "(SELECT user_id = auth.uid())",
            "(SELECT u FROM auth.uid() AS u) = user_id",
            "(SELECT u FROM (SELECT auth.uid() AS u) z) = user_id",
            "(WITH u AS (SELECT auth.uid() AS i) SELECT i FROM u) = user_id",
            "user_id IN (SELECT auth.uid())",
            "user_id IN (SELECT public.my_teams())",
            "user_id = ANY (ARRAY(SELECT public.my_teams()))",
            "user_id = ANY ((SELECT public.my_team_array())::uuid[])",
            "user_id = ANY (public.my_team_array())",
            "public.am_i()",
            "(SELECT public.am_i())",
            "(SELECT auth.uid()) = user_id OR auth.uid() IS NULL",
            "auth.uid() IS NOT NULL",
            "CASE WHEN auth.uid() IS NULL THEN false ELSE true END",
            "user_id IN (SELECT m.user_id FROM public.members m WHERE m.user_id = auth.uid())",
            "user_id IN (SELECT m.user_id FROM public.members m WHERE m.user_id = (SELECT auth.uid()))",
            "EXISTS (SELECT FROM public.members m WHERE m.team_id = notes.id AND m.user_id = auth.uid())",
            "EXISTS (SELECT FROM public.members m WHERE m.team_id = id AND m.user_id = (SELECT auth.uid()))",
        ],
    )
    def test_as_postgres_does(self, tried: Connection, condition: str) -> None:
        """The rule reports a condition exactly where Postgres calls again for every row."""
        tried.execute(COUNTING)
        policy = f"CREATE POLICY p ON public.notes FOR SELECT TO authenticated USING ({condition});"
        script = f"{COUNTING}{NOTES}{MEMBERS}{policy}"
        run(tried, policy, MANY)
        become(tried, signed_in(email="a"))
        assert (calls(tried) > 5) == reported(script, "auth-rls-initplan")


class TestPlans:
    """What policies do to plans."""

    @shows(*each("multiple-permissive-policies"))
    def test_several_are_joined(self, tried: Connection, example: Example) -> None:
        """Two permissive policies are both in the plan, joined by OR; what is good has one."""
        tried.execute("SAVEPOINT before")
        run(tried, example.text)
        become(tried, signed_in())
        assert " OR " in plan(tried)
        for text in rules()[example.rule].good:
            tried.execute("ROLLBACK TO before")
            run(tried, text)
            become(tried, signed_in())
            assert " OR " not in plan(tried)

    @shows(*each("policy-column-without-index"))
    def test_no_index(self, tried: Connection, example: Example) -> None:
        """Without an index the table is read whole; with one it is not."""
        run(tried, example.text)
        tried.execute("GRANT SELECT ON public.notes TO authenticated; SET LOCAL enable_seqscan = off")
        become(tried, signed_in())
        assert "Seq Scan" in plan(tried)
        tried.execute("RESET ROLE; CREATE INDEX ON public.notes (user_id)")
        become(tried, signed_in())
        assert "Index Cond: (user_id = (InitPlan 1).col1)" in plan(tried)

    @shows(*each("policy-column-wrapped"))
    def test_wrapped_column(self, tried: Connection, example: Example) -> None:
        """An index on the column does not help where the column is changed first; it does for what is good."""
        tried.execute("SET LOCAL enable_seqscan = off")
        tried.execute("SAVEPOINT before")
        run(tried, example.text)
        tried.execute("CREATE INDEX ON public.notes (user_id); CREATE INDEX ON public.notes (owner_code)")
        become(tried, signed_in())
        assert re.search(r"Filter: .*(user_id|owner_code)", plan(tried))
        assert "Index Cond" not in plan(tried)
        for text in rules()[example.rule].good:
            tried.execute("ROLLBACK TO before")
            run(tried, text)
            become(tried, signed_in())
            assert "Index Cond" in plan(tried)

    @shows(*each("volatile-function-in-policy"))
    def test_volatile(self, tried: Connection, example: Example) -> None:
        """No index is looked up with a function that counts as volatile; with a stable one, it is."""
        run(tried, example.text)
        tried.execute("CREATE INDEX ON public.notes (user_id); SET LOCAL enable_seqscan = off")
        become(tried, signed_in())
        assert "Index Cond" not in plan(tried)
        tried.execute("RESET ROLE; ALTER FUNCTION public.caller() STABLE")
        become(tried, signed_in())
        assert "Index Cond: (user_id = caller())" in plan(tried)

    @shows(*each("policy-without-role"))
    def test_for_everybody(self, tried: Connection, example: Example) -> None:
        """Without TO a condition is worked out for anon; mended, Postgres knows that no row is for anon."""
        ask = f"INSERT INTO public.notes (user_id) VALUES ('{ANN}')" if "INSERT" in example.text else READ
        tried.execute("SAVEPOINT before")
        for text, asked in ((example.text, True), (fixed(example.text, example.rule), False)):
            tried.execute("ROLLBACK TO before")
            tried.execute(COUNTING)
            run(tried, text)
            become(tried, NOBODY)
            assert asked == (calls(tried, ask) > 0)
