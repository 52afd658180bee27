"""Lint: what is wrong with SQL before a database sees it."""

from schema_dsl.lint.definitions import lint_definitions
from schema_dsl.lint.entry import lint_generated, lint_paths, lint_text
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.report import FORMATS
from schema_dsl.lint.rules import rules as rules_by_name
from schema_dsl.lint.run import STDIN, LintResult, LintRun, as_baseline
from schema_dsl.lint.run import lint as lint_run
from schema_dsl.lint.selection import Selection, selection
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
    "as_baseline",
    "lint_definitions",
    "lint_generated",
    "lint_paths",
    "lint_run",
    "lint_text",
    "rules_by_name",
    "selection",
]
