"""Rules about the locks and rewrites of column changes."""

from __future__ import annotations

import pytest
from rule_hits import find_findings, find_hits, find_marked_text

from schema_dsl.lint.source import Source


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
