"""Hits, marked spans and edits of the rules of the group script."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_hits import apply_hits, find_findings, find_hits, find_marked_text, rules_of_group

from schema_dsl.lint.source import Source

HERE = Path(__file__).parents[3]
RERUNNABLE = "CREATE TABLE IF NOT EXISTS t (a int);\n"


class TestEdits:
    """Edits that make statements re-runnable."""

    @pytest.mark.parametrize(
        ("name", "text"), [(r.name, text) for r in rules_of_group("script") for text in r.bad]
    )
    def test_edited_example(self, name: str, text: str) -> None:
        """The edited example of a rule parses, and the rule no longer reports it."""
        found = find_hits(text, name)
        fixed = apply_hits(text, found)
        assert all(statement.problem is None for statement in Source.of(fixed).statements)
        if any(hit.edits for hit in found):
            assert find_hits(fixed, name) == []

    @pytest.mark.parametrize(
        ("bare", "expected"),
        [
            ("CREATE UNLOGGED TABLE u (a int);", "CREATE UNLOGGED TABLE IF NOT EXISTS u (a int);"),
            ("CREATE UNIQUE INDEX i ON t (a);", "CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a);"),
            ("CREATE INDEX CONCURRENTLY i ON t (a);", "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);"),
            ("CREATE SEQUENCE s;", "CREATE SEQUENCE IF NOT EXISTS s;"),
            ("CREATE SCHEMA s;", "CREATE SCHEMA IF NOT EXISTS s;"),
            ("CREATE EXTENSION citext;", "CREATE EXTENSION IF NOT EXISTS citext;"),
            (
                "CREATE MATERIALIZED VIEW m AS SELECT 1;",
                "CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1;",
            ),
            ("CREATE VIEW v AS SELECT 1;", "CREATE OR REPLACE VIEW v AS SELECT 1;"),
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;",
                "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;",
            ),
            (
                "CREATE TRIGGER g BEFORE UPDATE ON t EXECUTE FUNCTION f();",
                "CREATE OR REPLACE TRIGGER g BEFORE UPDATE ON t EXECUTE FUNCTION f();",
            ),
            (
                'CREATE POLICY "Own rows" ON public.t USING (a > 0);',
                'DROP POLICY IF EXISTS "Own rows" ON public.t;\nCREATE POLICY "Own rows" ON public.t USING (a > 0);',
            ),
            ("ALTER TABLE t ADD b int;", "ALTER TABLE t ADD IF NOT EXISTS b int;"),
            (
                "ALTER TABLE t ADD COLUMN b int, DROP c;",
                "ALTER TABLE t ADD COLUMN IF NOT EXISTS b int, DROP IF EXISTS c;",
            ),
            ("ALTER TABLE t DROP CONSTRAINT k;", "ALTER TABLE t DROP CONSTRAINT IF EXISTS k;"),
            ("ALTER TYPE m ADD VALUE 'x';", "ALTER TYPE m ADD VALUE IF NOT EXISTS 'x';"),
            ("DROP TABLE u;", "DROP TABLE IF EXISTS u;"),
            ("DROP MATERIALIZED VIEW m;", "DROP MATERIALIZED VIEW IF EXISTS m;"),
            ("DROP INDEX CONCURRENTLY i;", "DROP INDEX CONCURRENTLY IF EXISTS i;"),
            ("DROP POLICY p ON t;", "DROP POLICY IF EXISTS p ON t;"),
            ("DROP FUNCTION f();", "DROP FUNCTION IF EXISTS f();"),
        ],
    )
    def test_clause(self, bare: str, expected: str) -> None:
        """The edit inserts the clause in the right place, and the rule no longer reports the statement."""
        found = find_hits(bare, "require-robust-stmts")
        assert expected == apply_hits(bare, found)
        assert all(statement.problem is None for statement in Source.of(expected).statements)
        assert [] == find_hits(expected, "require-robust-stmts")

    @pytest.mark.parametrize(
        "bare",
        [
            "CREATE INDEX ON t (a);",
            "CREATE TYPE m AS ENUM ('a');",
            "CREATE DOMAIN d AS int;",
            "CREATE ROLE r;",
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);",
            "CREATE POLICY p ON t AS RESTRICTIVE USING (a > 0);",
            "CREATE CONSTRAINT TRIGGER g AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();",
            "ALTER TABLE t RENAME TO u;",
        ],
    )
    def test_no_edit(self, bare: str) -> None:
        """The rule proposes no edit without a suitable clause, or if an interim DROP would expose rows."""
        (hit,) = find_hits(bare, "require-robust-stmts")
        assert () == hit.edits
        assert hit.remedy


class TestRerun:
    """Files that are meant to be re-run."""

    @pytest.mark.parametrize(
        "text",
        [
            "CREATE TABLE t (a int); CREATE POLICY p ON t USING (a > 0);",
            "CREATE EXTENSION IF NOT EXISTS citext; CREATE SCHEMA IF NOT EXISTS s; CREATE POLICY p ON t USING (a > 0);",
            RERUNNABLE
            + "CREATE TABLE u (a int); CREATE TABLE v (a int); CREATE POLICY p ON u USING (a > 0);",
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; CREATE POLICY p ON t USING (a > 0);",
            RERUNNABLE + "BEGIN; CREATE POLICY p ON t USING (a > 0); COMMIT;",
            RERUNNABLE + "ALTER TABLE t RENAME COLUMN a TO b;",
        ],
    )
    def test_not_meant(self, text: str) -> None:
        """The rule ignores files that are not meant to be re-run, and statements in a transaction."""
        assert [] == find_hits(text, "prefer-robust-stmts")

    @pytest.mark.parametrize(
        "text",
        [
            "DROP POLICY IF EXISTS p ON public.t;\nCREATE POLICY p ON t USING (a > 0);",
            "DROP TRIGGER IF EXISTS g ON t; CREATE TRIGGER g BEFORE UPDATE ON t EXECUTE FUNCTION f();",
            "ALTER TABLE t DROP CONSTRAINT IF EXISTS c; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);",
            "DROP TABLE IF EXISTS u; CREATE TABLE u (a int); CREATE INDEX i ON u (a); ALTER TABLE u ADD UNIQUE (a);",
            "DROP TYPE IF EXISTS m; CREATE TYPE m AS ENUM ('a');",
            "DROP SCHEMA IF EXISTS s CASCADE; CREATE SCHEMA s; CREATE TABLE s.u (a int);",
            "DROP FUNCTION IF EXISTS f(int); CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN a;",
            "CREATE TEMPORARY TABLE u (a int);",
            "DO $$ BEGIN DROP POLICY IF EXISTS p ON t; CREATE POLICY p ON t USING (a > 0); END $$;",
            "DO $$ BEGIN CREATE TYPE m AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
            (
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_policies WHERE policyname = 'p') THEN "
                "CREATE POLICY p ON t USING (a > 0); END IF; END $$;"
            ),
            (
                "DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM pg_type; IF n = 0 THEN "
                "CREATE TYPE m AS ENUM ('a'); END IF; END $$;"
            ),
        ],
    )
    def test_guarded(self, text: str) -> None:
        """A statement is re-runnable after a DROP IF EXISTS, behind a guard, or with an exception handler."""
        assert [] == find_hits(RERUNNABLE + text, "prefer-robust-stmts")

    def test_temporary(self) -> None:
        """A table of pg_temp and its indexes do not exist in another session."""
        text = (
            "CREATE TABLE pg_temp.s (a int); CREATE INDEX i ON pg_temp.s (a); DROP INDEX pg_temp.i; "
            "DROP TABLE pg_temp.s;"
        )
        assert [] == find_hits(RERUNNABLE + text, "prefer-robust-stmts")

    def test_dropped_too_late(self) -> None:
        """A DROP IF EXISTS after the statement does not make it re-runnable."""
        text = RERUNNABLE + "CREATE POLICY p ON t USING (a > 0); DROP POLICY IF EXISTS p ON t;"
        assert ["CREATE POLICY p ON t USING (a > 0)"] == find_marked_text(text, "prefer-robust-stmts")

    def test_dropped_is_named(self) -> None:
        """The message of a DROP names the objects that are missing on a re-run."""
        text = RERUNNABLE + 'DROP TRIGGER "G" ON t; DROP FUNCTION f(int), s.g; DROP INDEX CONCURRENTLY i;'
        expected = ['DROP TRIGGER "G"', "DROP FUNCTION f, g", "DROP INDEX i"]
        assert [f"{drop} fails on a re-run" for drop in expected] == [
            hit.message for hit in find_hits(text, "prefer-robust-stmts")
        ]

    def test_files_run_as_one(self) -> None:
        """The rule ignores files that a tool runs in one transaction, because a failure rolls back the whole file."""
        text = RERUNNABLE + "CREATE POLICY p ON t USING (a > 0);"
        names = ("001_a.sql", "20260101120000_a.sql")
        found = [
            each
            for name in names
            for each in find_findings(Source.of(text, name), name="prefer-robust-stmts")
        ]
        assert ["001_a.sql"] == [each.file for each in found]

    def test_in_a_block_without_guard(self) -> None:
        """A DO block without a condition is no guard, and the rule proposes no edit in it."""
        (hit,) = find_hits(RERUNNABLE + "DO $$ BEGIN CREATE INDEX i ON t (a); END $$;", "prefer-robust-stmts")
        assert () == hit.edits

    @pytest.mark.parametrize("path", ["generated/034_engagement_system.sql", "definitions/baseline.sql"])
    def test_generated(self, path: str) -> None:
        """The strict rule accepts the generated migration and the baseline."""
        assert [] == find_hits((HERE / path).read_text("utf-8"), "require-robust-stmts")


class TestTransactions:
    """BEGIN and COMMIT."""

    @pytest.mark.parametrize(
        "text",
        [
            "BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; ROLLBACK;",
            "START TRANSACTION; SAVEPOINT s; RELEASE s; END;",
            "BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT;",
            "BEGIN; PREPARE TRANSACTION 'x'; COMMIT PREPARED 'x';",
            "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';",
        ],
    )
    def test_sound(self, text: str) -> None:
        """The rules ignore complete transactions."""
        assert [] == find_hits(text, "transaction-nesting")
        assert [] == find_hits(text, "ban-uncommitted-transaction")

    def test_chained(self) -> None:
        """COMMIT AND CHAIN begins another transaction."""
        text = "BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2;"
        assert ["COMMIT AND CHAIN"] == find_marked_text(text, "ban-uncommitted-transaction")

    def test_prepared(self) -> None:
        """COMMIT PREPARED does not end the open transaction. PREPARE TRANSACTION does."""
        assert ["BEGIN"] == find_marked_text(
            "BEGIN; SELECT 1; COMMIT PREPARED 'x';", "ban-uncommitted-transaction"
        )
        assert [] == find_hits("BEGIN; SELECT 1; PREPARE TRANSACTION 'x';", "ban-uncommitted-transaction")

    def test_each_file(self) -> None:
        """A COMMIT in the next file does not end the transaction of this file."""
        sources = Source.of("BEGIN;", "1.sql"), Source.of("SELECT 1; COMMIT;", "2.sql")
        assert ["1.sql"] == [
            each.file for each in find_findings(*sources, name="ban-uncommitted-transaction")
        ]
        assert ["2.sql"] == [each.file for each in find_findings(*sources, name="transaction-nesting")]

    @pytest.mark.parametrize(
        ("statement", "effect"),
        [
            ("BEGIN", "starts no transaction inside that of the tool, and the next COMMIT or ROLLBACK ends"),
            ("START TRANSACTION", "starts no transaction inside that of the tool"),
            ("COMMIT", "ends the transaction of the tool"),
            ("ROLLBACK", "ends the transaction of the tool"),
        ],
    )
    def test_embedded(self, statement: str, effect: str) -> None:
        """The message describes the effect of the statement in the transaction of the tool that applies the file."""
        (hit,) = find_hits(f"CREATE TABLE public.tags (id int);\n{statement};", "embedded-commit")
        assert hit.message.startswith(f"{statement} {effect}")


class TestOpinions:
    """Rules that are off by default."""

    def test_schema(self) -> None:
        """The rule ignores temporary tables."""
        name = "require-table-schema"
        assert ["t"] == find_marked_text("ALTER TABLE t ADD COLUMN a int;", name)
        assert [] == find_hits("CREATE TEMPORARY TABLE t (a int); CREATE INDEX ON t (a);", name)

    def test_window(self) -> None:
        """The rule ignores statements in one transaction, and tables after a REVOKE of default privileges."""
        created = "CREATE TABLE public.t (a int);"
        closed = "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;"
        revoked = "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon;"
        name = "create-then-revoke-window"
        assert 1 == len(find_hits(created + closed, name))
        assert [] == find_hits(f"BEGIN; {created} {closed} COMMIT;", name)
        assert [] == find_hits(revoked + created + closed, name)
