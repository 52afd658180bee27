"""Rules about the objects that a script names: enums, triggers, numbers and names."""

from __future__ import annotations

import pytest
from rule_hits import find_findings, find_hits, find_marked_text

from schema_dsl.lint.source import Source


class TestNames:
    """Long names, and repeated columns."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (f"SELECT 1 AS {'a' * 63};", []),
            (f"SELECT 1 AS {'a' * 64};", ["a" * 64]),
            (f'SELECT 1 AS "{"ü" * 32}";', [f'"{"ü" * 32}"']),
            (f'SELECT 1 AS "{"ü" * 31}";', []),
            (f"SELECT '{'a' * 70}', $${'b' * 70}$$; -- {'c' * 70}", []),
            (f"DO $$ BEGIN DROP TABLE {'a' * 64}; END $$;", ["a" * 64]),
        ],
    )
    def test_bytes_count(self, text: str, expected: list[str]) -> None:
        """The limit is in bytes, and applies only to names."""
        assert expected == find_marked_text(text, "identifier-too-long")

    @pytest.mark.parametrize(
        "text",
        [
            "UPDATE t SET a[1] = 1, a[2] = 2;",
            "UPDATE t SET a.x = 1, a.y = 2;",
            "CREATE INDEX ON t (a, a);",
            "INSERT INTO t (a, b) VALUES (1, 1) ON CONFLICT (a) DO UPDATE SET a = 1, b = 2;",
            "MERGE INTO t USING u ON true WHEN MATCHED AND x THEN UPDATE SET a = 1 WHEN MATCHED THEN UPDATE SET a = 2;",
        ],
    )
    def test_not_twice(self, text: str) -> None:
        """The rule ignores array elements, fields, and repeated columns that Postgres accepts."""
        assert [] == find_hits(text, "ban-duplicate-column-assignments")

    @pytest.mark.parametrize(
        "text",
        [
            "UPDATE t SET (a, b) = (1, 2), a = 3;",
            "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1, b = 2;",
            "MERGE INTO t USING u ON true WHEN MATCHED THEN UPDATE SET b = 1, b = 2;",
            "ALTER TABLE t ADD UNIQUE (a, b, a);",
            "COPY t (a, a) FROM '/dev/null';",
            "CREATE TRIGGER g BEFORE UPDATE OF a, a ON t EXECUTE FUNCTION f();",
        ],
    )
    def test_twice(self, text: str) -> None:
        """The rule reports a repeated column in every statement where Postgres rejects it."""
        assert 1 == len(find_hits(text, "ban-duplicate-column-assignments"))


class TestEnums:
    """Enum values that are used too early."""

    CREATED = Source.of("CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (m m, x text);", "1.sql")
    STRICT, LOOSE = "enum-value-used-in-transaction", "enum-value-used-in-file"

    @pytest.mark.parametrize(
        "use",
        [
            "SELECT 'b'::m",
            "INSERT INTO t (m) VALUES ('b')",
            "UPDATE t SET m = 'b'",
            "ALTER TABLE t ALTER m SET DEFAULT 'b'",
            "CREATE TABLE u (m m DEFAULT 'b')",
            "CREATE VIEW v AS SELECT * FROM t WHERE m = 'b'",
        ],
    )
    def test_used(self, use: str) -> None:
        """One rule reports the use in the same transaction, the other the use in the same file."""
        in_transaction = Source.of(f"BEGIN; ALTER TYPE m ADD VALUE 'b'; {use}; COMMIT;", "2.sql")
        separate = Source.of(f"ALTER TYPE m ADD VALUE 'b'; {use};", "2.sql")
        assert (1, 0) == tuple(
            len(find_findings(self.CREATED, in_transaction, name=name)) for name in (self.STRICT, self.LOOSE)
        )
        assert (0, 1) == tuple(
            len(find_findings(self.CREATED, separate, name=name)) for name in (self.STRICT, self.LOOSE)
        )

    @pytest.mark.parametrize(
        "text",
        [
            "ALTER TYPE m ADD VALUE 'b'; SELECT 'b'; COMMENT ON TYPE m IS 'b';",
            "ALTER TYPE m ADD VALUE 'b'; SELECT 'a'::m;",
            "ALTER TYPE m RENAME VALUE 'a' TO 'b'; SELECT 'b'::m;",
            "BEGIN; ALTER TYPE m ADD VALUE 'b'; COMMIT; SELECT 'b'::m;",
            "CREATE TYPE n AS ENUM ('a'); ALTER TYPE n ADD VALUE 'b'; SELECT 'b'::n;",
            "ALTER TYPE m ADD VALUE 'b'; SELECT 'b'::other;",
        ],
    )
    def test_not_used(self, text: str) -> None:
        """The rules ignore another value, another type, and a committed value."""
        for name in (self.STRICT, self.LOOSE):
            assert [] == find_findings(self.CREATED, Source.of(text, "2.sql"), name=name)


class TestTriggers:
    """Triggers that are created before their functions."""

    TRIGGER = "CREATE TRIGGER g BEFORE UPDATE ON t EXECUTE FUNCTION f();"
    FUNCTION = "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"

    def test_order(self) -> None:
        """The rule reports a trigger only if the function is created after it."""
        assert ["CREATE TRIGGER g BEFORE UPDATE ON t EXECUTE FUNCTION f()"] == find_marked_text(
            self.TRIGGER + self.FUNCTION, "trigger-before-function"
        )
        assert [] == find_hits(self.FUNCTION + self.TRIGGER, "trigger-before-function")
        assert [] == find_hits(self.FUNCTION + self.TRIGGER + self.FUNCTION, "trigger-before-function")
        assert [] == find_hits(self.TRIGGER, "trigger-before-function")

    def test_replaced_later(self) -> None:
        """CREATE OR REPLACE in a later migration may replace a function from before the history."""
        sources = Source.of(self.TRIGGER, "1.sql"), Source.of(self.FUNCTION, "2.sql")
        assert [] == find_findings(*sources, name="trigger-before-function")

    def test_created_later(self) -> None:
        """CREATE FUNCTION without OR REPLACE proves that the function did not exist before."""
        created = self.FUNCTION.replace("OR REPLACE ", "")
        sources = Source.of(self.TRIGGER, "1.sql"), Source.of(created, "2.sql")
        assert ["1.sql"] == [each.file for each in find_findings(*sources, name="trigger-before-function")]


class TestNumbers:
    """The numbers of migrations."""

    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            (["001_a.sql", "002_b.sql", "010_c.sql"], []),
            (["001_a.sql", "002_b.sql", "002_c.sql"], ["002_c.sql"]),
            (["1_a.sql", "01_b.sql"], ["01_b.sql"]),
            (["V1.1__a.sql", "V1.2__b.sql", "V2__c.sql"], []),
            (["V1__a.sql", "V1.0__b.sql"], []),
            (["a.sql", "b.sql"], []),
            (["2.0.2.sql", "2.1.0.sql", "2.10.0.sql"], []),
            (["1.1.11.sql", "1.1.11a.sql"], []),
            (["4.1.0_to_4.2.0.sql", "4.2.0_to_4.3.0.sql"], []),
            (["00.05.00_01_a.sql", "00.05.00_02_b.sql"], []),
            (["00.05.00_01_a.sql", "00.05.00_01_b.sql"], ["00.05.00_01_b.sql"]),
            (["001_2024_a.sql", "001_2025_b.sql"], ["001_2025_b.sql"]),
            (["20250101120000_a.sql", "20250101120000_b.sql"], ["20250101120000_b.sql"]),
            (["one/001_a.sql", "two/001_b.sql"], []),
        ],
    )
    def test_duplicates(self, names: list[str], expected: list[str]) -> None:
        """The rule reports the second file with the same number in a folder."""
        sources = [Source.of("SELECT 1;", name) for name in names]
        assert expected == [each.file for each in find_findings(*sources, name="duplicate-migration-number")]

    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            (["8_a.sql", "9_b.sql", "10_c.sql", "11_d.sql"], ["10_c.sql"]),
            (["08_a.sql", "09_b.sql", "10_c.sql"], []),
            (["034_a.sql", "20250101120000_b.sql"], []),
            (["V1.9__a.sql", "V1.10__b.sql"], []),
            (["1.9.0.sql", "1.10.0.sql"], []),
        ],
    )
    def test_order_as_text(self, names: list[str], expected: list[str]) -> None:
        """The rule reports the file where an additional digit reverses the order as text."""
        sources = [Source.of("SELECT 1;", name) for name in names]
        assert expected == [each.file for each in find_findings(*sources, name="migration-order-as-text")]
