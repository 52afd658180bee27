"""The baseline file: findings that a project accepts, and that lint does not report.

An entry matches a finding by file, rule and the text of the statement, so that lines may shift. The entries of a file
that no longer exists match in every file, because migrations are renamed.
"""

from __future__ import annotations

import hashlib
import json
import operator
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from schema_dsl.errors import SettingsError, resolve_links
from schema_dsl.lint.named_checks import SYNTAX_ERROR
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.parsing.lexer import tokens

_VERSION = 1


class BaselineEntry(NamedTuple):
    """The key by which the baseline matches a finding; `statement` is a checksum."""

    file: str
    rule: str
    statement: str


Baseline = Counter[BaselineEntry]


def build_baseline(findings: Iterable[ReportedFinding], root: Path) -> Baseline:
    """Return the baseline of some findings; syntax errors never belong to a baseline."""
    return Counter(
        _build_entry(finding, root) for finding in findings if finding.finding.rule != SYNTAX_ERROR
    )


def filter_new(
    findings: Iterable[ReportedFinding], baseline: Baseline, root: Path
) -> tuple[list[ReportedFinding], int]:
    """Return the findings that are not in a baseline, and the number of baseline entries without a finding.

    The caller restricts the baseline to the linted files; see `filter_files`.
    """
    unmatched = baseline.copy()
    candidates = []
    for finding in findings:
        entry = _build_entry(finding, root)
        if unmatched[entry] > 0:
            unmatched[entry] -= 1
        else:
            candidates.append((finding, entry))
    moved = _list_moved(unmatched, root) if candidates else {}
    new = []
    for finding, entry in candidates:
        former = moved.get((entry.rule, entry.statement))
        if former:
            unmatched[former.pop()] -= 1
        else:
            new.append(finding)
    return new, sum(unmatched.values())


def _list_moved(unmatched: Baseline, root: Path) -> dict[tuple[str, str], list[BaselineEntry]]:
    """Return the entries of files that no longer exist, by rule and statement."""
    exists: dict[str, bool] = {}
    moved: dict[tuple[str, str], list[BaselineEntry]] = {}
    for entry in unmatched.elements():
        if entry.file not in exists:
            exists[entry.file] = (root / entry.file).exists()
        if not exists[entry.file]:
            moved.setdefault((entry.rule, entry.statement), []).append(entry)
    return moved


def filter_files(baseline: Baseline, files: Iterable[str], root: Path) -> Baseline:
    """Return the entries of a baseline for some files."""
    linted = {_relative_path(file, root) for file in files}
    return Counter({entry: count for entry, count in baseline.items() if entry.file in linted})


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file.

    Raises:
        SettingsError: If the file cannot be read, or is not a baseline.
    """
    remedy = "Create the baseline again with --write-baseline."
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"the baseline cannot be read: {error.strerror}", where=str(path), instead=remedy
        ) from error
    except ValueError as error:
        raise SettingsError(
            f"the baseline is not valid JSON: {error}", where=str(path), instead=remedy
        ) from error
    try:
        if data["version"] != _VERSION:
            raise SettingsError(
                "another version of schema-dsl wrote this baseline", where=str(path), instead=remedy
            )
        return Counter(
            {
                BaselineEntry(finding["file"], finding["rule"], finding["statement"]): operator.index(
                    finding["count"]
                )
                for finding in data["findings"]
            }
        )
    except (KeyError, TypeError) as error:
        raise SettingsError("this file is not a baseline", where=str(path), instead=remedy) from error


def format_baseline(baseline: Baseline) -> str:
    """Return a baseline as JSON text in a stable order."""
    findings = [{**entry._asdict(), "count": baseline[entry]} for entry in sorted(baseline)]
    return json.dumps({"version": _VERSION, "findings": findings}, indent=2, ensure_ascii=False) + "\n"


def _build_entry(reported: ReportedFinding, root: Path) -> BaselineEntry:
    finding = reported.finding
    return BaselineEntry(_relative_path(finding.file, root), finding.rule, _fingerprint(reported))


def _fingerprint(reported: ReportedFinding) -> str:
    """Return a checksum of the text of the statement, ignoring white space, comments and the case of words."""
    statement = reported.statement
    if statement is None:
        text = " ".join(reported.finding.source_line.split())
    else:
        sql = statement.text
        text = " ".join(
            token.word if token.kind == "word" else sql[token.start : token.end] for token in tokens(sql)
        )
    # A body or a string has the line ends of the working copy.
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:16]


def _relative_path(file: str, root: Path) -> str:
    try:
        return resolve_links(Path(file)).relative_to(root.resolve()).as_posix()
    except ValueError:
        return file
