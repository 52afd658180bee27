"""Tests of syntax errors."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from schema_dsl.lint import Finding, Source
from schema_dsl.lint.syntax import RULE, check_syntax
from schema_dsl.postgres import provider

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.sql"))


def find_only(sql: str) -> Finding:
    """Return the only finding."""
    (finding,) = check_syntax(Source.of(sql))
    assert RULE == finding.rule
    return finding


class TestPlaces:
    """Positions of findings."""

    @pytest.mark.parametrize(
        ("sql", "line", "marked"),
        [
            ("SELECT 1;\nSELECT 'é' FORM t WHERE a;", 2, "t"),
            ("DO $$\nBEGIN\n  PERFORM 'é', 1 FROM FROM t;\nEND $$;", 3, "FROM"),
            ("DO 'BEGIN PERFORM ''é'' FROM FROM t; END'", 1, "FROM"),
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 1;\n  SELECT 2 FRM t u;\n$$",
                3,
                "t",
            ),
            (
                "DO $$ BEGIN\n  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $f$\n  SELECT 2 FRM t u\n$f$; END $$",
                3,
                "t",
            ),
            (
                "DO $$ BEGIN\n  CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$\nSELECT 1\n$f$; END $$",
                3,
                "SELECT",
            ),
            ("SELECT 1;\nGRANT SELEC ON t TO x;", 2, "SELEC"),
            ("CREATE POLICY p ON t FOR SELECT WITH CHECK (true)", 1, "CHECK"),
            ("SELECT 1;\n  SELECT 'open", 2, "'open"),
        ],
    )
    def test_position(self, sql: str, line: int, marked: str) -> None:
        """Line, column and mark are those of the token in error, also in bodies."""
        finding = find_only(sql)
        assert line == finding.line
        assert marked == finding.source_line[finding.column - 1 : finding.end_column - 1]

    def test_every_bad_statement_has_its_finding(self) -> None:
        """One error does not hide the next."""
        sql = "selec 1;\nSELECT 2;\nCREATE TABL t;\nDO $$ BEGIN x; END $$;\nSELECT (3;\n"
        assert [1, 3, 4, 5] == [finding.line for finding in check_syntax(Source.of(sql))]

    def test_long_tokens_are_cut(self) -> None:
        """The message for an unterminated quote does not contain the rest of the file."""
        finding = find_only("SELECT 'open" + " and more" * 50 + "\n" + "more\n" * 10)
        assert len(finding.message) < 100


BETWEEN_WORDS = [
    "CREATE TABLE t (a timestamp without /* é */ time zone)",
    "SELECT time with -- it's\n time zone '10:00+1'",
    "SELECT 1 WHERE 1 NOT /* c */ IN (2)",
    "SELECT 1 WHERE 1 NOT -- c\n BETWEEN 2 AND 3",
    "SELECT 1 WHERE 'a' NOT /* c */ LIKE 'b'",
    "SELECT 1 ORDER BY 1 NULLS /* c */ LAST",
    "SELECT * FROM unnest(array[1]) WITH /* c */ ORDINALITY",
    "SELECT U&'d!0061' /* c */ UESCAPE '!'",
    "SELECT 'a' -- c\n 'b'",
    "DO $$ BEGIN IF 1 NOT /* c */ IN (2) THEN PERFORM 1 WHERE 1 NOT -- c\n IN (2); END IF; END $$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 WHERE 1 NOT /* c */ IN (2) $$",
]


class TestComments:
    """Comments between words, also where the parser of Postgres looks one word ahead."""

    @pytest.mark.parametrize("sql", BETWEEN_WORDS)
    def test_no_error(self, sql: str) -> None:
        """SQL that Postgres accepts is not reported."""
        assert [] == list(check_syntax(Source.of(sql)))

    def test_place_of_another_error(self) -> None:
        """An error after such a comment is reported at its position."""
        finding = find_only("SELECT 1 WHERE 1 NOT /* éé */ IN (2) AND 'é' SELEC t")
        assert "SELEC" == finding.source_line[finding.column - 1 : finding.end_column - 1]

    def test_postgres_takes_them(self) -> None:
        """A server accepts all these statements."""
        with (
            provider("embedded").start() as server,
            server.database() as database,
            contextlib.closing(database.connect()) as connection,
        ):
            for sql in BETWEEN_WORDS:
                connection.execute(sql.encode())


class TestHints:
    """Remedies of syntax errors."""

    @pytest.mark.parametrize(
        ("sql", "remedy"),
        [
            ("CREATE TABLE t (a int,)", "Remove the comma before )."),
            ("CREATE TABLE t (a int b int)", "Is a comma missing before b?"),
            (
                "CREATE TABLE order (a int)",
                'ORDER is a reserved word. To use it as a name, add double quotes: "order".',
            ),
            ("CREATE POLICY p ONN t", "Did you mean ON?"),
            ("CREAT TABLE t ()", "Did you mean CREATE?"),
            ("SELECT a FORM b c", "Did you mean FROM?"),
            ("SELECT 1 CREATE TABLE t ()", "Is a semicolon missing before CREATE?"),
            ("SELECT (1", "Is a closing parenthesis missing?"),
            ("SELECT 1)", "There is one closing parenthesis too many."),
            ("SELECT 'a", "Close the quote. Inside a string, write a quote twice: 'it''s'."),
            ("SELECT $$a", "Close the body with the same $tag$ that opened it."),
            ("SELECT /* a", "Close the comment with */; comments nest."),
            ("DO $$ BEGIN RETRUN 1; END $$", "Did you mean RETURN?"),
        ],
    )
    def test_remedy(self, sql: str, remedy: str) -> None:
        """Common mistakes have a specific remedy."""
        assert remedy == find_only(sql).remedy


class TestNoFalseAlarm:
    """Valid SQL without findings."""

    @pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
    def test_valid_files(self, path: Path) -> None:
        """No statement of the corpus is reported; a server accepts all of them."""
        assert [] == check_syntax(Source.read(path))

    @pytest.mark.parametrize(
        "sql",
        [
            "COMMENT ON COLUMN a.b IS NULL",
            "\\set n 1\nSELECT * FROM t LIMIT :n;",
            "\\echo hello\nSELECT :'name' \\gset\n",
            "SELECT :whatever FROM :table;",
            "COPY t FROM stdout;\n1\tit's\n\\.\n",
            "COPY t FROM stdin;\n1\tit's\n\\.\n",
            "UPDATE t SET a[1] = 1, a[2] = 2, b.c = 3, b.d = 4",
            "INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT c DO UPDATE SET a = 2",
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ return 1 $$",
        ],
    )
    def test_valid_statements(self, sql: str) -> None:
        """Rare syntax, psql commands and other languages are not reported."""
        assert [] == check_syntax(Source.of(sql))


class TestBehindTheGrammar:
    """Errors that Postgres raises after parsing, with SQLSTATE 42601."""

    @pytest.mark.parametrize(
        ("sql", "message"),
        [
            ("ALTER FUNCTION f() VOLATILE VOLATILE", "conflicting or redundant options"),
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql PARALLEL SAFFE AS 'SELECT 1'",
                'parameter "parallel"',
            ),
            ("CREATE TABLE t (a int NULL NOT NULL)", "conflicting NULL/NOT NULL"),
            ("ALTER TABLE t ADD a int DEFAULT 1 DEFAULT 2", "multiple default values"),
            ("CREATE TABLE t (a text(10))", "type modifier is not allowed"),
            ("CREATE DOMAIN d AS int NULL NOT NULL", "conflicting NULL/NOT NULL"),
            ("CREATE POLICY p ON t FOR INSERT USING (true)", "only WITH CHECK"),
            ("INSERT INTO t (a) VALUES (1, 2)", "more expressions than target columns"),
            ("INSERT INTO t (a, b) VALUES (1)", "more target columns than expressions"),
            ("INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = 2", "requires inference specification"),
            ("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2, a = 3", "multiple assignments"),
            ("UPDATE t SET (a, b) = (1, 2), a = 3", 'multiple assignments to same column "a"'),
            ("CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY NULL)", "conflicting NULL/NOT NULL"),
            ("VALUES (1), (1, 2)", "must all be the same length"),
            ("SELECT *", "no tables specified"),
            ("VACUUM (VERBOSE maybe) t", "requires a Boolean value"),
            ("EXPLAIN (FORMAT) SELECT 1", "requires a parameter"),
            ("COPY t TO STDOUT (FORMATT csv)", "not recognized"),
            ("CREATE EVENT TRIGGER e ON ddl_end EXECUTE FUNCTION f()", "unrecognized event name"),
        ],
    )
    def test_found(self, sql: str, message: str) -> None:
        """The message is that of Postgres."""
        assert message in find_only(sql).message
