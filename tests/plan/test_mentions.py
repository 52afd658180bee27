"""Tests of the index of the SQL that may name an object."""

from __future__ import annotations

import pytest

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.mentions import ReaderIndex

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
        assert READER in index.find([name])

    def test_other_names(self) -> None:
        """SQL with other names is not found, also if they contain the name."""
        index = ReaderIndex()
        index.add(OTHER, "SELECT FROM public.notes_archive, my.things")
        assert [] == [*index.find(["notes", "my notes"])]

    def test_order(self) -> None:
        """Objects are found once, in the order in which they were added."""
        index = ReaderIndex()
        for reader, text in ((READER, "a"), (OTHER, "a, b"), (READER, "b")):
            index.add(reader, text)
        assert [READER, OTHER, READER] == [*index.find(["b", "a"])]
