"""What rules about row level security claim, seen on a server: what policies do not see."""

from __future__ import annotations

import psycopg
import pytest
from callers import ANN, BOB, READ, become, run, signed_in
from shown import Example, each, shows

from schema_dsl.lint.rules import rules
from schema_dsl.postgres import Connection

# What is said of oneself on signing up.
ROLE = '{"role": "admin"}'


class TestWaysRound:
    """What policies do not see."""

    @shows(*each("immutable-function-reads-session"))
    def test_immutable(self, tried: Connection, example: Example) -> None:
        """A plan that is kept shows the next caller the rows of the one before; STABLE does not."""
        (good,) = rules()[example.rule].good
        for script, expected in ((example.text, ANN), (good, BOB)):
            tried.execute("SAVEPOINT before")
            tried.execute(script)
            tried.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            tried.execute("PREPARE who AS SELECT public.caller()::text")
            become(tried, signed_in(ANN))
            assert [(ANN,)] == tried.execute("EXECUTE who").fetchall()
            tried.execute("RESET ROLE")
            become(tried, signed_in(BOB))
            assert [(expected,)] == tried.execute("EXECUTE who").fetchall()
            tried.execute("DEALLOCATE who")
            tried.execute("ROLLBACK TO before")

    @shows(*each("leakproof-function"))
    def test_leakproof(self, tried: Connection, example: Example) -> None:
        """A LEAKPROOF function tells of a row that the policy hides; the same without it does not."""
        heard: list[str] = []

        def hear(notice: psycopg.errors.Diagnostic) -> None:
            heard.append(notice.message_primary or "")

        tried.add_notice_handler(hear)
        own = "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);"
        tried.execute("SAVEPOINT before")
        for text, told in ((example.text, ["none"]), *((good, []) for good in rules()[example.rule].good)):
            run(tried, text + own)
            tried.execute(f"UPDATE public.notes SET body = NULL WHERE user_id = '{BOB}'")
            # What costs least comes first, among conditions that may come in any order.
            tried.execute("ALTER FUNCTION public.is_short COST 0.01")
            become(tried, signed_in())
            heard.clear()
            tried.execute(f"{READ} WHERE public.is_short(body)")
            assert told == heard
            tried.execute("ROLLBACK TO before")
        tried.remove_notice_handler(hear)

    @shows(*each("role-may-bypass"))
    def test_membership(self, tried: Connection, example: Example) -> None:
        """A member of a role that bypasses becomes it, and reads every row; with what is good, it may not."""
        run(tried, "")
        tried.execute("SAVEPOINT before")
        for text in rules()[example.rule].good:
            tried.execute(text)
            tried.execute("SET LOCAL SESSION AUTHORIZATION authenticated")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                tried.execute("SET LOCAL ROLE service_role")
            tried.execute("ROLLBACK TO before")
        tried.execute(example.text)
        tried.execute("SET LOCAL SESSION AUTHORIZATION authenticated")
        assert tried.execute(READ).rowcount == 0
        tried.execute("SET LOCAL ROLE service_role")
        assert tried.execute(READ).rowcount == 2

    @shows(*each("view-without-security-barrier"))
    def test_view(self, tried: Connection, example: Example) -> None:
        """A function of the caller's is shown what the view leaves out; a security_barrier asks its own WHERE first."""
        heard: list[str] = []

        def hear(notice: psycopg.errors.Diagnostic) -> None:
            heard.append(notice.message_primary or "")

        tried.add_notice_handler(hear)
        tried.execute("SAVEPOINT before")
        (good,) = rules()[example.rule].good
        for text, told in ((example.text, {"a", "b"}), (good, {"a"})):
            run(tried, text)
            become(tried, signed_in())
            tried.execute(
                "CREATE FUNCTION pg_temp.tells(text) RETURNS boolean LANGUAGE plpgsql COST 0.01 AS "
                "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
            )
            heard.clear()
            assert tried.execute("SELECT * FROM public.my_notes WHERE pg_temp.tells(body)").rowcount == 1
            assert told == set(heard)
            tried.execute("ROLLBACK TO before")
        tried.remove_notice_handler(hear)

    @shows(*each("role-from-user-metadata"))
    def test_role_of_ones_own(self, tried: Connection, example: Example) -> None:
        """Whoever signs up as an administrator is one."""
        tried.execute("SAVEPOINT before")
        (good,) = rules()[example.rule].good
        for text, role in (
            (example.text, "admin"),
            (good.replace("BEGIN;", "").replace("COMMIT;", ""), "user"),
        ):
            tried.execute(text)
            tried.execute("INSERT INTO auth.users (id, raw_user_meta_data) VALUES (%s, %s)", [ANN, ROLE])
            assert [(role,)] == tried.execute("SELECT role FROM public.profiles").fetchall()
            tried.execute("ROLLBACK TO before")

    @shows(*each("security-definer-writes"))
    def test_writes_for_anybody(self, tried: Connection, example: Example) -> None:
        """Whoever has an account credits any other; where the function asks, nobody but who may."""
        tried.execute("CREATE TABLE public.accounts (id bigint, balance bigint)")
        tried.execute("INSERT INTO public.accounts VALUES (1, 0)")
        tried.execute("SAVEPOINT before")
        (good,) = rules()[example.rule].good
        for text, balance in ((example.text, 9), (good.replace("BEGIN;", "").replace("COMMIT;", ""), 0)):
            tried.execute(text)
            become(tried, signed_in())
            tried.execute("SELECT public.credit(1, 9)")
            tried.execute("RESET ROLE")
            assert [(balance,)] == tried.execute("SELECT balance FROM public.accounts").fetchall()
            tried.execute("ROLLBACK TO before")
