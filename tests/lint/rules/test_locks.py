"""Rules about locks and rewrites: findings, false positives and edits."""

from __future__ import annotations

import pytest
from rule_hits import apply_hits, find_findings, find_hits, find_marked_text, rules_of_group

from schema_dsl.analysis.identity import table_identity
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source

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
            ("m/V1__a.sql", "SELECT 1; VACUUM; {}", None),
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


class TestColumns:
    """Adding and changing columns."""

    @pytest.mark.parametrize(
        "column",
        [
            "timestamptz NOT NULL DEFAULT now()",
            "timestamptz DEFAULT CURRENT_TIMESTAMP",
            "int NOT NULL DEFAULT 5",
            "text DEFAULT lower('X')",
            "int GENERATED ALWAYS AS (a * 2) VIRTUAL",
            "uuid DEFAULT unknown_function()",
            "int REFERENCES u (id)",
            "jsonb NOT NULL DEFAULT '{}'::jsonb",
        ],
    )
    def test_no_rewrite(self, column: str) -> None:
        """A default that is the same for every row, or a column of NULLs, changes no row."""
        text = f"ALTER TABLE t ADD COLUMN c {column};"
        names = ("adding-field-with-default", "adding-required-field", "adding-foreign-key-constraint")
        assert [] == [hit for name in names for hit in find_hits(text, name)]

    @pytest.mark.parametrize(
        "default", ["random()", "clock_timestamp()", "uuid_generate_v4()", "nextval('s')", "1 + random()"]
    )
    def test_volatile(self, default: str) -> None:
        """A volatile call is found anywhere in a default."""
        assert 1 == len(
            find_hits(f"ALTER TABLE t ADD COLUMN c text DEFAULT {default};", "adding-field-with-default")
        )

    def test_user_function(self) -> None:
        """The volatility of a user-defined function is its declared volatility."""
        made = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql {} AS 'BEGIN RETURN 1; END';\n"
        added = "ALTER TABLE t ADD COLUMN c int DEFAULT f();"
        name = "adding-field-with-default"
        assert 1 == len(find_hits(made.format("VOLATILE") + added, name))
        assert [] == find_hits(made.format("STABLE") + added, name)

    def test_column_exists(self) -> None:
        """ADD COLUMN IF NOT EXISTS of an existing column has no effect."""
        sources = (
            Source.of("CREATE TABLE t (c serial);", "1.sql"),
            Source.of("ALTER TABLE t ADD COLUMN IF NOT EXISTS c serial;", "2.sql"),
        )
        assert [] == find_findings(*sources, name="adding-field-with-default")

    def test_not_null_already(self) -> None:
        """SET NOT NULL of a NOT NULL column has no effect."""
        sources = (
            Source.of("CREATE TABLE t (a int NOT NULL);", "1.sql"),
            Source.of("ALTER TABLE t ALTER a SET NOT NULL;", "2.sql"),
        )
        assert [] == find_findings(*sources, name="adding-not-nullable-field")

    def test_check_that_is_not_validated(self) -> None:
        """Only a validated CHECK (column IS NOT NULL) proves that the column has no NULL."""
        name = "adding-not-nullable-field"
        check = "ALTER TABLE t ADD CONSTRAINT c CHECK ({}) NOT VALID;\n"
        valid = "ALTER TABLE t VALIDATE CONSTRAINT c;\n"
        last = "ALTER TABLE t ALTER a SET NOT NULL;"
        assert 1 == len(find_hits(check.format("a IS NOT NULL") + last, name))
        assert 1 == len(find_hits(check.format("a > 0") + valid + last, name))
        assert 1 == len(find_hits(check.format("a IS NOT NULL OR b > 0") + valid + last, name))
        assert [] == find_hits(check.format("a IS NOT NULL AND b > 0") + valid + last, name)


class TestRequiredColumns:
    """NOT NULL columns without a default."""

    ADDED = "ALTER TABLE t ADD COLUMN c int NOT NULL;"
    COUNTED = (
        "DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM {};"
        " IF n > 0 THEN RAISE EXCEPTION 'rows: %', n; END IF; END $$;"
    )

    @pytest.mark.parametrize(
        ("before", "count"),
        [
            ("DELETE FROM t;", 0),
            ("TRUNCATE u, t;", 0),
            ("DELETE FROM t WHERE a > 0;", 1),
            ("DELETE FROM t USING u;", 1),
            ("DELETE FROM u;", 1),
            ("DELETE FROM t; INSERT INTO t VALUES (1);", 1),
            (COUNTED.format("t"), 0),
            (COUNTED.format("u"), 1),
            (COUNTED.format("t WHERE a > 0"), 1),
            (COUNTED.format("t").replace("EXCEPTION", "NOTICE"), 1),
        ],
    )
    def test_emptied_before(self, before: str, count: int) -> None:
        """ADD COLUMN ... NOT NULL succeeds after the file has emptied the table, or stopped because it has rows."""
        assert count == len(find_hits(before + self.ADDED, "adding-required-field"))
        assert 1 == len(find_hits(self.ADDED + before, "adding-required-field"))

    def test_computed(self) -> None:
        """A stored generated column, which cannot have SET DEFAULT, has another remedy."""
        text = "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (a) STORED, ADD d uuid DEFAULT gen_random_uuid();"
        computed, volatile = find_hits(text, "adding-field-with-default")
        assert "VIRTUAL" in (computed.remedy or "")
        assert volatile.remedy is None


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

    @pytest.mark.parametrize(
        "marker",
        ["-- +goose NO TRANSACTION", "-- migrate:up transaction:false", "-- +migrate Up notransaction"],
    )
    def test_no_transaction_marker(self, marker: str) -> None:
        """A marker that makes the tool commit each statement prevents the finding."""
        text = "ALTER TABLE t ADD b int; UPDATE t SET b = 1;"
        assert [] == find_findings(Source.of(f"{marker}\n{text}", self.NAME), name="access-exclusive-held")

    def test_validated_in_the_next_file(self) -> None:
        """The next file runs in another transaction."""
        two = (
            Source.of("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;", self.NAME),
            Source.of("ALTER TABLE t VALIDATE CONSTRAINT c;", "20260102120000_b.sql"),
        )
        assert [] == find_findings(*two, name="validated-in-same-transaction")


class TestTypes:
    """ALTER COLUMN TYPE with a known or unknown old type."""

    @pytest.mark.parametrize("new", ["text", "varchar", "numeric"])
    def test_unknown_old_type(self, new: str) -> None:
        """If the old type is unknown, a change that may keep the stored bytes is not reported."""
        assert [] == find_hits(f"ALTER TABLE t ALTER a TYPE {new};", "changing-column-type")

    def test_no_such_column(self) -> None:
        """ALTER COLUMN TYPE of a column that certainly does not exist is not reported."""
        known = "ALTER TABLE t RENAME b TO c;"
        for name in ("changing-column-type", "require-statement-timeout"):
            assert [] == find_hits(f"{known} ALTER TABLE t ALTER a TYPE text;", name)

    def test_partly_known_table(self) -> None:
        """If only an index of a table is known, the table may have any column."""
        text = "CREATE INDEX i ON t (a); ALTER TABLE t ALTER a TYPE varchar(9), ALTER b TYPE text;"
        assert [] == find_findings(
            *(Source.of(each) for each in text.split(";")), name="changing-column-type"
        )

    def test_unknown_old_type_to_bigint(self) -> None:
        """A change to bigint is reported, because nearly every old type needs a rewrite."""
        assert ["ALTER a TYPE bigint"] == find_marked_text(
            "ALTER TABLE t ALTER a TYPE bigint;", "changing-column-type"
        )


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
