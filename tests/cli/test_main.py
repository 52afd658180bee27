"""The command group: help, errors, and the common behavior of all commands."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from command_line import Run

import schema_dsl.__main__ as program

HEAVY = ["sqlglot", "postgast", "psycopg", "jinja2", "attrs", "rich", "importlib.metadata"]


class TestHelp:
    """--help is fast and complete."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--help"],
            *(
                [name, "--help"]
                for name in ("diff", "dump", "generate", "import", "introspect", "lint", "verify", "init")
            ),
        ],
    )
    def test_nothing_heavy_is_loaded(self, arguments: list[str]) -> None:
        """Printing help imports no parser, no driver and no template engine."""
        code = (
            "import json, sys\nfrom schema_dsl.cli import main\n"
            f"main({arguments!r}, standalone_mode=False)\n"
            "print(json.dumps(sorted(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        loaded = json.loads(done.stdout.splitlines()[-1])
        assert [] == [name for name in HEAVY if name in loaded]

    def test_every_command_is_listed_with_a_whole_sentence(self, run: Run) -> None:
        """The list of commands has a description of each, and truncates none."""
        done = run("--help")
        assert 0 == done.exit_code
        commands = done.output.partition("Commands:")[2]
        assert "..." not in commands
        assert [] == [
            name
            for name in ("diff", "dump", "generate", "import", "init", "introspect", "lint", "verify")
            if name not in commands
        ]


class TestErrors:
    """Each error is one message, with its exit code."""

    def test_unknown_command(self, run: Run) -> None:
        """An unknown command is a usage error."""
        assert 2 == run("migrate").exit_code

    def test_misspelled_command(self, run: Run) -> None:
        """A misspelled command is a usage error that suggests the command."""
        done = run("genrate")
        assert 2 == done.exit_code
        assert "No such command 'genrate'. Did you mean 'generate'?" in done.output

    def test_unknown_setting(self, run: Run, project: Path) -> None:
        """The message on a misspelled setting names the file and suggests the key."""
        settings = project / "pyproject.toml"
        settings.write_text(settings.read_text().replace("migrations =", "migration ="))
        done = run("generate")
        assert 2 == done.exit_code
        assert (
            "pyproject.toml: [tool.schema-dsl] has no key migration\n  Did you mean migrations?"
            in done.output
        )

    def test_a_fault_in_the_definitions(self, run: Run, project: Path) -> None:
        """A misspelled column is one message with file, line and the right name, and no traceback."""
        notes = project / "definitions" / "notes.py"
        notes.write_text(notes.read_text().replace('Index("user_id")', 'Index("user_ID")'))
        line = next(n for n, text in enumerate(notes.read_text().splitlines(), 1) if "user_ID" in text)
        done = run("generate")
        assert 2 == done.exit_code
        assert (
            f"error: definitions/notes.py:{line}: index of table notes refers to column user_ID, which the table "
            "does not have\n  Did you mean user_id?\n"
        ) == done.output

    @pytest.mark.parametrize("text", ["2026-13-45", "20261129", "2026-W48-7", "yesterday"])
    def test_date(self, run: Run, text: str) -> None:
        """--date accepts a date of the calendar as YYYY-MM-DD only."""
        done = run("generate", "--date", text)
        assert done.exit_code == 2
        assert f"{text!r} is not a date such as 2025-11-21" in done.output


class TestEveryCommand:
    """The common behavior of all commands."""

    def test_module(self) -> None:
        """`python -m schema_dsl` is the same command."""
        done = subprocess.run(
            [sys.executable, "-m", "schema_dsl", "--help"], capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith("Usage: schema-dsl [OPTIONS] COMMAND")

    def test_collector(self, run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The program does not search for garbage, except in `verify`, which runs long enough to need it."""
        enabled: list[bool] = []

        def record(*_: object, **__: object) -> NoReturn:
            enabled.append(gc.isenabled())
            raise SystemExit(0)

        monkeypatch.setattr("schema_dsl.cli.main", record)
        monkeypatch.setattr("schema_dsl.pipeline.verify", record)
        try:
            with pytest.raises(SystemExit):
                program.run()
            assert project.exists()
            assert 0 == run("verify").exit_code
        finally:
            gc.enable()
        assert [False, True] == enabled

    def test_a_fault_of_schema_dsl(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        """An exception that no command expects is a message, and its traceback is in a file."""

        def fail(**_: str) -> NoReturn:
            raise ValueError("a fault")

        monkeypatch.setattr("schema_dsl.cli.main", fail)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        try:
            with pytest.raises(SystemExit) as ended:
                program.run()
        finally:
            gc.enable()
        (details,) = tmp_path.iterdir()
        assert 2 == ended.value.code
        assert (
            "error: schema-dsl failed (ValueError). This is a fault of schema-dsl, not of your files.\n"
            f"  The details are in {details}: report them, with the input if possible.\n"
        ) == capsys.readouterr().err
        assert "ValueError: a fault" in details.read_text("utf-8")

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows does not remove the current folder")
    def test_removed_folder(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """If the current folder was removed, the message says so."""
        folder = tmp_path / "gone"
        folder.mkdir()
        monkeypatch.chdir(folder)
        folder.rmdir()
        done = run("lint", "a.sql")
        assert (2, "error: the current folder: No such file or directory\n") == (done.exit_code, done.stderr)

    def test_quiet(self, run: Run, project: Path) -> None:
        """With --quiet, a command that succeeds prints nothing."""
        assert (0, "") == ((done := run("init", "--quiet")).exit_code, done.output)
        assert (0, "") == ((done := run("generate", "--quiet")).exit_code, done.output)
        assert (0, "") == ((done := run("generate", "--quiet")).exit_code, done.output)
        assert (0, "") == ((done := run("lint", "--quiet")).exit_code, done.output)
        assert (0, "") == ((done := run("verify", "--quiet", "--only", "applies")).exit_code, done.output)
        assert (project / "migrations" / "001_notes.sql").exists()

    def test_quiet_prints_findings(self, run: Run, project: Path) -> None:
        """With --quiet, findings are still printed, and the exit code stays 1."""
        (project / "bad.sql").write_text("SELEC 1;\n")
        done = run("lint", "--quiet", "bad.sql")
        assert 1 == done.exit_code
        assert "syntax-error" in done.stdout
        assert "" == done.stderr

    def test_width_in_a_pipe(self, run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """COLUMNS sets the width of the report of `verify` in a pipe."""
        assert project.exists()
        run("generate")
        monkeypatch.setenv("COLUMNS", "60")
        done = run("verify", "--only", "applies")
        assert 60 == max(len(line) for line in done.stdout.splitlines())
