"""The page on CI, and the pre-commit hooks."""

from __future__ import annotations

import re
from pathlib import Path

import click.testing
import pytest

from schema_dsl.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
COMMANDS = sorted(
    {
        *re.findall(r"schema-dsl ((?:lint|generate|verify)(?: --?[\w-]+(?: [\w.-]+)?)*)", PAGE),
        *re.findall(r"entry: schema-dsl (.*)", HOOKS),
    }
)


class TestPage:
    """The commands and hooks on the page exist."""

    @pytest.mark.parametrize("line", COMMANDS)
    def test_commands(self, line: str) -> None:
        """Each option on the page is an option of its command."""
        name, *arguments = line.split()
        options = [each for each in arguments if each.startswith("--")]
        text = click.testing.CliRunner().invoke(main, [name, "--help"]).output
        assert [] == [option for option in options if option not in text]

    def test_hooks(self) -> None:
        """The page lists the hooks of the repository."""
        assert re.findall(r"^- id: (\S+)", HOOKS, re.MULTILINE) == re.findall(r"- id: (\S+)", PAGE)
