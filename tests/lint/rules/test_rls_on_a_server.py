"""What rules about row level security claim, seen on a server: rows that are shown, or kept, and plans."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import attrs
import psycopg
import pytest
from asked import edited, of_group

from schema_dsl.lint.check import check
from schema_dsl.lint.known import of_platform
from schema_dsl.lint.rules import rules
from schema_dsl.lint.source import Source
from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Connection, provider

ANN, BOB = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
TEAM = "cccccccc-0000-4000-8000-000000000003"

NOTES = """
CREATE TABLE public.notes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL, body text, owner_email text,
    team_id uuid, owner_name text, owner_code text, deleted_at timestamptz, blocked uuid[] DEFAULT '{}'
);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO anon, authenticated, service_role;
"""
MEMBERS = """
CREATE TABLE public.members (team_id uuid NOT NULL, user_id uuid NOT NULL);
GRANT SELECT ON public.members TO authenticated;
"""
SETUP = """
CREATE PUBLICATION supabase_realtime;
CREATE SCHEMA storage;
GRANT USAGE ON SCHEMA storage TO authenticated;
CREATE TABLE storage.objects (id uuid DEFAULT gen_random_uuid(), bucket_id text, name text, owner_id text);
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
GRANT INSERT, SELECT ON storage.objects TO authenticated;
CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE
    AS 'SELECT string_to_array(name, ''/'')';
"""
ROWS = (
    f"INSERT INTO public.notes (id, user_id, body) VALUES ('{ANN}', '{ANN}', 'a'), ('{BOB}', '{BOB}', 'b');"
)
READ = "SELECT * FROM public.notes"
CHANGE = "UPDATE public.notes SET body = 'x'"
EMPTY = "DELETE FROM public.notes"


@attrs.frozen
class Caller:
    """Who asks: a role, and the claims of a token."""

    role: str = "authenticated"
    claims: Any = attrs.field(factory=dict)


def signed_in(user: str = ANN, **claims: Any) -> Caller:
    """Give a user with a token."""
    return Caller("authenticated", {"sub": user, "role": "authenticated", **claims})


NOBODY = Caller("anon", {"role": "anon"})
FORGED = Caller("authenticated", {"role": "service_role"})
ADMIN_BY_OWN_WORD = signed_in(user_metadata={"role": "admin"})


@attrs.frozen
class Shown:
    """What a bad example lets a caller do: so many rows, or the SQLSTATE of an error.

    `asks` are statements of the caller, of which the last is meant; `before` is done by a superuser.
    """

    rule: str
    number: int
    asks: tuple[str, ...]
    seen: int | str
    caller: Caller = attrs.field(factory=signed_in)
    before: str = ""
    rows: str = ROWS


SHOWN = [
    Shown("rls-policy-always-true", 0, (CHANGE,), 2),
    Shown("rls-policy-always-true", 1, (EMPTY,), 2),
    Shown("rls-policy-always-true", 2, (CHANGE,), 2),
    Shown("rls-policy-always-true", 3, (EMPTY,), 2),
    Shown("rls-policy-always-true", 4, (f"INSERT INTO public.notes (user_id) VALUES ('{BOB}')",), 1),
    Shown("select-policy-made-void", 0, (READ,), 2),
    Shown("policy-leans-on-service-role", 0, (READ,), 2, FORGED),
    Shown("policy-leans-on-service-role", 1, (READ,), 2, FORGED),
    Shown("with-check-wider-than-using", 0, (f"UPDATE public.notes SET user_id = '{BOB}'",), 1),
    Shown("with-check-wider-than-using", 1, (f"UPDATE public.notes SET user_id = '{BOB}'",), 1),
    Shown("write-policy-without-select", 0, (f"{CHANGE} WHERE body = 'a'",), 0),
    Shown("write-policy-without-select", 1, (f"{EMPTY} WHERE body = 'a'",), 0),
    Shown("rls-references-user-metadata", 0, (READ,), 2, ADMIN_BY_OWN_WORD),
    Shown("rls-references-user-metadata", 1, (READ,), 2, ADMIN_BY_OWN_WORD),
    Shown("rls-references-user-metadata", 2, (READ,), 2, ADMIN_BY_OWN_WORD),
    *(
        Shown(
            "policy-trusts-email",
            number,
            (f"{READ} WHERE user_id = '{BOB}'",),
            1,
            signed_in(email="b@b.org"),
            f"UPDATE public.notes SET owner_email = 'b@b.org' WHERE user_id = '{BOB}'",
        )
        for number in (0, 1)
    ),
    Shown("policy-passes-without-user", 0, (READ,), 2, NOBODY),
    Shown("policy-passes-without-user", 1, (READ,), 2, NOBODY),
    Shown("policy-passes-without-user", 2, (READ,), 2, NOBODY, "GRANT SELECT ON public.notes TO anon"),
    Shown("policy-passes-without-user", 3, (READ,), 2, NOBODY),
    Shown("policy-open-to-every-user", 0, (CHANGE,), 2),
    Shown("policy-open-to-every-user", 1, (EMPTY,), 2),
    Shown(
        "policy-subquery-not-tied-to-caller",
        0,
        (READ,),
        2,
        before=f"UPDATE public.notes SET team_id = '{TEAM}'; INSERT INTO public.members VALUES ('{TEAM}', '{BOB}')",
    ),
    Shown("policy-reads-auth-users", 0, (READ,), "42501"),
    Shown("policy-reads-unprotected-table", 0, (f"INSERT INTO public.admins VALUES ('{ANN}')", READ), 2),
    Shown(
        "policy-compares-session-user",
        0,
        (READ,),
        2,
        before="UPDATE public.notes SET owner_name = 'authenticated'",
    ),
    Shown(
        "policy-compares-session-user",
        1,
        (READ,),
        2,
        before="UPDATE public.notes SET owner_name = session_user",
    ),
    Shown("policy-matches-identity-by-pattern", 0, (READ,), 2, signed_in(email="eve@not-acme.com")),
    Shown(
        "policy-matches-identity-by-pattern",
        1,
        (READ,),
        2,
        signed_in(email="%@b.org"),
        "UPDATE public.notes SET owner_email = body || '@b.org'",
    ),
    Shown("policy-unknown-auth-role", 0, (READ,), 0),
    Shown("policy-unknown-auth-role", 1, (READ,), 0),
    Shown("policy-names-a-user", 0, (READ,), 2, signed_in("6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55")),
    Shown("policy-names-a-user", 1, (READ,), 2, signed_in(email="a@b.org")),
    Shown(
        "nullable-owner-column",
        0,
        (READ,),
        0,
        before="GRANT SELECT ON public.notes TO authenticated; UPDATE public.notes SET user_id = NULL",
    ),
    Shown("force-row-security-missing", 0, (READ,), 2),
    Shown("only-restrictive-policies", 0, (READ,), 0, signed_in(aal="aal2")),
    Shown("policy-always-false", 0, (READ,), 0),
    Shown("policy-always-false", 1, (READ,), 0),
    Shown(
        "restrictive-policy-always-true",
        0,
        (READ,),
        2,
        before="CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING (body <> '')",
    ),
    Shown("duplicate-policies", 0, (READ,), 1, before="DROP POLICY own ON public.notes"),
    Shown(
        "policy-exists-rls-disabled",
        0,
        (READ,),
        2,
        before="GRANT SELECT ON public.notes TO authenticated",
        rows=f"INSERT INTO public.notes VALUES (gen_random_uuid(), '{ANN}'), (gen_random_uuid(), '{BOB}')",
    ),
    Shown(
        "policy-exists-rls-disabled",
        1,
        (READ,),
        2,
        before="GRANT SELECT ON public.notes TO authenticated",
        rows=(
            "CREATE TABLE public.every_note PARTITION OF public.notes DEFAULT;"
            f"INSERT INTO public.notes VALUES (now(), '{ANN}'), (now(), '{BOB}')"
        ),
    ),
    Shown("rls-enabled-no-policy", 0, (READ,), 0),
    Shown("policy-without-condition", 0, (READ,), 0),
    Shown("policy-without-condition", 1, (READ,), 0),
    Shown("policy-without-condition", 2, (f"INSERT INTO public.notes (user_id) VALUES ('{ANN}')",), "42501"),
    Shown("truncate-granted", 0, ("TRUNCATE public.notes",), -1),
    Shown("truncate-granted", 1, ("TRUNCATE public.notes",), -1, NOBODY),
    Shown("setting-may-be-missing", 0, (READ,), "42704"),
    Shown("policy-recursion", 0, ("SELECT * FROM public.members",), "42P17"),
    Shown("policy-recursion", 1, (READ,), "42P17"),
    Shown(
        "policy-recursion",
        2,
        (f"INSERT INTO public.notes VALUES (gen_random_uuid(), '{ANN}')",),
        "42P17",
    ),
    Shown(
        "default-privileges-open",
        0,
        ("SELECT * FROM public.later",),
        1,
        before="CREATE TABLE public.later AS SELECT 1 AS one",
    ),
    Shown(
        "realtime-without-rls",
        0,
        (
            """
            SELECT FROM pg_publication_tables p JOIN pg_class c ON c.relname = p.tablename
            WHERE p.tablename = 'messages' AND NOT c.relrowsecurity
            """,
        ),
        1,
    ),
    Shown(
        "storage-policy-without-bucket",
        0,
        ("INSERT INTO storage.objects (bucket_id, name) VALUES ('private', 'x')",),
        1,
    ),
    Shown(
        "unique-tells-of-others",
        0,
        (f"INSERT INTO public.notes (id, user_id, body) VALUES ('{TEAM}', '{ANN}', 'b')",),
        "23505",
    ),
    Shown(
        "foreign-key-tells-of-others",
        0,
        (f"INSERT INTO public.comments VALUES ('{TEAM}', '{ANN}')",),
        "23503",
        before="GRANT INSERT ON public.comments TO authenticated",
    ),
    Shown(
        "policy-for-bypassing-role",
        0,
        (READ,),
        2,
        Caller("service_role"),
        "DROP POLICY service ON public.notes",
    ),
]
# Shown in tests of their own.
APART = {
    "auth-rls-initplan",
    "immutable-function-reads-session",
    "leakproof-function",
    "multiple-permissive-policies",
    "policy-column-without-index",
    "policy-column-wrapped",
    "policy-without-role",
    "role-may-bypass",
    "volatile-function-in-policy",
}


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """A session of a superuser in a database like Supabase's."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        contextlib.closing(database.connect()) as opened,
    ):
        opened.execute(PLATFORM.script(PLATFORM.baseline, "postgres"))
        opened.execute(SETUP)
        yield opened


@pytest.fixture
def session(connection: Connection) -> Iterator[Connection]:
    """A session in a transaction that is not kept."""
    connection.execute("BEGIN")
    yield connection
    connection.execute("ROLLBACK")


def run(session: Connection, script: str, rows: str = ROWS) -> None:
    """Run an example, with the tables that it takes for granted, and rows of two users."""
    for name, table in (("notes", NOTES), ("members", MEMBERS)):
        if f"CREATE TABLE public.{name} " not in script:
            session.execute(table)
    session.execute(script)
    if (
        "INSERT INTO public.notes (id, user_id, body)" in rows
        and " body" not in script
        and "notes (id" in script
    ):
        rows = f"INSERT INTO public.notes VALUES (gen_random_uuid(), '{ANN}'), (gen_random_uuid(), '{BOB}');"
    session.execute(rows)


def become(session: Connection, caller: Caller) -> None:
    """Take a caller's role, with their claims."""
    session.execute("SELECT set_config('request.jwt.claims', %s, true)", [json.dumps(caller.claims)])
    session.execute(f"SET LOCAL ROLE {caller.role}")


def plan(session: Connection, query: str = READ) -> str:
    """Explain a query."""
    return "\n".join(line for (line,) in session.execute(f"EXPLAIN (COSTS OFF) {query}").fetchall())


class TestShown:
    """Each bad example does what its rule says."""

    def test_all_are_shown(self) -> None:
        """Every bad example of every rule is shown here."""
        shown = {(each.rule, each.number) for each in SHOWN}
        wanted = {(r.name, n) for r in of_group("rls") for n in range(len(r.bad)) if r.name not in APART}
        assert wanted == shown

    @pytest.mark.parametrize("shown", SHOWN, ids=lambda each: f"{each.rule}-{each.number}")
    def test_shown(self, session: Connection, shown: Shown) -> None:
        """The caller sees, changes or is refused what the rule says."""
        run(session, rules()[shown.rule].bad[shown.number], shown.rows)
        if shown.before:
            session.execute(shown.before)
        become(session, shown.caller)
        try:
            for ask in shown.asks:
                seen: int | str = session.execute(ask).rowcount
        except psycopg.Error as error:
            seen = error.sqlstate or ""
        assert shown.seen == seen

    @pytest.mark.parametrize(("name", "text"), [(r.name, text) for r in of_group("rls") for text in r.good])
    def test_good_ones_run(self, session: Connection, name: str, text: str) -> None:
        """Every good example is valid, and a signed-in user may read under its policies."""
        assert name in rules()
        run(session, text, "")
        become(session, signed_in())
        assert session.execute(READ).rowcount == 0


COUNTING = """
CREATE SEQUENCE public.calls;
GRANT ALL ON public.calls TO PUBLIC;
CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN PERFORM nextval('public.calls'); RETURN current_setting('request.jwt.claims')::jsonb ->> 'sub'; END $$;
CREATE OR REPLACE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN PERFORM nextval('public.calls'); RETURN current_setting('request.jwt.claims'); END $$;
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


class TestSpeed:
    """Calls and plans."""

    def calls(self, session: Connection) -> int:
        """Count the calls of auth.uid() and auth.jwt() that reading all notes takes."""
        become(session, signed_in(email="a"))
        session.execute("SELECT setval('public.calls', 1)")
        session.execute(READ)
        (last,) = session.execute("SELECT last_value FROM public.calls").fetchone() or (0,)
        return int(last) - 1

    @pytest.mark.parametrize("text", rules()["auth-rls-initplan"].bad)
    def test_again_for_every_row(self, session: Connection, text: str) -> None:
        """A bare call runs as often as there are rows; mended as proposed, a few times."""
        session.execute(COUNTING)
        session.execute("SAVEPOINT before")
        run(session, text, MANY)
        assert self.calls(session) >= 99
        session.execute("ROLLBACK TO before")
        run(session, fixed(text, "auth-rls-initplan"), MANY)
        assert self.calls(session) <= 3

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
    def test_as_postgres_does(self, session: Connection, condition: str) -> None:
        """The rule reports a condition exactly where Postgres calls again for every row."""
        session.execute(COUNTING)
        policy = f"CREATE POLICY p ON public.notes FOR SELECT TO authenticated USING ({condition});"
        script = f"{COUNTING}{NOTES}{MEMBERS}{policy}"
        run(session, policy, MANY)
        assert (self.calls(session) > 5) == reported(script, "auth-rls-initplan")

    def test_several_are_joined(self, session: Connection) -> None:
        """Two permissive policies are both in the plan, joined by OR."""
        for text in rules()["multiple-permissive-policies"].bad:
            session.execute("SAVEPOINT before")
            run(session, text)
            become(session, signed_in())
            assert " OR " in plan(session)
            session.execute("ROLLBACK TO before")

    def test_no_index(self, session: Connection) -> None:
        """Without an index the table is read whole; with one it is not."""
        (text,) = rules()["policy-column-without-index"].bad
        run(session, text)
        session.execute("GRANT SELECT ON public.notes TO authenticated; SET LOCAL enable_seqscan = off")
        become(session, signed_in())
        assert "Seq Scan" in plan(session)
        session.execute("RESET ROLE; CREATE INDEX ON public.notes (user_id)")
        become(session, signed_in())
        assert "Index Cond: (user_id = (InitPlan 1).col1)" in plan(session)

    @pytest.mark.parametrize("number", [0, 1])
    def test_wrapped_column(self, session: Connection, number: int) -> None:
        """An index on the column does not help where the column is changed first."""
        run(session, rules()["policy-column-wrapped"].bad[number])
        session.execute("CREATE INDEX ON public.notes (user_id); CREATE INDEX ON public.notes (owner_code)")
        session.execute("SET LOCAL enable_seqscan = off")
        become(session, signed_in())
        assert "Index Cond" not in plan(session)

    def test_volatile(self, session: Connection) -> None:
        """No index is looked up with a function that counts as volatile; with a stable one, it is."""
        (text,) = rules()["volatile-function-in-policy"].bad
        run(session, text)
        session.execute("CREATE INDEX ON public.notes (user_id); SET LOCAL enable_seqscan = off")
        become(session, signed_in())
        assert "Index Cond" not in plan(session)
        session.execute("RESET ROLE; ALTER FUNCTION public.caller() STABLE")
        become(session, signed_in())
        assert "Index Cond: (user_id = caller())" in plan(session)

    def test_without_role(self, session: Connection) -> None:
        """A policy without TO is asked for anon; with it, Postgres knows that no row is for anon."""
        script = rules()["policy-without-role"].bad[0]
        session.execute("SAVEPOINT before")
        run(session, script)
        become(session, NOBODY)
        assert "InitPlan" in plan(session)
        session.execute("ROLLBACK TO before")
        run(session, fixed(script, "policy-without-role"))
        become(session, NOBODY)
        assert "One-Time Filter: false" in plan(session)

    @pytest.mark.parametrize("text", rules()["policy-without-role"].bad)
    def test_for_everybody(self, session: Connection, text: str) -> None:
        """Without TO a policy is for PUBLIC; mended, for authenticated."""
        of = "SELECT roles FROM pg_policies WHERE policyname = 'own'"
        run(session, text)
        assert [(["public"],)] == session.execute(of).fetchall()
        session.execute("DROP POLICY own ON public.notes")
        session.execute(fixed(text, "policy-without-role"))
        assert [(["authenticated"],)] == session.execute(of).fetchall()


class TestWaysRound:
    """What policies do not see."""

    def test_immutable(self, session: Connection) -> None:
        """A plan that is kept shows the next caller the rows of the one before; STABLE does not."""
        (text,) = rules()["immutable-function-reads-session"].bad
        (good,) = rules()["immutable-function-reads-session"].good
        for script, expected in ((text, ANN), (good, BOB)):
            session.execute("SAVEPOINT before")
            session.execute(script)
            session.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            session.execute("PREPARE who AS SELECT public.caller()::text")
            become(session, signed_in(ANN))
            assert [(ANN,)] == session.execute("EXECUTE who").fetchall()
            session.execute("RESET ROLE")
            become(session, signed_in(BOB))
            assert [(expected,)] == session.execute("EXECUTE who").fetchall()
            session.execute("DEALLOCATE who")
            session.execute("ROLLBACK TO before")

    def test_leakproof(self, session: Connection) -> None:
        """A LEAKPROOF function tells of a row that the policy hides; the same without it does not."""
        (text,) = rules()["leakproof-function"].bad
        heard: list[str] = []

        def hear(notice: psycopg.errors.Diagnostic) -> None:
            heard.append(notice.message_primary or "")

        session.add_notice_handler(hear)
        own = "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);"
        run(session, text + own)
        session.execute(f"UPDATE public.notes SET body = NULL WHERE user_id = '{BOB}'")
        # What costs least comes first, among conditions that may come in any order.
        for change, expected in (("COST 0.01", ["none"]), ("NOT LEAKPROOF", [])):
            session.execute(f"ALTER FUNCTION public.is_short {change}")
            become(session, signed_in())
            heard.clear()
            session.execute(f"{READ} WHERE public.is_short(body)")
            assert expected == heard
            session.execute("RESET ROLE")
        session.remove_notice_handler(hear)

    def test_membership(self, session: Connection) -> None:
        """Who is a member of a role that bypasses may become it."""
        ask = "SELECT pg_has_role('authenticated', 'service_role', 'MEMBER')"
        assert [(False,)] == session.execute(ask).fetchall()
        session.execute(rules()["role-may-bypass"].bad[0])
        assert [(True,)] == session.execute(ask).fetchall()
