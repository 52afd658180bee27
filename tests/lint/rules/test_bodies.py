"""Rules that read the bodies of functions read their SQL, and no comments, strings or column names."""

from __future__ import annotations

import pytest
from rule_hits import find_hits

FUNCTION = "CREATE FUNCTION public.f() RETURNS {} LANGUAGE {} SET search_path = '' AS $${}$$;"
POLICY = "CREATE POLICY p ON public.notes FOR SELECT TO authenticated USING ({});"

SETTING = "BEGIN RETURN current_setting('app.user')::uuid; EXCEPTION WHEN {} THEN RETURN NULL; END"


def function(body: str, returns: str = "uuid", options: str = "") -> str:
    """Return a function in SQL, or in PL/pgSQL if the body is a block."""
    language = "plpgsql" if "BEGIN" in body else "sql"
    return FUNCTION.format(returns, f"{language} {options}", body)


class TestIdentity:
    """Functions that depend on their caller."""

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("SELECT auth.uid()", 1),
            ("SELECT current_user", 1),
            ("SELECT user", 1),
            ("BEGIN RETURN (SELECT nullif(pg_catalog.current_setting('a.b', true), '')); END", 1),
            ("DECLARE u uuid := auth.uid(); BEGIN RETURN u; END", 1),
            ("DECLARE u uuid; BEGIN EXECUTE 'SELECT auth.uid()' INTO u; RETURN u; END", 1),
            ("SELECT id FROM private.users -- not auth.uid()", 0),
            ("SELECT 'auth.uid()'", 0),
            ("SELECT id AS current_setting FROM private.users WHERE auth.uid IS NULL", 0),
        ],
    )
    def test_immutable(self, body: str, expected: int) -> None:
        """A function reads the identity of its caller by a call or a keyword."""
        text = function(body, options="IMMUTABLE")
        assert expected == len(find_hits(text, "immutable-function-reads-session"))

    def test_through_another_function(self) -> None:
        """A function that calls a function that reads the identity reads it too."""
        inner = function("SELECT auth.uid()").replace("public.f()", "private.g()")
        text = inner + function("BEGIN RETURN private.g(); END", options="IMMUTABLE")
        assert 1 == len(find_hits(text, "immutable-function-reads-session"))


class TestWrites:
    """Functions that write as their owner."""

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("BEGIN UPDATE private.a SET n = 1; END", 1),
            ("BEGIN EXECUTE q; END", 1),
            ("WITH gone AS (DELETE FROM private.a RETURNING n) SELECT 1 FROM gone", 1),
            ("SELECT 1 FROM private.a FOR UPDATE", 0),
            ("SELECT 'delete from private.a' -- insert into private.b", 0),
        ],
    )
    def test_definer(self, body: str, expected: int) -> None:
        """A locking clause, a string and a comment write nothing."""
        access = (
            "REVOKE EXECUTE ON FUNCTION public.f FROM PUBLIC, anon;"
            "GRANT EXECUTE ON FUNCTION public.f TO authenticated;"
        )
        text = function(body, "void", "SECURITY DEFINER") + access
        assert expected == len(find_hits(text, "security-definer-writes"))

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("SELECT id FROM private.a -- insert nothing", 1),
            ("BEGIN IF true THEN RETURN 'truncate'; END IF; RETURN auth.uid(); END", 1),
            ("SELECT gen_random_uuid()", 0),
            ("BEGIN PERFORM private.log(); RETURN auth.uid(); END", 0),
        ],
    )
    def test_volatile(self, body: str, expected: int) -> None:
        """A function that only reads could be STABLE, with any comments."""
        text = function(body) + POLICY.format("user_id = public.f()")
        assert expected == len(find_hits(text, "volatile-function-in-policy"))


class TestMetadata:
    """Functions that read values that users can write."""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("NEW.raw_user_meta_data ->> 'role'", 1),
            ("(NEW.raw_user_meta_data -> 'role')::text", 1),
            ("NEW.raw_user_meta_data['is_admin']", 1),
            ("NEW.raw_user_meta_data ->> 'name'", 0),
            ("'user' /* never NEW.raw_user_meta_data ->> 'role' */", 0),
            ("CASE NEW.raw_user_meta_data ->> 'role' WHEN 'editor' THEN 'editor' ELSE 'user' END", 0),
        ],
    )
    def test_role(self, value: str, expected: int) -> None:
        """A trigger copies a role if it reads the key and compares it with nothing."""
        text = function(f"BEGIN NEW.role := {value}; RETURN NEW; END", "trigger")
        assert expected == len(find_hits(text, "role-from-user-metadata"))

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("SELECT auth.jwt() -> 'user_metadata' ->> 'role' = 'admin'", 1),
            ("SELECT auth.jwt() #>> '{user_metadata,role}' = 'admin'", 1),
            ("SELECT raw_user_meta_data ->> 'role' = 'admin' FROM auth.users", 1),
            ("SELECT auth.jwt() -> 'app_metadata' ->> 'role' = 'admin' -- not user_metadata", 0),
        ],
    )
    def test_policy(self, body: str, expected: int) -> None:
        """A policy depends on user_metadata through the functions that it calls."""
        text = function(body, "boolean", "STABLE") + POLICY.format("(SELECT public.f())")
        assert expected == len(find_hits(text, "rls-references-user-metadata"))

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("SELECT current_setting('app.user')::uuid", 1),
            ("BEGIN RETURN current_setting('app.user', false); END", 1),
            ("SELECT current_setting('app.user', true)::uuid", 0),
            ("SELECT current_setting('role')", 0),
            ("SELECT auth.uid() -- once current_setting('app.user')", 0),
            (SETTING.format("undefined_object"), 0),
            (SETTING.format("OTHERS"), 0),
            (SETTING.format("invalid_text_representation"), 1),
            (
                "BEGIN RETURN coalesce(current_setting('app.user', true), current_setting('app.user')); END",
                0,
            ),
            ("BEGIN RETURN public.g(); EXCEPTION WHEN OTHERS THEN RETURN NULL; END", 0),
            ("BEGIN RETURN public.g(); EXCEPTION WHEN division_by_zero THEN RETURN NULL; END", 1),
        ],
    )
    def test_setting(self, body: str, expected: int) -> None:
        """A function requires a setting that it reads without the second argument."""
        callee = function("SELECT current_setting('app.user')::uuid").replace("public.f", "public.g")
        text = callee + function(body, options="STABLE") + POLICY.format("user_id = (SELECT public.f())")
        assert expected == len(find_hits(text, "setting-may-be-missing"))

    def test_setting_of_a_condition(self) -> None:
        """A policy that tests with true whether a setting exists reads it without failure."""
        condition = "CASE WHEN current_setting('app.user', true) IS NOT NULL THEN user_id = {} END"
        text = POLICY.format(condition.format("current_setting('app.user')::uuid"))
        assert find_hits(text, "setting-may-be-missing") == []
