"""The semantic check over files and folders: known and unknown objects."""

# ruff: noqa: E501, ISC004 - SQL in a table of cases reads best as it is

from __future__ import annotations

from pathlib import Path

import pytest
from test_semantics_folders import folder

from schema_dsl.lint import Finding, Level, lint_text
from schema_dsl.lint.selection import build_selection
from schema_dsl.platforms import platform

SUPABASE = platform("supabase")
NAMES = build_selection("supabase", select=["semantics"])


def text(sql: str) -> list[Finding]:
    """Lint a single file of SQL."""
    return lint_text(sql, "a.sql", SUPABASE, NAMES)


def only(sql: str) -> Finding:
    """Return the only finding."""
    (finding,) = text(sql)
    return finding


class TestPositions:
    """Findings mark the wrong name."""

    @pytest.mark.parametrize(
        ("sql", "marked", "remedy"),
        [
            ("CREATE TABLE t (state text CHECK (é.stat <> 'x'), é int)", "é", ""),
            ("CREATE TABLE t (\n  state text,\n  CHECK (stat <> 'é')\n);", "stat", "Did you mean state?"),
            (
                "CREATE TABLE t (state text);\nCREATE INDEX ON t (state) WHERE state = 'é' AND public.t.stat = 'x';",
                "stat",
                "Did you mean state?",
            ),
            (
                "CREATE TABLE t (a uuid);\nCREATE POLICY p ON t\n  USING ((SELECT auth.uid()) = aa);",
                "aa",
                "Did you mean a?",
            ),
            (
                "CREATE TABLE t (a int);\nDO $$\nBEGIN\n  -- é\n  UPDATE t SET b = 1;\nEND $$;",
                "b",
                "Columns of t: a.",
            ),
            (
                "CREATE TABLE t (a int);\nDO 'BEGIN\n  PERFORM ''é'' FROM t WHERE bb = 1; END';",
                "bb",
                "Columns in scope: a",
            ),
            (
                "CREATE TABLE t (a int);\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n SELECT 'é', bb FROM t $$;",
                "bb",
                "Columns in scope: a",
            ),
        ],
    )
    def test_marked(self, sql: str, marked: str, remedy: str) -> None:
        """Line, column and mark are those of the name, also in bodies and after non-ASCII letters."""
        finding = only(sql)
        assert marked == finding.source_line[finding.column - 1 : finding.end_column - 1]
        assert remedy in finding.remedy


class TestUnknownObjects:
    """The check reports nothing about objects that were created before the history."""

    @pytest.mark.parametrize(
        "sql",
        [
            "ALTER TABLE made_elsewhere ADD COLUMN a int; CREATE INDEX ON made_elsewhere (b) WHERE c > 1;",
            "CREATE POLICY p ON elsewhere USING (owner = auth.uid() AND helper(x));",
            "CREATE POLICY p ON s.e USING (EXISTS (SELECT FROM other o WHERE o.id = e.id AND s.e.id = 1));",
            "ALTER POLICY p ON elsewhere WITH CHECK (elsewhere.owner IS NOT NULL);",
            "ALTER TABLE s.e ADD CHECK (e.a > s.e.b); CREATE INDEX ON s.e ((e.a + 1)) WHERE e.b > 0;",
            "SELECT my_function(1), other.thing(2), extensions.uuid_generate_v4(), uuid_generate_v4();",
            "CREATE TABLE t (a my_type, b other.type, c vector(3), d extensions.citext, CHECK (a > 3 AND c <-> d < 1));",
            "CREATE TABLE t (LIKE elsewhere); SELECT a FROM t;",
            "CREATE TABLE t (a int) INHERITS (elsewhere); SELECT b FROM t;",
            "CREATE TABLE t PARTITION OF elsewhere FOR VALUES IN (1); SELECT b FROM t;",
            "CREATE VIEW v AS SELECT * FROM elsewhere; SELECT b FROM v;",
            "CREATE TABLE t (a int); DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN b int', 't'); END $$;"
            "SELECT b FROM t;",
            "CREATE TABLE t (a int); SELCT nonsense about t; SELECT b FROM t;",
            "CREATE TABLE t (a int);\n\\i other.sql\nSELECT b FROM t;",
            "CREATE TABLE t (a int, b mood); DROP TYPE mood CASCADE; SELECT b FROM t;",
            "SELECT similarity(a, 'x') FROM t WHERE a % 'x';",
            "CREATE TABLE t (a text); SELECT a % 'x', a <-> 'y' FROM t;",
            "CREATE TABLE a (id int); DO $$ BEGIN IF random() > 1 THEN ALTER TABLE a DROP COLUMN id; END IF; END $$;"
            "SELECT id FROM a;",
            "CREATE TABLE a (x int); BEGIN; DROP TABLE a; ROLLBACK; SELECT x FROM a;",
            "CREATE TABLE auth_x (id uuid REFERENCES auth.users (id), e text DEFAULT auth.email()); "
            "SELECT confirmed_at FROM auth.users;",
            "CREATE TABLE contact (a int); ALTER TABLE contacts ADD b int; ALTER TABLE contact2 ADD b int;",
            "SET search_path = app; SELECT thing(1) FROM stuff;",
            "CREATE FUNCTION grow() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE t ADD b int; END $$;"
            "CREATE TABLE t (a int); SELECT grow(); SELECT b FROM t;",
        ],
    )
    def test_not_reported(self, sql: str) -> None:
        """Names that may exist are not reported."""
        assert [] == [finding for finding in text(sql) if finding.rule != "syntax-error"]

    @pytest.mark.parametrize(
        "sql",
        [
            '\\set s app\nCREATE TABLE :"s".t (a int);\nSELECT a FROM public.t;',
            "\\set t notes\nCREATE TABLE :t (a int);\nSELECT a FROM notes;",
            "CREATE TABLE t (a serial); DROP SEQUENCE public.t_a_seq CASCADE;",
            "CREATE TYPE hours AS RANGE (SUBTYPE = time); SELECT hours('9:00', '17:00') @> time '12:00', "
            "hours_multirange(hours('9:00', '17:00', '[]')), public.hours(NULL, NULL);",
            "CREATE EXTENSION fuzzystrmatch; SELECT public.levenshtein('a', 'b');",
            "CREATE EXTENSION pg_partman; SELECT parent_table FROM part_config;",
            "CREATE PROCEDURE p(a int, OUT b int) LANGUAGE sql AS 'SELECT a'; CALL p(a => 1, b => NULL);",
        ],
    )
    def test_whole_history(self, tmp_path: Path, sql: str) -> None:
        """In a history that starts from an empty database, existing objects are not reported as missing."""
        assert [] == folder(tmp_path, {"001_first.sql": "CREATE TABLE x (a int);", "002.sql": sql})

    @pytest.mark.parametrize(
        ("sql", "mentioned"),
        [
            ("DROP TABLE app.notes;", "app.notes"),
            ("ALTER TABLE t DROP CONSTRAINT t_b_check;", "t_a_check"),
            ("ALTER TABLE t DISABLE TRIGGER g;", '"g"'),
            ("INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT t_key DO NOTHING;", "t_key"),
            ("UPDATE t SET p.z = 1;", "Columns of point: x, y."),
            ("SELECT f(first => 1, scond => 2);", "second"),
            ("CREATE FUNCTION k(p t) RETURNS int LANGUAGE sql RETURN p.b;", "p.b"),
            ("SELECT coalesc(1, 2);", "coalesce"),
            ("CREATE EXTENSION unaccent; SELECT 1 FROM public.no_such_table;", "no_such_table"),
        ],
    )
    def test_whole_history_is_closed(self, tmp_path: Path, sql: str, mentioned: str) -> None:
        """In such a history, objects created with IF NOT EXISTS are fully known, because none existed before."""
        first = (
            "CREATE SCHEMA IF NOT EXISTS app; CREATE TYPE point AS (x int, y int);"
            "CREATE TABLE IF NOT EXISTS t (a int CHECK (a > 0), p public.point);"
            "CREATE FUNCTION f(first int, second int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
        )
        (finding,) = folder(tmp_path, {"001_first.sql": first, "002.sql": sql})
        assert mentioned in f"{finding.message} {finding.remedy}"

    def test_new_tables_are_fully_known(self) -> None:
        """Dynamic SQL before CREATE TABLE does not make the new table unknown."""
        sql = "DO $$ BEGIN EXECUTE format('DROP TABLE %I', current_setting('app.name')); END $$; CREATE TABLE t (a int); SELECT b FROM t;"
        assert "unknown-column" == only(sql).rule

    def test_unparsed_statement(self) -> None:
        """A statement that does not parse makes only the objects that it names unknown."""
        sql = "CREATE TABLE t (a int); CREATE TABLE u (a int); ALTER TABL t ADD b int; SELECT b FROM t; SELECT b FROM u;"
        assert ["syntax-error", "unknown-column"] == [finding.rule for finding in text(sql)]

    def test_similar_names_are_warnings(self) -> None:
        """A name that differs by one letter from a known relation is a warning, because it may exist."""
        sql = "CREATE TABLE profiles (id int); CREATE POLICY p ON profils USING (true);"
        finding = only(sql)
        assert ("unknown-relation", Level.WARNING, "Did you mean profiles?") == (
            finding.rule,
            finding.level,
            finding.remedy,
        )

    def test_called_procedure(self, tmp_path: Path) -> None:
        """A function that calls a procedure without DDL leaves every object known."""
        bodies = "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN UPDATE x SET a = 1; END';"
        bodies += "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN CALL p(); END';"
        files = {
            "001_first.sql": f"CREATE TABLE x (a int); {bodies}",
            "002.sql": "SELECT f(); SELECT b FROM x;",
        }
        (found,) = folder(tmp_path, files)
        assert (found.rule, found.level) == ("unknown-column", Level.ERROR)


class TestDepth:
    """Deeply nested SQL, as programs generate it."""

    @pytest.mark.parametrize("times", [60, 400, 3000])
    def test_deep(self, times: int) -> None:
        """Lint survives a deeply nested expression, and checks the statements after it."""
        deep = " || ".join(["a"] * times)
        sql = f"CREATE TABLE t (a text, CHECK (a <> {deep})); CREATE TABLE u (a int); SELECT b FROM u;"
        assert ["unknown-column"] == [finding.rule for finding in text(sql)]


class TestNames:
    """Duplicate names and free names."""

    SETUP = (
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 1), b text UNIQUE); CREATE INDEX i ON t (a);"
        "CREATE POLICY p ON t USING (true); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$;"
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();"
    )

    @pytest.mark.parametrize(
        "sql",
        [
            "ALTER TABLE t ADD COLUMN a int",
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a < 5)",
            "CREATE INDEX i ON t (b)",
            "CREATE POLICY p ON t USING (true)",
            "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
            "CREATE TABLE t (x int)",
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
        ],
    )
    def test_duplicate(self, sql: str) -> None:
        """A second object of the same name is an error."""
        assert "duplicate-name" == only(f"{self.SETUP}\n{sql};").rule

    @pytest.mark.parametrize(
        "sql",
        [
            "ALTER TABLE t DROP COLUMN a; ALTER TABLE t ADD COLUMN a int; CREATE INDEX i ON t (a); "
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1)",
            "ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 2)",
            "ALTER TABLE t DROP CONSTRAINT t_b_key; CREATE UNIQUE INDEX t_b_key ON t (b)",
            "DROP INDEX i; CREATE INDEX i ON t (a)",
            "DROP POLICY IF EXISTS p ON t; CREATE POLICY p ON t USING (true)",
            "CREATE OR REPLACE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
            "DROP FUNCTION f CASCADE; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$; "
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
            "DROP TABLE t CASCADE; CREATE TABLE t (a int); CREATE INDEX i ON t (a); CREATE POLICY p ON t USING (true)",
            "CREATE TABLE IF NOT EXISTS t (x int); CREATE INDEX IF NOT EXISTS i ON t (a)",
            "DO $$ BEGIN CREATE POLICY p ON t USING (true); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT policyname FROM pg_policies LOOP "
            "EXECUTE format('DROP POLICY %I ON t', r.policyname); END LOOP; END $$; CREATE POLICY p ON t USING (true)",
            "CREATE TEMP TABLE t (z int); SELECT z FROM t",
            "CREATE SCHEMA s; CREATE TABLE s.t (z int); SELECT z FROM s.t",
        ],
    )
    def test_free(self, sql: str) -> None:
        """A name is free after DROP, in another schema, and in a statement that runs only if the object is absent."""
        assert [] == text(f"{self.SETUP}\n{sql};")


class TestTriggerFunctions:
    """NEW and OLD in PL/pgSQL trigger functions."""

    FUNCTION = "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.{} := now();\n  RETURN NEW;\nEND $$;"
    TRIGGER = "CREATE TRIGGER x BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION touch();"

    def test_unknown_column(self) -> None:
        """An unknown column is reported at its position in the body."""
        setup = "CREATE TABLE t (id int, updated_at timestamptz);"
        finding = only(f"{setup}\n{self.FUNCTION.format('updatd_at')}\n{self.TRIGGER.format('t')}")
        assert ("unknown-column", 4, 7) == (finding.rule, finding.line, finding.column)
        assert "Did you mean updated_at?" == finding.remedy

    def test_added_later(self) -> None:
        """The check uses the final state of the table."""
        sql = f"CREATE TABLE t (id int); {self.FUNCTION.format('at')} {self.TRIGGER.format('t')} ALTER TABLE t ADD at timestamptz;"
        assert [] == text(sql)

    def test_unknown_table(self) -> None:
        """A table created before the history is not checked."""
        assert [] == text(f"{self.FUNCTION.format('at')} {self.TRIGGER.format('elsewhere')}")


class TestBlocks:
    """Statements in DO blocks."""

    @pytest.mark.parametrize(
        "block",
        [
            "CREATE TABLE t (a int)",
            "EXECUTE 'CREATE TABLE t (a int)'",
            "EXECUTE $q$CREATE TABLE t (a int)$q$",
            "IF NOT EXISTS (SELECT 1 FROM pg_class) THEN CREATE TABLE t (a int); END IF",
            "IF to_regclass('t') IS NULL THEN CREATE TABLE t (a int); END IF",
            "IF EXISTS (SELECT 1 FROM pg_class) THEN NULL; ELSE CREATE TABLE t (a int); END IF",
            "BEGIN CREATE TABLE t (a int); EXCEPTION WHEN duplicate_table THEN NULL; END",
        ],
    )
    def test_created_table(self, block: str) -> None:
        """A table created in a block has the columns of its definition."""
        assert [] == text(f"DO $$ BEGIN {block}; END $$; SELECT a FROM t;")
        assert "unknown-column" == only(f"DO $$ BEGIN {block}; END $$; SELECT b FROM t;").rule

    @pytest.mark.parametrize(
        "block",
        [
            "DECLARE n int := 1; BEGIN UPDATE t SET a = n; END",
            "DECLARE r record; BEGIN FOR r IN SELECT a FROM t LOOP DELETE FROM t WHERE a = r.a; END LOOP; END",
            "BEGIN IF EXISTS (SELECT 1 FROM pg_attribute) THEN UPDATE t SET old = 1; END IF; END",
            "DECLARE x int; y t%ROWTYPE; BEGIN SELECT a INTO STRICT x FROM t; SELECT * INTO y FROM t; INSERT INTO t VALUES (x); END",
            "BEGIN UPDATE t SET old = 1; EXCEPTION WHEN undefined_column THEN NULL; END",
            "BEGIN CASE WHEN true THEN UPDATE t SET old = 1; ELSE NULL; END CASE; END",
            "DECLARE c CURSOR (k int) FOR SELECT a FROM t WHERE a = k; BEGIN OPEN c (1); CLOSE c; END",
            "BEGIN PERFORM a FROM t WHERE a = CASE WHEN true THEN 1 ELSE 2 END; RAISE NOTICE '%', 1; END",
        ],
    )
    def test_not_reported(self, block: str) -> None:
        """Variables are not reported as unknown columns, and statements that may not run are not checked."""
        assert [] == text(f"CREATE TABLE t (a int); DO $$ {block} $$;")
