"""The statements of a history that can concern some objects."""

from __future__ import annotations

import pytest

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.verify.comparison.history_words import list_former_words, list_words, select_statements

NOTES = Identity("table", "public", "notes")


def select(script: str, *objects: Identity) -> list[str]:
    """Return the statements of a script that can concern some objects."""
    words = list_words(objects) | list_former_words([script])
    return [statement.text for statement in select_statements(script, words)]


class TestSelected:
    """Statements that can concern an object."""

    @pytest.mark.parametrize(
        ("statement", "identity"),
        [
            ("CREATE TABLE Notes (id bigint)", NOTES),
            ('CREATE TABLE public . "notes" (id bigint)', NOTES),
            (
                "DO $$ BEGIN DROP POLICY mine ON notes; END $$",
                table_part("policy", "public", "notes", "mine"),
            ),
            ("ALTER TABLE notes ADD body text", table_part("column", "public", "notes", "body")),
            ("DROP INDEX notes_a_idx", Identity("index", "public", "notes_a_idx", parent=NOTES)),
            ("GRANT SELECT ON ALL TABLES IN SCHEMA public TO anon", NOTES),
            ("DO $$ BEGIN EXECUTE 'DROP TABLE no' || 'tes'; END $$", NOTES),
            (r"""CREATE TABLE U&"n\006ftes" (id bigint)""", NOTES),
            ("CREATE CAST (text AS mood) WITH INOUT", Identity("cast", "", "text AS public.mood")),
            ("ALTER TABLE drafts RENAME TO notes", NOTES),
            ('CREATE TABLE "My notes" (id bigint)', Identity("table", "public", "My notes")),
            (f"CREATE TABLE {'n' * 70} (id bigint)", Identity("table", "public", "n" * 63)),
            ("CREATE OPERATOR + (FUNCTION = add, RIGHTARG = mood)", Identity("operator", "public", "+")),
        ],
    )
    def test_selected(self, statement: str, identity: Identity) -> None:
        """A statement that creates, renames or drops the object is selected, in whatever form it names the object."""
        assert [statement] == select(f"{statement};\nCREATE TABLE other (id bigint);", identity)[:1]

    def test_former_name(self) -> None:
        """The statements under a former name are selected."""
        script = "CREATE TABLE a (id bigint);\nALTER TABLE a RENAME TO b;\nALTER TABLE b RENAME TO notes;"
        assert [each.strip() for each in script.rstrip(";").split(";")] == select(script, NOTES)

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE other (id bigint)",
            "CREATE TABLE other (id bigint REFERENCES public.notes (id))",
            "CREATE TABLE notes_2 (id bigint)",
        ],
    )
    def test_not_selected(self, statement: str) -> None:
        """A statement about other objects is not selected, also if it refers to the object."""
        assert [] == select(f"{statement};", NOTES)
