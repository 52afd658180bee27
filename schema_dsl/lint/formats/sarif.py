"""SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from schema_dsl.lint.explain import find_check
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.rule import Rule

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}


def format_sarif(findings: Iterable[Finding]) -> str:
    """Return one run with the findings and their rules."""
    reported = list(findings)
    names = sorted({finding.rule for finding in reported})
    index = {name: number for number, name in enumerate(names)}
    driver = {"name": "schema-dsl", "rules": [_rule(name) for name in names]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.rule]) for finding in reported],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(name: str) -> dict[str, Any]:
    check = find_check(name)
    if check is None:
        return {"id": name}
    remedy = f"\n\n{check.remedy}" if isinstance(check, Rule) else ""
    return {
        "id": name,
        "shortDescription": {"text": check.summary},
        "fullDescription": {"text": check.why},
        "help": {"text": f"{check.why}{remedy}"},
        "defaultConfiguration": {"level": _LEVELS[check.level]},
        "properties": {"tags": [check.group]},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    message = f"{finding.message}. {finding.remedy}" if finding.remedy else finding.message
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.line,
        "endColumn": finding.end_column,
        "snippet": {"text": finding.source_line},
    }
    place = {"artifactLocation": {"uri": _uri(finding.file)}, "region": region}
    # The fingerprint leaves out the line number, because lines shift.
    same = hashlib.sha256(
        f"{finding.file}\0{finding.rule}\0{finding.source_line.strip()}".encode(errors="surrogateescape")
    )
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.level],
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"statement/v1": same.hexdigest()[:32]},
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), safe="/", errors="surrogateescape")
