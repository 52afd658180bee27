"""Workflow commands of GitHub Actions, which show findings as annotations next to the changed lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schema_dsl.lint.finding import Finding, Level

_COMMANDS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}


def format_github(findings: Iterable[Finding]) -> str:
    """Return one workflow command per finding."""
    return "".join(_command(finding) for finding in findings)


def _command(finding: Finding) -> str:
    properties = {
        "file": finding.file,
        "line": finding.line,
        "endLine": finding.line,
        "col": finding.column,
        "endColumn": finding.end_column,
        "title": finding.rule,
    }
    properties_text = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    text = f"{finding.message}\n{finding.remedy}" if finding.remedy else finding.message
    return f"::{_COMMANDS[finding.level]} {properties_text}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
