"""Scripts cut into statements."""

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
    """Give the statements' texts."""
    return [statement.text for statement in split(script).statements]


class TestPlaces:
    """Every statement knows where it is."""

    @given(st.lists(PIECES, max_size=12).map("".join))
    def test_offsets_are_those_of_the_file(self, text: str) -> None:
        """Whatever the file, a statement's text is at its offsets, nothing overlaps or gets longer."""
        script = split(text)
        assert len(text) == len(script.sql)
        end = 0
        for statement in script.statements:
            assert end <= statement.start <= statement.end
            assert statement.text == script.sql[statement.start : statement.end]
            end = statement.end

    @given(st.lists(PIECES, max_size=12).map("".join))
    def test_between_statements_there_is_nothing(self, text: str) -> None:
        """What is left between the statements is semicolons, blanks and comments: no SQL gets lost."""
        script = split(text)
        rest, end = "", 0
        for statement in script.statements:
            rest += script.sql[end : statement.start] + ";"
            end = statement.end
        assert () == split(rest + script.sql[end:]).statements

    @given(st.text(alphabet="ab\r\né日", max_size=40), st.integers(0, 45))
    def test_positions_and_offsets_are_inverse(self, text: str, offset: int) -> None:
        """Going to line and column and back leads to the same place."""
        lines = Lines(text)
        assert min(offset, len(text)) == lines.offset(*lines.position(offset))

    def test_trees_point_into_the_file(self) -> None:
        """A location in a tree, counted in bytes, becomes an offset in characters."""
        text = "SELECT 'é';\n-- ü\nSELECT 'éé', here FROM t"
        for script in (split(text), split(text + ";selec;")):
            statement = script.statements[1]
            location = statement.tree.target_list[1].res_target.location
            assert text.index("here") == statement.offset(location)

    def test_comments_before(self) -> None:
        """Comments belong to the statement that they stand before."""
        script = split("-- one\nSELECT 1; /* two */ -- three\nSELECT 2")
        assert [("-- one",), ("/* two */", "-- three")] == [s.comments for s in script.statements]


class TestWholeOrNot:
    """A bad statement hides nothing else."""

    @pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
    def test_both_ways_cut_alike(self, path: Path) -> None:
        """Cut by the grammar or, because of a bad statement, by the lexer: the statements are the same."""
        text = path.read_text()
        whole = split(text)
        alone = split(f"{text}\n;selec;")
        assert texts(text) == [statement.text for statement in alone.statements[:-1]]
        assert [s.kind for s in whole.statements] == [s.kind for s in alone.statements[:-1]]
        assert [s.comments for s in whole.statements] == [s.comments for s in alone.statements[:-1]]

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
    def test_what_follows_is_found(self, bad: str) -> None:
        """After a statement that is not closed, the next ones are still statements."""
        found = split(f"{bad}\nCREATE TABLE t (a text DEFAULT 'x');\nSELECT 2;").statements
        assert ["", "create_stmt", "select_stmt"] == [statement.kind for statement in found]
        assert [True, False, False] == [statement.problem is not None for statement in found]

    def test_semicolons_inside(self) -> None:
        """A rule's actions and a body from BEGIN ATOMIC to END are one statement, also beside a bad one."""
        rule = "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)"
        body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END"
        assert [rule, body, "selec"] == texts(f"{rule};{body};selec;")


class TestForPsql:
    """Files that psql reads hold more than SQL."""

    def test_meta_commands_and_variables(self) -> None:
        """Commands are blank, variables placeholders of the same length; casts and slices are left alone."""
        text = "\\set x 1\nSELECT :x, :'x', :\"x\", a::int, a[1:n], ARRAY[:x], ':x' FROM t \\gexec\nSELECT 2;"
        expected = "SELECT _x,  'x',  \"x\", a::int, a[1:n], ARRAY[_x], ':x' FROM t"
        assert [expected, "SELECT 2"] == texts(text)

    def test_copy_data(self) -> None:
        """Rows after COPY FROM stdin are not SQL, whatever quotes they hold."""
        assert ["COPY t (a) FROM stdin", "SELECT 1"] == texts(
            "COPY t (a) FROM stdin;\nit's;\n\\N\n\\.\nSELECT 1;"
        )

    def test_branches(self) -> None:
        """Statements between conditions are all seen."""
        assert ["SELECT 1", "SELECT 2"] == texts("\\if :{?x}\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\n")

    def test_plain_sql_is_left_alone(self) -> None:
        """A file that parses is not taken for psql's."""
        assert ["SELECT a[:n] FROM t"] == texts("SELECT a[:n] FROM t;")
