"""Rules of the group rls on a server: ways to bypass policies."""

from __future__ import annotations

import contextlib

import psycopg
import pytest
from api_callers import ANN, ANONYMOUS, BOB, SELECT_ALL, run_example, set_caller, signed_in
from bad_examples import Example, all_bad_examples, parametrize_examples

from schema_dsl.lint.rules import rules_by_name
from schema_dsl.postgres import Connection

# Metadata that a user chooses at sign-up.
ROLE = '{"role": "admin"}'


class TestBypasses:
    """Ways to bypass policies."""

    @parametrize_examples(*all_bad_examples("immutable-function-reads-session"))
    def test_immutable(self, transaction: Connection, example: Example) -> None:
        """A cached plan returns the id of the previous caller for an IMMUTABLE function, not for a STABLE one."""
        (good,) = rules_by_name()[example.rule].good
        for script, expected in ((example.text, ANN), (good, BOB)):
            transaction.execute("SAVEPOINT before")
            transaction.execute(script)
            transaction.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            transaction.execute("PREPARE who AS SELECT public.caller()::text")
            set_caller(transaction, signed_in(ANN))
            assert [(ANN,)] == transaction.execute("EXECUTE who").fetchall()
            transaction.execute("RESET ROLE")
            set_caller(transaction, signed_in(BOB))
            assert [(expected,)] == transaction.execute("EXECUTE who").fetchall()
            transaction.execute("DEALLOCATE who")
            transaction.execute("ROLLBACK TO before")

    @parametrize_examples(*all_bad_examples("leakproof-function"))
    def test_leakproof(self, transaction: Connection, example: Example) -> None:
        """A LEAKPROOF function reveals a row that the policy hides. Without LEAKPROOF it does not."""
        notices: list[str] = []

        def record_notice(notice: psycopg.errors.Diagnostic) -> None:
            notices.append(notice.message_primary or "")

        transaction.add_notice_handler(record_notice)
        policy = "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);"
        transaction.execute("SAVEPOINT before")
        for text, expected in (
            (example.text, ["none"]),
            *((good, []) for good in rules_by_name()[example.rule].good),
        ):
            run_example(transaction, text + policy)
            transaction.execute(f"UPDATE public.notes SET body = NULL WHERE user_id = '{BOB}'")
            # Postgres evaluates the cheapest condition first if the order of conditions is free.
            transaction.execute("ALTER FUNCTION public.is_short COST 0.01")
            set_caller(transaction, signed_in())
            notices.clear()
            transaction.execute(f"{SELECT_ALL} WHERE public.is_short(body)")
            assert expected == notices
            transaction.execute("ROLLBACK TO before")
        transaction.remove_notice_handler(record_notice)

    @parametrize_examples(*all_bad_examples("role-may-bypass"))
    def test_membership(self, transaction: Connection, example: Example) -> None:
        """A member of a role with BYPASSRLS sets that role and reads every row. In a good example it cannot."""
        run_example(transaction, "")
        transaction.execute("SAVEPOINT before")
        for text in rules_by_name()[example.rule].good:
            transaction.execute(text)
            transaction.execute("SET LOCAL SESSION AUTHORIZATION authenticated")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                transaction.execute("SET LOCAL ROLE service_role")
            transaction.execute("ROLLBACK TO before")
        transaction.execute(example.text)
        transaction.execute("SET LOCAL SESSION AUTHORIZATION authenticated")
        assert transaction.execute(SELECT_ALL).rowcount == 0
        transaction.execute("SET LOCAL ROLE service_role")
        assert transaction.execute(SELECT_ALL).rowcount == 2

    @parametrize_examples(*all_bad_examples("view-without-security-barrier"))
    def test_view(self, transaction: Connection, example: Example) -> None:
        """A function of the caller sees rows that the view excludes. In a security_barrier view it does not."""
        notices: list[str] = []

        def record_notice(notice: psycopg.errors.Diagnostic) -> None:
            notices.append(notice.message_primary or "")

        transaction.add_notice_handler(record_notice)
        transaction.execute("SAVEPOINT before")
        (good,) = rules_by_name()[example.rule].good
        for text, expected in ((example.text, {"a", "b"}), (good, {"a"})):
            run_example(transaction, text)
            set_caller(transaction, signed_in())
            transaction.execute(
                "CREATE FUNCTION pg_temp.tells(text) RETURNS boolean LANGUAGE plpgsql COST 0.01 AS "
                "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
            )
            notices.clear()
            assert (
                transaction.execute("SELECT * FROM public.my_notes WHERE pg_temp.tells(body)").rowcount == 1
            )
            assert expected == set(notices)
            transaction.execute("ROLLBACK TO before")
        transaction.remove_notice_handler(record_notice)

    @parametrize_examples(*all_bad_examples("role-from-user-metadata"))
    def test_role_of_ones_own(self, transaction: Connection, example: Example) -> None:
        """A user who chooses the role admin at sign-up gets it. In a good example the user does not."""
        transaction.execute("SAVEPOINT before")
        (good,) = rules_by_name()[example.rule].good
        for text, role in (
            (example.text, "admin"),
            (good.replace("BEGIN;", "").replace("COMMIT;", ""), "user"),
        ):
            transaction.execute(text)
            transaction.execute(
                "INSERT INTO auth.users (id, raw_user_meta_data) VALUES (%s, %s)", [ANN, ROLE]
            )
            assert [(role,)] == transaction.execute("SELECT role FROM public.profiles").fetchall()
            transaction.execute("ROLLBACK TO before")

    @parametrize_examples(Example("security-definer-executable", 1))
    def test_void_for_anon(self, transaction: Connection, example: Example) -> None:
        """IF auth.uid() <> account does not stop the role anon. IS DISTINCT FROM does."""
        transaction.execute("CREATE TABLE public.accounts (user_id uuid)")
        transaction.execute("INSERT INTO public.accounts VALUES (%s)", [BOB])
        transaction.execute("SAVEPOINT before")
        good = rules_by_name()[example.rule].good[2].replace("BEGIN;", "").replace("COMMIT;", "")
        for text, left in ((example.text, 0), (good, 1)):
            transaction.execute(text)
            set_caller(transaction, ANONYMOUS)
            with contextlib.suppress(psycopg.errors.RaiseException), transaction.transaction():
                transaction.execute(f"SELECT public.forget('{BOB}')")
            transaction.execute("RESET ROLE")
            assert left == transaction.execute("SELECT * FROM public.accounts").rowcount
            transaction.execute("ROLLBACK TO before")

    @parametrize_examples(*all_bad_examples("security-definer-reads"))
    def test_reads_for_anybody(self, transaction: Connection, example: Example) -> None:
        """Any signed-in user reads the notes of another. With SECURITY INVOKER the user does not."""
        transaction.execute("SAVEPOINT before")
        (good,) = rules_by_name()[example.rule].good
        for text, count in ((example.text, 1), (good, 0)):
            run_example(transaction, text)
            set_caller(transaction, signed_in())
            assert count == transaction.execute(f"SELECT * FROM public.list_notes('{BOB}')").rowcount
            transaction.execute("ROLLBACK TO before")

    @parametrize_examples(*all_bad_examples("security-definer-writes"))
    def test_writes_for_anybody(self, transaction: Connection, example: Example) -> None:
        """Any signed-in user credits any account. If the function checks the caller, the user cannot."""
        transaction.execute("CREATE TABLE public.accounts (id bigint, balance bigint)")
        transaction.execute("INSERT INTO public.accounts VALUES (1, 0)")
        transaction.execute("SAVEPOINT before")
        (good,) = rules_by_name()[example.rule].good
        for text, balance in ((example.text, 9), (good.replace("BEGIN;", "").replace("COMMIT;", ""), 0)):
            transaction.execute(text)
            set_caller(transaction, signed_in())
            transaction.execute("SELECT public.credit(1, 9)")
            transaction.execute("RESET ROLE")
            assert [(balance,)] == transaction.execute("SELECT balance FROM public.accounts").fetchall()
            transaction.execute("ROLLBACK TO before")
