"""A file that `schema-dsl lint` has a finding for, and helpers for runs of the command."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click.testing

INDEX = "CREATE INDEX notes_body_idx ON public.notes (body);\n"
CONCURRENTLY = "CREATE INDEX CONCURRENTLY notes_body_idx ON public.notes (body);\n"
RULE = "require-concurrent-index-creation"
COMMAND = (sys.executable, "-c", "from schema_dsl.cli import main; main()")


def rules_of(done: click.testing.Result) -> list[str]:
    """Return the rules of a JSON report."""
    return [each["rule"] for each in json.loads(done.stdout)]


def add_lint_settings(project: Path, text: str) -> None:
    """Add settings for lint to pyproject.toml."""
    file = project / "pyproject.toml"
    file.write_text(f"{file.read_text()}\n[tool.schema-dsl.lint]\n{text}\n")
