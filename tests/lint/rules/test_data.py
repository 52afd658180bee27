"""Rules about data and types: findings and false positives."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_hits import find_findings, find_hits, find_marked_text, rules_of_group

from schema_dsl.lint.source import Source

ROOT = Path(__file__).parents[3]
GENERATED = ["generated/034_engagement_system.sql", "generated/034_engagement_system_rollback.sql"]
DEFAULT_RULES = [
    rule.name for group in ("data", "types", "schema") for rule in rules_of_group(group) if not rule.opinion
]


class TestNoLoss:
    """Statements that lose nothing that existed before the file."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("ban-drop-table", "CREATE TABLE t (a int); DROP TABLE t;"),
            ("ban-drop-table", "CREATE TEMP TABLE t (a int); DROP TABLE t;"),
            ("ban-drop-table", "CREATE TABLE a (b int); ALTER TABLE a RENAME TO c; DROP TABLE c;"),
            ("ban-drop-column", "CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN a;"),
            ("ban-drop-column", "ALTER TABLE t ADD COLUMN a int; ALTER TABLE t DROP COLUMN a;"),
            ("ban-drop-schema", "CREATE SCHEMA s; DROP SCHEMA s CASCADE;"),
            ("ban-drop-schema", "DROP SCHEMA s;"),
            ("ban-truncate-cascade", "TRUNCATE t;"),
            ("ban-truncate-cascade", "CREATE TABLE t (a int); TRUNCATE t CASCADE;"),
            ("ban-drop-not-null", "CREATE TABLE t (a int NOT NULL); ALTER TABLE t ALTER a DROP NOT NULL;"),
            ("ban-drop-not-null", "ALTER TABLE t ALTER a DROP NOT NULL; ALTER TABLE t ALTER a SET NOT NULL;"),
            ("renaming-table", "CREATE TABLE t (a int); ALTER TABLE t RENAME TO u;"),
            ("renaming-table", "ALTER INDEX i RENAME TO j;"),
            ("renaming-table", "ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u;"),
            ("renaming-column", "ALTER TABLE t ADD COLUMN a int; ALTER TABLE t RENAME a TO b;"),
            ("renaming-column", "ALTER TABLE t RENAME CONSTRAINT a TO b;"),
            (
                "renaming-object",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; ALTER FUNCTION f() RENAME TO g;",
            ),
            ("renaming-object", "ALTER POLICY a ON t RENAME TO b; ALTER TRIGGER a ON t RENAME TO b;"),
            ("ban-drop-object", "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 1;"),
            (
                "ban-drop-object",
                "DROP FUNCTION f(int); CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql RETURN 1;",
            ),
            ("ban-drop-object", "DROP MATERIALIZED VIEW v; CREATE MATERIALIZED VIEW v AS SELECT 1;"),
            ("ban-drop-object", "CREATE TYPE e AS ENUM ('a'); DROP TYPE e;"),
            ("ban-drop-object", "DROP TRIGGER a ON t; DROP POLICY a ON t; DROP INDEX i;"),
            ("ban-drop-constraint", "ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 0);"),
            (
                "ban-drop-constraint",
                "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0)); ALTER TABLE t DROP CONSTRAINT c;",
            ),
            ("ban-drop-foreign-key", "ALTER TABLE t DROP CONSTRAINT unknown;"),
            ("ban-drop-default", "ALTER TABLE t ALTER a SET DEFAULT 1;"),
            (
                "ban-drop-default",
                "ALTER TABLE t ALTER a DROP IDENTITY, ALTER a ADD GENERATED ALWAYS AS IDENTITY;",
            ),
            (
                "ban-drop-table",
                "DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN RAISE EXCEPTION 'no'; END IF; DROP TABLE t; END $$;",
            ),
            (
                "ban-drop-table",
                "DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN RAISE 'no'; END IF; DROP TABLE t; END $$;",
            ),
        ],
    )
    def test_silent(self, name: str, text: str) -> None:
        """The rules do not report objects that the same file creates, recreates or checks first."""
        assert [] == find_hits(text, name)

    def test_checked_in_a_comment(self) -> None:
        """A comment about an exception checks nothing."""
        text = "DO $$ BEGIN -- raise exception if there are rows\n DROP TABLE t; END $$;"
        assert 1 == len(find_hits(text, "ban-drop-table"))

    def test_foreign_key_with_its_column(self) -> None:
        """A foreign key that is dropped with its column is not reported."""
        text = (
            "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES u (id);"
            "ALTER TABLE t DROP CONSTRAINT k, DROP COLUMN a;"
        )
        assert [] == find_hits(text, "ban-drop-foreign-key")

    def test_trigger_functions(self) -> None:
        """DROP of a trigger function is reported only with CASCADE, which drops the triggers."""
        made = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
        for drop, count in (("DROP FUNCTION f;", 0), ("DROP FUNCTION IF EXISTS f() CASCADE;", 1)):
            history = Source.of(made, "1.sql"), Source.of(drop, "2.sql")
            assert count == len(find_findings(*history, name="ban-drop-object"))

    def test_in_a_rollback_file(self) -> None:
        """A rollback file may drop functions and views, but a dropped table is reported."""
        source = Source.of("DROP VIEW v; DROP TABLE t;", "migrations/007_things_rollback.sql")
        assert [] == find_findings(source, name="ban-drop-object")
        assert 1 == len(find_findings(source, name="ban-drop-table"))

    def test_table_of_an_earlier_file(self) -> None:
        """DROP TABLE of a table from an earlier file is reported."""
        history = [Source.of("CREATE TABLE t (a int);", "1.sql"), Source.of("DROP TABLE t;", "2.sql")]
        assert ["2.sql"] == [each.file for each in find_findings(*history, name="ban-drop-table")]

    @pytest.mark.parametrize("path", [*GENERATED, "definitions/baseline.sql"])
    def test_generated_files_are_clean(self, path: str) -> None:
        """The migrations generated by schema-dsl, including rollbacks with guards, have no finding."""
        text = (ROOT / path).read_text("utf-8")
        assert {} == {name: found for name in DEFAULT_RULES if (found := find_hits(text, name))}


class TestColumnWithTheSameName:
    """A file that drops a column, and then has another column of this name."""

    @pytest.mark.parametrize(
        ("text", "effect"),
        [
            ("ALTER TABLE t DROP a, ADD a bigint;", "the column that the file adds again"),
            ("ALTER TABLE t DROP a; ALTER TABLE t RENAME b TO a;", "the column that the file renames to it"),
            ("ALTER TABLE t RENAME b TO a; ALTER TABLE t DROP a;", "queries that name the column fail"),
            ("ALTER TABLE t DROP a; ALTER TABLE u RENAME b TO a;", "queries that name the column fail"),
        ],
    )
    def test_queries(self, text: str, effect: str) -> None:
        """Queries that name the column do not fail; its values are lost."""
        (hit,) = find_hits(text, "ban-drop-column")
        assert hit.message.startswith("this drops column a of t with all its values; ")
        assert effect in hit.message


class TestMarked:
    """The marked text of a finding."""

    @pytest.mark.parametrize(
        ("name", "text", "expected"),
        [
            ("ban-drop-column", "ALTER TABLE t ADD b int, DROP COLUMN a;", ["DROP COLUMN a"]),
            ("ban-drop-table", "SELECT 1; DROP TABLE t\n  CASCADE;", ["DROP TABLE t"]),
            ("prefer-timestamp-tz", "CREATE TABLE t (a text, b timestamp(3));", ["timestamp"]),
            ("prefer-timestamp-tz", "ALTER TABLE t ADD COLUMN é timestamp[];", ["timestamp"]),
            ("prefer-timestamp-tz", "ALTER TABLE t ALTER COLUMN a TYPE timestamp;", ["timestamp"]),
            ("prefer-timestamp-tz", "CREATE TABLE t (a pg_catalog.timestamp);", ["pg_catalog"]),
            ("prefer-bigint-over-int", "CREATE TABLE t (a text, id int PRIMARY KEY);", ["int"]),
            (
                "prefer-bigint-over-int",
                "CREATE TABLE t (id int); ALTER TABLE t ADD PRIMARY KEY (id);",
                ["int"],
            ),
            ("prefer-identity", "ALTER TABLE t ADD COLUMN id bigserial;", ["bigserial"]),
        ],
    )
    def test_mark(self, name: str, text: str, expected: list[str]) -> None:
        """The finding marks the command or the type."""
        assert expected == find_marked_text(text, name)


class TestIdentity:
    """Changes of an identity column."""

    @pytest.mark.parametrize(
        ("change", "count"),
        [
            ("SET GENERATED ALWAYS", 1),
            ("SET GENERATED BY DEFAULT", 0),
            ("RESTART WITH 100", 0),
            ("SET INCREMENT BY 10", 0),
            ("SET GENERATED ALWAYS RESTART", 1),
        ],
    )
    def test_changed(self, change: str, count: int) -> None:
        """SET GENERATED is reported only if INSERT can no longer supply the value."""
        found = find_hits(f"ALTER TABLE orders ALTER id {change}", "ban-drop-default")
        assert count == len(found)
        assert all("OVERRIDING SYSTEM VALUE" in (hit.remedy or "") for hit in found)


class TestTypes:
    """Column types."""

    @pytest.mark.parametrize(
        ("columns", "expected"),
        [
            ("b varchar(3)", "b of t has a length limit in its type"),
            ("b varchar(3), a text, c varchar(4)", "b and c of t have length limits in their types"),
        ],
    )
    def test_once_per_table(self, columns: str, expected: str) -> None:
        """One finding at the first column lists all columns of a table."""
        text = f"CREATE TABLE t ({columns});"
        (hit,) = find_hits(text, "prefer-text-field")
        assert hit.message.startswith(expected)
        assert text.index("varchar(3)") == hit.offset

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("prefer-text-field", "CREATE TABLE t (a varchar, b text);"),
            ("ban-char-field", 'CREATE TABLE t (a "char", b bpchar);'),
            (
                "prefer-timestamp-tz",
                "CREATE TABLE t (a timestamptz, b timestamp with time zone, c date, d time);",
            ),
            ("prefer-timestamp-tz", "CREATE TEMP TABLE t (a timestamp);"),
            ("prefer-bigint-over-int", "CREATE TABLE t (id uuid PRIMARY KEY, n int, m smallint);"),
            ("prefer-bigint-over-int", "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));"),
            ("prefer-bigint-over-int", "CREATE TABLE kinds (id smallint PRIMARY KEY);"),
            ("prefer-identity", "CREATE TABLE t (id bigint DEFAULT nextval('s'));"),
            ("ban-reg-columns", "CREATE TABLE t (a regclass, b regrole, c regtype);"),
            ("require-enum-value-ordering", "ALTER TYPE e RENAME VALUE 'a' TO 'b';"),
            ("require-enum-value-ordering", "CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b';"),
            ("adding-domain-constraint", "CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CHECK (VALUE > 0);"),
            ("adding-domain-constraint", "ALTER DOMAIN d DROP NOT NULL; ALTER DOMAIN d SET DEFAULT 1;"),
        ],
    )
    def test_silent(self, name: str, text: str) -> None:
        """Common types, and types with similar names, are not reported."""
        assert [] == find_hits(text, name)
