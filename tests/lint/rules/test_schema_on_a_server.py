"""Rules of the group schema on a server with a Supabase database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import pytest
from api_callers import ANN, BOB, result_of
from bad_examples import Example, all_bad_examples, parametrize_examples
from rule_hits import find_hits, rules_of_group

from schema_dsl.lint.rules import rules_by_name
from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Connection

# Objects that the examples depend on.
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
-- The part of pgmq that the examples use.
CREATE SCHEMA pgmq;
GRANT USAGE ON SCHEMA pgmq TO authenticated;
CREATE FUNCTION pgmq.create(queue text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('CREATE TABLE pgmq.%I (message jsonb)', 'q_' || lower(queue));
END $$;
"""


@pytest.fixture(scope="module")
def connection(connection: Connection) -> Connection:
    """A superuser connection to the database with the objects of the examples."""
    connection.execute(SETUP.encode())
    return connection


def good(name: str, number: int = 0) -> str:
    """Return a good example without BEGIN and COMMIT, for an open transaction."""
    return rules_by_name()[name].good[number].replace("BEGIN;\n", "").replace("\nCOMMIT;", "")


@attrs.frozen
class CountExample(Example):
    """The number of rows that a role counts in a table, or an SQLSTATE, after the bad and after each good example.

    Attributes:
        expected: The expectation for the bad example.
        good: The expectations for the good examples.
        before: A statement of the superuser, after the example and before the count.
    """

    role: str
    table: str
    expected: object
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
COUNTS = [
    CountExample("auth-users-exposed", 0, "authenticated", "public.people", 2, (DENIED,)),
    CountExample("auth-users-exposed", 0, "authenticated", "auth.users", DENIED, (DENIED,)),
    CountExample("partition-bypasses-policies", 0, "authenticated", "public.events", 1, (1,), EVENTS),
    CountExample(
        "partition-bypasses-policies", 0, "authenticated", "public.events_2026", 2, (DENIED,), EVENTS
    ),
    CountExample("queue-without-rls", 0, "authenticated", "pgmq.q_emails", 1, (0, DENIED), QUEUE),
    CountExample("queue-without-rls", 1, "authenticated", "pgmq.q_emails", 1, (0, DENIED), QUEUE),
    CountExample("rls-disabled-in-api", 0, "authenticated", "public.notes", 1, (DENIED,), NOTE),
    CountExample("rls-disabled-in-api", 1, "anon", "public.notes", 1, (DENIED,), NOTE),
    CountExample("security-definer-view", 0, "authenticated", "public.notes", 1, (1,), NOTES),
    CountExample("security-definer-view", 0, "authenticated", "public.note_bodies", 2, (1,), NOTES),
    CountExample(
        "sensitive-columns-exposed",
        0,
        "anon",
        "public.patients",
        1,
        (DENIED, "42P01"),
        PATIENT_OR_DOCTOR,
    ),
    CountExample(
        "sensitive-columns-exposed",
        1,
        "anon",
        "public.doctors WHERE date_of_birth IS NOT NULL",
        1,
        ("42P01", DENIED),
        PATIENT_OR_DOCTOR,
    ),
    CountExample("unprotected-in-api", 0, "authenticated", "public.totals", 1, (DENIED,)),
]


class TestRowsLeak:
    """Ways to bypass row level security."""

    @parametrize_examples(*COUNTS)
    def test_reach(self, transaction: Connection, example: CountExample) -> None:
        """A client role reads rows that policies should hide. In a good example it does not."""
        transaction.execute("SAVEPOINT fresh")
        texts = [example.text, *rules_by_name()[example.rule].good]
        for text, expected in zip(texts, (example.expected, *example.good), strict=True):
            transaction.execute(f"{text}; {example.before}".encode())
            assert expected == result_of(transaction, f"SELECT count(*) FROM {example.table}", example.role)
            transaction.execute("ROLLBACK TO fresh")

    def test_inheriting_table(self, transaction: Connection) -> None:
        """A child table bypasses the policies of its parent as well."""
        transaction.execute(
            "CREATE TABLE public.parent (owner uuid); CREATE TABLE public.child () INHERITS (public.parent);"
            "ALTER TABLE public.parent ENABLE ROW LEVEL SECURITY;"
            "GRANT SELECT ON public.parent, public.child TO authenticated;"
            f"INSERT INTO public.child VALUES ('{BOB}')"
        )
        assert result_of(transaction, "SELECT count(*) FROM public.parent", "authenticated") == 0
        assert result_of(transaction, "SELECT count(*) FROM public.child", "authenticated") == 1

    @parametrize_examples(*all_bad_examples("require-row-security"))
    def test_granted_by_default(self, transaction: Connection, example: Example) -> None:
        """With the older default privileges, anon reads a new table without a GRANT, unless it has row security."""
        transaction.execute(PLATFORM.script(PLATFORM.default_privileges["old"], PLATFORM.owner).encode())
        transaction.execute("SAVEPOINT fresh")
        for text, rows in ((example.text, 1), (good(example.rule), 0)):
            transaction.execute(f"SET LOCAL ROLE {PLATFORM.owner}; {text}; {NOTE}".encode())
            assert rows == result_of(transaction, "SELECT count(*) FROM public.notes", "anon")
            transaction.execute("ROLLBACK TO fresh")

    @parametrize_examples(*all_bad_examples("policy-without-grant"))
    def test_policy_without_grant(self, transaction: Connection, example: Example) -> None:
        """The DELETE fails without the privilege, and succeeds with it. In a good example the row is readable."""
        transaction.execute("SAVEPOINT fresh")
        transaction.execute(f"{example.text} INSERT INTO public.notes VALUES (1, '{ANN}')".encode())
        assert result_of(transaction, "DELETE FROM public.notes", "authenticated") == DENIED
        transaction.execute("GRANT DELETE ON public.notes TO authenticated")
        transaction.execute("CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING (true)")
        assert result_of(transaction, "DELETE FROM public.notes", "authenticated") == 1
        transaction.execute("ROLLBACK TO fresh")
        transaction.execute(f"{good(example.rule)} INSERT INTO public.notes VALUES (1, '{ANN}')".encode())
        assert result_of(transaction, "SELECT count(*) FROM public.notes", "authenticated") == 1


class TestFunctions:
    """Functions that run as their owner, or with the search_path of their caller."""

    SHADOW = (
        f"CREATE TEMPORARY TABLE admins AS SELECT '{ANN}'::uuid AS user_id; GRANT SELECT ON admins TO PUBLIC"
    )

    @parametrize_examples(*all_bad_examples("security-definer-search-path"))
    def test_shadowed(self, transaction: Connection, example: Example) -> None:
        """A temporary table makes the caller an admin, unless search_path is empty or ends with pg_temp."""
        transaction.execute("SAVEPOINT fresh")
        for schema, text, admin in (
            ("public", example.text, 1),
            *(("private", text, 0) for text in rules_by_name()[example.rule].good),
        ):
            transaction.execute(text.encode())
            transaction.execute(f"GRANT EXECUTE ON FUNCTION {schema}.is_admin TO authenticated".encode())
            transaction.execute("SET LOCAL ROLE authenticated")
            transaction.execute(self.SHADOW)
            assert admin == result_of(
                transaction, f"SELECT {schema}.is_admin('{ANN}')::integer", "authenticated"
            )
            transaction.execute("ROLLBACK TO fresh")

    @parametrize_examples(Example("security-definer-executable", 0))
    def test_anybody_may_call(self, transaction: Connection, example: Example) -> None:
        """The role anon changes a row that policies hide. After the REVOKE it cannot."""
        transaction.execute("SAVEPOINT fresh")
        transaction.execute(example.text.encode())
        transaction.execute("SET LOCAL ROLE anon; SELECT public.credit(1, 100); RESET ROLE")
        assert result_of(transaction, "SELECT balance FROM public.accounts") == 100
        transaction.execute("ROLLBACK TO fresh")
        transaction.execute(good(example.rule).encode())
        assert result_of(transaction, "SELECT public.credit(1, 100)", "anon") == DENIED

    def test_asks_who_calls(self, transaction: Connection) -> None:
        """A function that checks the caller returns only facts about the caller."""
        transaction.execute(good("security-definer-executable", 1).encode())
        query = "SELECT public.is_member(1)::integer"
        assert result_of(transaction, query, "authenticated") == 1
        transaction.execute("DELETE FROM public.members")
        assert result_of(transaction, query, "authenticated") == 0

    @parametrize_examples(*all_bad_examples("function-search-path-mutable"))
    def test_names_depend_on_the_caller(self, transaction: Connection, example: Example) -> None:
        """The function fails with an empty search_path, as pg_dump sets it. A good example does not."""
        transaction.execute("SAVEPOINT fresh")
        for text, answer in (
            (example.text, "42883"),
            *((text, "a") for text in rules_by_name()[example.rule].good),
        ):
            transaction.execute(text.encode())
            assert result_of(transaction, "SELECT public.slug('A')") == "a"
            transaction.execute("SET LOCAL search_path = ''")
            assert answer == result_of(transaction, "SELECT public.slug('A')")
            transaction.execute("ROLLBACK TO fresh")


@attrs.frozen
class SuperfluousIndex(Example):
    """A superfluous index of an example, and the other index that finds the same rows."""

    index: str
    other: str
    row: str
    condition: str


PAGE = 8192
SUPERFLUOUS = [
    SuperfluousIndex(
        "duplicate-index",
        0,
        "users_email_idx",
        "users_email_key",
        "INSERT INTO public.users VALUES (1, 'a')",
        "SELECT FROM public.users WHERE email = 'a'",
    ),
    SuperfluousIndex(
        "duplicate-index",
        1,
        "tags_lower_idx",
        "tags_name_idx",
        "INSERT INTO public.tags VALUES (1, 'a')",
        "SELECT FROM public.tags WHERE lower(name) = 'a'",
    ),
    SuperfluousIndex(
        "redundant-index",
        0,
        "orders_state_idx",
        "orders_state_placed_idx",
        "INSERT INTO public.orders VALUES (1, 'a')",
        "SELECT FROM public.orders WHERE state = 'a'",
    ),
]


class TestIndexes:
    """Foreign keys, and superfluous indexes."""

    FILL = (
        "INSERT INTO auth.users (id) SELECT gen_random_uuid() FROM generate_series(1, 2000);"
        "INSERT INTO public.orders SELECT row_number() OVER (), id FROM auth.users;"
        "ANALYZE public.orders"
    )

    def plan(self, transaction: Connection) -> str:
        """Return the plan of the query that a DELETE of a referenced row runs, with a parameter."""
        transaction.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        transaction.execute(
            "PREPARE look (uuid) AS SELECT FROM ONLY public.orders WHERE user_id = $1 FOR KEY SHARE"
        )
        rows = transaction.execute(f"EXPLAIN EXECUTE look ('{ANN}')").fetchall()
        transaction.execute("DEALLOCATE look")
        return "\n".join(row[0] for row in rows)

    @parametrize_examples(*all_bad_examples("unindexed-foreign-keys"))
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
    def test_read_whole(
        self, transaction: Connection, example: Example, index: str, *, expected: bool
    ) -> None:
        """Without an index on the column, Postgres scans the table for each row, and the rule reports the key."""
        transaction.execute(example.text.encode())
        transaction.execute(self.FILL)
        transaction.execute(index.encode() or b"SELECT")
        assert expected == ("Seq Scan" in self.plan(transaction))
        assert expected == bool(find_hits(f"{example.text}\n{index};", example.rule))

    @parametrize_examples(*SUPERFLUOUS)
    def test_spare(self, transaction: Connection, example: SuperfluousIndex) -> None:
        """An INSERT writes both indexes, and without the superfluous index the other one finds the row."""
        transaction.execute(example.text.encode())
        for index in (example.index, example.other):
            assert (
                result_of(transaction, f"{example.row} RETURNING pg_relation_size('public.{index}')")
                == 2 * PAGE
            )
        transaction.execute(f"DROP INDEX public.{example.index}; SET LOCAL enable_seqscan = off")
        lines = transaction.execute(f"EXPLAIN {example.condition}".encode()).fetchall()
        assert any(example.other in line for (line,) in lines)

    @parametrize_examples(*all_bad_examples("no-primary-key"))
    def test_no_key(self, transaction: Connection, example: Example) -> None:
        """Postgres rejects an UPDATE of a published table without a primary key."""
        transaction.execute("SAVEPOINT fresh")
        for text, answer in ((example.text, "55000"), (good(example.rule), 0)):
            transaction.execute(text.encode())
            transaction.execute("CREATE PUBLICATION everything FOR TABLE public.visits")
            assert answer == result_of(transaction, "UPDATE public.visits SET page = ''")
            transaction.execute("ROLLBACK TO fresh")

    @parametrize_examples(*all_bad_examples("fkey-to-auth-unique"))
    def test_phone_is_held(self, transaction: Connection, example: Example) -> None:
        """The platform cannot drop the constraint that the foreign key depends on. In a good example it can."""
        transaction.execute("SAVEPOINT fresh")
        for text, answer in ((example.text, "2BP01"), (good(example.rule), -1)):
            transaction.execute(text.encode())
            assert answer == result_of(transaction, "ALTER TABLE auth.users DROP CONSTRAINT users_phone_key")
            transaction.execute("ROLLBACK TO fresh")


# The schema in the control file of each extension that the server lacks.
SUBSTITUTES = {"pgcrypto": "", "pg_cron": "pg_catalog", "pg_graphql": "pg_catalog"}


@pytest.fixture
def with_extensions(transaction: Connection) -> Iterator[Connection]:
    """The connection with substitutes, of one function each, for the extensions that the server lacks."""
    with TemporaryDirectory() as path:
        # The server may run as a different operating system user than the tests.
        for folder in (Path(path), extensions := Path(path, "extension")):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        for name, schema in SUBSTITUTES.items():
            control = "default_version = '1'\n" + (f"schema = {schema}\n" if schema else "")
            (extensions / f"{name}.control").write_text(control)
            (extensions / f"{name}--1.sql").write_text(f"CREATE FUNCTION of_{name}() RETURNS int RETURN 1;")
        transaction.execute("SELECT set_config('extension_control_path', %s, true)", [f"{path}:$system"])
        # Supabase databases have this extension.
        transaction.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA extensions")
        yield transaction


class TestExtensions:
    """The schema of extension objects, and the roles with access to them."""

    SERVED = """
    SELECT count(*) FROM pg_proc JOIN pg_depend ON objid = pg_proc.oid AND deptype = 'e'
    WHERE pronamespace = 'public'::regnamespace AND has_function_privilege('anon', pg_proc.oid, 'EXECUTE')
    """

    @parametrize_examples(*all_bad_examples("extension-in-public"))
    def test_in_public(self, with_extensions: Connection, example: Example) -> None:
        """The role anon may execute the functions of an extension in public."""
        with_extensions.execute(example.text.encode())
        assert result_of(with_extensions, f"SELECT ({self.SERVED}) > 9") is True

    @pytest.mark.parametrize("text", rules_by_name()["extension-in-public"].good)
    def test_elsewhere(self, with_extensions: Connection, text: str) -> None:
        """A good example creates no extension function in public."""
        with_extensions.execute(text.encode())
        assert result_of(with_extensions, self.SERVED) == 0

    def test_names_are_known(self, with_extensions: Connection) -> None:
        """A role with SELECT finds the columns of a table, also with row level security. Other roles do not."""
        rule = rules_by_name()["graphql-exposed"]
        query = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'notes'"
        with_extensions.execute("SAVEPOINT fresh")
        for text, columns in ((rule.bad[0], 2), (rule.good[0], 0)):
            with_extensions.execute(f"{text} ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY".encode())
            assert columns == result_of(with_extensions, query, "anon")
            with_extensions.execute("ROLLBACK TO fresh")


@pytest.mark.parametrize(
    "text", [text for rule in rules_of_group("schema") for text in rule.good if "EXTENSION" not in text]
)
def test_good(transaction: Connection, text: str) -> None:
    """Postgres accepts every good example; the tests above cover examples with extensions."""
    transaction.execute(text.replace("BEGIN;\n", "").replace("\nCOMMIT;", "").encode())
