"""The mistakes that definitions in files of SQL report."""

from __future__ import annotations

from pathlib import Path

import pytest
from sql_definitions import PYTHON, load

from schema_dsl.errors import DefinitionError


class TestMistakes:
    """Files that are no definitions."""

    @pytest.mark.parametrize(
        ("text", "expected", "line"),
        [
            ("\nINSERT INTO notes VALUES (1);", "INSERT is no declaration", 2),
            ("DROP TABLE notes;", "DROP TABLE is no declaration", 1),
            ("CREATE TABLE x (a int);\nCREATE TABLE y (", "syntax error", 2),
            ("\n\nCREATE TABLE notes (a int);", "table or view public.notes is declared twice", 3),
            (
                "CREATE VIEW v AS SELECT 1 AS a;\nCREATE VIEW v AS SELECT 2 AS a;",
                "public.v is declared twice",
                2,
            ),
            ("CREATE INDEX ON note (id);", "table or view public.note is not declared", 1),
            ("COMMENT ON COLUMN notes.bod IS 'c';", "there is no bod among the columns of notes", 1),
            ("COMMENT ON COLUMN body IS 'c';", "COMMENT ON COLUMN body names no table", 1),
            ("COMMENT ON INDEX i IS 'c';", "index i is not declared before", 1),
            (
                "GRANT EXECUTE ON FUNCTION f() TO app;",
                r"function or procedure public.f\(\) is not declared",
                1,
            ),
            (
                "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS '1';\nGRANT EXECUTE ON FUNCTION f() TO app;",
                r"is not declared\n  Did you mean function or procedure public.f\(text\)\?",
                2,
            ),
            ("GRANT SELECT ON ALL TABLES IN SCHEMA public TO app;", "is no declaration", 1),
            ("ALTER TABLE notes ADD COLUMN x int;", "ALTER TABLE is no declaration", 1),
            ("CREATE TABLE p (a int) INHERITS (note);", "inherits from public.note, which is not decl", 1),
            ("\nCREATE TABLE p PARTITION OF note DEFAULT;", "table or view public.note is not declared", 2),
            ("CREATE TABLE p PARTITION OF notes (b DEFAULT 1) DEFAULT;", "partition p has columns, or", 1),
            (
                "CREATE TABLE p PARTITION OF notes (UNIQUE (id)) DEFAULT;",
                "or constraints other than CHECK",
                1,
            ),
            (
                "CREATE TABLE p PARTITION OF notes DEFAULT;\nCREATE RULE r AS ON INSERT TO p DO NOTHING;",
                "partition p has rules of its own",
                1,
            ),
            ("CREATE TABLE p (a int UNIQUE DEFERRABLE);", "column a has a constraint with DEFERRABLE", 1),
            ("CREATE TABLE p (a int CHECK (a > 1) NOT ENFORCED);", "INITIALLY or ENFORCED", 1),
            ("COMMENT ON CONSTRAINT c ON DOMAIN d IS 'c';", "type public.d is not declared", 1),
            (
                "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);\nCOMMENT ON CONSTRAINT e ON DOMAIN d IS 'c';",
                "there is no e among the checks of d\n  Known: c",
                2,
            ),
            ("COMMENT ON ACCESS METHOD am IS 'c';", "COMMENT on this kind of object is no declaration", 1),
            (
                (
                    "CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (a int) SERVER s;\n"
                    "COMMENT ON COLUMN f.b IS 'c';"
                ),
                "there is no b among the columns of f\n  Known: a",
                2,
            ),
            ("ALTER TABLE notes DISABLE TRIGGER ALL;", "ALTER TABLE is no declaration", 1),
            ("ALTER TABLE notes DISABLE TRIGGER g;", "there is no g among the triggers of notes", 1),
            ("ALTER EVENT TRIGGER e DISABLE;", "event trigger e is not declared", 1),
            ("ALTER EVENT TRIGGER e OWNER TO app;", "ALTER EVENT TRIGGER is no declaration", 1),
            ("ALTER TABLE notes OWNER TO app;", "ALTER ... OWNER TO is no declaration", 1),
            (
                "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO a;",
                "Declare DefaultPrivileges in Python",
                1,
            ),
            ("ALTER FUNCTION f OWNER TO app;", "Declare the object in Python, with owner=", 1),
            ("GRANT USAGE ON LANGUAGE sql TO app;", "GRANT on this kind of object is no declaration", 1),
            ("CREATE TEMPORARY VIEW v AS SELECT 1 AS a;", "v is temporary", 1),
            ("CREATE TABLE t AS SELECT 1 AS a;", "CREATE TABLE t AS is no declaration", 1),
            ('\nCREATE TYPE t AS (a text COLLATE "C");', "attribute a of type t has a collation", 2),
            ("CREATE TYPE t AS (a text, a int);", "type t has two attributes a", 1),
            (
                "CREATE TYPE s.t AS RANGE (SUBTYPE = int, MULTIRANGE_TYPE_NAME = u);",
                "in the schema public",
                1,
            ),
            ('CREATE TYPE t AS RANGE (COLLATION = "C");', "range type t has no subtype", 1),
            ("CREATE TYPE t AS RANGE (SUBTYPE = int, CANONICAL = f);", "has the option canonical", 1),
            (
                "CREATE TYPE t AS RANGE (SUBTYPE = int, SUBTYPE_DIFF);",
                "subtype_diff of range type t is no",
                1,
            ),
            ("\n-- schema-dsl: renamed_from\nCREATE TABLE t (a int);", "without a former name", 2),
            (
                "\nCREATE TABLE t (a int); -- schema-dsl: renamed_from=u\n",
                "renamed_from=u is at no object",
                2,
            ),
            ("-- schema-dsl: renamed_from=a b\nCREATE TABLE t (a int);", "without a former name", 1),
            ("CREATE TABLE t (a int -- schema-dsl: using=\n);", "using without an expression", 1),
            ("CREATE TABLE t (\na int -- schema-dsl: using=a +\n);", "using with an error of syntax", 2),
            ("\n-- schema-dsl: using=1\nCREATE TABLE t (a int);", "using= is at no column or constraint", 2),
            ("CREATE TABLE t (a int -- schema-dsl: backfill=1\n);", "backfill=, but is not NOT NULL", 1),
            ("CREATE STATISTICS ON a, b FROM t;", "the statistics have no name", 1),
            ("-- schema-dsl: renamed_from=m\nCREATE TYPE n AS ENUM ();", "is at no object that can be", 1),
            ("CREATE TABLE t (\n-- schema-dsl: renamed_from=m\n);", "is at no object that can be", 2),
            ("CREATE POLICY p ON notes TO CURRENT_USER USING (true);", "policy p is for CURRENT_USER", 1),
        ],
    )
    def test_have_a_line(self, tmp_path: Path, text: str, expected: str, line: int) -> None:
        """Each mistake is one error with the line of the statement."""
        with pytest.raises(DefinitionError, match=expected) as caught:
            load(tmp_path, app_py=PYTHON, more_sql=text)
        assert f"more.sql:{line}" in str(caught.value)

    def test_name_both_declarations(self, tmp_path: Path) -> None:
        """An object of Python and SQL is an error that names both places."""
        with pytest.raises(DefinitionError, match="declared twice") as caught:
            load(tmp_path, app_py=PYTHON, more_sql="CREATE TABLE notes (id bigint);")
        assert "more.sql:1" in str(caught.value)
        assert "app.py:5" in str(caught.value)
