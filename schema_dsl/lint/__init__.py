"""Lint: what is wrong with SQL before a database sees it."""

from schema_dsl.lint.definitions import lint_definitions
from schema_dsl.lint.entry import lint_generated, lint_paths, lint_text
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.report import FORMATS
from schema_dsl.lint.source import Source

__all__ = [
    "FORMATS",
    "Finding",
    "Level",
    "Source",
    "lint_definitions",
    "lint_generated",
    "lint_paths",
    "lint_text",
]
