"""What rules about a schema claim, seen on a server like Supabase's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import pytest
from asked import hits, of_group
from callers import ANN, BOB, given
from shown import Example, each, shows

from schema_dsl.lint.rules import rules
from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Connection

# What the examples take to be there.
SETUP = f"""
INSERT INTO auth.users (id, email, phone) VALUES ('{ANN}', 'ann@example.org', '1'), ('{BOB}', 'bob@example.org', '2');
CREATE SCHEMA private;
GRANT USAGE ON SCHEMA private TO anon, authenticated;
CREATE TABLE public.admins (user_id uuid PRIMARY KEY);
CREATE TABLE public.accounts (id bigint PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE public.members (team_id bigint, user_id uuid, PRIMARY KEY (user_id, team_id));
INSERT INTO public.accounts VALUES (1, 0);
INSERT INTO public.members VALUES (1, '{ANN}');
ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION public.clean(text) RETURNS text LANGUAGE sql RETURN $1;
-- What pgmq does, so far as it matters here.
CREATE SCHEMA pgmq;
GRANT USAGE ON SCHEMA pgmq TO authenticated;
CREATE FUNCTION pgmq.create(queue text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('CREATE TABLE pgmq.%I (message jsonb)', 'q_' || lower(queue));
END $$;
"""


@pytest.fixture(scope="module")
def connection(connection: Connection) -> Connection:
    """A session of a superuser in a database like Supabase's."""
    connection.execute(SETUP.encode())
    return connection


def good(name: str, number: int = 0) -> str:
    """Give a good example, for the transaction that is there."""
    return rules()[name].good[number].replace("BEGIN;\n", "").replace("\nCOMMIT;", "")


@attrs.frozen
class Reach(Example):
    """How many rows somebody counts, or the SQLSTATE of an error: of an example, and of each of the good ones.

    `before` is done when the example has been run, by whoever ran it.
    """

    role: str
    table: str
    seen: object
    good: tuple[object, ...]
    before: str = "SELECT"


NOTES = f"INSERT INTO public.notes VALUES (1, '{ANN}', 'mine'), (2, '{BOB}', 'theirs')"
EVENTS = f"INSERT INTO public.events VALUES ('2026-05-01', '{ANN}'), ('2026-05-01', '{BOB}')"
NOTE = "INSERT INTO public.notes VALUES (1, 'theirs')"
QUEUE = "INSERT INTO pgmq.q_emails VALUES ('{}')"
PATIENT_OR_DOCTOR = """
DO $$ BEGIN
    IF to_regclass('public.patients') IS NOT NULL THEN INSERT INTO public.patients VALUES (1);
    ELSE INSERT INTO public.doctors VALUES (1, 'Ann', '1980-01-01');
    END IF;
END $$
"""
DENIED = "42501"
REACH = [
    Reach("auth-users-exposed", 0, "authenticated", "public.people", 2, (DENIED,)),
    Reach("auth-users-exposed", 0, "authenticated", "auth.users", DENIED, (DENIED,)),
    Reach("partition-bypasses-policies", 0, "authenticated", "public.events", 1, (1,), EVENTS),
    Reach("partition-bypasses-policies", 0, "authenticated", "public.events_2026", 2, (DENIED,), EVENTS),
    Reach("queue-without-rls", 0, "authenticated", "pgmq.q_emails", 1, (0, DENIED), QUEUE),
    Reach("queue-without-rls", 1, "authenticated", "pgmq.q_emails", 1, (0, DENIED), QUEUE),
    Reach("rls-disabled-in-api", 0, "authenticated", "public.notes", 1, (DENIED,), NOTE),
    Reach("rls-disabled-in-api", 1, "anon", "public.notes", 1, (DENIED,), NOTE),
    Reach("security-definer-view", 0, "authenticated", "public.notes", 1, (1,), NOTES),
    Reach("security-definer-view", 0, "authenticated", "public.note_bodies", 2, (1,), NOTES),
    Reach(
        "sensitive-columns-exposed",
        0,
        "anon",
        "public.patients",
        1,
        (DENIED, "42P01"),
        PATIENT_OR_DOCTOR,
    ),
    Reach(
        "sensitive-columns-exposed",
        1,
        "anon",
        "public.doctors WHERE date_of_birth IS NOT NULL",
        1,
        ("42P01", DENIED),
        PATIENT_OR_DOCTOR,
    ),
    Reach("unprotected-in-api", 0, "authenticated", "public.totals", 1, (DENIED,)),
]


class TestRowsLeak:
    """Ways round row level security."""

    @shows(*REACH)
    def test_reach(self, tried: Connection, example: Reach) -> None:
        """A client reads what policies of another table keep back, or what none does; of a good example it does not."""
        tried.execute("SAVEPOINT fresh")
        texts = [example.text, *rules()[example.rule].good]
        for text, expected in zip(texts, (example.seen, *example.good), strict=True):
            tried.execute(f"{text}; {example.before}".encode())
            assert expected == given(tried, f"SELECT count(*) FROM {example.table}", example.role)
            tried.execute("ROLLBACK TO fresh")

    def test_inheriting_table(self, tried: Connection) -> None:
        """A table that inherits is such a way too."""
        tried.execute(
            "CREATE TABLE public.parent (owner uuid); CREATE TABLE public.child () INHERITS (public.parent);"
            "ALTER TABLE public.parent ENABLE ROW LEVEL SECURITY;"
            "GRANT SELECT ON public.parent, public.child TO authenticated;"
            f"INSERT INTO public.child VALUES ('{BOB}')"
        )
        assert given(tried, "SELECT count(*) FROM public.parent", "authenticated") == 0
        assert given(tried, "SELECT count(*) FROM public.child", "authenticated") == 1

    @shows(*each("require-row-security"))
    def test_granted_by_default(self, tried: Connection, example: Example) -> None:
        """With the older default privileges, anon reads a new table that nobody granted; not with RLS."""
        tried.execute(PLATFORM.script(PLATFORM.default_privileges["old"], PLATFORM.owner).encode())
        tried.execute("SAVEPOINT fresh")
        for text, rows in ((example.text, 1), (good(example.rule), 0)):
            tried.execute(f"SET LOCAL ROLE {PLATFORM.owner}; {text}; {NOTE}".encode())
            assert rows == given(tried, "SELECT count(*) FROM public.notes", "anon")
            tried.execute("ROLLBACK TO fresh")

    @shows(*each("policy-without-grant"))
    def test_policy_without_grant(self, tried: Connection, example: Example) -> None:
        """The policy lets the row be deleted, the missing privilege does not; of a good example, it is read."""
        tried.execute("SAVEPOINT fresh")
        tried.execute(f"{example.text} INSERT INTO public.notes VALUES (1, '{ANN}')".encode())
        assert given(tried, "DELETE FROM public.notes", "authenticated") == DENIED
        tried.execute("GRANT DELETE ON public.notes TO authenticated")
        tried.execute("CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING (true)")
        assert given(tried, "DELETE FROM public.notes", "authenticated") == 1
        tried.execute("ROLLBACK TO fresh")
        tried.execute(f"{good(example.rule)} INSERT INTO public.notes VALUES (1, '{ANN}')".encode())
        assert given(tried, "SELECT count(*) FROM public.notes", "authenticated") == 1


class TestFunctions:
    """Functions that run as their owner, or with the search_path of whoever calls."""

    SHADOW = (
        f"CREATE TEMPORARY TABLE admins AS SELECT '{ANN}'::uuid AS user_id; GRANT SELECT ON admins TO PUBLIC"
    )

    @shows(*each("security-definer-search-path"))
    def test_shadowed(self, tried: Connection, example: Example) -> None:
        """A caller's temporary table makes an admin of them, unless the path is empty or has pg_temp as its last."""
        tried.execute("SAVEPOINT fresh")
        for schema, text, admin in (
            ("public", example.text, 1),
            *(("private", text, 0) for text in rules()[example.rule].good),
        ):
            tried.execute(text.encode())
            tried.execute(f"GRANT EXECUTE ON FUNCTION {schema}.is_admin TO authenticated".encode())
            tried.execute("SET LOCAL ROLE authenticated")
            tried.execute(self.SHADOW)
            assert admin == given(tried, f"SELECT {schema}.is_admin('{ANN}')::integer", "authenticated")
            tried.execute("ROLLBACK TO fresh")

    @shows(*each("security-definer-executable"))
    def test_anybody_may_call(self, tried: Connection, example: Example) -> None:
        """Anon changes a row that no policy lets it see; once it is revoked, anon may not."""
        tried.execute("SAVEPOINT fresh")
        tried.execute(example.text.encode())
        tried.execute("SET LOCAL ROLE anon; SELECT public.credit(1, 100); RESET ROLE")
        assert given(tried, "SELECT balance FROM public.accounts") == 100
        tried.execute("ROLLBACK TO fresh")
        tried.execute(good(example.rule).encode())
        assert given(tried, "SELECT public.credit(1, 100)", "anon") == DENIED

    def test_asks_who_calls(self, tried: Connection) -> None:
        """What asks who calls tells each caller of themselves."""
        tried.execute(good("security-definer-executable", 1).encode())
        ask = "SELECT public.is_member(1)::integer"
        assert given(tried, ask, "authenticated") == 1
        tried.execute("DELETE FROM public.members")
        assert given(tried, ask, "authenticated") == 0

    @shows(*each("function-search-path-mutable"))
    def test_names_depend_on_the_caller(self, tried: Connection, example: Example) -> None:
        """The function that worked does not with an empty path, as pg_dump sets it; a good one does."""
        tried.execute("SAVEPOINT fresh")
        for text, answer in ((example.text, "42883"), *((text, "a") for text in rules()[example.rule].good)):
            tried.execute(text.encode())
            assert given(tried, "SELECT public.slug('A')") == "a"
            tried.execute("SET LOCAL search_path = ''")
            assert answer == given(tried, "SELECT public.slug('A')")
            tried.execute("ROLLBACK TO fresh")


@attrs.frozen
class Spare(Example):
    """An index that an example has too many, and the one that finds the same rows by a condition."""

    index: str
    other: str
    row: str
    condition: str


PAGE = 8192
SPARE = [
    Spare(
        "duplicate-index",
        0,
        "users_email_idx",
        "users_email_key",
        "INSERT INTO public.users VALUES (1, 'a')",
        "SELECT FROM public.users WHERE email = 'a'",
    ),
    Spare(
        "duplicate-index",
        1,
        "tags_lower_idx",
        "tags_name_idx",
        "INSERT INTO public.tags VALUES (1, 'a')",
        "SELECT FROM public.tags WHERE lower(name) = 'a'",
    ),
    Spare(
        "redundant-index",
        0,
        "orders_state_idx",
        "orders_state_placed_idx",
        "INSERT INTO public.orders VALUES (1, 'a')",
        "SELECT FROM public.orders WHERE state = 'a'",
    ),
]


class TestIndexes:
    """Foreign keys, duplicates."""

    FILL = (
        "INSERT INTO auth.users (id) SELECT gen_random_uuid() FROM generate_series(1, 2000);"
        "INSERT INTO public.orders SELECT row_number() OVER (), id FROM auth.users;"
        "ANALYZE public.orders"
    )

    def plan(self, tried: Connection) -> str:
        """Give the plan of the look that a DELETE of a referenced row takes, with a parameter as it has."""
        tried.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        tried.execute(
            "PREPARE look (uuid) AS SELECT FROM ONLY public.orders WHERE user_id = $1 FOR KEY SHARE"
        )
        rows = tried.execute(f"EXPLAIN EXECUTE look ('{ANN}')").fetchall()
        tried.execute("DEALLOCATE look")
        return "\n".join(row[0] for row in rows)

    @shows(*each("unindexed-foreign-keys"))
    @pytest.mark.parametrize(
        ("index", "expected"),
        [
            ("", True),
            ("CREATE INDEX ON public.orders (user_id, id)", False),
            ("CREATE INDEX ON public.orders (user_id) WHERE user_id IS NOT NULL", False),
            ("CREATE INDEX ON public.orders USING hash (user_id)", False),
            ("CREATE INDEX ON public.orders USING brin (user_id)", True),
            ("CREATE INDEX ON public.orders (user_id) WHERE id > 5", True),
            ("CREATE INDEX ON public.orders (id) INCLUDE (user_id)", True),
        ],
    )
    def test_read_whole(self, tried: Connection, example: Example, index: str, *, expected: bool) -> None:
        """Without an index that leads with the column, the table is read whole for each row; and it is told."""
        tried.execute(example.text.encode())
        tried.execute(self.FILL)
        tried.execute(index.encode() or b"SELECT")
        assert expected == ("Seq Scan" in self.plan(tried))
        assert expected == bool(hits(f"{example.text}\n{index};", example.rule))

    @shows(*SPARE)
    def test_spare(self, tried: Connection, example: Spare) -> None:
        """A row that is written goes into both indexes, and without the one the other finds it."""
        tried.execute(example.text.encode())
        for index in (example.index, example.other):
            assert given(tried, f"{example.row} RETURNING pg_relation_size('public.{index}')") == 2 * PAGE
        tried.execute(f"DROP INDEX public.{example.index}; SET LOCAL enable_seqscan = off")
        lines = tried.execute(f"EXPLAIN {example.condition}".encode()).fetchall()
        assert any(example.other in line for (line,) in lines)

    @shows(*each("no-primary-key"))
    def test_no_key(self, tried: Connection, example: Example) -> None:
        """Published, a table without a key takes no UPDATE."""
        tried.execute("SAVEPOINT fresh")
        for text, answer in ((example.text, "55000"), (good(example.rule), 0)):
            tried.execute(text.encode())
            tried.execute("CREATE PUBLICATION everything FOR TABLE public.visits")
            assert answer == given(tried, "UPDATE public.visits SET page = ''")
            tried.execute("ROLLBACK TO fresh")

    @shows(*each("fkey-to-auth-unique"))
    def test_phone_is_held(self, tried: Connection, example: Example) -> None:
        """The platform cannot drop the constraint that the foreign key needs; beside a good one it can."""
        tried.execute("SAVEPOINT fresh")
        for text, answer in ((example.text, "2BP01"), (good(example.rule), -1)):
            tried.execute(text.encode())
            assert answer == given(tried, "ALTER TABLE auth.users DROP CONSTRAINT users_phone_key")
            tried.execute("ROLLBACK TO fresh")


# By name: the schema that the control file of an extension says, where Postgres comes without the extension.
STAND_INS = {"pgcrypto": "", "pg_cron": "pg_catalog", "pg_graphql": "pg_catalog"}


@pytest.fixture
def extending(tried: Connection) -> Iterator[Connection]:
    """A session for which extensions with a function each stand in for those that Postgres comes without."""
    with TemporaryDirectory() as path:
        # The server may be run by somebody else than the tests.
        for folder in (Path(path), extensions := Path(path, "extension")):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        for name, schema in STAND_INS.items():
            control = "default_version = '1'\n" + (f"schema = {schema}\n" if schema else "")
            (extensions / f"{name}.control").write_text(control)
            (extensions / f"{name}--1.sql").write_text(f"CREATE FUNCTION of_{name}() RETURNS int RETURN 1;")
        tried.execute("SELECT set_config('extension_control_path', %s, true)", [f"{path}:$system"])
        # It is there on Supabase.
        tried.execute("CREATE EXTENSION pgcrypto SCHEMA extensions")
        yield tried


class TestExtensions:
    """Where what they bring goes, and who finds it."""

    SERVED = """
    SELECT count(*) FROM pg_proc JOIN pg_depend ON objid = pg_proc.oid AND deptype = 'e'
    WHERE pronamespace = 'public'::regnamespace AND has_function_privilege('anon', pg_proc.oid, 'EXECUTE')
    """

    @shows(*each("extension-in-public"))
    def test_in_public(self, extending: Connection, example: Example) -> None:
        """Anon may execute what it brings to public."""
        extending.execute(example.text.encode())
        assert given(extending, f"SELECT ({self.SERVED}) > 9") is True

    @pytest.mark.parametrize("text", rules()["extension-in-public"].good)
    def test_elsewhere(self, extending: Connection, text: str) -> None:
        """A good example brings nothing to public."""
        extending.execute(text.encode())
        assert given(extending, self.SERVED) == 0

    def test_names_are_known(self, extending: Connection) -> None:
        """Who has SELECT finds a table's columns, whatever row level security says of its rows; others do not."""
        rule = rules()["graphql-exposed"]
        ask = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'notes'"
        extending.execute("SAVEPOINT fresh")
        for text, columns in ((rule.bad[0], 2), (rule.good[0], 0)):
            extending.execute(f"{text} ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY".encode())
            assert columns == given(extending, ask, "anon")
            extending.execute("ROLLBACK TO fresh")


@pytest.mark.parametrize(
    "text", [text for rule in of_group("schema") for text in rule.good if "EXTENSION" not in text]
)
def test_good(tried: Connection, text: str) -> None:
    """Postgres takes every good example; those with extensions are run above."""
    tried.execute(text.replace("BEGIN;\n", "").replace("\nCOMMIT;", "").encode())
