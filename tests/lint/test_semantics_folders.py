"""The semantic check of a folder of files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from schema_dsl.errors import SchemaDslError
from schema_dsl.lint import Finding, lint_paths
from schema_dsl.lint.selection import build_selection
from schema_dsl.platforms import platform

SUPABASE = platform("supabase")
NAMES = build_selection("supabase", select=["semantics"])


def folder(path: Path, files: Mapping[str, str]) -> list[Finding]:
    """Write files into a folder, and lint the folder as a history."""
    for name, sql in files.items():
        (path / name).write_text(sql, "utf-8")
    return lint_paths([path], SUPABASE, selection=NAMES)


class TestFolder:
    """A folder is one history."""

    def test_earlier_files(self, tmp_path: Path) -> None:
        """A file sees the objects of the files before it, in the order of their numbers."""
        files = {
            "10_use.sql": "CREATE INDEX ON notes (body); CREATE INDEX ON notes (bodi);",
            "9_make.sql": "CREATE TABLE notes (id int, body text);",
        }
        (finding,) = folder(tmp_path, files)
        assert ("unknown-column", 1, "Did you mean body?") == (finding.rule, finding.line, finding.remedy)
        assert finding.file.endswith("10_use.sql")

    @pytest.mark.parametrize(
        ("change", "use", "remedy"),
        [
            ("ALTER TABLE notes DROP COLUMN body", "CREATE INDEX ON notes (body)", "Columns of notes: id"),
            (
                "ALTER TABLE notes RENAME COLUMN body TO text",
                "CREATE INDEX ON notes (body)",
                "renamed it to text",
            ),
            ("ALTER TABLE notes RENAME COLUMN body TO text", "SELECT body FROM notes", "renamed it to text"),
            ("DROP TABLE notes", "ALTER TABLE notes ADD x int", ""),
            ("ALTER TABLE notes RENAME TO papers", "SELECT 1 FROM notes", ""),
            ("ALTER TABLE notes SET SCHEMA auth", "SELECT 1 FROM notes", ""),
            ("DROP FUNCTION helper(int)", "SELECT helper(1)", ""),
            ("DROP TYPE mood", "CREATE TABLE x (a mood)", ""),
            ("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "SELECT 'sad'::mood", ""),
            ("DROP POLICY p ON notes", "ALTER POLICY p ON notes USING (true)", ""),
            (
                "ALTER TABLE notes ALTER COLUMN body TYPE int USING 1",
                "CREATE INDEX ON notes (lower(body))",
                "",
            ),
        ],
    )
    def test_later_changes(self, tmp_path: Path, change: str, use: str, remedy: str) -> None:
        """A dropped, renamed or altered object is checked as it is after the change."""
        setup = (
            "CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE TABLE notes (id int, body text);"
            "CREATE POLICY p ON notes USING (id > 0);"
            "CREATE FUNCTION helper(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
        )
        files = {"001_a.sql": setup, "002_b.sql": change + ";", "003_c.sql": use + ";"}
        (finding,) = folder(tmp_path, files)
        assert finding.file.endswith("003_c.sql")
        assert remedy in finding.remedy

    def test_whole_history(self, tmp_path: Path) -> None:
        """In a history that starts from an empty database, a relation that no statement creates is an error."""
        files = {
            "001_a.sql": "CREATE TABLE notes (id int);",
            "002_b.sql": "CREATE POLICY p ON papers USING (true);",
        }
        (finding,) = folder(tmp_path, files)
        assert "unknown-relation" == finding.rule

    def test_later_half(self, tmp_path: Path) -> None:
        """In a history that starts later, the relation may have been created before."""
        files = {
            "034_a.sql": "CREATE TABLE notes (id int);",
            "035_b.sql": "CREATE POLICY p ON papers USING (true);",
        }
        assert [] == folder(tmp_path, files)

    def test_rollbacks_are_separate(self, tmp_path: Path) -> None:
        """A rollback script is not part of the history, and is checked separately."""
        files = {
            "001_a.sql": "CREATE TABLE notes (id int);",
            "001_a_rollback.sql": "DROP TABLE notes; SELECT 'x'::int;",
            "002_b.sql": "CREATE INDEX ON notes (id);",
        }
        (finding,) = folder(tmp_path, files)
        assert finding.file.endswith("_rollback.sql")

    @pytest.mark.parametrize(
        "text",
        [
            "-- Up Migration\n{up}\n-- Down Migration: and back\n{down}",
            "-- migrate:up\n{up}\n-- migrate:down\n{down}",
            "-- +goose Up\n-- +goose StatementBegin\n{up}\n-- +goose StatementEnd\n-- +goose Down\n{down}",
            "-- +migrate Down\n{down}\n-- +migrate Up\n{up}",
        ],
    )
    def test_down_sections_are_separate(self, tmp_path: Path, text: str) -> None:
        """The down section of a migration is not part of the history; only its syntax is checked."""
        up = (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n-- Down Migration\nSELECT 1$$;\n"
            "CREATE TABLE notes (id int);"
        )
        files = {
            "001_a.sql": text.format(up=up, down="DROP FUNCTION f(); DROP TABLE notes;"),
            "002_b.sql": "CREATE INDEX ON notes (id); CREATE INDEX ON notes (body);",
        }
        (finding,) = folder(tmp_path, files)
        assert 'column "body" of relation "notes" does not exist' in finding.message
        files["001_a.sql"] = text.format(up=up, down="DROP TABLE TABLE;")
        assert ["syntax-error", "unknown-column"] == [finding.rule for finding in folder(tmp_path, files)]

    def test_down_comment_without_up_marker(self, tmp_path: Path) -> None:
        """Without an up marker, a down marker is an ordinary comment."""
        files = {
            "001_a.sql": "CREATE TABLE notes (id int);\n-- Down migration\nDROP TABLE notes;",
            "002_b.sql": "CREATE INDEX ON notes (id);",
        }
        (finding,) = folder(tmp_path, files)
        assert 'relation "notes" does not exist' in finding.message

    def test_versions_are_sorted_by_number(self, tmp_path: Path) -> None:
        """Version 1.10 runs after 1.9."""
        for names in (("1.9.0.sql", "1.10.0.sql"), ("V1.9__a.sql", "V1.10__b.sql")):
            (tmp_path / names[0]).mkdir()
            files = dict(zip(names, ("CREATE TABLE notes (id int);", "DROP TABLE notes;"), strict=True))
            assert [] == folder(tmp_path / names[0], files)

    def test_named_files_are_separate(self, tmp_path: Path) -> None:
        """Files given by name are separate histories."""
        (tmp_path / "1.sql").write_text("CREATE TABLE notes (id int);")
        (tmp_path / "2.sql").write_text("CREATE INDEX ON notes (body);")
        assert [] == lint_paths([tmp_path / "1.sql", tmp_path / "2.sql"], SUPABASE, selection=NAMES)

    def test_missing_path(self, tmp_path: Path) -> None:
        """The error for a missing path contains the path."""
        with pytest.raises(SchemaDslError, match=r"nowhere\.sql: cannot be read: No such file"):
            lint_paths([tmp_path / "nowhere.sql"], SUPABASE)

    def test_empty(self, tmp_path: Path) -> None:
        """A folder without SQL has no findings."""
        assert [] == lint_paths([tmp_path], SUPABASE, selection=NAMES)
