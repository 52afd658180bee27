"""`schema-dsl generate`."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Run


@pytest.fixture
def first(run: Run, project: Path) -> Path:
    """The first migration of a project."""
    done = run("generate", "--date", "2026-01-31")
    assert 0 == done.exit_code, done.output
    return project / "migrations" / "001_notes.sql"


def edit(path: Path, old: str, new: str) -> None:
    """Replace text in a file, and fail if the file does not contain the text."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


class TestFirst:
    """The first migration needs no server."""

    def test_written_once(self, run: Run, first: Path) -> None:
        """`generate` writes the file, and a second `generate` reports that the file is up to date."""
        before = first.read_bytes()
        done = run("generate")
        assert (
            0,
            "up to date: the migrations already produce the definitions (newest: 001_notes.sql)\n",
        ) == (
            done.exit_code,
            done.output,
        )
        assert before == first.read_bytes()

    def test_byte_for_byte(self, run: Run, first: Path) -> None:
        """The same definitions and date produce the same bytes."""
        before = first.read_bytes()
        first.unlink()
        run("generate", "--date", "2026-01-31")
        assert before == first.read_bytes()

    def test_stdout(self, run: Run, project: Path) -> None:
        """--stdout prints the SQL and writes nothing."""
        done = run("generate", "--stdout")
        assert "CREATE TABLE IF NOT EXISTS public.notes" in done.output
        assert not (project / "migrations").exists()

    def test_stdout_with_an_error(self, run: Run, project: Path) -> None:
        """--stdout prints the SQL that a lint error keeps from being written, because the error names its lines."""
        definitions = project / "definitions" / "notes.py"
        definitions.write_text(
            "from schema_dsl import Column, Table, at_least, integer\n"
            't = Table("t", columns=[Column("n", integer, default=0, check=at_least(1))])\n'
        )
        done = run("generate", "--stdout")
        assert 1 == done.exit_code, done.output
        assert "error[refused-value]" in done.stderr
        assert "CREATE TABLE IF NOT EXISTS public.t" in done.stdout

    def test_required_column(self, run: Run, first: Path, project: Path) -> None:
        """A required column without a value for the rows that exist is written, with a check that there are none."""
        edit(
            project / "definitions" / "notes.py",
            "columns=[",
            'columns=[Column("kind", text, not_null=True), ',
        )
        done = run("generate")
        assert 0 == done.exit_code, done.output
        assert (
            "because rows would have no value (rows: %)"
            in (first.parent / "002_add_kind_to_notes.sql").read_text()
        )

    def test_the_number_continues(self, run: Run, project: Path) -> None:
        """In a folder with other migrations, the new file gets the next number with the same width."""
        folder = project / "fe" / "scripts"
        folder.mkdir(parents=True)
        (folder / "0033_fix_deletion_fk_order.sql").write_text("SELECT 1;\n")
        done = run("generate", "--output", "fe/scripts")
        assert (0, "wrote fe/scripts/0034_notes.sql\n") == (done.exit_code, done.output)

    def test_first_number(self, run: Run, project: Path) -> None:
        """In an empty folder, the number comes from `first-number`."""
        edit(project / "pyproject.toml", "# first-number = 1", "first-number = 34")
        assert "wrote migrations/034_notes.sql\n" == run("generate").output

    @pytest.mark.parametrize(
        ("naming", "name"), [("supabase", "20260131000000_notes.sql"), ("flyway", "V1__notes.sql")]
    )
    def test_namings(self, run: Run, project: Path, naming: str, name: str) -> None:
        """The `naming` setting determines the name of the file."""
        edit(project / "pyproject.toml", '# naming = "numbered"', f'naming = "{naming}"')
        assert f"wrote migrations/{name}\n" == run("generate", "--date", "2026-01-31").output

    def test_what_fails_lint_is_not_written(self, run: Run, project: Path) -> None:
        """A lint error is reported with its position, and no file is written."""
        edit(project / "definitions" / "notes.py", "max_length(10_000)", 'sql("char_length(boddy) < 5")')
        edit(project / "definitions" / "notes.py", "max_length,", "sql,")
        done = run("generate")
        assert 1 == done.exit_code, done.output
        assert "unknown-column" in done.output
        assert "body" in done.output
        assert not list((project / "migrations").glob("*"))


class TestCheck:
    """--check reports by its exit code, for CI."""

    def test_due(self, run: Run, project: Path) -> None:
        """--check fails if the definitions need a migration, and writes nothing."""
        done = run("generate", "--check")
        assert 1 == done.exit_code
        assert "`schema-dsl generate` would write migrations/001_notes.sql" in done.output
        assert not (project / "migrations").exists()

    def test_up_to_date(self, run: Run, first: Path) -> None:
        """--check succeeds if the migrations produce the definitions."""
        assert first.exists()
        assert 0 == run("generate", "--check").exit_code

    def test_edited(self, run: Run, first: Path) -> None:
        """--check fails if the newest migration was edited by hand."""
        edit(first, "FOR SELECT", "FOR ALL")
        done = run("generate", "--check")
        assert 1 == done.exit_code
        assert "was edited by hand" in done.output


class TestAmend:
    """--amend regenerates the newest migration."""

    def test_amended(self, run: Run, project: Path, first: Path) -> None:
        """An addition to the definitions goes into the same file, which keeps its date."""
        edit(project / "definitions" / "notes.py", "indexes=[", 'indexes=[Index("created_at"), ')
        done = run("generate", "--amend")
        assert (0, "wrote migrations/001_notes.sql\n") == (done.exit_code, done.output)
        text = first.read_text("utf-8")
        assert "notes_created_at_idx" in text
        assert "-- Date: 2026-01-31\n" in text

    def test_an_edited_file_is_kept(self, run: Run, first: Path) -> None:
        """A file that was edited by hand is overwritten only with --force."""
        edit(first, "One row per note", "By hand")
        before = first.read_bytes()
        done = run("generate", "--amend")
        assert 2 == done.exit_code
        assert "migrations/001_notes.sql" in done.output
        assert "edited by hand" in done.output
        assert before == first.read_bytes()
        assert 0 == run("generate", "--amend", "--force").exit_code
        assert b"By hand" not in first.read_bytes()

    def test_not_what_others_have_built_upon(self, run: Run, first: Path) -> None:
        """A migration that another file follows is not regenerated."""
        first.with_name("002_by_hand.sql").write_text("SELECT 1;\n")
        done = run("generate", "--amend")
        assert 2 == done.exit_code
        assert "002_by_hand.sql follows it" in done.output


class TestNext:
    """A later migration contains the difference between the earlier migrations and the definitions."""

    def test_what_was_added(self, run: Run, project: Path, first: Path) -> None:
        """The next migration contains a new column and its index, is named by that, and contains nothing else."""
        before = first.read_bytes()
        edit(
            project / "definitions" / "notes.py",
            'Column("created_at"',
            'Column("pinned_at", timestamptz),\n        Column("created_at"',
        )
        edit(project / "definitions" / "notes.py", "indexes=[", 'indexes=[Index("pinned_at"), ')
        done = run("generate")
        assert (0, "wrote migrations/002_add_pinned_at_to_notes.sql\n") == (done.exit_code, done.stdout)
        text = (project / "migrations" / "002_add_pinned_at_to_notes.sql").read_text("utf-8")
        assert "ADD COLUMN IF NOT EXISTS pinned_at timestamptz" in text
        assert "notes_pinned_at_idx" in text
        assert "CREATE TABLE" not in text
        assert "CREATE POLICY" not in text
        assert before == first.read_bytes()
        assert "up to date" in run("generate").output

    def test_undeclared_check_that_does_not_fit_the_new_type(self, run: Run, project: Path) -> None:
        """A check that is no longer declared stays on a retyped column, unless it does not fit the new type."""
        declared = (
            "from schema_dsl import *\nt = Table('t', columns=[Column('made', {})], constraints=[{}])\n"
        )

        def declare(made: str, *checks: str) -> None:
            (project / "definitions" / "notes.py").write_text(declared.format(made, *checks or [""]))

        declare("text", "Check(\"made <> ''\", name='c')")
        assert 0 == run("generate").exit_code
        declare("varchar(9)")
        done = run("generate", "--stdout", "--allow", "data-loss")
        assert (0, True) == (done.exit_code, "ADD CONSTRAINT c CHECK" in done.output), done.output
        declare("date, using=sql('made::date')")
        done = run("generate")
        assert 2 == done.exit_code, done.output
        assert "the migration cannot run: operator does not exist: date <> text" in done.output
        assert "restores what the definitions do not declare: check c of public.t. Declare it" in done.output
        assert 0 == run("generate", "--drop").exit_code

    def test_undeclared_objects_are_kept_without_drop(self, run: Run, project: Path, first: Path) -> None:
        """An object that is no longer declared is reported and kept. --drop drops it."""
        assert first.exists()
        edit(project / "definitions" / "notes.py", 'indexes=[Index("user_id")],', "indexes=[],")
        done = run("generate")
        assert (
            "note: index notes_user_id_idx of public.notes is not in the definitions, and the migrations create it. "
            "Drop it with --drop"
        ) in done.output
        assert "1 object is left behind" in done.output
        run("generate", "--drop", "--name", "drop_index")
        text = (project / "migrations" / "002_drop_index.sql").read_text("utf-8")
        assert "DROP INDEX CONCURRENTLY IF EXISTS public.notes_user_id_idx;" in text
