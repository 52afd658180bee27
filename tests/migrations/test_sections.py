"""The sections of the tools that have both directions of a migration in one file."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_dsl.migrations import read_sections
from schema_dsl.migrations.obstacles import find_obstacles

MARKS = {
    "goose": ("-- +goose Up", "-- +goose Down"),
    "sql-migrate": ("-- +migrate Up", "-- +migrate Down"),
    "dbmate": ("-- migrate:up", "-- migrate:down"),
    "node-pg-migrate": ("-- Up Migration", "-- Down Migration"),
    "Play": ("# --- !Ups", "# --- !Downs"),
    "rambler": ("-- rambler up", "-- rambler down"),
    "micrate": ("-- +micrate Up", "-- +micrate Down"),
    "MyBatis Migrations": ("-- // a comment", "-- //@UNDO"),
    "tern": ("-- a comment", "---- create above / drop below ----"),
}
# Texts in which a mark is no mark, and a closed quote of every kind.
HARMLESS = [
    "SELECT {name};",
    "SELECT '{name}', 'it''s';",
    'SELECT "{name}";',
    "SELECT {name}",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $${eol}{mark}{eol}SELECT {name}{eol}$$;",
    "/* {eol}{mark}{eol} {name} */",
    "-- {name} and {mark}",
    "COPY t FROM stdin;{eol}{name}{eol}{mark}{eol}it's{eol}\\.",
    "SELECT E'\\'' || '{name}';",
    "SELECT ARRAY[1, 2][1:2] AS {name};",
]
# Parts of any text, of which many are broken.
FRAGMENTS = [
    *(mark for pair in MARKS.values() for mark in pair),
    *("-- +goose StatementBegin", "-- +goose StatementEnd", "--> statement-breakpoint", "COPY t FROM stdin;"),
    *(
        "\n",
        "\r\n",
        "\r",
        "'",
        '"',
        "$$",
        "$a$",
        "/*",
        "*/",
        "--",
        ";",
        "\\.",
        "\\i x",
        ":name",
        "(",
        "{{ x }}",
    ),
    *("BEGIN", "END", "\ufeff", "\0", "é", "SELECT 1", "dn", "${x}"),
]


def statements(prefix: str) -> st.SearchStrategy[list[str]]:
    """Generate statements that contain names with a prefix."""
    return st.lists(st.sampled_from(HARMLESS), max_size=5).map(
        lambda parts: [part.replace("{name}", f"{prefix}{at}") for at, part in enumerate(parts)]
    )


def find_all(pattern: str, text: str) -> list[tuple[int, str]]:
    """Return the offsets and the text of all matches."""
    return [(match.start(), match.group()) for match in re.finditer(pattern, text)]


class TestBlanking:
    """Properties of the forward SQL of any file."""

    @given(
        tool=st.sampled_from(sorted(MARKS)),
        up=statements("up_"),
        down=statements("dn_"),
        eol=st.sampled_from(["\n", "\r\n"]),
        change=st.sampled_from([str, str.upper, str.lower]),
        bom=st.sampled_from(["", "\ufeff"]),
        indent=st.sampled_from(["", " ", "\t"]),
    )
    def test_no_token_of_a_down_section_survives(  # noqa: PLR0917 - Hypothesis passes what it draws
        self,
        tool: str,
        up: list[str],
        down: list[str],
        eol: str,
        change: Callable[[str], str],
        bom: str,
        indent: str,
    ) -> None:
        """Every name of the up section stays where it is, and none of the down section is left."""
        marks = [indent + change(mark) for mark in MARKS[tool]]
        content = bom + eol.join([marks[0], *up, marks[1], *down])
        content = content.replace("{eol}", eol).replace("{mark}", MARKS[tool][1])
        found = read_sections(content)
        assert tool == (found.tool.name if found.tool else None)
        assert found.fault is None
        assert len(content) == len(found.forward)
        assert find_all(r"[\r\n]", content) == find_all(r"[\r\n]", found.forward)
        assert [] == find_all(r"dn_\d", found.forward)
        assert find_all(r"up_\d", content) == find_all(r"up_\d", found.forward)

    @given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))
    def test_any_text(self, content: str) -> None:
        """Blanks keep the length and the lines of any text, and nothing else is changed."""
        found = read_sections(content)
        assert len(content) == len(found.forward)
        assert find_all(r"[\r\n]", content) == find_all(r"[\r\n]", found.forward)
        changed = {new for old, new in zip(content, found.forward, strict=True) if old != new}
        assert changed <= {" ", ";"}
        obstacle = next(iter(find_obstacles(found)), None)
        assert obstacle is None or 0 <= obstacle.offset < len(content)

    @pytest.mark.parametrize("quote", ["'", '"', "E'"])
    @pytest.mark.parametrize("tool", MARKS)
    @pytest.mark.parametrize("rest", ["DROP TABLE dn;", "SELECT {end};\nDROP TABLE dn;"])
    def test_open_quotes(self, quote: str, tool: str, rest: str) -> None:
        """A quote that stays open in the up section does not bring the down section into the forward SQL unnoticed."""
        up, down = MARKS[tool]
        content = f"{up}\nSELECT {quote} open;\n{down}\n{rest.format(end=quote[-1])}\n"
        found = read_sections(content)
        assert found.fault is not None or "dn" not in found.forward


class TestTools:
    """The sections of a file for each tool."""

    @pytest.mark.parametrize("tool", MARKS)
    def test_mark_ends_a_statement(self, tool: str) -> None:
        """A statement needs no semicolon before a mark."""
        up, down = MARKS[tool]
        forward = read_sections(f"{up}\nSELECT 1\n{down}\nSELECT 2").forward
        assert re.search(r"SELECT 1\n;\s*\Z", forward) is not None
        assert "SELECT 2" not in forward

    def test_statement_marks(self) -> None:
        """StatementBegin and StatementEnd end a statement too."""
        text = "-- +goose Up\nSELECT 1\n-- +goose StatementBegin\nSELECT 2\n-- +goose StatementEnd\nSELECT 3"
        forward = read_sections(text).forward
        assert ["SELECT 1", "SELECT 2", "SELECT 3"] == [
            each.strip() for each in forward.split(";") if each.strip()
        ]

    @pytest.mark.parametrize(
        ("text", "offset", "what"),
        [
            (
                "-- +goose Down\nSELECT 1;\n-- +goose Up\n",
                0,
                "goose refuses a file whose down section is before",
            ),
            ("-- c\nSELECT 1;\n-- +goose Up\n", 5, "goose refuses a statement before its first mark"),
            ("SELECT 1;\n-- migrate:up\n", 0, "dbmate refuses a statement before its first mark"),
            ("-- migrate:down\n-- migrate:up\n", 0, "dbmate refuses a file whose down section is before"),
            (
                "-- migrate:up\nSELECT 'a;\n-- migrate:down\nSELECT 'b';",
                21,
                "the quote that opens here contains the mark of dbmate in line 3",
            ),
        ],
    )
    def test_refused_files(self, text: str, offset: int, what: str) -> None:
        """A file that its tool refuses has a fault with the offset of the reason."""
        fault = read_sections(text).fault
        assert fault is not None
        assert offset == fault.offset
        assert fault.what.startswith(what)

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT 1;",
            "-- Down Migration\nSELECT 1;",
            "-- migrate:update the rows\nSELECT 1;",
            "-- +goose Downgrade\nSELECT 1;",
            "-- We write -- +goose Up here\nSELECT 1;",
            "SELECT '\n-- +goose Up\n';",
            "DO $$\n-- +goose Up\n$$;",
            "--> a breakpoint is something else\n",
            "COPY t FROM stdin;\n-- migrate:up\n\\.\n",
        ],
    )
    def test_no_sections(self, text: str) -> None:
        """A text without the marks of a tool is forward SQL, unchanged."""
        found = read_sections(text)
        assert (None, None, text) == (found.tool, found.fault, found.forward)

    @pytest.mark.parametrize("tool", ["goose", "dbmate", "sql-migrate", "node-pg-migrate"])
    def test_marks_of_another_tool(self, tool: str) -> None:
        """In a file of one tool, the marks of another are comments."""
        other = "dbmate" if tool != "dbmate" else "goose"
        up, down = MARKS[tool]
        text = f"{up}\nSELECT 1;\n{MARKS[other][1]}\nSELECT 2;\n{down}\nSELECT 3;"
        assert ["1", "2"] == re.findall(r"\d", read_sections(text).forward)

    @pytest.mark.parametrize(
        ("tool", "expected"), [("dbmate", ["1"]), ("node-pg-migrate", ["1"]), ("sql-migrate", ["1", "3"])]
    )
    def test_repeated_marks(self, tool: str, expected: list[str]) -> None:
        """Only sql-migrate takes a second mark of a direction; dbmate and node-pg-migrate take the first."""
        up, down = MARKS[tool]
        text = f"{up}\nSELECT 1;\n{down}\nSELECT 2;\n{up}\nSELECT 3;\n{down}\nSELECT 4;"
        assert expected == re.findall(r"\d", read_sections(text).forward)

    def test_is_forward(self) -> None:
        """The offset of a statement determines the section of the statement."""
        text = "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;"
        found = read_sections(text)
        assert [True, False] == [found.is_forward(text.index(each)) for each in ("SELECT 1", "SELECT 2")]

    def test_many_dashes(self) -> None:
        """A line of dashes is read in linear time."""
        assert read_sections("-" * 200_000 + "\n-- - - " * 10_000).tool is None


class TestTransactionMarks:
    """The marks that turn off the transaction of the tool."""

    @pytest.mark.parametrize(
        "text",
        [
            "-- +goose NO TRANSACTION\n-- +goose Up\n",
            "-- +goose Up\n-- +GOOSE no transaction\r\n",
            "-- migrate:up transaction:false\n",
            "-- migrate:up other:1 transaction:false\n",
            "-- +migrate Up notransaction\n",
            "-- atlas:txmode none\n\nSELECT 1;",
            "---- tern: disable-tx ----\nSELECT 1;",
            "-- no-transaction\nSELECT 1;",
        ],
    )
    def test_off(self, text: str) -> None:
        """Such a mark is found."""
        assert read_sections(text).runs_without_transaction

    @pytest.mark.parametrize(
        "text",
        [
            "-- migrate:up\nSELECT 1;\n-- migrate:down transaction:false\n",
            "-- +migrate Up\n-- +migrate Down notransaction\n",
            "SELECT 1;\n-- no-transaction\n",
            "DO $$\n-- +goose NO TRANSACTION\n$$;",
            "-- migrate:up transaction:true\n",
            "-- +goose NO TRANSACTIONS\n",
        ],
    )
    def test_on(self, text: str) -> None:
        """A mark of the down section, in a body, or of another meaning does not count."""
        assert not read_sections(text).runs_without_transaction


def test_escaped_semicolons_of_play() -> None:
    """Two semicolons in an evolution of Play are one semicolon inside a statement, and offsets stay valid."""
    body = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1;; END;; $$;"
    content = f"# --- !Ups\n{body}\n# --- !Downs\nDROP FUNCTION f();\n"
    found = read_sections(content)
    assert len(content) == len(found.forward)
    assert body.replace(";;", "; ") in found.forward
    assert "DROP" not in found.forward


def test_semicolons_of_other_tools() -> None:
    """In other files, two semicolons are an empty statement."""
    content = "-- +goose Up\nSELECT 1;;\n"
    assert "SELECT 1;;" in read_sections(content).forward
