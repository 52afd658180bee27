"""Rules about how long locks are held: timeouts, scans, and files in one transaction."""

from __future__ import annotations

import contextlib

import psycopg
import pytest
from rule_hits import find_findings, find_hits, find_marked_text

from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source
from schema_dsl.postgres import Database


class TestFilesInOneTransaction:
    """Files with the names of tools that run a file in one transaction."""

    NAME = "20260101120000_a.sql"

    @pytest.mark.parametrize(
        ("text", "name", "offered"),
        [
            ("CREATE INDEX i ON t (a);", "require-concurrent-index-creation", 1),
            ("CREATE INDEX i ON t (a); SELECT 1;", "require-concurrent-index-creation", 0),
            ("DROP INDEX i;", "require-concurrent-index-deletion", 1),
            ("SET lock_timeout = '5s'; DROP INDEX i;", "require-concurrent-index-deletion", 0),
            ("REINDEX TABLE t; SELECT 1;", "require-concurrent-reindex", 0),
            ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);", "constraint-missing-not-valid", 0),
        ],
    )
    def test_edits(self, text: str, name: str, offered: int) -> None:
        """CONCURRENTLY is proposed only for a single statement; NOT VALID and VALIDATE need two files."""
        (found,) = (
            placed.hit
            for _, placed in apply_rules(
                [Source.of(text, self.NAME)], HistorySchema(), [rules_by_name()[name]]
            )
        )
        assert offered == len(found.edits)

    @pytest.mark.parametrize(
        ("text", "name", "count"),
        [
            ("ALTER TABLE t ADD b int; UPDATE t SET b = 1; UPDATE t SET b = 2;", "access-exclusive-held", 1),
            ("UPDATE t SET b = 1; ALTER TABLE t ADD c int;", "access-exclusive-held", 0),
            ("ALTER TABLE t ADD b int; CREATE INDEX i ON t (b);", "access-exclusive-held", 1),
            ("ALTER TABLE t ADD b int; CREATE INDEX CONCURRENTLY i ON t (b);", "access-exclusive-held", 0),
            (
                "CREATE TABLE t (a int); ALTER TABLE t ADD b int; UPDATE t SET b = 1;",
                "access-exclusive-held",
                0,
            ),
            (
                "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c;",
                "validated-in-same-transaction",
                1,
            ),
        ],
    )
    def test_lock_until_end_of_file(self, text: str, name: str, count: int) -> None:
        """Postgres holds a lock until the end of such a file, but not if each statement is committed."""
        assert count == len(find_findings(Source.of(text, self.NAME), name=name))
        assert [] == find_findings(Source.of(text, "001_a.sql"), name=name)

    @pytest.mark.parametrize("marker", ["-- +goose NO TRANSACTION", "-- +migrate Up notransaction"])
    def test_no_transaction_marker(self, marker: str) -> None:
        """A marker that makes the tool commit each statement prevents the finding."""
        text = "ALTER TABLE t ADD b int; UPDATE t SET b = 1;"
        assert [] == find_findings(Source.of(f"{marker}\n{text}", self.NAME), name="access-exclusive-held")

    @pytest.mark.parametrize("marker", ["-- migrate:up transaction:false", "-- no-transaction"])
    def test_one_message(self, empty: Database, marker: str) -> None:
        """Dbmate and sqlx then send all statements as one message, which is one transaction."""
        text = "ALTER TABLE t ADD b int; UPDATE t SET b = 1;"
        assert 1 == len(
            find_findings(Source.of(f"{marker}\n{text}", self.NAME), name="access-exclusive-held")
        )
        with contextlib.closing(empty.connect(autocommit=True)) as connection:
            connection.execute("CREATE TABLE t (a int)")
            with pytest.raises(psycopg.errors.DivisionByZero):
                connection.execute("ALTER TABLE t ADD b int; SELECT 1 / 0")
            with pytest.raises(psycopg.errors.UndefinedColumn):
                connection.execute("SELECT b FROM t")

    def test_validated_in_the_next_file(self) -> None:
        """The next file runs in another transaction."""
        two = (
            Source.of("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;", self.NAME),
            Source.of("ALTER TABLE t VALIDATE CONSTRAINT c;", "20260102120000_b.sql"),
        )
        assert [] == find_findings(*two, name="validated-in-same-transaction")


class TestTimeouts:
    """The settings lock_timeout and statement_timeout."""

    @pytest.mark.parametrize("which", ["lock", "statement"])
    @pytest.mark.parametrize(
        ("before", "expected"),
        [
            ("", 1),
            ("SET {}_timeout = '5s';", 0),
            ("SET LOCAL {}_timeout TO 5000;", 0),
            ("SELECT set_config('{}_timeout', '5s', false);", 0),
            ("SET {}_timeout = 0;", 1),
            ("SET {}_timeout = '5s'; RESET {}_timeout;", 1),
            ("SET {}_timeout = '5s'; DISCARD ALL;", 1),
            ("BEGIN; SET LOCAL {}_timeout = '5s'; COMMIT;", 1),
            ("BEGIN; SET {}_timeout = '5s'; COMMIT;", 0),
            ("BEGIN; SET {}_timeout = '5s'; ROLLBACK;", 1),
            ("BEGIN; SELECT set_config('{}_timeout', '5s', true); COMMIT;", 1),
            ("SELECT set_config('{}_timeout', '0', false);", 1),
            ("-- set_config('{}_timeout', '5s', false)\n", 1),
            ("\\i settings.sql\n", 0),
            ("DO $$ BEGIN PERFORM set_config('{}_timeout', '5s', false); END $$;", 0),
        ],
    )
    def test_set_before(self, which: str, before: str, expected: int) -> None:
        """Only a timeout that is set before the statement, to a value other than 0, prevents the finding."""
        text = (
            before.replace("{}", which)
            + "ALTER TABLE t ALTER c SET NOT NULL; ALTER TABLE u ALTER c SET NOT NULL;"
        )
        assert expected == len(find_hits(text, f"require-{which}-timeout"))

    def test_each_file_is_a_session(self) -> None:
        """A setting of one file does not apply in the next file."""
        first = Source.of("SET lock_timeout = '5s'; ALTER TABLE t ADD COLUMN c int;", "1.sql")
        second = Source.of("ALTER TABLE t ADD COLUMN d int;", "2.sql")
        assert ["2.sql"] == [each.file for each in find_findings(first, second, name="require-lock-timeout")]

    @pytest.mark.parametrize(
        "text",
        [
            "CREATE INDEX CONCURRENTLY i ON t (a);",
            "ALTER TABLE t VALIDATE CONSTRAINT c;",
            "ALTER TABLE t ALTER a SET STATISTICS 500;",
            "GRANT SELECT ON t TO PUBLIC;",
            "CREATE TABLE u (a int REFERENCES t (a));",
            "DROP TABLE IF EXISTS t;",
            "CREATE VIEW v AS SELECT 1;",
        ],
    )
    def test_lock_without_effect_on_clients(self, text: str) -> None:
        """A statement that blocks neither reads nor writes needs no timeout."""
        assert [] == find_hits(text, "require-lock-timeout")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("ALTER TABLE t ADD COLUMN c int;", 0),
            ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;", 0),
            ("CREATE POLICY p ON t USING (true);", 0),
            ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);", 1),
            ("ALTER TABLE t ADD COLUMN c int UNIQUE;", 1),
            ("ALTER TABLE t ALTER a TYPE bigint;", 1),
            ("CREATE INDEX i ON t (a);", 1),
            ("VACUUM FULL t;", 1),
        ],
    )
    def test_catalog_changes(self, text: str, expected: int) -> None:
        """A statement that changes only the catalog needs no statement_timeout."""
        assert expected == len(find_hits(text, "require-statement-timeout"))


class TestHeldLocks:
    """Long statements under an earlier lock."""

    @pytest.mark.parametrize(
        "text",
        [
            "ALTER TABLE t ADD COLUMN c int; UPDATE t SET c = 1;",
            "BEGIN; UPDATE t SET c = 1; ALTER TABLE t ADD COLUMN d int; COMMIT;",
            "BEGIN; ALTER TABLE t ADD COLUMN c int; COMMIT; BEGIN; UPDATE t SET c = 1; COMMIT;",
            "BEGIN; ALTER TABLE t ADD COLUMN c int; INSERT INTO u VALUES (1); COMMIT;",
            "BEGIN; CREATE TABLE u (a int); ALTER TABLE u ADD COLUMN c int; UPDATE t SET c = 1; COMMIT;",
            "BEGIN; CREATE TRIGGER g BEFORE UPDATE ON t EXECUTE FUNCTION f(); DELETE FROM u; COMMIT;",
        ],
    )
    def test_silent(self, text: str) -> None:
        """A statement that blocks no client, or blocks it only briefly, is not reported."""
        assert [] == find_hits(text, "access-exclusive-held")

    def test_in_a_block(self) -> None:
        """A DO block is one transaction with one finding."""
        text = "DO $$ BEGIN ALTER TABLE t ADD COLUMN c int; UPDATE t SET c = 1; DELETE FROM t WHERE c = 2; END $$;"
        assert ["UPDATE t SET c = 1"] == find_marked_text(text, "access-exclusive-held")


class TestScans:
    """Two scans where one scan is enough."""

    @pytest.mark.parametrize(
        "text",
        [
            "ALTER TABLE t ALTER a SET NOT NULL; SELECT 1; ALTER TABLE t ALTER b SET NOT NULL;",
            "ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE u ALTER b SET NOT NULL;",
            "ALTER TABLE t ADD COLUMN a int; ALTER TABLE t ADD COLUMN b int;",
            "ALTER TABLE t ALTER a SET NOT NULL, ALTER b SET NOT NULL;",
        ],
    )
    def test_silent(self, text: str) -> None:
        """Only consecutive statements that both scan the same table are reported."""
        assert [] == find_hits(text, "combine-table-scans")

    def test_once_per_sequence(self) -> None:
        """In a sequence of statements, only the second statement is reported."""
        text = "".join(f"ALTER TABLE t ALTER c{n} SET NOT NULL;" for n in range(5))
        assert [text.index("ALTER TABLE t ALTER c1")] == [
            hit.offset for hit in find_hits(text, "combine-table-scans")
        ]
        assert 2 == len(find_hits(f"{text} SELECT 1; {text.replace('c', 'd')}", "combine-table-scans"))


class TestWholeTables:
    """Statements that change or copy a whole table."""

    @pytest.mark.parametrize(
        ("text", "name", "count"),
        [
            ("ALTER TABLE old SET LOGGED;", "rewriting-table", 1),
            ("ALTER TABLE old SET TABLESPACE fast, SET UNLOGGED;", "rewriting-table", 2),
            ("ALTER TABLE old SET ACCESS METHOD heap;", "rewriting-table", 1),
            ("CREATE TABLE new (id int); ALTER TABLE new SET UNLOGGED;", "rewriting-table", 0),
            ("CREATE INDEX i ON old (id); ALTER INDEX i SET TABLESPACE fast;", "rewriting-table", 1),
            ("CREATE INDEX i ON old (id); ALTER INDEX i SET (fillfactor = 9);", "rewriting-table", 0),
            (
                "CREATE TABLE new (id int); CREATE INDEX i ON new (id); ALTER INDEX i SET TABLESPACE fast;",
                "rewriting-table",
                0,
            ),
            (
                "CREATE MATERIALIZED VIEW v AS SELECT 1; REFRESH MATERIALIZED VIEW v;",
                "require-concurrent-refresh",
                0,
            ),
            ("UPDATE old SET a = b;", "changing-all-rows", 1),
            ("UPDATE old SET a = b WHERE a IS NULL AND b IS NOT NULL;", "changing-all-rows", 1),
            ("UPDATE old SET a = o.b FROM other o WHERE o.id = old.id;", "changing-all-rows", 1),
            ("UPDATE old SET a = 1 WHERE a <> 1;", "changing-all-rows", 1),
            ("DELETE FROM old WHERE true;", "changing-all-rows", 1),
            (
                "UPDATE old SET a = 1 WHERE a IS NULL AND id IN (SELECT id FROM old LIMIT 9);",
                "changing-all-rows",
                0,
            ),
            ("UPDATE old SET a = 1 WHERE id = 3 OR id IN (4, 5);", "changing-all-rows", 0),
            ("UPDATE old SET a = 1 WHERE id = 3 OR a IS NULL;", "changing-all-rows", 1),
            ("DELETE FROM old WHERE id BETWEEN 1 AND 10;", "changing-all-rows", 0),
            (
                "DELETE FROM old WHERE EXISTS (SELECT FROM other WHERE other.id = old.id);",
                "changing-all-rows",
                0,
            ),
            ("CREATE TABLE new (id int); UPDATE new SET id = 1;", "changing-all-rows", 0),
            ("DO $$ BEGIN UPDATE old SET a = b; END $$;", "changing-all-rows", 1),
            ("BEGIN; LOCK TABLE old; COMMIT;", "requires-transaction", 0),
            ("DO $$ BEGIN LOCK TABLE old; END $$;", "requires-transaction", 0),
            ("BEGIN; COMMIT; LOCK TABLE old;", "requires-transaction", 1),
            ("DECLARE c CURSOR WITH HOLD FOR SELECT 1;", "requires-transaction", 0),
        ],
    )
    def test_script(self, text: str, name: str, count: int) -> None:
        """A rule finds the statements that change a whole existing table, and not those that select rows."""
        assert count == len(find_hits(text, name))

    @pytest.mark.parametrize(
        ("call", "count"),
        [
            ("SELECT all_rows();", 1),
            ("SELECT calls();", 1),
            ("SELECT count(*) FROM old WHERE all_rows() IS NULL;", 0),
            ("SELECT one_row(5);", 0),
            ("DO $$ BEGIN PERFORM all_rows(); END $$;", 1),
            ("DO $$ BEGIN PERFORM one_row(5); END $$;", 0),
            ("DO $$ DECLARE n int; BEGIN n := all_rows(); END $$;", 1),
            ("DO $$ BEGIN IF calls() > 0 THEN NULL; END IF; END $$;", 1),
            ("CALL commits();", 0),
            ("CALL unknown();", 0),
        ],
    )
    def test_called_functions(self, call: str, count: int) -> None:
        """A rule finds the change of a whole table in a function that the file calls once."""
        functions = (
            "CREATE FUNCTION all_rows() RETURNS int LANGUAGE plpgsql AS "
            "'BEGIN UPDATE old SET a = b; RETURN 1; END';"
            "CREATE FUNCTION calls() RETURNS int LANGUAGE sql AS 'SELECT all_rows()';"
            "CREATE FUNCTION one_row(n int) RETURNS void LANGUAGE sql AS 'UPDATE old SET a = b WHERE id = n';"
            "CREATE PROCEDURE commits() LANGUAGE plpgsql AS 'BEGIN DELETE FROM old; COMMIT; END';"
        )
        assert 0 == len(find_hits(functions, "changing-all-rows"))
        assert count == len(find_hits(functions + call, "changing-all-rows"))

    @pytest.mark.parametrize(
        ("loop", "count"),
        [
            ("LOOP {change} EXIT WHEN NOT FOUND; END LOOP", 1),
            ("WHILE FOUND LOOP {change} END LOOP", 1),
            ("FOR i IN 1..9 LOOP {change} PERFORM pg_sleep(1); END LOOP", 1),
            ("LOOP {change} EXIT WHEN NOT FOUND; COMMIT; END LOOP", 0),
            ("{change}", 0),
        ],
    )
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE old SET a = 1 WHERE id IN (SELECT id FROM old WHERE a IS NULL LIMIT 9);",
            "DELETE FROM old WHERE ctid = ANY (ARRAY(SELECT ctid FROM old LIMIT 9));",
        ],
    )
    def test_batches(self, loop: str, change: str, count: int) -> None:
        """A loop over batches needs COMMIT inside."""
        text = f"DO $$ BEGIN {loop.format(change=change)}; END $$;".replace(";;", ";")
        assert count == len(find_hits(text, "batches-in-one-transaction"))
