"""Rules of the group rls on a server: number of function calls, and query plans."""

from __future__ import annotations

import contextlib
import re

import psycopg
import pytest
from api_callers import (
    ANN,
    ANONYMOUS,
    BOB,
    MEMBERS,
    NOTES,
    SELECT_ALL,
    explain_plan,
    run_example,
    set_caller,
    signed_in,
)
from bad_examples import Example, all_bad_examples, parametrize_examples
from rule_hits import apply_hits

from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.rules import rules_by_name
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


def is_reported(script: str, name: str) -> bool:
    """Return whether a rule reports a script on Supabase."""
    return bool(apply_rules([Source.of(script)], schema_of_platform(PLATFORM), [rules_by_name()[name]]))


def apply_edits(script: str, name: str) -> str:
    """Apply the edits of a rule to a script."""
    found = apply_rules([Source.of(script)], schema_of_platform(PLATFORM), [rules_by_name()[name]])
    return apply_hits(script, [placed.hit for _, placed in found])


def count_calls(transaction: Connection, query: str = SELECT_ALL) -> int:
    """Return the number of calls of auth functions during a statement, also if the statement is denied."""
    transaction.execute("SELECT setval('public.calls', 1)")
    transaction.execute("SAVEPOINT asked")
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        transaction.execute(query)
    transaction.execute("ROLLBACK TO asked")
    (last,) = transaction.execute("SELECT last_value FROM public.calls").fetchone() or (0,)
    return int(last) - 1


def has_identity_filter(transaction: Connection) -> bool:
    """Return whether a filter of the plan calls a function that identifies the caller."""
    set_caller(transaction, signed_in(email="a"))
    return bool(re.search(r"Filter:.*(uid|jwt|role|is_admin)\(\)", explain_plan(transaction)))


class TestInitPlan:
    """Functions that identify the caller, called once per query or once per row."""

    @parametrize_examples(*all_bad_examples("auth-rls-initplan"))
    def test_again_for_every_row(self, transaction: Connection, example: Example) -> None:
        """An unwrapped call runs in a filter for every row. After the edit it runs once, in an InitPlan."""
        transaction.execute(COUNTING)
        transaction.execute("SAVEPOINT before")
        run_example(transaction, example.text, MANY)
        assert has_identity_filter(transaction)
        assert count_calls(transaction) >= 99
        transaction.execute("ROLLBACK TO before")
        run_example(transaction, apply_edits(example.text, example.rule), MANY)
        assert not has_identity_filter(transaction)
        assert "InitPlan" in explain_plan(transaction)
        assert count_calls(transaction) <= 3

    @pytest.mark.parametrize("text", rules_by_name()["auth-rls-initplan"].good)
    def test_once(self, transaction: Connection, text: str) -> None:
        """A good example calls the function a few times, however many rows the table has."""
        transaction.execute(COUNTING)
        run_example(transaction, text, MANY)
        assert not has_identity_filter(transaction)
        assert count_calls(transaction) <= 3

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
    def test_as_postgres_does(self, transaction: Connection, condition: str) -> None:
        """The rule reports a condition exactly if Postgres calls a function for every row."""
        transaction.execute(COUNTING)
        policy = f"CREATE POLICY p ON public.notes FOR SELECT TO authenticated USING ({condition});"
        script = f"{COUNTING}{NOTES}{MEMBERS}{policy}"
        run_example(transaction, policy, MANY)
        set_caller(transaction, signed_in(email="a"))
        assert (count_calls(transaction) > 5) == is_reported(script, "auth-rls-initplan")


class TestPlans:
    """The effect of policies on plans."""

    @parametrize_examples(*all_bad_examples("multiple-permissive-policies"))
    def test_several_are_joined(self, transaction: Connection, example: Example) -> None:
        """The plan joins two permissive policies with OR. The plan of a good example has no OR."""
        transaction.execute("SAVEPOINT before")
        run_example(transaction, example.text)
        set_caller(transaction, signed_in())
        assert " OR " in explain_plan(transaction)
        for text in rules_by_name()[example.rule].good:
            transaction.execute("ROLLBACK TO before")
            run_example(transaction, text)
            set_caller(transaction, signed_in())
            assert " OR " not in explain_plan(transaction)

    @parametrize_examples(*all_bad_examples("policy-column-without-index"))
    def test_no_index(self, transaction: Connection, example: Example) -> None:
        """Without an index, the plan scans the table. With an index on the owner column, it uses the index."""
        run_example(transaction, example.text)
        transaction.execute("GRANT SELECT ON public.notes TO authenticated; SET LOCAL enable_seqscan = off")
        set_caller(transaction, signed_in())
        assert "Seq Scan" in explain_plan(transaction)
        transaction.execute("RESET ROLE; CREATE INDEX ON public.notes (user_id)")
        set_caller(transaction, signed_in())
        assert "Index Cond: (user_id = (InitPlan 1).col1)" in explain_plan(transaction)

    @parametrize_examples(*all_bad_examples("policy-column-wrapped"))
    def test_wrapped_column(self, transaction: Connection, example: Example) -> None:
        """The plan cannot use an index on a wrapped column. In a good example it can."""
        transaction.execute("SET LOCAL enable_seqscan = off")
        transaction.execute("SAVEPOINT before")
        run_example(transaction, example.text)
        transaction.execute(
            "CREATE INDEX ON public.notes (user_id); CREATE INDEX ON public.notes (owner_code)"
        )
        set_caller(transaction, signed_in())
        assert re.search(r"Filter: .*(user_id|owner_code)", explain_plan(transaction))
        assert "Index Cond" not in explain_plan(transaction)
        for text in rules_by_name()[example.rule].good:
            transaction.execute("ROLLBACK TO before")
            run_example(transaction, text)
            set_caller(transaction, signed_in())
            assert "Index Cond" in explain_plan(transaction)

    @parametrize_examples(*all_bad_examples("volatile-function-in-policy"))
    def test_volatile(self, transaction: Connection, example: Example) -> None:
        """The plan cannot use an index with a VOLATILE function. With a STABLE function it can."""
        run_example(transaction, example.text)
        transaction.execute("CREATE INDEX ON public.notes (user_id); SET LOCAL enable_seqscan = off")
        set_caller(transaction, signed_in())
        assert "Index Cond" not in explain_plan(transaction)
        transaction.execute("RESET ROLE; ALTER FUNCTION public.caller() STABLE")
        set_caller(transaction, signed_in())
        assert "Index Cond: (user_id = caller())" in explain_plan(transaction)

    @parametrize_examples(*all_bad_examples("policy-without-role"))
    def test_for_everybody(self, transaction: Connection, example: Example) -> None:
        """Without TO, Postgres evaluates the condition for anon. After the edit it does not."""
        query = (
            f"INSERT INTO public.notes (user_id) VALUES ('{ANN}')" if "INSERT" in example.text else SELECT_ALL
        )
        transaction.execute("SAVEPOINT before")
        for text, evaluated in ((example.text, True), (apply_edits(example.text, example.rule), False)):
            transaction.execute("ROLLBACK TO before")
            transaction.execute(COUNTING)
            run_example(transaction, text)
            set_caller(transaction, ANONYMOUS)
            assert evaluated == (count_calls(transaction, query) > 0)
