"""Rules about locks and rewrites: what they mark, what they must not mind, how they mend."""

from __future__ import annotations

import pytest
from asked import edited, findings, hits, marks, of_group

from schema_dsl.lint.check import check
from schema_dsl.lint.history.schema import HistoryRelation, Schema
from schema_dsl.lint.rules import rules
from schema_dsl.lint.source import Source

EXAMPLES = [(rule.name, text) for rule in of_group("locks") for text in rule.bad]


class TestMended:
    """Edits."""

    @pytest.mark.parametrize(("name", "text"), EXAMPLES)
    def test_mended_is_mended(self, name: str, text: str) -> None:
        """What a rule proposes for its own example parses, and is not reported again."""
        found = hits(text, name)
        fixed = edited(text, found)
        assert all(statement.problem is None for statement in Source.of(fixed).statements)
        if any(hit.edits for hit in found):
            assert hits(fixed, name) == []

    def test_two_steps(self) -> None:
        """The constraint is validated by a statement of its own, whatever stands behind it."""
        text = 'ALTER TABLE IF EXISTS "Orders" ADD CONSTRAINT "Total" CHECK (total > 0) -- positive\n;\nSELECT 1;'
        expected = (
            'ALTER TABLE IF EXISTS "Orders" ADD CONSTRAINT "Total" CHECK (total > 0) NOT VALID;\n'
            'ALTER TABLE IF EXISTS "Orders" VALIDATE CONSTRAINT "Total" -- positive\n;\nSELECT 1;'
        )
        assert expected == edited(text, hits(text, "constraint-missing-not-valid"))

    @pytest.mark.parametrize(
        "text",
        [
            "BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); COMMIT;",
            "ALTER TABLE t ADD CHECK (a > 0);",
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0), ADD COLUMN b int;",
            "DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); END $$;",
        ],
    )
    def test_not_where_it_would_not_help(self, text: str) -> None:
        """In one transaction, without a name, or among other commands nothing is proposed."""
        assert [()] == [hit.edits for hit in hits(text, "constraint-missing-not-valid")]

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
    def test_concurrently_not_where_postgres_refuses(self, text: str, name: str) -> None:
        """CONCURRENTLY is not proposed in a transaction, nor for several indexes at once."""
        assert [()] == [hit.edits for hit in hits(text, name)]


class TestMarks:
    """Where the caret goes."""

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
        """Of several commands the one it is about is marked."""
        assert [expected] == marks(text, name)


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
    """What the same file makes, nobody waits for."""

    @pytest.mark.parametrize("text", HARMLESS)
    @pytest.mark.parametrize(
        "new", [NEW, NEW.replace("CREATE", "CREATE TEMPORARY"), f"DO $$ BEGIN\n{NEW}END $$;\n"]
    )
    def test_silent(self, new: str, text: str) -> None:
        """No rule about locks minds what is done to a new or temporary table."""
        found = {rule.name: marks(new + text, rule.name) for rule in of_group("locks")}
        # An index that is not known may be anybody's.
        del found["require-concurrent-index-deletion"]
        assert not any(found.values()), found

    def test_new_in_another_file(self) -> None:
        """A table of an earlier file is in use when the next one is run."""
        sources = Source.of(NEW, "1_t.sql"), Source.of("CREATE INDEX i ON t (a);", "2_i.sql")
        assert ["2_i.sql"] == [f.file for f in findings(*sources, name="require-concurrent-index-creation")]

    def test_declared_to_be_there(self) -> None:
        """A table that was there before the history, and that a file makes if it is not, is new to that file."""
        schema = Schema()
        schema.relations["public", "t"] = HistoryRelation("public", "t")
        rule = rules()["require-concurrent-index-creation"]
        index = "CREATE INDEX i ON t (a);"
        assert [] == check([Source.of(NEW + index)], schema, [rule])
        assert 1 == len(check([Source.of(index)], schema, [rule]))

    def test_index_of_a_new_table(self) -> None:
        """The index of a new table is dropped without further ado."""
        text = NEW + "CREATE INDEX i ON t (a); DROP INDEX i;"
        assert [] == hits(text, "require-concurrent-index-deletion")


class TestIndexes:
    """Building and dropping indexes."""

    def test_partitioned(self) -> None:
        """CONCURRENTLY is not for a partitioned table, and ON ONLY reads no row."""
        made = Source.of("CREATE TABLE p (a int) PARTITION BY LIST (a);", "1.sql")
        index = Source.of("CREATE INDEX ON p (a);", "2.sql")
        only = Source.of("CREATE INDEX ON ONLY p (a);", "2.sql")
        name = "require-concurrent-index-creation"
        assert 1 == len(findings(made, index, name=name))
        assert [] == findings(made, only, name=name)

    def test_concurrently_alone(self) -> None:
        """Outside of transactions CONCURRENTLY is right, also behind one."""
        text = "BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a);"
        assert [] == hits(text, "cannot-run-in-transaction")

    def test_refresh_concurrently(self) -> None:
        """REFRESH MATERIALIZED VIEW CONCURRENTLY runs in a transaction."""
        assert [] == hits(
            "BEGIN; REFRESH MATERIALIZED VIEW CONCURRENTLY v; COMMIT;", "cannot-run-in-transaction"
        )


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
    def test_costs_nothing(self, column: str) -> None:
        """A default that is the same for every row, or a column of NULLs, touches no row."""
        text = f"ALTER TABLE t ADD COLUMN c {column};"
        names = ("adding-field-with-default", "adding-required-field", "adding-foreign-key-constraint")
        assert [] == [hit for name in names for hit in hits(text, name)]

    @pytest.mark.parametrize(
        "default", ["random()", "clock_timestamp()", "uuid_generate_v4()", "nextval('s')", "1 + random()"]
    )
    def test_volatile(self, default: str) -> None:
        """A volatile call is found wherever it stands in a default."""
        assert 1 == len(
            hits(f"ALTER TABLE t ADD COLUMN c text DEFAULT {default};", "adding-field-with-default")
        )

    def test_own_function(self) -> None:
        """One's own function is as volatile as it says."""
        made = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql {} AS 'BEGIN RETURN 1; END';\n"
        added = "ALTER TABLE t ADD COLUMN c int DEFAULT f();"
        name = "adding-field-with-default"
        assert 1 == len(hits(made.format("VOLATILE") + added, name))
        assert [] == hits(made.format("STABLE") + added, name)

    def test_already_there(self) -> None:
        """ADD COLUMN IF NOT EXISTS of a column that is there does nothing."""
        sources = (
            Source.of("CREATE TABLE t (c serial);", "1.sql"),
            Source.of("ALTER TABLE t ADD COLUMN IF NOT EXISTS c serial;", "2.sql"),
        )
        assert [] == findings(*sources, name="adding-field-with-default")

    def test_not_null_already(self) -> None:
        """SET NOT NULL of what is NOT NULL does nothing."""
        sources = (
            Source.of("CREATE TABLE t (a int NOT NULL);", "1.sql"),
            Source.of("ALTER TABLE t ALTER a SET NOT NULL;", "2.sql"),
        )
        assert [] == findings(*sources, name="adding-not-nullable-field")

    def test_check_that_is_not_validated(self) -> None:
        """A CHECK proves nothing before it is validated, nor does another CHECK."""
        name = "adding-not-nullable-field"
        check = "ALTER TABLE t ADD CONSTRAINT c CHECK ({}) NOT VALID;\n"
        valid = "ALTER TABLE t VALIDATE CONSTRAINT c;\n"
        last = "ALTER TABLE t ALTER a SET NOT NULL;"
        assert 1 == len(hits(check.format("a IS NOT NULL") + last, name))
        assert 1 == len(hits(check.format("a > 0") + valid + last, name))
        assert 1 == len(hits(check.format("a IS NOT NULL OR b > 0") + valid + last, name))
        assert [] == hits(check.format("a IS NOT NULL AND b > 0") + valid + last, name)


class TestRequiredColumns:
    """NOT NULL columns for rows that are there."""

    ADDED = "ALTER TABLE t ADD COLUMN c int NOT NULL;"

    @pytest.mark.parametrize(
        ("before", "count"),
        [
            ("DELETE FROM t;", 0),
            ("TRUNCATE u, t;", 0),
            ("DELETE FROM t WHERE a > 0;", 1),
            ("DELETE FROM t USING u;", 1),
            ("DELETE FROM u;", 1),
            ("DELETE FROM t; INSERT INTO t VALUES (1);", 1),
        ],
    )
    def test_emptied_before(self, before: str, count: int) -> None:
        """A table that the file has emptied has no row to fail on."""
        assert count == len(hits(before + self.ADDED, "adding-required-field"))
        assert 1 == len(hits(self.ADDED + before, "adding-required-field"))

    def test_computed(self) -> None:
        """Of a stored generated column nothing can be SET DEFAULT."""
        text = "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (a) STORED, ADD d uuid DEFAULT gen_random_uuid();"
        computed, volatile = hits(text, "adding-field-with-default")
        assert "VIRTUAL" in (computed.remedy or "")
        assert volatile.remedy is None


class TestFilesRunAsOne:
    """Files with names of tools that send each as one transaction."""

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
    def test_what_is_offered(self, text: str, name: str, offered: int) -> None:
        """CONCURRENTLY only to what is alone in its file; NOT VALID and VALIDATE need two files."""
        (found,) = (
            placed.hit for _, placed in check([Source.of(text, self.NAME)], Schema(), [rules()[name]])
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
    def test_what_is_held(self, text: str, name: str, count: int) -> None:
        """A lock is kept to the end of the file, as it is not where each statement is committed."""
        assert count == len(findings(Source.of(text, self.NAME), name=name))
        assert [] == findings(Source.of(text, "001_a.sql"), name=name)

    @pytest.mark.parametrize(
        "marker",
        ["-- +goose NO TRANSACTION", "-- migrate:up transaction:false", "-- +migrate Up notransaction"],
    )
    def test_told_not_to(self, marker: str) -> None:
        """Where a tool is told to commit each statement, there is no such transaction."""
        text = "ALTER TABLE t ADD b int; UPDATE t SET b = 1;"
        assert [] == findings(Source.of(f"{marker}\n{text}", self.NAME), name="access-exclusive-held")

    def test_validated_in_the_next_file(self) -> None:
        """The next file is another transaction."""
        two = (
            Source.of("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;", self.NAME),
            Source.of("ALTER TABLE t VALIDATE CONSTRAINT c;", "20260102120000_b.sql"),
        )
        assert [] == findings(*two, name="validated-in-same-transaction")


class TestTypes:
    """Changing a column's type where the old one is known."""

    @pytest.mark.parametrize("new", ["text", "varchar", "numeric"])
    def test_unknown_old_type(self, new: str) -> None:
        """Where the old type is not known, what may be no change is not reported."""
        assert [] == hits(f"ALTER TABLE t ALTER a TYPE {new};", "changing-column-type")

    def test_no_such_column(self) -> None:
        """A column that is surely not there has no type to change."""
        known = "ALTER TABLE t RENAME b TO c;"
        for name in ("changing-column-type", "require-statement-timeout"):
            assert [] == hits(f"{known} ALTER TABLE t ALTER a TYPE text;", name)

    def test_known_in_part(self) -> None:
        """A table of which only an index is known may have any column."""
        text = "CREATE INDEX i ON t (a); ALTER TABLE t ALTER a TYPE varchar(9), ALTER b TYPE text;"
        assert [] == findings(*(Source.of(each) for each in text.split(";")), name="changing-column-type")

    def test_unknown_but_hardly_the_same(self) -> None:
        """To bigint nearly everything is a rewrite."""
        assert ["ALTER a TYPE bigint"] == marks("ALTER TABLE t ALTER a TYPE bigint;", "changing-column-type")


class TestTimeouts:
    """lock_timeout and statement_timeout."""

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
        """It counts that it is set before, and to something."""
        text = (
            before.replace("{}", which)
            + "ALTER TABLE t ALTER c SET NOT NULL; ALTER TABLE u ALTER c SET NOT NULL;"
        )
        assert expected == len(hits(text, f"require-{which}-timeout"))

    def test_each_file_is_a_session(self) -> None:
        """What one file sets, the next one does not have."""
        first = Source.of("SET lock_timeout = '5s'; ALTER TABLE t ADD COLUMN c int;", "1.sql")
        second = Source.of("ALTER TABLE t ADD COLUMN d int;", "2.sql")
        assert ["2.sql"] == [each.file for each in findings(first, second, name="require-lock-timeout")]

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
    def test_lock_that_nobody_feels(self, text: str) -> None:
        """What lets reads and writes through needs no timeout."""
        assert [] == hits(text, "require-lock-timeout")

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
    def test_what_takes_no_time(self, text: str, expected: int) -> None:
        """What changes nothing but the catalog needs no statement_timeout."""
        assert expected == len(hits(text, "require-statement-timeout"))


class TestHeld:
    """Work under a lock that was taken before."""

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
        """Where nobody waits, or not for long, nothing is said."""
        assert [] == hits(text, "access-exclusive-held")

    def test_in_a_block(self) -> None:
        """A DO block is one transaction, and is told of once."""
        text = "DO $$ BEGIN ALTER TABLE t ADD COLUMN c int; UPDATE t SET c = 1; DELETE FROM t WHERE c = 2; END $$;"
        assert ["UPDATE t SET c = 1"] == marks(text, "access-exclusive-held")


class TestScans:
    """Two passes where one would do."""

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
        """Only statements that follow each other, on one table, that both read all of it."""
        assert [] == hits(text, "combine-table-scans")

    def test_once_a_row(self) -> None:
        """Of many statements in a row the second is marked, for all of them."""
        text = "".join(f"ALTER TABLE t ALTER c{n} SET NOT NULL;" for n in range(5))
        assert [text.index("ALTER TABLE t ALTER c1")] == [
            hit.offset for hit in hits(text, "combine-table-scans")
        ]
        assert 2 == len(hits(f"{text} SELECT 1; {text.replace('c', 'd')}", "combine-table-scans"))
