"""`schema-dsl lint` with a baseline of known findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run
from lint_command import INDEX, RULE, add_lint_settings


class TestBaseline:
    """A baseline hides the findings that a project has when it adopts the linter."""

    def test_known_and_gone(self, run: Run, index_file: Path) -> None:
        """Known findings stay hidden when lines move; new and vanished ones are reported."""
        assert 0 == run("lint", str(index_file), "--write-baseline", "known.json").exit_code
        index_file.write_text("-- Later.\n\n" + INDEX.replace("CREATE INDEX", "create  index"))
        done = run("lint", str(index_file), "--baseline", "known.json")
        assert ("", "no findings\n") == (done.stdout, done.stderr)
        index_file.write_text(INDEX + INDEX.replace("body", "title"))
        done = run("lint", str(index_file), "--baseline", "known.json", "--select", RULE, "--format", "json")
        assert [2] == [each["line"] for each in json.loads(done.stdout)]
        index_file.write_text("SELECT 1;\n")
        done = run("lint", str(index_file), "--baseline", "known.json")
        assert "no longer occur" in done.stderr

    def test_line_ends(self, run: Run, index_file: Path) -> None:
        """Known findings stay hidden in a working copy with the line ends of Windows."""
        text = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n    RETURN 1;\nEND\n$$;\n"
        index_file.write_bytes(text.encode())
        run("lint", str(index_file), "--write-baseline", "known.json")
        assert json.loads(Path("known.json").read_text())["findings"]
        index_file.write_bytes(text.replace("\n", "\r\n").encode())
        assert "no findings\n" == run("lint", str(index_file), "--baseline", "known.json").stderr

    def test_renamed_file(self, run: Run, index_file: Path) -> None:
        """Known findings stay hidden when their file is renamed, and count once."""
        run("lint", str(index_file), "--write-baseline", "known.json")
        moved = index_file.rename(index_file.with_name(f"9{index_file.name}"))
        done = run("lint", str(moved), "--baseline", "known.json")
        assert ("", "no findings\n") == (done.stdout, done.stderr)
        moved.with_name("copy.sql").write_text(moved.read_text())
        done = run("lint", str(moved), "copy.sql", "--baseline", "known.json", "--format", "json")
        assert {"copy.sql"} == {each["file"] for each in json.loads(done.stdout)}

    def test_in_the_settings(self, run: Run, project: Path, index_file: Path) -> None:
        """The baseline can be named in the settings."""
        add_lint_settings(project, 'baseline = "known.json"')
        assert "the baseline cannot be read" in run("lint", str(index_file)).output
        run("lint", str(index_file), "--write-baseline", "known.json")
        assert "no findings\n" == run("lint", str(index_file)).stderr

    def test_known_in_a_statement_that_is_mended(self, run: Run, index_file: Path) -> None:
        """--fix does not fix a known finding, even if the same statement has a new one."""
        known = (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (auth.uid() = user_id);\n"
        )
        index_file.write_text(known)
        chosen = ("--platform", "supabase", "--select", "auth-rls-initplan,policy-without-role")
        assert 0 == run("lint", str(index_file), "--write-baseline", "known.json", *chosen).exit_code
        both = known.replace(" TO authenticated", "")
        index_file.write_text(both)
        held = json.loads(Path("known.json").read_text())
        run("lint", str(index_file), "--write-baseline", "known.json", *chosen)
        now = json.loads(Path("known.json").read_text())
        now["findings"] = [each for each in now["findings"] if each["rule"] == held["findings"][0]["rule"]]
        Path("known.json").write_text(json.dumps(now))
        done = run("lint", str(index_file), "--baseline", "known.json", "--fix", *chosen)
        assert (known, "") == (index_file.read_text(), done.stdout)

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "[]",
            '{"findings": [{}]}',
            '{"version": 2, "findings": []}',
            '{"version": 1, "findings": [{"file": "a", "rule": "b", "statement": "c", "count": "1"}]}',
        ],
    )
    def test_no_baseline(self, run: Run, project: Path, text: str) -> None:
        """A file that is not a baseline is a usage error."""
        (project / "known.json").write_text(text)
        done = run("lint", "--baseline", "known.json")
        assert 2 == done.exit_code
        assert "known.json: " in done.output
