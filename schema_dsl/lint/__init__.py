"""Lint of SQL files and of the SQL in the definitions, without a database."""

from schema_dsl.lint.definitions import lint_definitions
from schema_dsl.lint.entry import lint_generated, lint_paths, lint_text
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.linted_files import require_linted_files
from schema_dsl.lint.report import FORMATS
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.run import STDIN, LintResult, LintRun, build_baseline_file
from schema_dsl.lint.run import lint as lint_run
from schema_dsl.lint.selection import Selection, build_selection
from schema_dsl.lint.source import Source

__all__ = [
    "FORMATS",
    "STDIN",
    "Finding",
    "Level",
    "LintResult",
    "LintRun",
    "Selection",
    "Source",
    "build_baseline_file",
    "build_selection",
    "lint_definitions",
    "lint_generated",
    "lint_paths",
    "lint_run",
    "lint_text",
    "require_linted_files",
    "rules_by_name",
]
