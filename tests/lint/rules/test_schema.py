"""Hits and marked spans of the rules of the group schema."""

from __future__ import annotations

import contextlib

import pytest
from rule_hits import find_hits, find_marked_text

from schema_dsl.postgres import Database

TABLE = "CREATE TABLE public.t (id bigint PRIMARY KEY, a uuid, b uuid, n text);"
KEY = TABLE + "ALTER TABLE public.t ADD FOREIGN KEY (a, b) REFERENCES public.u (a, b);"
FUNCTION = (
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql {} AS 'BEGIN RETURN (SELECT a FROM {}); END';"
)
VIEW = "CREATE VIEW public.v AS SELECT n FROM public.t;"
PARTS = (
    "CREATE TABLE p (at date) PARTITION BY RANGE (at); ALTER TABLE p ENABLE ROW LEVEL SECURITY;"
    "CREATE TABLE q PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
)


class TestForeignKeys:
    """Foreign keys and the indexes that support them."""

    @pytest.mark.parametrize(
        ("index", "expected"),
        [
            ("(a, b)", 0),
            ("(b, a)", 0),
            ("(b, a, n)", 0),
            ("(a, b) WHERE a IS NOT NULL", 0),
            ("(a)", 1),
            ("(n, a, b)", 1),
            ("(a, b) WHERE n = ''", 1),
            ("USING brin (a, b)", 1),
            ("USING hash (a)", 1),
            ("(id) INCLUDE (a, b)", 1),
            ("((a), (b))", 0),
        ],
    )
    def test_covered(self, index: str, expected: int) -> None:
        """Any order of the columns supports the key. Partial and BRIN indexes and INCLUDE do not."""
        assert expected == len(
            find_hits(f"{KEY} CREATE INDEX ON public.t {index};", "unindexed-foreign-keys")
        )

    def test_dropped_index(self) -> None:
        """A dropped index does not support the key."""
        text = KEY + "CREATE INDEX i ON public.t (a, b); DROP INDEX public.i;"
        assert 1 == len(find_hits(text, "unindexed-foreign-keys"))

    @pytest.mark.parametrize("name", ["i", "c"])
    def test_index_of_a_constraint(self, name: str) -> None:
        """The index that becomes a constraint supports the key, with its own name or that of the constraint."""
        text = (
            KEY + "CREATE UNIQUE INDEX i ON public.t (a, b);"
            f" ALTER TABLE public.t ADD CONSTRAINT {name} UNIQUE USING INDEX i;"
        )
        assert [] == find_hits(text, "unindexed-foreign-keys")

    def test_not_enforced(self, empty: Database) -> None:
        """Postgres does not look for the rows of a foreign key that is not enforced."""
        tables = (
            "CREATE TABLE k (a int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, a int REFERENCES k{});"
        )
        assert 1 == len(find_hits(tables.format(""), "unindexed-foreign-keys"))
        assert [] == find_hits(tables.format(" NOT ENFORCED"), "unindexed-foreign-keys")
        with contextlib.closing(empty.connect()) as connection:
            if connection.info.server_version < 180000:
                pytest.skip("Postgres 18 has foreign keys that are not enforced")
            for clause, number in ((" NOT ENFORCED", 0), ("", 2)):
                connection.execute(tables.format(clause).encode())
                found = connection.execute(
                    "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'k'::regclass"
                ).fetchone()
                assert (number,) == found
                connection.execute("DROP TABLE t, k")

    def test_column_that_may_be_renamed(self) -> None:
        """An index keeps its column when a statement that may not run renames the column."""
        text = (
            KEY + "CREATE INDEX i ON public.t (a, b); DO $$ BEGIN IF EXISTS (SELECT) THEN"
            " ALTER TABLE public.t RENAME a TO c; END IF; END $$;"
            " ALTER TABLE public.t ADD FOREIGN KEY (c, b) REFERENCES public.k;"
        )
        assert [] == find_hits(text, "unindexed-foreign-keys")
        assert [] != find_hits(text.replace("(a, b); DO", "(n); DO"), "unindexed-foreign-keys")

    def test_table_made_elsewhere(self) -> None:
        """A table from before the history may have an unknown index, so the rule is silent."""
        assert [] == find_hits("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;", "unindexed-foreign-keys")

    def test_dropped_table(self) -> None:
        """The rule ignores a dropped table."""
        assert [] == find_hits(KEY + "DROP TABLE public.t;", "unindexed-foreign-keys")

    def test_place(self) -> None:
        """The hit is at the foreign key, not at the table."""
        text = (
            "CREATE TABLE t (id int PRIMARY KEY);\nCREATE TABLE u (a int REFERENCES t, b int);\n"
            "ALTER TABLE u ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES t;"
        )
        found = [text.count("\n", 0, hit.offset) for hit in find_hits(text, "unindexed-foreign-keys")]
        assert [1, 2] == found

    @pytest.mark.parametrize(
        ("before", "key", "behind"),
        [
            ("CREATE TABLE t (a int NOT NULL ", "REFERENCES u (id) ON DELETE CASCADE", ");"),
            ("CREATE TABLE t (a int,\n  ", "CONSTRAINT k FOREIGN KEY (a) REFERENCES u (x)", ", c int);"),
            ("CREATE TABLE t (a int); ALTER TABLE t ADD b int, ADD ", "FOREIGN KEY (a) REFERENCES u", ";"),
        ],
    )
    def test_marks_the_key(self, before: str, key: str, behind: str) -> None:
        """The marked span is the constraint, not the whole table."""
        assert [key] == find_marked_text(f"{before}{key}{behind}", "unindexed-foreign-keys")


class TestKeys:
    """Primary keys."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("CREATE TABLE t (a int) PARTITION BY LIST (a);", 1),
            (
                "CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a); CREATE TABLE u PARTITION OF t DEFAULT;",
                0,
            ),
            ("CREATE TEMP TABLE t (a int);", 0),
            ("CREATE TABLE t (LIKE u INCLUDING ALL);", 0),
            ("CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a);", 0),
            ("CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t DROP CONSTRAINT t_pkey;", 1),
        ],
    )
    def test_key(self, text: str, expected: int) -> None:
        """The rule reports partitioned tables, and ignores tables that may get a key from elsewhere."""
        assert expected == len(find_hits(text, "no-primary-key"))

    def test_unique_instead_of_primary(self) -> None:
        """With a unique index on NOT NULL columns, the message does not say that rows lack an identity."""
        made = "CREATE TABLE t (a int NOT NULL, b int);"
        for index, has_no_identity in (
            ("(a)", False),
            ("(b)", True),
            ("(a) WHERE b > 0", True),
            ("((a + 1))", True),
        ):
            (hit,) = find_hits(f"{made} CREATE UNIQUE INDEX ON t {index};", "no-primary-key")
            assert has_no_identity == ("nothing identifies a single row" in hit.message)

    def test_inherited(self) -> None:
        """A table with child tables needs no key. A partitioned table does."""
        assert [] == find_marked_text(
            "CREATE TABLE stamped (at date);\nCREATE TABLE t (id int PRIMARY KEY) INHERITS (stamped);",
            "no-primary-key",
        )
        parts = "CREATE TABLE t (a int) PARTITION BY LIST (a);\nCREATE TABLE p PARTITION OF t DEFAULT;"
        assert 1 == len(find_marked_text(parts, "no-primary-key"))


class TestIndexes:
    """Duplicate indexes."""

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            ("(n)", "(n)", 1),
            ("(n)", "(n ASC NULLS LAST)", 1),
            ("(n)", "(n DESC)", 0),
            ("(n)", "(n) INCLUDE (a)", 0),
            ("(n)", "USING hash (n)", 0),
            ("(n) WHERE a IS NULL", "(n)", 0),
            ("(n) WHERE a IS NULL", "(n) WHERE  a  IS NULL", 1),
            ("(lower(n))", "(upper(n))", 0),
            ("(a, b)", "(b, a)", 0),
            ('(n COLLATE "C")', "(n)", 0),
        ],
    )
    def test_same(self, first: str, second: str, expected: int) -> None:
        """Spelling does not matter. Order, collation, method and predicate do."""
        text = f"{TABLE} CREATE INDEX i ON public.t {first}; CREATE INDEX j ON public.t {second};"
        assert expected == len(find_hits(text, "duplicate-index"))

    def test_in_a_block(self) -> None:
        """The rule marks only the duplicate index in a DO block."""
        text = f"{TABLE} DO $$ BEGIN CREATE INDEX i ON t (n); CREATE INDEX j ON t (n); END $$;"
        assert ["CREATE INDEX j ON t (n)"] == find_marked_text(text, "duplicate-index")


class TestApi:
    """Relations that client roles can access."""

    @pytest.mark.parametrize(
        ("name", "text", "expected"),
        [
            ("rls-disabled-in-api", TABLE, 0),
            ("rls-disabled-in-api", TABLE + "GRANT SELECT (id) ON public.t TO anon;", 1),
            ("rls-disabled-in-api", TABLE + "GRANT DELETE ON public.t TO authenticated;", 1),
            (
                "rls-disabled-in-api",
                TABLE + "GRANT SELECT ON public.t TO anon; REVOKE ALL ON public.t FROM anon;",
                0,
            ),
            ("rls-disabled-in-api", TABLE + "GRANT ALL ON ALL TABLES IN SCHEMA public TO authenticated;", 1),
            ("rls-disabled-in-api", TABLE + "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO anon;", 0),
            (
                "rls-disabled-in-api",
                TABLE + "GRANT ALL ON public.t TO anon; ALTER TABLE public.t FORCE ROW LEVEL SECURITY;",
                1,
            ),
            (
                "rls-disabled-in-api",
                TABLE + "GRANT ALL ON public.t TO anon; ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;",
                0,
            ),
            ("rls-disabled-in-api", "CREATE TABLE private.t (a int); GRANT ALL ON private.t TO anon;", 0),
            ("security-definer-view", TABLE + VIEW, 0),
            ("security-definer-view", TABLE + VIEW + "GRANT SELECT ON public.v TO anon;", 0),
            ("security-definer-view", VIEW + "GRANT SELECT ON public.v TO anon;", 1),
            ("security-definer-view", VIEW + "GRANT SELECT (n) ON public.v TO anon;", 1),
            ("security-definer-view", VIEW + "GRANT SELECT ON public.v TO service_role;", 0),
            (
                "security-definer-view",
                VIEW + "GRANT SELECT ON public.v TO anon; ALTER VIEW public.v SET (security_invoker);",
                0,
            ),
            (
                "security-definer-view",
                VIEW.replace("AS", "WITH (security_invoker = 1) AS") + "GRANT SELECT ON public.v TO anon;",
                0,
            ),
            ("partition-bypasses-policies", PARTS + "GRANT SELECT ON p, q TO clerk;", 1),
            (
                "partition-bypasses-policies",
                PARTS + "GRANT SELECT ON p TO clerk; GRANT ALL ON q TO service_role;",
                0,
            ),
            (
                "partition-bypasses-policies",
                PARTS + "GRANT SELECT ON q TO clerk; ALTER TABLE q ENABLE ROW LEVEL SECURITY;",
                0,
            ),
        ],
    )
    def test_accessible(self, name: str, text: str, expected: int) -> None:
        """The rules count known grants, also on columns and by default, and only in schemas of the API."""
        assert expected == len(find_hits(text, name))


class TestFunctions:
    """The search path and the callers of functions."""

    @pytest.mark.parametrize(
        ("options", "table", "expected"),
        [
            ("SECURITY DEFINER", "public.t", 1),
            ("SECURITY DEFINER SET search_path = ''", "public.t", 0),
            ('SECURITY DEFINER SET search_path = ""', "public.t", 0),
            ("SECURITY DEFINER SET search_path TO pg_catalog, pg_temp", "public.t", 0),
            ("SECURITY DEFINER SET search_path = public", "t", 1),
            ("SECURITY DEFINER SET search_path = public", "public.t", 0),
            ("SECURITY DEFINER SET search_path = pg_temp, public", "t", 1),
            ("SECURITY DEFINER SET search_path = public, pg_temp", "t", 0),
            ("SECURITY INVOKER", "t", 0),
        ],
    )
    def test_path(self, options: str, table: str, expected: int) -> None:
        """The rule checks the value of search_path."""
        assert expected == len(find_hits(FUNCTION.format(options, table), "security-definer-search-path"))

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("PERFORM 1 FROM app.counts, totals;", 1),
            ("PERFORM 1 FROM app.counts JOIN totals ON true;", 1),
            ("PERFORM 1 WHERE EXISTS (SELECT FROM totals);", 1),
            ("MERGE INTO totals USING app.counts ON true WHEN MATCHED THEN DELETE;", 1),
            ("TRUNCATE app.counts, totals;", 1),
            ("IF (SELECT count(*) FROM totals) > 0 THEN RETURN NULL; END IF;", 1),
            ("NEW.n := (SELECT max(n) FROM totals);", 1),
            ("FOR r IN SELECT FROM totals LOOP NULL; END LOOP;", 1),
            ("EXECUTE 'DELETE FROM totals';", 1),
            ("EXECUTE format('DELETE FROM totals WHERE n = %L', NEW.n);", 1),
            ("UPDATE app.counts SET n = 1; -- taken from users who left", 0),
            ("/* update totals */ DELETE FROM app.counts;", 0),
            ("IF NEW.n IS DISTINCT FROM OLD.n THEN NULL; END IF;", 0),
            ("RAISE NOTICE 'insert into totals first';", 0),
            ("PERFORM extract(epoch FROM now()), trim(BOTH FROM NEW.t), substring(NEW.t FROM 2);", 0),
            ("WITH gone AS (DELETE FROM app.counts RETURNING n) SELECT max(n) INTO NEW.n FROM gone;", 0),
            ("PERFORM 1 FROM app.counts FOR UPDATE;", 0),
            ("PERFORM 1 FROM unnest(ARRAY[1]);", 0),
            ("PERFORM count(*) FROM added;", 0),
        ],
    )
    def test_tables_in_a_body(self, code: str, expected: int) -> None:
        """A table without its schema is found wherever it stands; words in comments and strings are no tables."""
        text = (
            "CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = app "
            f"AS $$ DECLARE r record; BEGIN {code}\nRETURN NEW; END $$;"
            "CREATE TABLE app.counts (n int); CREATE TRIGGER g AFTER INSERT ON app.counts "
            "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.f();"
        )
        assert expected == len(find_hits(text, "security-definer-search-path"))

    def test_altered(self) -> None:
        """The rule accepts a search_path that ALTER FUNCTION sets."""
        text = FUNCTION.format("SECURITY DEFINER", "t") + "ALTER FUNCTION public.f() SET search_path = '';"
        assert [] == find_hits(text, "security-definer-search-path")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", 1),
            ("REVOKE ALL ON FUNCTION public.f() FROM PUBLIC;", 0),
            (
                "REVOKE ALL ON FUNCTION public.f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION public.f() TO authenticated;",
                0,
            ),
            (
                "REVOKE ALL ON FUNCTION public.f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION public.f() TO anon;",
                1,
            ),
            ("REVOKE EXECUTE ON FUNCTION public.f() FROM anon;", 1),
        ],
    )
    def test_callers(self, text: str, expected: int) -> None:
        """PUBLIC has EXECUTE until it is revoked. REVOKE from anon alone has no effect."""
        made = FUNCTION.format("SECURITY DEFINER SET search_path = ''", "public.t")
        assert expected == len(find_hits(made + text, "security-definer-executable"))

    def test_trigger_functions_cannot_be_called(self) -> None:
        """The API cannot call a trigger function."""
        text = FUNCTION.format("SECURITY DEFINER", "t").replace("RETURNS int", "RETURNS trigger")
        assert [] == find_hits(text, "security-definer-executable")
