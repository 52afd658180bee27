"""`schema-dsl generate` after hand-written migrations of several layouts."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Run


@pytest.fixture
def migrations(run: Run, project: Path) -> Path:
    """The migrations folder after the first migration; the definitions have another column."""
    assert 0 == run("generate").exit_code
    definitions = project / "definitions" / "notes.py"
    text = definitions.read_text("utf-8")
    column = 'Column("created_at"'
    assert column in text
    definitions.write_text(text.replace(column, f'Column("pinned_at", timestamptz),\n        {column}'))
    return project / "migrations"


class TestReplay:
    """The files after the first generated one are replayed."""

    @pytest.mark.parametrize(
        ("files", "number"),
        [
            ({"002_a.sql": "-- +goose Up\nSELECT 1\n-- +goose Down\nDROP TABLE public.notes;\n"}, "003"),
            ({"002_a.sql": "-- migrate:up\n\n-- migrate:down\nDROP TABLE public.notes"}, "003"),
            ({"002_a.up.sql": "SELECT 1;", "002_a.down.sql": "DROP TABLE public.notes;"}, "003"),
            ({"2_a/up.sql": "SELECT 1;", "2_a/down.sql": "DROP TABLE public.notes;"}, "3"),
            (
                {"V2__a.sql": "SELECT 1;", "U2__a.sql": "DROP TABLE public.notes;", "R__z.sql": "SELECT 2;"},
                "003",
            ),
            (
                {
                    "002_a.sql": "CREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n\\.\nSELECT 1 / count(*) FROM t;\n"
                },
                "003",
            ),
        ],
    )
    def test_layouts(self, run: Run, migrations: Path, files: dict[str, str], number: str) -> None:
        """Only the forward SQL runs, with the rows of COPY: the next migration adds the column to the table."""
        for name, text in files.items():
            path = migrations / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        done = run("generate", "--name", "pinned")
        assert 0 == done.exit_code, done.output
        text = (migrations / f"{number}_pinned.sql").read_text("utf-8")
        assert "ADD COLUMN IF NOT EXISTS pinned_at timestamptz" in text
        assert "CREATE TABLE" not in text

    @pytest.mark.parametrize(
        ("name", "text", "tool"),
        [
            ("002_a.sql", "-- +goose Up\nSELECT 1;\n", "goose"),
            ("002_a.sql", "-- +migrate Up\nSELECT 1;\n", "sql-migrate"),
            ("002_a/migration.sql", "SELECT 1;\n", "Prisma"),
            ("002_a.sql", "SELECT 1;\n", ""),
        ],
    )
    def test_tool(self, run: Run, migrations: Path, name: str, text: str, tool: str) -> None:
        """A note says if the tool of the other migrations does not run the file that psql runs."""
        (migrations / name).parent.mkdir(exist_ok=True)
        (migrations / name).write_text(text)
        told = run("generate", "--stdout").stderr
        assert (f"{name} is written for {tool}, and the generated file for psql" in told) is bool(tool), told

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("SELECT 1;\n\\i other.sql\n", "002_a.sql:2: \\i is a command of psql and not SQL"),
            ("SELECT {{ x }};", "002_a.sql:1: {{ x }} is a placeholder, and its value is not in the file"),
            ("\nALTER SYSTEM SET work_mem = '4MB';", "002_a.sql:2: ALTER SYSTEM needs a superuser"),
            ("SELECT 1;\nSELECT 1 / 0;", "002_a.sql:2: division by zero"),
        ],
    )
    def test_errors(self, run: Run, migrations: Path, text: str, error: str) -> None:
        """A file that cannot be replayed is one error with file and line."""
        (migrations / "002_a.sql").write_text(text)
        done = run("generate")
        assert 2 == done.exit_code, done.output
        assert error in done.output

    def test_what_cannot_be_declared(self, run: Run, project: Path) -> None:
        """A property of a declared object that cannot be declared is a note, and the next migration is written."""
        definitions = project / "definitions" / "more.sql"
        text = "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION one() FROM PUBLIC;"
        definitions.write_text(text)
        assert 0 == run("generate").exit_code
        (project / "migrations" / "002_own.sql").write_text(
            "REVOKE EXECUTE ON FUNCTION one() FROM CURRENT_USER;\n"
        )
        definitions.write_text(text.replace("SELECT 1", "SELECT 2"))
        done = run("generate")
        assert 0 == done.exit_code, done.output
        note = "note: function public.one() is withheld from its owner. The definitions cannot declare this\n"
        assert note in done.output
        assert "SELECT 2" in next((project / "migrations").glob("003_*.sql")).read_text("utf-8")

    def test_amend_before_repeatable_files(self, run: Run, migrations: Path) -> None:
        """A repeatable file of Flyway, which runs last, does not keep the newest migration from being amended."""
        (migrations / "R__view.sql").write_text("CREATE OR REPLACE VIEW v AS SELECT 1;")
        done = run("generate", "--amend")
        assert "wrote migrations/001_notes.sql" in done.output, done.output
        assert "pinned_at" in (migrations / "001_notes.sql").read_text("utf-8")

    @pytest.mark.parametrize(
        ("rename", "names", "expected"),
        [
            (
                "ALTER TABLE public.notes RENAME TO remarks",
                ('Table(\n    "notes"', 'Table(\n    "remarks"'),
                "RENAME CONSTRAINT notes_pkey TO remarks_pkey",
            ),
            (
                "ALTER TABLE public.notes RENAME CONSTRAINT notes_pkey TO pk_notes",
                ("", ""),
                "RENAME CONSTRAINT pk_notes TO notes_pkey",
            ),
            (
                "ALTER INDEX public.notes_user_id_idx RENAME TO by_user",
                ("", ""),
                "ALTER INDEX public.by_user RENAME TO notes_user_id_idx",
            ),
            (
                "ALTER TABLE public.notes RENAME COLUMN user_id TO author_id",
                ("user_id", "author_id"),
                "RENAME TO notes_author_id_idx",
            ),
        ],
    )
    def test_names_after_a_rename(
        self, run: Run, project: Path, rename: str, names: tuple[str, str], expected: str
    ) -> None:
        """After a hand-written rename, constraints and indexes get the declared names, instead of a second key."""
        assert 0 == run("generate").exit_code
        (project / "migrations" / "002_rename.sql").write_text(f"{rename};\n")
        definitions = project / "definitions" / "notes.py"
        text = definitions.read_text("utf-8")
        assert names[0] in text
        definitions.write_text(text.replace(*names))
        done = run("generate", "--name", "names")
        assert "left behind" not in done.output
        written = (project / "migrations" / "003_names.sql").read_text("utf-8")
        assert expected in written
        assert "CREATE" not in written
        assert "ADD CONSTRAINT" not in written
        assert "up to date" in run("generate", "--check").output
