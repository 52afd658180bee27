"""Tests of the text of a migration: reproducible, readable, and safe for any names and comments."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from fixtures_plans import HEADER, World
from hypothesis import example, given
from hypothesis import strategies as st
from specimen_parts import NASTY, TABLE, catalog, table, trigger
from specimens import CHANGES

from schema_dsl import Check, Column, Function, Index, Policy, Table, Trigger, text
from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog, Section
from schema_dsl.parsing import split
from schema_dsl.plan import plan
from schema_dsl.render import Header, build_title_and_purpose, compute_checksum, read_seal, render, seal_text

EMPTY = Catalog()
# Characters that may end or begin a comment, or resemble a line of the header.
LETTERS = st.sampled_from("a \n\r\v\f\x1c\x85\u2028\0\t-*/'\"$;\\é😀\ud800")
PROSE = st.text(LETTERS | st.characters(), max_size=60) | st.sampled_from(
    [
        "*/ DROP TABLE x; --",
        "a\rDROP TABLE x;",
        "a\u2028DROP TABLE x;",
        "\n\nDROP TABLE x;\n",
        "  indented\n\nDROP TABLE x;",
        "\\connect other",
        "schema-dsl: definitions 00, content 00",
        f"schema-dsl: definitions {'1' * 16}, content {'2' * 16}",
        "$$",
        "=" * 300,
        "word " * 60,
    ]
)


def of(*tables: Table, header: Header = HEADER, sections: tuple[Section, ...] = ()) -> str:
    """Render the migration that creates the tables."""
    wanted = attrs.evolve(catalog(*tables), sections=sections)
    return render(plan(EMPTY, wanted), wanted, header)


def statements(printed: str) -> list[str]:
    """Split a migration into statements, which must all parse."""
    split_statements = split(printed).statements
    assert not [statement for statement in split_statements if statement.problem]
    return [statement.text for statement in split_statements]


class TestSame:
    """Reproducibility: the same arguments give the same text, byte for byte."""

    def test_in_one_process(self) -> None:
        """Two calls give the same text."""
        assert of(table()) == of(table())

    def test_in_another(self) -> None:
        """Two processes with different hash seeds give the same text."""
        code = (
            "import sys; sys.path[:0] = sys.argv[1:]; from specimen_parts import catalog; from specimens import *;"
            "from schema_dsl.plan import plan;"
            "from schema_dsl.render import render, Header\n"
            "for before, after in CHANGES.values():\n"
            "    a, b = catalog(*before), catalog(*after)\n"
            "    h = Header(file='f', title='t', purpose='', date='d', definitions=b.fingerprint())\n"
            "    sys.stdout.buffer.write(render(plan(a, b), b, h).encode())\n"
        )
        outputs = {
            subprocess.run(
                [sys.executable, "-c", code, Path(__file__).parents[1] / "support"],
                env={**os.environ, "PYTHONHASHSEED": seed, "SCHEMA_DSL_TEST_ROLES": "of both"},
                check=True,
                capture_output=True,
            ).stdout
            for seed in ("0", "1")
        }
        assert 1 == len(outputs)

    def test_ends_with_one_newline(self) -> None:
        """The text ends with one newline, and no line ends with blanks."""
        printed = of(table(columns=[Column("a", text)]))
        assert printed.endswith("=\n")
        assert not printed.endswith("\n\n")
        assert [] == [line for line in printed.splitlines() if line != line.rstrip()]


class TestProse:
    """Titles, purposes, comments and names inside `--` comments."""

    @given(title=PROSE, purpose=PROSE, file=PROSE)
    @example(title="a", purpose="\ud800", file="")
    def test_of_the_header(self, title: str, purpose: str, file: str) -> None:
        """Any text in the header leaves the statements and the seal unchanged."""
        header = attrs.evolve(HEADER, title=title, purpose=purpose, file=file, date=file)
        sections = (Section(file, title, purpose, ()),)
        one = table(columns=[Column("a", text)])
        printed = of(one, header=header, sections=sections)
        assert statements(of(one)) == statements(printed)
        assert seal_text(printed) == printed
        seal = read_seal(printed)
        assert seal is not None
        assert (HEADER.definitions, HEADER.history) == (seal.definitions, seal.history)
        assert printed.encode()

    @given(comment=PROSE.filter(lambda text: "\0" not in text and "\ud800" not in text))
    def test_of_a_table(self, comment: str) -> None:
        """Any comment of a table, which is also the heading of its section, leaves other statements unchanged."""
        try:
            comment.encode()
        except UnicodeEncodeError:
            return
        settings = ("SET client_encoding", "RESET client_encoding")
        without = [item for item in statements(of(table())) if not item.startswith(settings)]
        commented = [item for item in statements(of(table(comment=comment))) if not item.startswith(settings)]
        assert without == [item for item in commented if not item.startswith("COMMENT ON TABLE")]
        assert bool(comment) == (commented != without)

    @given(
        name=st.text(
            st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=15
        )
    )
    @example(name="a\rDROP TABLE x;")
    @example(name="a\u2028b")
    def test_of_a_name(self, name: str) -> None:
        """Any name of a table, which is also in the heading and in the queries at the end, is quoted."""
        without_encoding = [
            item
            for item in statements(of(Table(name, columns=[Column("a", text)])))
            if "client_enc" not in item
        ]
        assert 1 == len(without_encoding)
        assert without_encoding[0].startswith("CREATE TABLE IF NOT EXISTS public.")

    def test_is_filled(self) -> None:
        """Paragraphs are wrapped, and indented lines stay unchanged."""
        purpose = f"{'word ' * 30}\n\nA list:\n  - one\n  - two\n\nThe end."
        lines = of(table(), header=attrs.evolve(HEADER, purpose=purpose)).splitlines()
        assert "--   - one" in lines
        assert "-- The end." in lines
        assert max(map(len, lines[:20])) <= 103


class TestEncoding:
    """The settings at the start and the end of a migration."""

    def test_client_encoding(self) -> None:
        """A migration with characters beyond ASCII sets client_encoding and resets it at the end."""
        assert "SET client_encoding = 'UTF8';" in of(table("é"))
        assert "RESET client_encoding;" in of(table("é"))
        assert "client_encoding" not in of(table("e"))

    def test_timeouts(self) -> None:
        """A timeout is set first and reset last; an empty timeout is not set."""
        wanted = catalog(table("e"))
        printed = render(plan(EMPTY, wanted), wanted, HEADER, lock_timeout="5s")
        all_statements = statements(printed)
        assert ["SET lock_timeout = '5s'", "RESET lock_timeout"] == [all_statements[0], all_statements[-1]]
        assert "statement_timeout" not in printed


class TestLines:
    """Conditions of several lines."""

    def test_are_indented(self) -> None:
        """The lines of a condition stand below the clause, however the definitions indent them."""
        condition = """
            a = 'x'
              OR a IS NULL
        """
        printed = of(
            Table(
                "t",
                columns=[Column("a", text)],
                constraints=[Check(condition, name="t_a")],
                indexes=[Index("a", where=condition)],
                triggers=[Trigger("touch", Function("f"), timing="before", events="update", when=condition)],
                policies=[Policy("p", to="public", using=condition)],
            )
        )
        statements(printed)
        lines = ["{}(", "    a = 'x'", "      OR a IS NULL", ")"]
        for before, indent in (("CHECK ", 12), ("ON public.t (a) WHERE ", 4), ("WHEN ", 4), ("USING ", 8)):
            expected = "".join(f"{' ' * indent}{line}\n" for line in lines).format(before)
            assert expected.rstrip("\n") in printed

    def test_of_a_quoted_text(self) -> None:
        """The lines of a quoted text stay as they are."""
        assert "a <> 'x\n  y'" in of(
            Table("t", columns=[Column("a", text)], constraints=[Check("\n a <> 'x\n  y'", name="t_a")])
        )


class TestSeal:
    """Detection of manual edits by the seal."""

    @given(position=st.integers(0, 10**6), letter=st.characters(exclude_categories=["Cs"]))
    def test_any_letter(self, position: int, letter: str) -> None:
        """Changing, removing or inserting any character is detected."""
        printed = SEALED
        position %= len(printed)
        changed = {
            printed[:position] + letter + printed[position + 1 :],
            printed[:position] + letter + printed[position:],
            printed[:position] + printed[position + 1 :],
        }
        for item in changed - {printed}:
            assert read_seal(item) is None or seal_text(item) != item

    def test_untouched(self) -> None:
        """An unchanged migration has a valid seal with the fingerprint of the definitions."""
        assert seal_text(SEALED) == SEALED
        seal = read_seal(SEALED)
        assert seal is not None
        assert HEADER.definitions == seal.definitions

    def test_a_file_of_somebody_else(self) -> None:
        """A file that schema-dsl did not generate has no seal, and sealing it changes nothing."""
        assert read_seal("SELECT 1;\n") is None
        assert "SELECT 1;\n" == seal_text("SELECT 1;\n")

    def test_fingerprint_of_a_text(self) -> None:
        """A checksum has 16 hexadecimal digits."""
        assert re.fullmatch("[0-9a-f]{16}", compute_checksum("é"))


SEALED = of(table(columns=[Column("é", text, comment=NASTY)]))


class TestQuery:
    """The query at the end, which can be copied and run."""

    @pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
    def test_by_the_owner(self, world: World, many: bool) -> None:  # noqa: FBT001
        """The query runs as the owner, who is not a superuser, and returns parts of every kind."""
        tables = list(CHANGES["a policy"][1])
        tables += [table("a\nb"), table("a\u2028'c\\")]
        tables += [table(f"t{number}") for number in range(9)] if many else []
        tables.append(attrs.evolve(trigger(), name="triggered"))
        wanted = catalog(*tables)
        printed = render(plan(EMPTY, wanted), wanted, HEADER)
        world.run(printed)
        below = re.sub("^-- ?", "", printed.rpartition("To check the result:")[2], flags=re.MULTILINE)
        (query,) = re.findall(r"^  SELECT.*?;$", below, re.DOTALL | re.MULTILINE)
        rows = world.connection.execute(query.encode()).fetchall()
        assert {"column", "constraint", "index", "policy", "privilege", "trigger"} == {row[2] for row in rows}
        assert len(wanted.tables) == len({row[0] for row in rows})

    def test_of_all_that_is_concerned(self) -> None:
        """The query names every table of the plan."""
        assert "::regclass" in of(table())
        assert TABLE.replace("'", "''").replace('"', '""') in of(table()).rpartition("To check")[2]


class TestSectionTexts:
    """The title and the purpose of a migration, from its definitions files."""

    def test_of_one(self) -> None:
        """A single file gives title and purpose."""
        assert ("A.", "B.") == build_title_and_purpose([Section("f", "A.", "B.", ())])

    def test_of_many(self) -> None:
        """Titles that do not fit into a line are listed, below the subjects that they begin with."""
        sections = [
            Section("f", f"{name}: {'a long description ' * 3}.", "", ()) for name in ("Tasks", "Tags")
        ]
        title, purpose = build_title_and_purpose(sections)
        assert "Tasks, Tags" == title
        assert ["  Tasks: a long", "  Tags: a long"] == [
            line.partition(" desc")[0] for line in purpose.splitlines()
        ]
        lines = of(table(), header=attrs.evolve(HEADER, title=title, purpose=purpose)).splitlines()
        assert ["-- Tasks, Tags", "--"] == lines[1:3]
        assert lines[3].startswith("--   Tasks: a long")

    def test_only_changed_files(self) -> None:
        """The header names the definitions files of the objects that the migration changes."""
        files = {"notes": table().identity, "other": Identity("table", "public", "missing")}
        sections = tuple(Section(f"definitions/{name}.py", name, "", (root,)) for name, root in files.items())
        text = of(table(), sections=sections)
        assert "-- Generated from definitions/notes.py. Edit the definitions, not this file." in text

    def test_of_several(self) -> None:
        """Several files give their titles."""
        assert ("A; C", "") == build_title_and_purpose(
            [Section("f", "A.", "B.", ()), Section("g", "", "", ()), Section("h", "C.", "", ())]
        )
