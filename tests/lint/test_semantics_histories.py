"""Files and folders: what is known where, and where knowledge ends."""

# ruff: noqa: E501, ISC004 - SQL in a table of cases reads best as it is

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from schema_dsl.errors import SchemaDslError
from schema_dsl.lint import Finding, Level, lint_paths, lint_text
from schema_dsl.lint.selection import selection
from schema_dsl.platforms import platform

SUPABASE = platform("supabase")
NAMES = selection("supabase", select=["semantics"])


def text(sql: str) -> list[Finding]:
    """Lint SQL that stands alone."""
    return lint_text(sql, "a.sql", SUPABASE, NAMES)


def only(sql: str) -> Finding:
    """Give the one finding there must be."""
    (finding,) = text(sql)
    return finding


def folder(path: Path, files: Mapping[str, str]) -> list[Finding]:
    """Write files into a folder and lint it as a history."""
    for name, sql in files.items():
        (path / name).write_text(sql, "utf-8")
    return lint_paths([path], SUPABASE, selection=NAMES)


class TestPlaces:
    """Findings stand at the name that is wrong."""

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
                "It has: a.",
            ),
            (
                "CREATE TABLE t (a int);\nDO 'BEGIN\n  PERFORM ''é'' FROM t WHERE bb = 1; END';",
                "bb",
                "There are: a",
            ),
            (
                "CREATE TABLE t (a int);\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n SELECT 'é', bb FROM t $$;",
                "bb",
                "There are: a",
            ),
        ],
    )
    def test_marked(self, sql: str, marked: str, remedy: str) -> None:
        """Line, column and mark are those of the name, in bodies too, whatever letters come before."""
        finding = only(sql)
        assert marked == finding.source_line[finding.column - 1 : finding.end_column - 1]
        assert remedy in finding.remedy


class TestKnowledgeEnds:
    """What was made elsewhere is not guessed about."""

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
            "CREATE TABLE t (a int); DROP TYPE mood CASCADE; SELECT b FROM t;",
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
    def test_silent(self, sql: str) -> None:
        """Nothing is said about names that may well exist."""
        assert [] == [each for each in text(sql) if each.rule != "syntax-error"]

    @pytest.mark.parametrize(
        "sql",
        [
            '\\set s app\nCREATE TABLE :"s".t (a int);\nSELECT a FROM public.t;',
            "\\set t notes\nCREATE TABLE :t (a int);\nSELECT a FROM notes;",
            "CREATE TABLE t (a serial); DROP SEQUENCE public.t_a_seq;",
            "CREATE TYPE hours AS RANGE (SUBTYPE = time); SELECT hours('9:00', '17:00') @> time '12:00', "
            "hours_multirange(hours('9:00', '17:00', '[]')), public.hours(NULL, NULL);",
            "CREATE EXTENSION fuzzystrmatch; SELECT public.levenshtein('a', 'b');",
            "CREATE EXTENSION pg_partman; SELECT parent_table FROM part_config;",
            "CREATE PROCEDURE p(a int, OUT b int) LANGUAGE sql AS 'SELECT a'; CALL p(a => 1, b => NULL);",
        ],
    )
    def test_whole_history(self, tmp_path: Path, sql: str) -> None:
        """Not even where a history is known from its first table on is something missed that is there."""
        assert [] == folder(tmp_path, {"001_first.sql": "CREATE TABLE x (a int);", "002.sql": sql})

    @pytest.mark.parametrize(
        ("sql", "says"),
        [
            ("DROP TABLE app.notes;", "app.notes"),
            ("ALTER TABLE t DROP CONSTRAINT t_b_check;", "t_a_check"),
            ("ALTER TABLE t DISABLE TRIGGER g;", '"g"'),
            ("INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT t_key DO NOTHING;", "t_key"),
            ("UPDATE t SET p.z = 1;", "It has: x, y."),
            ("SELECT f(first => 1, scond => 2);", "second"),
            ("CREATE FUNCTION k(p t) RETURNS int LANGUAGE sql RETURN p.b;", "p.b"),
            ("SELECT coalesc(1, 2);", "coalesce"),
            ("CREATE EXTENSION unaccent; SELECT 1 FROM public.no_such_table;", "no_such_table"),
        ],
    )
    def test_whole_history_is_closed(self, tmp_path: Path, sql: str, says: str) -> None:
        """What such a history made with IF NOT EXISTS is known as well: nothing else was there."""
        first = (
            "CREATE SCHEMA IF NOT EXISTS app; CREATE TYPE point AS (x int, y int);"
            "CREATE TABLE IF NOT EXISTS t (a int CHECK (a > 0), p public.point);"
            "CREATE FUNCTION f(first int, second int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
        )
        (finding,) = folder(tmp_path, {"001_first.sql": first, "002.sql": sql})
        assert says in f"{finding.message} {finding.remedy}"

    def test_new_tables_are_known_again(self) -> None:
        """What dynamic SQL did before a table was made does not matter to it."""
        sql = "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'x'); END $$; CREATE TABLE t (a int); SELECT b FROM t;"
        assert "unknown-column" == only(sql).rule

    def test_one_statement_in_doubt_leaves_the_rest(self) -> None:
        """A statement that does not parse only hides what it names."""
        sql = "CREATE TABLE t (a int); CREATE TABLE u (a int); ALTER TABL t ADD b int; SELECT b FROM t; SELECT b FROM u;"
        assert ["syntax-error", "unknown-column"] == [each.rule for each in text(sql)]

    def test_near_names_are_warned_of(self) -> None:
        """A name made elsewhere may differ by a letter from one made here: no error, unless it surely is gone."""
        sql = "CREATE TABLE profiles (id int); CREATE POLICY p ON profils USING (true);"
        finding = only(sql)
        assert ("unknown-relation", Level.WARNING, "Did you mean profiles?") == (
            finding.rule,
            finding.level,
            finding.remedy,
        )


class TestDepth:
    """SQL that programs write."""

    @pytest.mark.parametrize("times", [60, 400, 3000])
    def test_deep(self, times: int) -> None:
        """However deeply an expression is nested, lint gets through, and reads what comes behind."""
        deep = " || ".join(["a"] * times)
        sql = f"CREATE TABLE t (a text, CHECK (a <> {deep})); CREATE TABLE u (a int); SELECT b FROM u;"
        assert ["unknown-column"] == [each.rule for each in text(sql)]


class TestFolder:
    """A folder is one history."""

    def test_earlier_files_are_known(self, tmp_path: Path) -> None:
        """A file knows what those before it made, in the order of their numbers."""
        files = {
            "10_use.sql": "CREATE INDEX ON notes (body); CREATE INDEX ON notes (bodi);",
            "9_make.sql": "CREATE TABLE notes (id int, body text);",
        }
        (finding,) = folder(tmp_path, files)
        assert ("unknown-column", 1, "Did you mean body?") == (finding.rule, finding.line, finding.remedy)
        assert finding.file.endswith("10_use.sql")

    @pytest.mark.parametrize(
        ("change", "use", "remedy"),
        [
            ("ALTER TABLE notes DROP COLUMN body", "CREATE INDEX ON notes (body)", "It has: id"),
            (
                "ALTER TABLE notes RENAME COLUMN body TO text",
                "CREATE INDEX ON notes (body)",
                "called text now",
            ),
            ("ALTER TABLE notes RENAME COLUMN body TO text", "SELECT body FROM notes", "called text now"),
            ("DROP TABLE notes", "ALTER TABLE notes ADD x int", ""),
            ("ALTER TABLE notes RENAME TO papers", "SELECT 1 FROM notes", ""),
            ("ALTER TABLE notes SET SCHEMA auth", "SELECT 1 FROM notes", ""),
            ("DROP FUNCTION helper(int)", "SELECT helper(1)", ""),
            ("DROP TYPE mood", "CREATE TABLE x (a mood)", ""),
            ("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "SELECT 'sad'::mood", ""),
            ("DROP POLICY p ON notes", "ALTER POLICY p ON notes USING (true)", ""),
            (
                "ALTER TABLE notes ALTER COLUMN body TYPE int USING 1",
                "CREATE INDEX ON notes (lower(body))",
                "",
            ),
        ],
    )
    def test_later_changes(self, tmp_path: Path, change: str, use: str, remedy: str) -> None:
        """What was dropped, renamed or altered is no longer what it was."""
        made = (
            "CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE TABLE notes (id int, body text);"
            "CREATE POLICY p ON notes USING (body = 'x');"
            "CREATE FUNCTION helper(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
        )
        files = {"001_a.sql": made, "002_b.sql": change + ";", "003_c.sql": use + ";"}
        (finding,) = folder(tmp_path, files)
        assert finding.file.endswith("003_c.sql")
        assert remedy in finding.remedy

    def test_whole_history(self, tmp_path: Path) -> None:
        """Where the history starts from nothing, a table that nobody made is not there."""
        files = {
            "001_a.sql": "CREATE TABLE notes (id int);",
            "002_b.sql": "CREATE POLICY p ON papers USING (true);",
        }
        (finding,) = folder(tmp_path, files)
        assert "unknown-relation" == finding.rule

    def test_later_half(self, tmp_path: Path) -> None:
        """Where it does not, one may be from before."""
        files = {
            "034_a.sql": "CREATE TABLE notes (id int);",
            "035_b.sql": "CREATE POLICY p ON papers USING (true);",
        }
        assert [] == folder(tmp_path, files)

    def test_rollbacks_are_apart(self, tmp_path: Path) -> None:
        """What undoes a migration is no part of the history, and judged by itself."""
        files = {
            "001_a.sql": "CREATE TABLE notes (id int);",
            "001_a_rollback.sql": "DROP TABLE notes; SELECT 'x'::int;",
            "002_b.sql": "CREATE INDEX ON notes (id);",
        }
        (finding,) = folder(tmp_path, files)
        assert finding.file.endswith("_rollback.sql")

    @pytest.mark.parametrize(
        "text",
        [
            "-- Up Migration\n{up}\n-- Down Migration: and back\n{down}",
            "-- migrate:up\n{up}\n-- migrate:down\n{down}",
            "-- +goose Up\n-- +goose StatementBegin\n{up}\n-- +goose StatementEnd\n-- +goose Down\n{down}",
            "-- +migrate Down\n{down}\n-- +migrate Up\n{up}",
        ],
    )
    def test_sections_that_go_down_are_apart(self, tmp_path: Path, text: str) -> None:
        """What a marker says is for going down again is not run when going up, and only has its syntax read."""
        up = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n-- Down Migration\nSELECT 1$$;\nCREATE TABLE notes (id int);"
        files = {
            "001_a.sql": text.format(up=up, down="DROP FUNCTION f(); DROP TABLE notes;"),
            "002_b.sql": "CREATE INDEX ON notes (id); CREATE INDEX ON notes (body);",
        }
        (finding,) = folder(tmp_path, files)
        assert 'column "body" does not exist' in finding.message
        files["001_a.sql"] = text.format(up=up, down="DROP TABLE TABLE;")
        assert ["syntax-error", "unknown-column"] == [each.rule for each in folder(tmp_path, files)]

    def test_comments_that_are_no_sections(self, tmp_path: Path) -> None:
        """Without a marker for going up, one that says down is a comment like others."""
        files = {
            "001_a.sql": "CREATE TABLE notes (id int);\n-- Down migration\nDROP TABLE notes;",
            "002_b.sql": "CREATE INDEX ON notes (id);",
        }
        (finding,) = folder(tmp_path, files)
        assert 'relation "notes" does not exist' in finding.message

    def test_versions_have_an_order(self, tmp_path: Path) -> None:
        """1.10 is run behind 1.9."""
        for names in (("1.9.0.sql", "1.10.0.sql"), ("V1.9__a.sql", "V1.10__b.sql")):
            (tmp_path / names[0]).mkdir()
            made = dict(zip(names, ("CREATE TABLE notes (id int);", "DROP TABLE notes;"), strict=True))
            assert [] == folder(tmp_path / names[0], made)

    def test_files_by_name_are_apart(self, tmp_path: Path) -> None:
        """Files that are named know nothing of each other."""
        (tmp_path / "1.sql").write_text("CREATE TABLE notes (id int);")
        (tmp_path / "2.sql").write_text("CREATE INDEX ON notes (body);")
        assert [] == lint_paths([tmp_path / "1.sql", tmp_path / "2.sql"], SUPABASE, selection=NAMES)

    def test_nothing_there(self, tmp_path: Path) -> None:
        """A path that does not exist is told by its name."""
        with pytest.raises(SchemaDslError, match=r"nowhere\.sql: cannot be read: No such file"):
            lint_paths([tmp_path / "nowhere.sql"], SUPABASE)

    def test_empty(self, tmp_path: Path) -> None:
        """A folder without SQL has nothing wrong with it."""
        assert [] == lint_paths([tmp_path], SUPABASE, selection=NAMES)


class TestNames:
    """Names that are taken, or are not."""

    MADE = (
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
    def test_taken(self, sql: str) -> None:
        """A second thing of the same name is an error."""
        assert "duplicate-name" == only(f"{self.MADE}\n{sql};").rule

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
        """What is gone, guarded, or somewhere else is in nobody's way."""
        assert [] == text(f"{self.MADE}\n{sql};")


class TestTriggerFunctions:
    """NEW and OLD in PL/pgSQL."""

    FUNCTION = "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.{} := now();\n  RETURN NEW;\nEND $$;"
    TRIGGER = "CREATE TRIGGER x BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION touch();"

    def test_unknown_column(self) -> None:
        """A column that the table does not have is found, at its place in the body."""
        made = "CREATE TABLE t (id int, updated_at timestamptz);"
        finding = only(f"{made}\n{self.FUNCTION.format('updatd_at')}\n{self.TRIGGER.format('t')}")
        assert ("unknown-column", 4, 7) == (finding.rule, finding.line, finding.column)
        assert "Did you mean updated_at?" == finding.remedy

    def test_added_later(self) -> None:
        """The table is looked at as it is in the end."""
        sql = f"CREATE TABLE t (id int); {self.FUNCTION.format('at')} {self.TRIGGER.format('t')} ALTER TABLE t ADD at timestamptz;"
        assert [] == text(sql)

    def test_unknown_table(self) -> None:
        """Of a table made elsewhere nothing is said."""
        assert [] == text(f"{self.FUNCTION.format('at')} {self.TRIGGER.format('elsewhere')}")


class TestBlocks:
    """What stands in DO blocks is known, and sure, as far as it surely runs."""

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
    def test_made(self, block: str) -> None:
        """A table made in a block has the columns that were said there."""
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
    def test_silent(self, block: str) -> None:
        """Variables are no columns, and what may not run is not judged."""
        assert [] == text(f"CREATE TABLE t (a int); DO $$ {block} $$;")
