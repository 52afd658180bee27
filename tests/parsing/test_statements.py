"""Tests of splitting scripts into statements."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_dsl.parsing import Lines, split

CORPUS = sorted((Path(__file__).parent.parent / "lint" / "corpus").glob("*.sql"))

PIECES = st.sampled_from(
    [
        "SELECT 'é;';", "select $$ a;b $$;", "-- a; comment\n", "/* a; /* nested */ b */", "\n", "\r\n", ";",
        '"', "$x$", "(", ")", "selec 1;", "\\set x 1\n", ":'x'", "CREATE TABLE t (a int);\n",
        "é", "'", "begin",
        "COPY t FROM stdin;\n1\n\\.\n", "[", "日本", "\t",
        "create function f() returns int begin atomic select 1; end;\n",
    ]
)  # fmt: skip


def texts(script: str) -> list[str]:
    """Return the texts of the statements."""
    return [statement.text for statement in split(script).statements]


class TestPlaces:
    """The spans of statements."""

    @given(st.lists(PIECES, max_size=12).map("".join))
    def test_offsets_are_those_of_the_file(self, text: str) -> None:
        """For any script, the text of a statement is at its offsets, and no statements overlap."""
        script = split(text)
        assert len(text) == len(script.sql)
        end = 0
        for statement in script.statements:
            assert end <= statement.start <= statement.end
            assert statement.text == script.sql[statement.start : statement.end]
            end = statement.end

    @given(st.lists(PIECES, max_size=12).map("".join))
    def test_between_statements_there_is_nothing(self, text: str) -> None:
        """Only semicolons, white space and comments are between statements, so no SQL is lost."""
        script = split(text)
        rest, end = "", 0
        for statement in script.statements:
            rest += script.sql[end : statement.start] + ";"
            end = statement.end
        assert () == split(rest + script.sql[end:]).statements

    @given(st.text(alphabet="ab\r\né日", max_size=40), st.integers(0, 45))
    def test_positions_and_offsets_are_inverse(self, text: str, offset: int) -> None:
        """Converting an offset to line and column and back returns the same offset."""
        lines = Lines(text)
        assert min(offset, len(text)) == lines.offset(*lines.position(offset))

    def test_trees_point_into_the_file(self) -> None:
        """A location in a parse tree, in bytes, converts to an offset in characters."""
        text = "SELECT 'é';\n-- ü\nSELECT 'éé', here FROM t"
        for script in (split(text), split(text + ";selec;")):
            statement = script.statements[1]
            location = statement.tree.target_list[1].res_target.location
            assert text.index("here") == statement.offset(location)

    def test_comments_before(self) -> None:
        """Comments belong to the statement after them."""
        script = split("-- one\nSELECT 1; /* two */ -- three\nSELECT 2")
        assert [("-- one",), ("/* two */", "-- three")] == [s.comments for s in script.statements]


class TestWholeOrNot:
    """Scripts with bad statements."""

    @pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
    def test_both_ways_cut_alike(self, path: Path) -> None:
        """The grammar, and the lexer in a script with a bad statement, find the same statements."""
        text = path.read_text()
        by_grammar = split(text)
        by_lexer = split(f"{text}\n;selec;")
        assert texts(text) == [statement.text for statement in by_lexer.statements[:-1]]
        assert [s.kind for s in by_grammar.statements] == [s.kind for s in by_lexer.statements[:-1]]
        assert [s.comments for s in by_grammar.statements] == [s.comments for s in by_lexer.statements[:-1]]

    @pytest.mark.parametrize(
        "bad",
        [
            "SELECT 'open;",
            'SELECT "open;',
            "SELECT $$ open;",
            "SELECT (1;",
            "SELECT /* open;",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;",
            "selec;",
            "CREATE TABLE a (b int;",
        ],
    )
    def test_statements_after_a_bad_one(self, bad: str) -> None:
        """The statements after a statement with an open quote, comment, bracket or body are found."""
        found = split(f"{bad}\nCREATE TABLE t (a text DEFAULT 'x');\nSELECT 2;").statements
        assert ["", "create_stmt", "select_stmt"] == [statement.kind for statement in found]
        assert [True, False, False] == [statement.problem is not None for statement in found]

    def test_semicolons_inside(self) -> None:
        """CREATE RULE with several actions and a BEGIN ATOMIC body are one statement, also next to a bad one."""
        rule = "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)"
        body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END"
        assert [rule, body, "selec"] == texts(f"{rule};{body};selec;")


class TestForPsql:
    """Scripts for psql, which contain more than SQL."""

    def test_meta_commands_and_variables(self) -> None:
        """Meta-commands become blanks, variables become placeholders of the same length, casts and slices stay."""
        text = "\\set x 1\nSELECT :x, :'x', :\"x\", a::int, a[1:n], ARRAY[:x], ':x' FROM t \\gexec\nSELECT 2;"
        expected = "SELECT _x,  'x',  \"x\", a::int, a[1:n], ARRAY[_x], ':x' FROM t"
        assert [expected, "SELECT 2"] == texts(text)

    def test_copy_data(self) -> None:
        """The rows after COPY FROM stdin are not SQL, even if they contain quotes."""
        assert ["COPY t (a) FROM stdin", "SELECT 1"] == texts(
            "COPY t (a) FROM stdin;\nit's;\n\\N\n\\.\nSELECT 1;"
        )

    @pytest.mark.parametrize(
        ("command", "rows"),
        [
            ("\\copy t (a) FROM stdin", "it's;\n\\N\n\\.\n"),
            ("\\copy t FROM STDIN WITH (FORMAT csv)", '1,"a\n\\.\n'),
            ("\\copy t FROM 'stdin.csv'", ""),
            ("\\copy t FROM pstdin", ""),
            ("\\copy t TO stdout", ""),
        ],
    )
    def test_rows_of_the_meta_command(self, command: str, rows: str) -> None:
        """The rows of the command copy of psql follow it if they come from stdin, and only then."""
        assert ["SELECT 1", "SELECT 2"] == texts(f"SELECT 1;\n{command}\n{rows}SELECT 2;")

    def test_branches(self) -> None:
        """The statements of both branches of a conditional meta-command are found."""
        assert ["SELECT 1", "SELECT 2"] == texts("\\if :{?x}\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\n")

    def test_plain_sql(self) -> None:
        """In a script that parses, nothing is treated as a psql variable."""
        assert ["SELECT a[:n] FROM t"] == texts("SELECT a[:n] FROM t;")
