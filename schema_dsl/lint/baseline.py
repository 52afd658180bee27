"""The baseline file: what was found when a project took up the linter, and is not to be told again.

A finding is known again by its file, its rule and the text of its statement, so that lines may shift.
"""

from __future__ import annotations

import hashlib
import json
import operator
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from schema_dsl.errors import SettingsError
from schema_dsl.lint.named_checks import ALWAYS
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.parsing.lexer import tokens

_VERSION = 1


class BaselineEntry(NamedTuple):
    """What a finding is known by."""

    file: str
    rule: str
    statement: str


Baseline = Counter[BaselineEntry]


def baseline_of(found: Iterable[ReportedFinding], root: Path) -> Baseline:
    """Take what is found as known; a file that cannot be run never is."""
    return Counter(_known(each, root) for each in found if each.finding.rule != ALWAYS)


def unknown(
    found: Iterable[ReportedFinding], baseline: Baseline, root: Path
) -> tuple[list[ReportedFinding], int]:
    """Give what is not known yet, and how much of what is known does not occur any more.

    Of files that were not looked at, or are gone, nothing is said.
    """
    left = baseline.copy()
    new = []
    for each in found:
        known = _known(each, root)
        if left[known] > 0:
            left[known] -= 1
        else:
            new.append(each)
    return new, sum(left.values())


def of_files(baseline: Baseline, files: Iterable[str], root: Path) -> Baseline:
    """Give the part of a baseline that is about some files."""
    looked_at = {_relative(file, root) for file in files}
    return Counter({known: count for known, count in baseline.items() if known.file in looked_at})


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file.

    Raises:
        SettingsError: If it is none, or cannot be read.
    """
    again = "Write it anew with --write-baseline."
    try:
        held = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"the baseline cannot be read: {error.strerror}", where=str(path), instead=again
        ) from error
    except ValueError as error:
        raise SettingsError(
            f"the baseline is not valid JSON: {error}", where=str(path), instead=again
        ) from error
    try:
        if held["version"] != _VERSION:
            raise SettingsError("another version of schema-dsl wrote this", where=str(path), instead=again)
        return Counter(
            {
                BaselineEntry(each["file"], each["rule"], each["statement"]): operator.index(each["count"])
                for each in held["findings"]
            }
        )
    except (KeyError, TypeError) as error:
        raise SettingsError("this is no baseline file", where=str(path), instead=again) from error


def written(baseline: Baseline) -> str:
    """Write a baseline as text, always in the same order."""
    findings = [{**known._asdict(), "count": baseline[known]} for known in sorted(baseline)]
    return json.dumps({"version": _VERSION, "findings": findings}, indent=2, ensure_ascii=False) + "\n"


def _known(reported: ReportedFinding, root: Path) -> BaselineEntry:
    finding = reported.finding
    return BaselineEntry(_relative(finding.file, root), finding.rule, _fingerprint(reported))


def _fingerprint(reported: ReportedFinding) -> str:
    """Give a checksum of the statement's text; white space, comments and the case of words do not matter."""
    statement = reported.statement
    if statement is None:
        text = " ".join(reported.finding.source_line.split())
    else:
        written = statement.text
        text = " ".join(
            token.word if token.kind == "word" else written[token.start : token.end]
            for token in tokens(written)
        )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _relative(file: str, root: Path) -> str:
    try:
        return Path(file).resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return file
