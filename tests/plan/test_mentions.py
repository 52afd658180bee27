"""Tests of the names in SQL: of the index of the SQL that may name an object, and of the types of columns."""

from __future__ import annotations

import pytest
from specimen_parts import catalog

from schema_dsl import Column, Enum, Table, Type, bigint
from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.plan.mentions import MentionedNames, ReaderIndex
from schema_dsl.plan.state import State

READER = Identity("view", "public", "reader")
OTHER = Identity("view", "public", "other")


class TestReaderIndex:
    """The objects whose SQL may contain a name."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("notes", "SELECT FROM public.NOTES"),
            ("Notes", 'SELECT FROM "Notes"'),
            ("my notes", 'SELECT FROM "my notes"'),
            ('my"notes', 'SELECT FROM "my""notes"'),
            ("it's", "nextval('\"it''s\"')"),
            ("notes$1", "SELECT FROM notes$1"),
            ("notes", "SELECT $a$notes$a$::regclass"),
            ("notes", "nextval(E'\\nnotes')"),
            ("notes", 'SELECT FROM U&"\\006eotes"'),
            ("mood", "NULL::public._mood"),
            ("_mood", "NULL::public._mood"),
            ("café", "SELECT FROM café"),
            ("+++", "SELECT 1 OPERATOR(public.+++) 2"),
        ],
    )
    def test_spellings(self, name: str, text: str) -> None:
        """SQL is found by the name, however it is spelled."""
        index = ReaderIndex()
        index.add(OTHER, "SELECT 1")
        index.add(READER, text)
        assert READER in index.find([Identity("enum", "public", name)])
        assert READER in index.find([Identity("extension", "", name)])

    def test_other_names(self) -> None:
        """SQL with other names is not found, also if they contain the name."""
        index = ReaderIndex()
        index.add(OTHER, "SELECT FROM public.notes_archive, my.things")
        names = ("notes", "my notes")
        assert [] == [*index.find([Identity("table", "public", name) for name in names])]

    def test_order(self) -> None:
        """Objects are found once, in the order in which they were added."""
        index = ReaderIndex()
        for reader, text in ((READER, "a"), (OTHER, "a, b"), (READER, "b")):
            index.add(reader, text)
        names = [Identity("table", "public", name) for name in ("b", "a")]
        assert [READER, OTHER, READER] == [*index.find(names)]

    @pytest.mark.parametrize(
        ("schema", "texts", "is_found"),
        [
            ("app", ["SELECT FROM app.notes"], True),
            ("it's", ['SELECT FROM "it\'s".notes'], True),
            ("app", ["SELECT FROM notes", "(('search_path', 'app'),)"], True),
            ("app", ['SELECT FROM U&"\\0061pp".notes'], True),
            ("home", ["SELECT FROM notes"], True),
            ("public", ["SELECT FROM notes"], True),
            ("app", ["SELECT FROM notes"], False),
            ("app", ["SELECT FROM other.notes"], False),
        ],
    )
    def test_schemas(self, schema: str, texts: list[str], is_found: bool) -> None:  # noqa: FBT001
        """SQL names an object of another schema with that schema, or with a search path of its own."""
        index = ReaderIndex()
        reader = Identity("function", "home", "reader")
        index.add(reader, *texts)
        assert is_found == (reader in index.find([Identity("table", schema, "notes")]))


@pytest.mark.parametrize(
    "text", ["'{}'::_mood", "nextval(E'\\nmood')", 'U&"m\\006fod"', "'{}'::public.MOOD[]"]
)
def test_mentioned_names(text: str) -> None:
    """A name is found as the name of its array type, after an escape, and in escapes."""
    assert MentionedNames(["mood"]).occur_in(text)
    assert not MentionedNames(["mood"]).occur_in("moody + a_mood")


@pytest.mark.parametrize("kind", ["enum", "row type"])
@pytest.mark.parametrize(
    "spelling", ["{}", "{}[]", "_{}", "public._{}", "public.{}[3][]", "{} ARRAY", "{} ARRAY[4]"]
)
def test_types_of_columns(kind: str, spelling: str) -> None:
    """A column depends on the type that it names, in each spelling of an array of it."""
    named = Enum("mood", ["a"]) if kind == "enum" else Table("mood", columns=[Column("a", bigint)])
    column = Column("of_type", Type(spelling.format("mood")))
    state = State(catalog(Table("notes", columns=[column]), named).objects)
    identity = table_part("column", "public", "notes", "of_type")
    assert named.identity in {each.referenced for each in state.dependencies(identity)}
    assert identity in {each.dependent for each in state.dependents(named.identity)}
