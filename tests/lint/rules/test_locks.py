"""Rules about locks and rewrites: findings, false positives and edits."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psycopg
import pytest
from rule_hits import apply_hits, find_findings, find_hits, find_marked_text, rules_of_group

from schema_dsl.analysis.identity import table_identity
from schema_dsl.lint import lint_text
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source
from schema_dsl.platforms import platform
from schema_dsl.postgres import Database

EXAMPLES = [(rule.name, text) for rule in rules_of_group("locks") for text in rule.bad]


class TestEdits:
    """Edits that the rules propose."""

    @pytest.mark.parametrize(("name", "text"), EXAMPLES)
    def test_edited_example_has_no_finding(self, name: str, text: str) -> None:
        """The edits of a bad example parse and remove the finding."""
        found = find_hits(text, name)
        fixed = apply_hits(text, found)
        assert all(statement.problem is None for statement in Source.of(fixed).statements)
        if any(hit.edits for hit in found):
            assert find_hits(fixed, name) == []

    def test_two_steps(self) -> None:
        """VALIDATE CONSTRAINT is a separate statement, with any text after the constraint."""
        text = 'ALTER TABLE IF EXISTS "Orders" ADD CONSTRAINT "Total" CHECK (total > 0) -- positive\n;\nSELECT 1;'
        expected = (
            'ALTER TABLE IF EXISTS "Orders" ADD CONSTRAINT "Total" CHECK (total > 0) NOT VALID;\n'
            'ALTER TABLE IF EXISTS "Orders" VALIDATE CONSTRAINT "Total" -- positive\n;\nSELECT 1;'
        )
        assert expected == apply_hits(text, find_hits(text, "constraint-missing-not-valid"))

    @pytest.mark.parametrize(
        "text",
        [
            "BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); COMMIT;",
            "ALTER TABLE t ADD CHECK (a > 0);",
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0), ADD COLUMN b int;",
            "DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); END $$;",
        ],
    )
    def test_no_edit_without_effect(self, text: str) -> None:
        """The rule proposes no edit in a transaction, without a constraint name, or among other commands."""
        assert [()] == [hit.edits for hit in find_hits(text, "constraint-missing-not-valid")]

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("BEGIN; CREATE INDEX i ON t (a); COMMIT;", "require-concurrent-index-creation"),
            ("DO $$ BEGIN CREATE INDEX i ON t (a); END $$;", "require-concurrent-index-creation"),
            ("BEGIN; DROP INDEX i; COMMIT;", "require-concurrent-index-deletion"),
            ("DROP INDEX i, j;", "require-concurrent-index-deletion"),
            ("DROP INDEX i CASCADE;", "require-concurrent-index-deletion"),
            ("BEGIN; REINDEX TABLE t; COMMIT;", "require-concurrent-reindex"),
        ],
    )
    def test_no_refused_concurrently(self, text: str, name: str) -> None:
        """The rules do not propose CONCURRENTLY in a transaction, nor for several indexes in one statement."""
        assert [()] == [hit.edits for hit in find_hits(text, name)]


class TestMarks:
    """The marked text of a finding."""

    @pytest.mark.parametrize(
        ("text", "name", "expected"),
        [
            (
                "ALTER TABLE ONLY public.t\n  ADD COLUMN a int,\n  ALTER COLUMN b SET NOT NULL;",
                "adding-not-nullable-field",
                "ALTER COLUMN b SET NOT NULL",
            ),
            (
                "ALTER TABLE t ADD n numeric(10, 2) NOT NULL, ADD o int;",
                "adding-required-field",
                "ADD n numeric(10, 2) NOT NULL",
            ),
            (
                "DO $$ BEGIN\n  ALTER TABLE t ADD UNIQUE (a);\nEND $$;",
                "adding-unique-constraint",
                "ADD UNIQUE (a)",
            ),
            (
                "/* größer */ ALTER TABLE t ADD CHECK (a > 'ü');",
                "constraint-missing-not-valid",
                "ADD CHECK (a > 'ü')",
            ),
            ("CREATE INDEX i\n  ON t (a);", "require-concurrent-index-creation", "CREATE INDEX i"),
        ],
    )
    def test_command_is_marked(self, text: str, name: str, expected: str) -> None:
        """The finding marks the reported command of several commands."""
        assert [expected] == find_marked_text(text, name)


NEW = "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, a int, b text);\n"
HARMLESS = [
    "CREATE INDEX i ON t (a);",
    "ALTER TABLE t ALTER COLUMN a SET NOT NULL;",
    "ALTER TABLE t ADD COLUMN c int NOT NULL;",
    "ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid();",
    "ALTER TABLE t ADD CONSTRAINT k UNIQUE (a);",
    "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0);",
    "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES t;",
    "ALTER TABLE t ALTER COLUMN a TYPE bigint;",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY;",
    "DROP INDEX IF EXISTS i;",
    "CREATE INDEX i ON t (a); DROP INDEX i;",
    "REINDEX TABLE t;",
    "VACUUM FULL t;",
    "CREATE POLICY p ON t FOR SELECT USING (a > 0);",
    "BEGIN; ALTER TABLE t ADD COLUMN c int; UPDATE t SET c = 1; COMMIT;",
]


class TestNewTables:
    """Tables that the same file creates block no client."""

    @pytest.mark.parametrize("text", HARMLESS)
    @pytest.mark.parametrize(
        "new", [NEW, NEW.replace("CREATE", "CREATE TEMPORARY"), f"DO $$ BEGIN\n{NEW}END $$;\n"]
    )
    def test_silent(self, new: str, text: str) -> None:
        """No rule about locks reports statements on a new or temporary table."""
        found = {rule.name: find_marked_text(new + text, rule.name) for rule in rules_of_group("locks")}
        # An unknown index may belong to an existing table.
        del found["require-concurrent-index-deletion"]
        assert not any(found.values()), found

    def test_new_in_another_file(self) -> None:
        """A table of an earlier file is an existing table in the next file."""
        sources = Source.of(NEW, "1_t.sql"), Source.of("CREATE INDEX i ON t (a);", "2_i.sql")
        assert ["2_i.sql"] == [
            f.file for f in find_findings(*sources, name="require-concurrent-index-creation")
        ]

    def test_create_if_not_exists(self) -> None:
        """CREATE TABLE IF NOT EXISTS makes a table new in its file, even if the table exists before the history."""
        schema = HistorySchema()
        schema.relations["public", "t"] = HistoryRelation(table_identity("public", "t"))
        rule = rules_by_name()["require-concurrent-index-creation"]
        index = "CREATE INDEX i ON t (a);"
        assert [] == apply_rules([Source.of(NEW + index)], schema, [rule])
        assert 1 == len(apply_rules([Source.of(index)], schema, [rule]))

    def test_index_of_a_new_table(self) -> None:
        """DROP INDEX on a new table is not reported."""
        text = NEW + "CREATE INDEX i ON t (a); DROP INDEX i;"
        assert [] == find_hits(text, "require-concurrent-index-deletion")


class TestConditions:
    """The conditions of an UPDATE or DELETE that selects rows of an existing table."""

    @pytest.mark.parametrize(
        "condition",
        [
            "id = ANY ('{1,2}')",
            "(id, a) IN ((1, 2))",
            "id = (SELECT max(id) FROM t)",
            "b = 'x' OR b = 'y'",
            "lower(b) = 'x'",
            "a = 1 AND b IS NULL",
            "id BETWEEN SYMMETRIC 5 AND 1",
            "done",
            "done IS TRUE",
            "false",
            "b SIMILAR TO 'x%'",
            "a IS NOT DISTINCT FROM 5 AND id = 1",
        ],
    )
    def test_few_rows(self, condition: str) -> None:
        """A comparison with a value selects rows, as far as the text shows it."""
        assert [] == find_hits(f"DELETE FROM t WHERE {condition};", "changing-all-rows")

    @pytest.mark.parametrize(
        "condition",
        [
            "b IS NULL OR b = ''",
            "id <> 5",
            "id NOT IN (1, 2)",
            "id NOT BETWEEN 1 AND 5",
            "b NOT LIKE 'x%'",
            "b !~ '^x'",
            "done IS NOT TRUE",
            "a <> id",
            "a IS DISTINCT FROM id",
            "true",
            "1 = 1",
        ],
    )
    def test_many_rows(self, condition: str) -> None:
        """A condition that excludes rows may select nearly all."""
        assert 1 == len(find_hits(f"DELETE FROM t WHERE {condition};", "changing-all-rows"))

    @pytest.mark.parametrize(
        ("joined", "expected"),
        [
            ("(VALUES (1)) AS s (id)", 0),
            ("(SELECT 5 AS id) AS s", 0),
            ("unnest(ARRAY[1, 2]) AS s (id)", 0),
            ("json_to_recordset('[{\"id\": 1}]') AS s (id int)", 0),
            ("generate_series(1, 10) AS s (id)", 0),
            ("(SELECT id FROM u LIMIT 10) AS s", 0),
            ("(SELECT id FROM u) AS s", 1),
            ("(SELECT id, (SELECT 1) FROM u) AS s", 1),
            ("u AS s", 1),
            ("u AS s, unnest(s.ids) AS n (id)", 1),
        ],
    )
    def test_joined_rows(self, joined: str, expected: int) -> None:
        """A join with few rows selects few rows."""
        text = f"UPDATE t SET a = 1 FROM {joined} WHERE s.id = t.id;"
        assert expected == len(find_hits(text, "changing-all-rows"))

    @pytest.mark.parametrize(
        ("rows", "expected"),
        [("SELECT 1 AS id", 0), ("SELECT id FROM t LIMIT 5", 0), ("SELECT id FROM t", 1)],
    )
    def test_rows_of_a_loop(self, rows: str, expected: int) -> None:
        """A field of a record is a value. A loop over all rows is one transaction."""
        loop = f"FOR r IN {rows} LOOP UPDATE t SET a = 1 WHERE id = r.id; END LOOP;"
        text = f"DO $$ DECLARE r record; BEGIN {loop} END $$;"
        assert [] == find_hits(text, "changing-all-rows")
        assert expected == len(find_hits(text, "batches-in-one-transaction"))


class TestIndexes:
    """Building and dropping indexes."""

    def test_partitioned(self) -> None:
        """An index on a partitioned table is reported, and ON ONLY, which reads no row, is not."""
        made = Source.of("CREATE TABLE p (a int) PARTITION BY LIST (a);", "1.sql")
        index = Source.of("CREATE INDEX ON p (a);", "2.sql")
        only = Source.of("CREATE INDEX ON ONLY p (a);", "2.sql")
        name = "require-concurrent-index-creation"
        assert 1 == len(find_findings(made, index, name=name))
        assert [] == find_findings(made, only, name=name)

    def test_concurrently_alone(self) -> None:
        """CONCURRENTLY is accepted outside of transactions, even after a transaction."""
        text = "BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a);"
        assert [] == find_hits(text, "cannot-run-in-transaction")

    @pytest.mark.parametrize(
        ("path", "text", "level"),
        [
            ("m/20260101000000_a.sql", "SET lock_timeout = '5s'; {}", Level.WARNING),
            ("m/20260101000000_a.sql", "{}", None),
            ("m/20260101000000_a.sql", "SELECT 1; COMMIT; {}", None),
            ("m/20260101000000_a/migration.sql", "SELECT 1; {}", Level.ERROR),
            ("m/000001_a.up.sql", "SELECT 1; {}", Level.ERROR),
            ("m/000001_a.up.sql", "{}", None),
            ("m/2026-01-01-000000_a/up.sql", "{}", Level.ERROR),
            ("m/V1__a.sql", "VACUUM; {}", None),
            ("m/a/deploy/a.sql", "SELECT 1; {}", None),
            ("m/20260101000000_a.sql", "-- migrate:up transaction:false\n{}\nSELECT 1;", Level.ERROR),
            ("m/20260101000000_a.sql", "-- no-transaction\n{}", None),
            ("m/20260101000000_a.sql", "-- no-transaction\n{}\nSELECT 1;", Level.ERROR),
            ("m/20260101000000_a.sql", "-- atlas:txmode none\n{}\nSELECT 1;", None),
            ("m/20260101000000_a/migration.sql", "{} SELECT 1;", Level.ERROR),
            ("m/000001_a.up.sql", "{} SELECT 1;", Level.ERROR),
            ("m/000001_a.up.sql", "BEGIN; SELECT 1; COMMIT; {}", Level.ERROR),
            ("m/000001_a.down.sql", "{} SELECT 1;", Level.ERROR),
            ("m/001_a.sql", "SELECT 1; {}", None),
            ("m/20260101000000_a.sql", "-- migrate:up\n{}\n-- migrate:down\n", Level.ERROR),
            ("m/20260101000000_a.sql", "-- migrate:up transaction:false\n{}\n-- migrate:down\n", None),
            ("m/00001_a.sql", "-- +goose Up\nSELECT 1;\n{}", Level.ERROR),
            ("m/00001_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n{}", None),
            ("m/00001_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\n{}", None),
        ],
    )
    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE INDEX CONCURRENTLY i ON t (a);",
            "VACUUM t;",
            "COMMIT PREPARED 'x';",
            "ALTER SYSTEM RESET ALL;",
        ],
    )
    def test_transaction_of_tool(self, path: str, text: str, level: Level | None, statement: str) -> None:
        """A file that its tool runs in one transaction is reported; that of another tool or with a switch is not."""
        source = Source.of(text.format(statement), path)
        found = apply_rules([source], HistorySchema(), [rules_by_name()["cannot-run-in-transaction"]])
        assert [level] * (level is not None) == [each.hit.level or Level.ERROR for _, each in found]

    @pytest.mark.parametrize(
        ("text", "configuration", "expected"),
        [
            ("CREATE INDEX CONCURRENTLY i ON t (a);", "", []),
            ("SET lock_timeout = '5s'; CREATE INDEX CONCURRENTLY i ON t (a);", "", [Level.WARNING]),
            ("SET lock_timeout = '5s'; VACUUM t;", "executeInTransaction=false", []),
            ("SET lock_timeout = '5s'; VACUUM t;", "executeInTransaction=true", [None]),
            ("SET lock_timeout = '5s'; VACUUM t;", "encoding=UTF-8", [Level.WARNING]),
            ("SET lock_timeout = '5s'; CREATE TABLE t (a int);", "", []),
        ],
    )
    def test_flyway(
        self, tmp_path: Path, text: str, configuration: str, expected: list[Level | None]
    ) -> None:
        """Flyway refuses a file with statements of both kinds, unless its configuration says how to run it."""
        path = tmp_path / "V1__a.sql"
        if configuration:
            path.with_name("V1__a.sql.conf").write_text(configuration)
        found = apply_rules(
            [Source.of(text, str(path))], HistorySchema(), [rules_by_name()["cannot-run-in-transaction"]]
        )
        assert expected == [each.hit.level for _, each in found]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("m/00001_a.sql", "-- +goose Up\nCREATE INDEX i ON t (a);"),
            ("m/2026-01-01-000000_a/up.sql", "CREATE INDEX i ON t (a);"),
            ("m/20260101000000_a.sql", "-- migrate:up transaction:false\nCREATE INDEX i ON t (a); SELECT 1;"),
            ("m/20260101000000_a.sql", "-- no-transaction\nCREATE INDEX i ON t (a); SELECT 1;"),
        ],
    )
    def test_no_edit_in_the_transaction_of_a_tool(self, path: str, text: str) -> None:
        """The fix inserts no CONCURRENTLY that fails when the tool applies the file."""
        rule = rules_by_name()["require-concurrent-index-creation"]
        ((_, found),) = apply_rules([Source.of(text, path)], HistorySchema(), [rule])
        assert () == found.hit.edits

    def test_procedure_with_commit(self, empty: Database) -> None:
        """CALL of a procedure with COMMIT fails in a transaction, and works outside."""
        procedure = "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN LOOP COMMIT; EXIT; END LOOP; END $$;"
        name = "cannot-run-in-transaction"
        assert [] == find_hits(f"{procedure} CALL p();", name)
        assert 1 == len(find_hits(f"{procedure} BEGIN; CALL p(); COMMIT;", name))
        assert [] == find_hits(f"{procedure} DO $$ BEGIN CALL p(); END $$;", name)
        assert 1 == len(find_hits(f"{procedure} BEGIN; DO $$ BEGIN CALL p(); END $$; COMMIT;", name))
        with contextlib.closing(empty.connect(autocommit=True)) as connection:
            connection.execute(procedure.encode())
            for call in ("CALL p()", "DO $$ BEGIN CALL p(); END $$"):
                connection.execute(call.encode())
                with pytest.raises(psycopg.errors.InvalidTransactionTermination), connection.transaction():
                    connection.execute(call.encode())

    @pytest.mark.parametrize(
        "clause", ["", "SET search_path = ''", "SECURITY DEFINER SET work_mem = '4MB'", "SECURITY DEFINER"]
    )
    def test_commit_in_a_procedure(self, empty: Database, clause: str) -> None:
        """COMMIT beside SET or SECURITY DEFINER is an error, and lint does not ask for SET beside COMMIT."""
        text = f"CREATE PROCEDURE p() LANGUAGE plpgsql {clause} AS $$ BEGIN COMMIT; END $$;"
        found = lint_text(text, "001_a.sql", platform("vanilla"))
        assert bool(clause) is ("function-definition" in {each.rule for each in found})
        assert "function-search-path-mutable" not in {each.rule for each in found}
        refused = pytest.raises(psycopg.errors.InvalidTransactionTermination)
        with contextlib.closing(empty.connect(autocommit=True)) as connection:
            connection.execute(text.encode())
            with refused if clause else contextlib.nullcontext():
                connection.execute("CALL p()")

    def test_changes_in_a_with_clause(self) -> None:
        """A loop may change rows in a WITH clause."""
        change = "DELETE FROM t WHERE id IN (SELECT id FROM t LIMIT 10) RETURNING id"
        loop = f"LOOP WITH d AS ({change}) SELECT count(*) INTO n FROM d; EXIT WHEN n = 0; END LOOP;"
        assert 1 == len(find_hits(f"DO $$ DECLARE n int; BEGIN {loop} END $$;", "batches-in-one-transaction"))

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("BEGIN COMMIT; EXCEPTION WHEN others THEN NULL; END", 1),
            ("BEGIN LOOP BEGIN COMMIT; EXCEPTION WHEN others THEN NULL; END; EXIT; END LOOP; END", 1),
            ("BEGIN BEGIN NULL; EXCEPTION WHEN others THEN NULL; END; COMMIT; END", 0),
            ("BEGIN BEGIN PERFORM 1/0; EXCEPTION WHEN others THEN COMMIT; END; END", 0),
        ],
    )
    def test_commit_beside_a_handler(self, empty: Database, body: str, expected: int) -> None:
        """COMMIT in a block with a handler is reported exactly if Postgres refuses it."""
        block = f"DO $$ {body} $$;"
        assert expected == len(find_hits(block, "cannot-run-in-transaction"))
        with contextlib.closing(empty.connect(autocommit=True)) as connection:
            notices: list[str] = []
            with contextlib.suppress(psycopg.errors.InvalidTransactionTermination):
                connection.execute(block.replace("WHEN others THEN NULL", "WHEN data_exception THEN NULL"))
                notices.append("applied")
            assert [] == notices if expected else ["applied"] == notices

    def test_refresh_concurrently(self) -> None:
        """REFRESH MATERIALIZED VIEW CONCURRENTLY is allowed in a transaction."""
        assert [] == find_hits(
            "BEGIN; REFRESH MATERIALIZED VIEW CONCURRENTLY v; COMMIT;", "cannot-run-in-transaction"
        )

    @pytest.mark.parametrize(
        ("condition", "reported"),
        [
            ("NOT indisvalid", 0),
            ("NOT (i.indisvalid) AND indexrelid = to_regclass('x_idx')", 0),
            ("indisvalid", 1),
            ("'NOT indisvalid' = current_query()", 1),
        ],
    )
    def test_invalid_index(self, condition: str, reported: int) -> None:
        """DROP INDEX of the index of a failed build is no finding; a constant with those words is no condition."""
        block = (
            f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_index AS i WHERE {condition}) THEN DROP INDEX x_idx; "
            "END IF; END $$;"
        )
        assert reported == len(find_findings(Source.of(block), name="require-concurrent-index-deletion"))
