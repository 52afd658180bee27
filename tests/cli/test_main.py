"""The command as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

Run = Callable[..., click.testing.Result]

HEAVY = ["sqlglot", "postgast", "psycopg", "jinja2", "attrs", "rich", "importlib.metadata"]


class TestHelp:
    """Help is there at once."""

    @pytest.mark.parametrize(
        "arguments", [["--help"], *([name, "--help"] for name in ("generate", "lint", "verify", "init"))]
    )
    def test_nothing_heavy_is_loaded(self, arguments: list[str]) -> None:
        """Printing help loads no parser, no driver and no template engine."""
        code = (
            "import json, sys\nfrom schema_dsl.cli import main\n"
            f"main({arguments!r}, standalone_mode=False)\n"
            "print(json.dumps(sorted(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        loaded = json.loads(done.stdout.splitlines()[-1])
        assert [] == [name for name in HEAVY if name in loaded]

    def test_every_command_is_listed_with_a_whole_sentence(self, run: Run) -> None:
        """The list of commands says of each what it does, and cuts nothing off."""
        done = run("--help")
        assert 0 == done.exit_code
        commands = done.output.partition("Commands:")[2]
        assert "..." not in commands
        assert [] == [name for name in ("generate", "init", "lint", "verify") if name not in commands]


class TestErrors:
    """Whatever is wrong is said in a message, with the exit code for it."""

    def test_unknown_command(self, run: Run) -> None:
        """A command that does not exist is a usage error."""
        assert 2 == run("migrate").exit_code

    def test_unknown_setting(self, run: Run, project: Path) -> None:
        """A misspelt setting names the file and the right key."""
        settings = project / "pyproject.toml"
        settings.write_text(settings.read_text().replace("migrations =", "migration ="))
        done = run("generate")
        assert 2 == done.exit_code
        assert (
            "pyproject.toml: [tool.schema-dsl] has no key migration\n  Did you mean migrations?"
            in done.output
        )

    def test_a_fault_in_the_definitions(self, run: Run, project: Path) -> None:
        """A misspelt column is one message with file, line and the right name, and no traceback."""
        notes = project / "definitions" / "notes.py"
        notes.write_text(notes.read_text().replace('Index("user_id")', 'Index("user_ID")'))
        line = next(n for n, text in enumerate(notes.read_text().splitlines(), 1) if "user_ID" in text)
        done = run("generate")
        assert 2 == done.exit_code
        assert (
            f"error: definitions/notes.py:{line}: index of table notes names column user_ID, which the table "
            "does not have\n  Did you mean user_id?\n"
        ) == done.output
