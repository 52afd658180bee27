"""What rules about a schema claim, seen on a server like Supabase's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from asked import hits, of_group

from schema_dsl.lint.rules import rules
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, provider

ME = "00000000-0000-0000-0000-000000000001"
OTHER = "00000000-0000-0000-0000-000000000002"
# What the examples take to be there.
SETUP = f"""
INSERT INTO auth.users (id, email, phone) VALUES ('{ME}', 'me@example.org', '1'), ('{OTHER}', 'o@example.org', '2');
CREATE SCHEMA private;
CREATE TABLE public.admins (user_id uuid PRIMARY KEY);
CREATE TABLE public.accounts (id bigint PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE public.members (team_id bigint, user_id uuid, PRIMARY KEY (user_id, team_id));
INSERT INTO public.accounts VALUES (1, 0);
ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION public.clean(text) RETURNS text LANGUAGE sql RETURN $1;
"""
# Extensions that a plain server has none of.
NOT_THERE = ("pg_cron", "pg_graphql", "pgcrypto")


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """A session of a superuser in a database with the platform's baseline."""
    supabase = platform("supabase")
    with (
        provider("embedded").start() as server,
        server.database() as database,
        contextlib.closing(database.connect()) as opened,
    ):
        opened.execute(f"CREATE ROLE {supabase.owner} CREATEROLE")
        opened.execute(supabase.script(supabase.baseline, supabase.owner).encode())
        opened.execute(SETUP)
        yield opened


@pytest.fixture
def tried(connection: Connection) -> Iterator[Connection]:
    """The session in a transaction that is not kept."""
    connection.execute("BEGIN")
    yield connection
    connection.execute("ROLLBACK")


def become(connection: Connection, role: str, user: str = ME) -> None:
    """Go on as a client's role, with the claims of a user."""
    connection.execute("SELECT set_config('request.jwt.claims', %s, true)", [f'{{"sub": "{user}"}}'])
    connection.execute(f"SET LOCAL ROLE {role}".encode())


def counted(connection: Connection, query: str) -> int:
    """Give the number that a query finds."""
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def bad(name: str, number: int = 0) -> str:
    """Give a bad example."""
    return rules()[name].bad[number]


def good(name: str, number: int = 0) -> str:
    """Give a good example, in the transaction that is there."""
    return rules()[name].good[number].replace("BEGIN;\n", "").replace("\nCOMMIT;", "")


class TestRowsLeak:
    """Ways round row level security."""

    NOTES = f"INSERT INTO public.notes VALUES (1, '{ME}', 'mine'), (2, '{OTHER}', 'theirs');"
    EVENTS = f"INSERT INTO public.events VALUES ('2026-05-01', '{ME}'), ('2026-05-01', '{OTHER}');"

    @pytest.mark.parametrize(("text", "expected"), [("bad", 2), ("good", 1)])
    def test_view(self, tried: Connection, text: str, expected: int) -> None:
        """A view shows the other user's row too; with security_invoker it does not."""
        tried.execute({"bad": bad, "good": good}[text]("security-definer-view").encode())
        tried.execute(self.NOTES)
        become(tried, "authenticated")
        assert 1 == counted(tried, "SELECT count(*) FROM public.notes")
        assert expected == counted(tried, "SELECT count(*) FROM public.note_bodies")

    def test_partition(self, tried: Connection) -> None:
        """The partition shows what policies of its parent keep back."""
        tried.execute(bad("partition-bypasses-policies").encode())
        tried.execute(self.EVENTS)
        become(tried, "authenticated")
        assert 1 == counted(tried, "SELECT count(*) FROM public.events")
        assert 2 == counted(tried, "SELECT count(*) FROM public.events_2026")

    def test_partition_not_granted(self, tried: Connection) -> None:
        """Without the privilege the partition is out of reach, and the parent works all the same."""
        tried.execute(good("partition-bypasses-policies").encode())
        tried.execute(self.EVENTS)
        become(tried, "authenticated")
        assert 1 == counted(tried, "SELECT count(*) FROM public.events")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            tried.execute("SELECT FROM public.events_2026")

    def test_inheriting_table(self, tried: Connection) -> None:
        """So does a table that inherits."""
        tried.execute(
            "CREATE TABLE public.parent (owner uuid); CREATE TABLE public.child () INHERITS (public.parent);"
            "ALTER TABLE public.parent ENABLE ROW LEVEL SECURITY;"
            "GRANT SELECT ON public.parent, public.child TO authenticated;"
            f"INSERT INTO public.child VALUES ('{OTHER}')"
        )
        become(tried, "authenticated")
        assert 0 == counted(tried, "SELECT count(*) FROM public.parent")
        assert 1 == counted(tried, "SELECT count(*) FROM public.child")

    def test_users(self, tried: Connection) -> None:
        """Every address is read through the view, by one who may not read the table."""
        tried.execute(bad("auth-users-exposed").encode())
        become(tried, "authenticated")
        assert 2 == counted(tried, "SELECT count(email) FROM public.people")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            tried.execute("SELECT FROM auth.users")

    @pytest.mark.parametrize(
        ("name", "number", "role", "table"),
        [
            ("rls-disabled-in-api", 0, "authenticated", "notes"),
            ("rls-disabled-in-api", 1, "anon", "notes"),
            ("unprotected-in-api", 0, "authenticated", "totals"),
            ("sensitive-columns-exposed", 0, "anon", "patients"),
        ],
    )
    def test_nothing_keeps_rows_back(
        self, tried: Connection, name: str, number: int, role: str, table: str
    ) -> None:
        """A client reads what somebody else wrote."""
        tried.execute(bad(name, number).encode())
        if table != "totals":
            tried.execute(f"INSERT INTO public.{table} (id) VALUES (1)".encode())
        become(tried, role)
        assert 1 == counted(tried, f"SELECT count(*) FROM public.{table}")

    def test_granted_by_default(self, tried: Connection) -> None:
        """With the older default privileges, anon reads a new table that nobody granted."""
        supabase = platform("supabase")
        script = next(path for path in supabase.default_privileges.values() if "old" in path.name)
        tried.execute(supabase.script(script, supabase.owner).encode())
        tried.execute(f"SET LOCAL ROLE {supabase.owner}".encode())
        tried.execute(bad("require-row-security").encode())
        tried.execute("INSERT INTO public.notes VALUES (1, 'mine')")
        become(tried, "anon")
        assert 1 == counted(tried, "SELECT count(*) FROM public.notes")

    def test_policy_without_grant(self, tried: Connection) -> None:
        """The policy lets the row be deleted, the missing privilege does not."""
        tried.execute(bad("policy-without-grant").encode())
        become(tried, "authenticated")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            tried.execute("DELETE FROM public.notes")


class TestFunctions:
    """SECURITY DEFINER."""

    SHADOW = f"CREATE TEMPORARY TABLE admins AS SELECT '{ME}'::uuid AS user_id;GRANT SELECT ON pg_temp.admins TO PUBLIC"
    ASK = f"SELECT {{}}.is_admin('{ME}')::integer"

    @pytest.mark.parametrize(
        ("kind", "number", "schema", "expected"),
        [
            ("bad", 0, "public", 1),
            ("bad", 1, "public", 1),
            ("good", 0, "private", 0),
            ("good", 1, "private", 0),
        ],
    )
    def test_shadowed(self, tried: Connection, kind: str, number: int, schema: str, expected: int) -> None:
        """A caller's temporary table makes an admin of them, unless the path is empty or has pg_temp as its last."""
        tried.execute({"bad": bad, "good": good}[kind]("security-definer-search-path", number).encode())
        tried.execute(f"GRANT USAGE ON SCHEMA {schema} TO authenticated".encode())
        tried.execute(f"GRANT EXECUTE ON FUNCTION {schema}.is_admin TO authenticated".encode())
        become(tried, "authenticated")
        tried.execute(self.SHADOW)
        assert expected == counted(tried, self.ASK.format(schema))

    def test_anybody_may_call(self, tried: Connection) -> None:
        """Anon changes a row that no policy lets it see."""
        tried.execute(bad("security-definer-executable").encode())
        become(tried, "anon")
        tried.execute("SELECT public.credit(1, 100)")
        tried.execute("RESET ROLE")
        assert 100 == counted(tried, "SELECT balance FROM public.accounts")

    def test_revoked(self, tried: Connection) -> None:
        """Once it is revoked, anon may not."""
        tried.execute(good("security-definer-executable").encode())
        become(tried, "anon")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            tried.execute("SELECT public.credit(1, 100)")

    def test_names_depend_on_the_caller(self, tried: Connection) -> None:
        """The function that worked does not with an empty path, as pg_dump sets it."""
        tried.execute(bad("function-search-path-mutable").encode())
        tried.execute("SELECT public.slug('A')")
        tried.execute("SET LOCAL search_path = ''")
        with pytest.raises(psycopg.errors.UndefinedFunction):
            tried.execute("SELECT public.slug('A')")


class TestIndexes:
    """Foreign keys, duplicates."""

    FILL = (
        "INSERT INTO auth.users (id) SELECT gen_random_uuid() FROM generate_series(1, 2000);"
        "INSERT INTO public.orders SELECT row_number() OVER (), id FROM auth.users;"
        "ANALYZE public.orders"
    )
    WITHOUT = bad("unindexed-foreign-keys")

    def plan(self, tried: Connection) -> str:
        """Give the plan of the look that a DELETE of a referenced row takes, with a parameter as it has."""
        tried.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        tried.execute(
            "PREPARE look (uuid) AS SELECT FROM ONLY public.orders WHERE user_id = $1 FOR KEY SHARE"
        )
        rows = tried.execute(f"EXPLAIN EXECUTE look ('{ME}')").fetchall()
        tried.execute("DEALLOCATE look")
        return "\n".join(row[0] for row in rows)

    @pytest.mark.parametrize(
        ("index", "expected"),
        [
            ("", True),
            ("CREATE INDEX ON public.orders (user_id, id)", False),
            ("CREATE INDEX ON public.orders (user_id) WHERE user_id IS NOT NULL", False),
            ("CREATE INDEX ON public.orders (user_id) WHERE id > 5", True),
            ("CREATE INDEX ON public.orders (id) INCLUDE (user_id)", True),
        ],
    )
    def test_read_whole(self, tried: Connection, index: str, *, expected: bool) -> None:
        """Without an index that leads with the column, the table is read whole for each row; and it is told."""
        tried.execute(self.WITHOUT.encode())
        tried.execute(self.FILL)
        tried.execute(index.encode() or b"SELECT")
        assert expected == ("Seq Scan" in self.plan(tried))
        assert expected == bool(hits(f"{self.WITHOUT}\n{index};", "unindexed-foreign-keys"))

    @pytest.mark.parametrize("number", [0, 1])
    def test_duplicates(self, tried: Connection, number: int) -> None:
        """Postgres makes the second index, and both take room."""
        tried.execute(bad("duplicate-index", number).encode())
        assert 2 <= counted(tried, "SELECT count(*) FROM pg_indexes WHERE tablename IN ('users', 'tags')")

    def test_no_key(self, tried: Connection) -> None:
        """Published, a table without a key takes no UPDATE."""
        tried.execute(bad("no-primary-key").encode())
        tried.execute("CREATE PUBLICATION everything FOR TABLE public.visits")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
            tried.execute("UPDATE public.visits SET page = ''")


class TestExamples:
    """All of them."""

    @pytest.mark.parametrize(
        "text", [text for rule in of_group("schema") for text in (*rule.bad, *rule.good)]
    )
    def test_runs(self, tried: Connection, text: str) -> None:
        """Postgres takes every example."""
        if any(name in text for name in NOT_THERE):
            pytest.skip("the extension is not part of Postgres")
        tried.execute(text.replace("BEGIN;\n", "").replace("\nCOMMIT;", "").encode())

    def test_phone_is_held(self, tried: Connection) -> None:
        """The platform cannot drop the constraint that the foreign key needs."""
        tried.execute(bad("fkey-to-auth-unique").encode())
        with pytest.raises(psycopg.errors.DependentObjectsStillExist):
            tried.execute("ALTER TABLE auth.users DROP CONSTRAINT users_phone_key")

    def test_extension_in_public(self, tried: Connection) -> None:
        """What it brings is in public, and anon may execute it."""
        tried.execute(bad("extension-in-public").encode())
        assert 1 == counted(
            tried,
            "SELECT has_function_privilege('anon', 'public.citext_eq(citext, citext)', 'execute')::integer",
        )
