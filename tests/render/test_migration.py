"""The text of a migration: the same for the same plan, readable, and safe whatever it is about."""

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
from specimens import CHANGES, NASTY, TABLE, catalog, table

from schema_dsl import Column, Table, text
from schema_dsl.model.catalog import Catalog, Section
from schema_dsl.parsing import split
from schema_dsl.plan import plan
from schema_dsl.render import Header, fingerprint, render, seal_of, sealed, section_texts

EMPTY = Catalog()
# What might end a comment, or begin one, or look like one of our own lines.
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
    """Print the migration that makes these tables."""
    wanted = attrs.evolve(catalog(*tables), sections=sections)
    return render(plan(EMPTY, wanted), wanted, header)


def statements(printed: str) -> list[str]:
    """Give the statements that Postgres would find."""
    found = split(printed).statements
    assert not [each for each in found if each.problem]
    return [each.text for each in found]


class TestSame:
    """The same arguments give the same text, byte for byte."""

    def test_in_one_process(self) -> None:
        """However often."""
        everything = [table for before, after in CHANGES.values() for table in after][:3]
        assert of(everything[0]) == of(everything[0])

    def test_in_another(self) -> None:
        """Whatever the seed of hashes is."""
        code = (
            "import sys; sys.path[:0] = sys.argv[1:]; from specimens import *; from schema_dsl.plan import plan;"
            "from schema_dsl.render import render, Header\n"
            "for before, after in CHANGES.values():\n"
            "    a, b = catalog(*before), catalog(*after)\n"
            "    h = Header(file='f', title='t', purpose='', date='d', definitions=b.fingerprint())\n"
            "    sys.stdout.buffer.write(render(plan(a, b), b, h).encode())\n"
        )
        outputs = {
            subprocess.run(
                [sys.executable, "-c", code, Path(__file__).parents[1] / "support"],
                env={**os.environ, "PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
            ).stdout
            for seed in ("0", "1")
        }
        assert 1 == len(outputs)

    def test_ends_with_one_newline(self) -> None:
        """As text files do; and no line has blanks at its end."""
        printed = of(table(columns=[Column("a", text)]))
        assert printed.endswith("=\n")
        assert not printed.endswith("\n\n")
        assert [] == [line for line in printed.splitlines() if line != line.rstrip()]


class TestProse:
    """Titles, purposes and comments stay comments."""

    @given(title=PROSE, purpose=PROSE, file=PROSE)
    @example(title="a", purpose="\ud800", file="")
    def test_of_the_header(self, title: str, purpose: str, file: str) -> None:
        """Whatever they say, the statements are the same, and so is the seal."""
        header = attrs.evolve(HEADER, title=title, purpose=purpose, file=file, date=file)
        sections = (Section(file, title, purpose, ()),)
        one = table(columns=[Column("a", text)])
        printed = of(one, header=header, sections=sections)
        assert statements(of(one)) == statements(printed)
        assert sealed(printed) == printed
        assert (HEADER.definitions, seal_of(printed)[1]) == seal_of(printed)  # type: ignore[index]
        assert printed.encode()

    @given(comment=PROSE.filter(lambda text: "\0" not in text and "\ud800" not in text))
    def test_of_a_table(self, comment: str) -> None:
        """A table's comment heads its section, and is a statement besides."""
        try:
            comment.encode()
        except UnicodeEncodeError:
            return
        settings = ("SET client_encoding", "RESET client_encoding")
        without = [each for each in statements(of(table())) if not each.startswith(settings)]
        found = [each for each in statements(of(table(comment=comment))) if not each.startswith(settings)]
        assert without == [each for each in found if not each.startswith("COMMENT ON TABLE")]
        assert bool(comment) == (found != without)

    @given(
        name=st.text(
            st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=15
        )
    )
    @example(name="a\rDROP TABLE x;")
    @example(name="a\u2028b")
    def test_of_a_name(self, name: str) -> None:
        """A table's name heads its section, too, and stands in the queries at the end."""
        found = [
            each
            for each in statements(of(Table(name, columns=[Column("a", text)])))
            if "client_enc" not in each
        ]
        assert 1 == len(found)
        assert found[0].startswith("CREATE TABLE IF NOT EXISTS public.")

    def test_is_filled(self) -> None:
        """Paragraphs are wrapped; what is indented stands as it was written."""
        purpose = f"{'word ' * 30}\n\nA list:\n  - one\n  - two\n\nThe end."
        lines = of(table(), header=attrs.evolve(HEADER, purpose=purpose)).splitlines()
        assert "--   - one" in lines
        assert "-- The end." in lines
        assert max(map(len, lines[:20])) <= 103


class TestEncoding:
    """A file with letters beyond ASCII says which they are."""

    def test_said_where_needed(self) -> None:
        """Only there, and taken back at the end."""
        assert "SET client_encoding = 'UTF8';" in of(table("é"))
        assert "RESET client_encoding;" in of(table("é"))
        assert "client_encoding" not in of(table("e"))

    def test_timeouts(self) -> None:
        """They are set before anything, and reset after; an empty one is not."""
        wanted = catalog(table("e"))
        printed = render(plan(EMPTY, wanted), wanted, HEADER, lock_timeout="5s")
        found = statements(printed)
        assert ["SET lock_timeout = '5s'", "RESET lock_timeout"] == [found[0], found[-1]]
        assert "statement_timeout" not in printed


class TestSeal:
    """An edit by hand is noticed."""

    @given(position=st.integers(0, 10**6), letter=st.characters(exclude_categories=["Cs"]))
    def test_any_letter(self, position: int, letter: str) -> None:
        """Whichever letter is changed, taken out or put in."""
        printed = SEALED
        position %= len(printed)
        changed = {
            printed[:position] + letter + printed[position + 1 :],
            printed[:position] + letter + printed[position:],
            printed[:position] + printed[position + 1 :],
        }
        for each in changed - {printed}:
            assert seal_of(each) is None or sealed(each) != each

    def test_untouched(self) -> None:
        """As it was written, it is whole, and says what it was made from."""
        assert sealed(SEALED) == SEALED
        assert HEADER.definitions == seal_of(SEALED)[0]  # type: ignore[index]

    def test_a_file_of_somebody_else(self) -> None:
        """It has no seal, and to seal it changes nothing."""
        assert seal_of("SELECT 1;\n") is None
        assert "SELECT 1;\n" == sealed("SELECT 1;\n")

    def test_fingerprint_of_a_text(self) -> None:
        """Short, and of hexadecimal digits only."""
        assert re.fullmatch("[0-9a-f]{16}", fingerprint("é"))


SEALED = of(table(columns=[Column("é", text, comment=NASTY)]))


class TestQueries:
    """The queries at the end can be copied and run."""

    @pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
    def test_by_the_owner(self, world: World, many: bool) -> None:  # noqa: FBT001
        """Each runs as the owner, who is no superuser, and finds something."""
        tables = list(CHANGES["a policy"][1])
        tables += [table("a\nb"), table("a\u2028'c\\")]
        tables += [table(f"t{number}") for number in range(9)] if many else []
        tables += CHANGES["a trigger"][1][:0] or [attrs.evolve(CHANGES["a trigger"][1][0], name="triggered")]
        wanted = catalog(*tables)
        printed = render(plan(EMPTY, wanted), wanted, HEADER)
        world.run(printed)
        below = printed.rpartition("To look at what is there now:")[2]
        queries = re.findall(
            r"^  SELECT.*?;$", re.sub("^-- ?", "", below, flags=re.MULTILINE), re.DOTALL | re.MULTILINE
        )
        assert 7 == len(queries)
        for query in queries:
            assert world.connection.execute(query.encode()).fetchall(), query

    def test_of_all_that_is_concerned(self) -> None:
        """Each table of the plan is named."""
        assert "::regclass" in of(table())
        assert TABLE.replace("'", "''").replace('"', '""') in of(table()).rpartition("To look at")[2]


class TestSectionTexts:
    """A migration's title and purpose come from the files that it comes from."""

    def test_of_one(self) -> None:
        """One file gives both."""
        assert ("A.", "B.") == section_texts([Section("f", "A.", "B.", ())])

    def test_of_several(self) -> None:
        """Several give their titles."""
        assert ("A; C", "") == section_texts(
            [Section("f", "A.", "B.", ()), Section("g", "", "", ()), Section("h", "C.", "", ())]
        )
