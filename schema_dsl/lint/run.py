"""One run of the linter over a project or some files: what is on, what is known already, what can be mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from schema_dsl.lint.baseline import Baseline, baseline_of, of_files, read_baseline, unknown
from schema_dsl.lint.baseline import written as baseline_text
from schema_dsl.lint.definitions import lint_definitions
from schema_dsl.lint.entry import files_of, report_paths, report_text
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.fixing import fix, fixable
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.selection import Selection

if TYPE_CHECKING:
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.platforms import Platform

STDIN: Final = "<stdin>"


@attrs.frozen(kw_only=True)
class LintRun:
    """What is linted, and what with.

    `text` is a text that stands alone; `definitions` are judged themselves, `wanted` tells what was there
    before the history. Files below `since` are known and not reported. `known` is a baseline file; paths in
    it are seen from `root`.
    """

    platform: Platform
    selection: Selection
    root: Path
    paths: tuple[Path, ...] = ()
    text: str | None = None
    definitions: Catalog | None = None
    wanted: Catalog | None = None
    since: int = 0
    known: Path | None = None


@attrs.frozen
class LintResult:
    """What was found. `notes` are for people; `changed` are files as `--fix` makes them: before and after."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, str]] = attrs.Factory(dict)
    fixable: int = 0


def lint(run: LintRun, *, mend: bool = False) -> LintResult:
    """Lint; with `mend`, work out what the files should be, and say what would be found then.

    Raises:
        SchemaDslError: If a file cannot be read.
    """
    baseline = read_baseline(run.known) if run.known is not None else None

    def new(found: list[ReportedFinding]) -> list[ReportedFinding]:
        return found if baseline is None else unknown(found, baseline, run.root)[0]

    if mend:
        known = _BaselineFilter(baseline or Baseline(), run.root)
        fixed = fix(lambda changed: known.left_out(_look(run, changed)))
        before = {each.source.path: each.source.text for each in _look(run, {}) if each.source is not None}
        changed = {file: (before[file], text) for file, text in fixed.changed.items() if before[file] != text}
        findings = tuple(each.finding for each in fixed.reported)
        return LintResult(findings, _nothing(run) + fixed.notes, changed, fixable(fixed.reported))
    found = _look(run, {})
    notes = _nothing(run)
    if baseline is not None:
        gone = unknown(found, _looked_at(run, baseline), run.root)[1]
        if gone:
            notes += (f"baseline: {gone} of the known findings no longer occur; write it anew",)
    found = new(found)
    return LintResult(tuple(each.finding for each in found), notes, fixable=fixable(found))


class _BaselineFilter:
    """The baseline while files are being changed, when what is known may be in a statement that is not as it was."""

    def __init__(self, baseline: Baseline, root: Path) -> None:
        self._baseline = baseline
        self._root = root
        self._known: Counter[tuple[str, str]] | None = None

    def left_out(self, found: list[ReportedFinding]) -> list[ReportedFinding]:
        """Give what is not known: of a rule in a file never less than was known at first."""
        left = unknown(found, self._baseline, self._root)[0]
        known = _by_rule(found) - _by_rule(left)
        if self._known is None:
            self._known = known
        missing = self._known - known
        kept = []
        for each in left:
            key = each.finding.file, each.finding.rule
            if missing[key] > 0:
                missing[key] -= 1
            else:
                kept.append(each)
        return kept


def _by_rule(found: Iterable[ReportedFinding]) -> Counter[tuple[str, str]]:
    return Counter((each.finding.file, each.finding.rule) for each in found)


def _nothing(run: LintRun) -> tuple[str, ...]:
    """Say where there was nothing to look at: a name may be misspelt."""
    said = f" with a number of {run.since} or more" if run.since else ""
    return tuple(
        f"there is no .sql file{said} in {path}"
        for path in run.paths
        if path.is_dir() and not files_of([path], run.since)
    )


def as_baseline(run: LintRun) -> str:
    """Give the baseline file that takes everything as known that is found now."""
    return baseline_text(baseline_of(_look(run, {}), run.root))


def _look(run: LintRun, changed: Mapping[str, str]) -> list[ReportedFinding]:
    found: list[ReportedFinding] = []
    if run.definitions is not None:
        judged = (run.selection.judged(each) for each in lint_definitions(run.definitions))
        found += [ReportedFinding(each) for each in judged if each is not None]
    if run.text is not None:
        found += report_text(changed.get(STDIN, run.text), STDIN, run.platform, run.selection)
    return found + report_paths(
        run.paths, run.platform, run.wanted, run.selection, since=run.since, changed=changed
    )


def _looked_at(run: LintRun, baseline: Baseline) -> Baseline:
    """Give what of a baseline this run could have found again."""
    files = {STDIN, *files_of(run.paths, run.since)}
    on = Baseline(
        {each: count for each, count in baseline.items() if run.selection.is_on(each.rule, each.file)}
    )
    if run.definitions is not None and not run.since:
        # The whole project: what is gone with its file is gone.
        return on
    return of_files(on, files, run.root)
