"""`schema-dsl lint --fix` and `--diff`."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Run
from lint_command import CONCURRENTLY, INDEX, RULE

from schema_dsl.lint.fixing import FixResult, LintTexts, fix


class TestFix:
    """`--fix` and `--diff`."""

    def test_nothing_to_fix(self, run: Run, index_file: Path) -> None:
        """--fix says that it can fix none of the findings that remain."""
        index_file.write_text("DROP TABLE public.notes;\n")
        assert "--fix" not in run("lint", str(index_file)).stderr
        assert "--fix can fix none of them" in run("lint", str(index_file), "--fix").stderr

    def test_written(self, run: Run, index_file: Path) -> None:
        """--fix changes the file, and a second --fix changes nothing."""
        done = run("lint", str(index_file), "--fix", "--select", RULE)
        assert (0, CONCURRENTLY) == (done.exit_code, index_file.read_text())
        assert "fixed 007_index.sql" in done.stderr
        again = run("lint", str(index_file), "--fix")
        assert "fixed" not in again.stderr
        assert CONCURRENTLY == index_file.read_text()

    def test_diff(self, run: Run, index_file: Path) -> None:
        """--diff prints the difference and writes nothing."""
        done = run("lint", str(index_file), "--diff", "--select", RULE)
        assert 1 == done.exit_code
        assert f"--- 007_index.sql\n+++ 007_index.sql\n@@ -1 +1 @@\n-{INDEX}+{CONCURRENTLY}" == done.stdout
        assert INDEX == index_file.read_text()

    def test_line_ends_and_byte_order_mark(self, run: Run, index_file: Path) -> None:
        """Line ends and a byte order mark are preserved."""
        index_file.write_bytes(b"\xef\xbb\xbf-- \xc3\xa9\r\n" + INDEX.replace("\n", "\r\n").encode())
        run("lint", str(index_file), "--fix", "--select", RULE)
        assert (
            b"\xef\xbb\xbf-- \xc3\xa9\r\n" + CONCURRENTLY.replace("\n", "\r\n").encode()
            == index_file.read_bytes()
        )

    def test_only_what_is_told(self, run: Run, index_file: Path) -> None:
        """--fix changes no statement that is suppressed or whose rule is not selected."""
        ignored = INDEX.replace(";", f"; -- schema-dsl: ignore[{RULE}] small")
        policy = (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (auth.uid() = user_id);\n"
        )
        index_file.write_text(ignored + policy + INDEX.replace("notes_body_idx", "other"))
        run("lint", str(index_file), "--fix", "--select", RULE)
        assert ignored + policy + CONCURRENTLY.replace("notes_body_idx", "other") == index_file.read_text()

    def test_mode(self, run: Run, index_file: Path) -> None:
        """A file keeps its mode, and a read-only file is not changed."""
        index_file.chmod(0o600)
        run("lint", str(index_file), "--fix", "--select", RULE)
        assert 0o600 == index_file.stat().st_mode & 0o777
        index_file.write_text(INDEX)
        index_file.chmod(0o400)
        done = run("lint", str(index_file), "--fix", "--select", RULE)
        assert (2, INDEX) == (done.exit_code, index_file.read_text())
        assert "007_index.sql: cannot be written: Permission denied" in done.stderr

    @pytest.mark.parametrize("edited", [CONCURRENTLY + INDEX, None])
    def test_changed_meanwhile(
        self, run: Run, project: Path, index_file: Path, monkeypatch: pytest.MonkeyPatch, edited: str | None
    ) -> None:
        """If a file is edited or removed while lint runs, --fix writes no file."""
        other = project / "006_index.sql"
        other.write_text(INDEX)

        def fix_and_edit(lint_texts: LintTexts) -> FixResult:
            fixed = fix(lint_texts)
            if edited is None:
                index_file.unlink(missing_ok=True)
            else:
                index_file.write_text(edited)
            return fixed

        monkeypatch.setattr("schema_dsl.lint.run.fix", fix_and_edit)
        done = run("lint", str(other), str(index_file), "--fix", "--select", RULE)
        assert (2, INDEX) == (done.exit_code, other.read_text())
        assert edited == (index_file.read_text() if index_file.exists() else None)
        assert "007_index.sql: the file changed while lint ran, so --fix wrote nothing\n" in done.stderr

    def test_link(self, run: Run, project: Path, index_file: Path) -> None:
        """--fix changes the target of a symbolic link and keeps the link."""
        link = project / "008_link.sql"
        link.symlink_to(index_file)
        run("lint", str(link), "--fix", "--select", RULE)
        assert link.is_symlink()
        assert CONCURRENTLY == index_file.read_text()

    def test_not_with_a_new_baseline(self, run: Run, index_file: Path) -> None:
        """--fix and --write-baseline cannot be combined."""
        done = run("lint", str(index_file), "--fix", "--write-baseline", "known.json")
        assert (2, INDEX) == (done.exit_code, index_file.read_text())
        assert "Run --fix first" in done.stderr

    def test_standard_input(self, run: Run) -> None:
        """Standard input allows --diff, and refuses --fix."""
        assert f"+{CONCURRENTLY}" in run("lint", "-", "--diff", "--select", RULE, stdin=INDEX).stdout
        assert "Use --diff" in run("lint", "-", "--fix", stdin=INDEX).stderr

    def test_generated(self, run: Run, project: Path) -> None:
        """--fix does not change a generated file."""
        run("generate")
        file = project / "migrations" / "001_notes.sql"
        text = file.read_text() + INDEX.replace("public.notes", "public.others")
        file.write_text(text)
        done = run("lint", "--fix", "--select", RULE)
        assert text == file.read_text()
        assert (
            "migrations/001_notes.sql is not fixed: schema-dsl generated it; change the definitions"
            in done.stderr
        )
