"""The reports of `schema-dsl lint`: formats, explanations, colors and the overview."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Run
from lint_command import COMMAND, RULE

from schema_dsl.cli import console
from schema_dsl.cli import lint as command
from schema_dsl.lint import FORMATS
from schema_dsl.settings import PLATFORMS


def run_on_terminal(folder: Path, *arguments: str, NO_COLOR: str = "") -> str:  # noqa: N803 - the variable's name
    """Run a command in a folder with a terminal as its standard output, and return the output."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=terminal,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": NO_COLOR},
    )
    os.close(terminal)
    report = b""
    # At the end of the output, Linux raises an error and other systems return nothing.
    with contextlib.suppress(OSError):
        while part := os.read(controller, 100_000):
            report += part
    process.wait()
    os.close(controller)
    return report.decode().replace("\033[0m", "").replace("\r\n", "\n")


class TestReports:
    """Formats, --explain and --rules."""

    def test_choices(self) -> None:
        """The command offers every format and platform."""
        assert command.FORMATS == tuple(FORMATS)
        assert console.PLATFORMS == PLATFORMS

    @pytest.mark.parametrize("style", FORMATS)
    def test_every_format(self, run: Run, index_file: Path, style: str) -> None:
        """Every format contains the rule of a finding."""
        assert RULE in run("lint", str(index_file), "--format", style).stdout

    def test_explain(self, run: Run) -> None:
        """--explain prints level, group, reason, remedy, examples and other names."""
        text = run("lint", "--explain", RULE).stdout
        for part in (
            f"{RULE} (warning, group locks, not in",
            "SHARE lock",
            "Add CONCURRENTLY",
            "Bad:",
            "Good:",
            "squawk",
        ):
            assert part in text
        assert "the grammar of Postgres" in run("lint", "--explain", "syntax-error").stdout
        assert text in run("lint", "--explain", "all").stdout

    @pytest.mark.parametrize(
        ("name", "remedy"),
        [
            ("locks", "locks is a group: name one of its rules. `schema-dsl lint --rules` lists them."),
            ("", "`schema-dsl lint --rules` lists all rules."),
        ],
    )
    def test_explain_no_rule(self, run: Run, name: str, remedy: str) -> None:
        """--explain of a group, or of an empty name, is an error that says what to do."""
        done = run("lint", "--explain", name)
        assert (2, f"error: there is no rule {name!r}\n  {remedy}\n") == (done.exit_code, done.stderr)

    def test_list(self, run: Run) -> None:
        """--rules prints the summary of each rule."""
        assert "CREATE INDEX without CONCURRENTLY" in run("lint", "--rules").stdout

    @pytest.mark.skipif(sys.platform == "win32", reason="pty is for POSIX systems")
    @pytest.mark.parametrize(("environment", "colored"), [({}, True), ({"NO_COLOR": "1"}, False)])
    def test_color(self, project: Path, index_file: Path, environment: dict[str, str], colored: bool) -> None:  # noqa: FBT001
        """On a terminal the report has colors, unless NO_COLOR is set."""
        report = run_on_terminal(project, "lint", str(index_file), **environment)
        assert RULE in report
        assert colored is ("\033[1;33m" in report)

    @pytest.mark.skipif(sys.platform == "win32", reason="pty is for POSIX systems")
    def test_overview(self, project: Path) -> None:
        """On a terminal, many findings become a table by rule below the newest file's findings; --full prints all."""
        folder = project / "old"
        folder.mkdir()
        for number in range(1, 61):
            text = f"CREATE TABLE public.t{number} (id bigint PRIMARY KEY, made_at timestamp);\n"
            (folder / f"{number:03}_t.sql").write_text(text)
        arguments = ("lint", "old", "--select", "types")
        report = run_on_terminal(project, *arguments)
        assert 1 == report.count("warning[prefer-timestamp-tz]")
        assert re.search(r"warning +prefer-timestamp-tz +60 +old/001_t.sql:1", report)
        assert "60 findings in 60 files; shown whole: 1 of old/060_t.sql" in report
        assert 60 == run_on_terminal(project, *arguments, "--full").count("warning[prefer-timestamp-tz]")
        newest = run_on_terminal(project, *arguments, "--since", "last")
        assert "old/060_t.sql:1" in newest
        assert 1 == newest.count("warning[prefer-timestamp-tz]")

    @pytest.mark.usefixtures("project")
    def test_since(self, run: Run) -> None:
        """--since takes a number or `last`."""
        done = run("lint", "--since", "first")
        assert 2 == done.exit_code
        assert "'first' is not the number of a migration, and not `last`" in done.stderr

    @pytest.mark.usefixtures("project")
    def test_since_number_that_no_file_has(self, run: Run) -> None:
        """A number longer than the name of a file is wrong usage."""
        done = run("lint", "--since", "9" * 5000)
        assert (2, True) == (done.exit_code, "is not the number of a migration" in done.stderr)

    @pytest.mark.parametrize("columns", ["9" * 5000, "\N{SUPERSCRIPT TWO}", "0", "x"])
    def test_no_width(self, run: Run, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
        """COLUMNS without a usable number leaves the width as it is without COLUMNS."""
        monkeypatch.delenv("COLUMNS", raising=False)
        expected = run("lint", "--explain", RULE).stdout
        monkeypatch.setenv("COLUMNS", columns)
        assert expected == run("lint", "--explain", RULE).stdout

    @pytest.mark.usefixtures("project")
    def test_width(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        """COLUMNS sets the width of an explanation."""
        monkeypatch.setenv("COLUMNS", "50")
        text = run("lint", "--explain", RULE).stdout.partition("Bad:")[0]
        assert max(map(len, text.splitlines())) <= 60
