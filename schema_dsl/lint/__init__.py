"""Lint: what is wrong with SQL before a database sees it."""

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.report import FORMATS
from schema_dsl.lint.source import Source

__all__ = ["FORMATS", "Finding", "Level", "Source"]
