"""A lint run over a project or some files, with baseline and fixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from schema_dsl.lint.baseline import Baseline, build_baseline, filter_files, filter_new, read_baseline
from schema_dsl.lint.baseline import format_baseline as baseline_text
from schema_dsl.lint.definitions import lint_definitions
from schema_dsl.lint.entry import report_paths, report_text
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.fixing import count_fixable, fix
from schema_dsl.lint.linted_files import Since, find_newest, list_notes, list_reported_files
from schema_dsl.lint.repetition import merge_repeated
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.selection import Selection

if TYPE_CHECKING:
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.platforms import Platform

STDIN: Final = "<stdin>"


@attrs.frozen(kw_only=True)
class LintRun:
    """The input of a lint run.

    Attributes:
        platform: The platform.
        selection: The checks to apply.
        root: The folder to which the paths in the baseline are relative.
        paths: The files and folders to lint.
        text: A text outside of a history to lint.
        definitions: The definitions to lint.
        wanted: The definitions, for the objects that exist before the history.
        since: Files with a lower number are not reported.
        baseline_file: The baseline file.
        default_privileges: The set of default privileges of the platform that the project has; "" if unknown.
    """

    platform: Platform
    selection: Selection
    root: Path
    paths: tuple[Path, ...] = ()
    text: str | None = None
    definitions: Catalog | None = None
    wanted: Catalog | None = None
    since: Since = 0
    baseline_file: Path | None = None
    default_privileges: str = ""


@attrs.frozen
class LintResult:
    """The result of a lint run.

    Attributes:
        findings: The findings.
        notes: Messages about the run.
        changed: The old and new text of the files that `--fix` changes.
        fixable: The number of findings that `--fix` corrects, at most.
        newest: The newest migration of the linted folder; None if no folder with migrations was linted.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, str]] = attrs.Factory(dict)
    fixable: int = 0
    newest: str | None = None


def lint(run: LintRun, *, apply_fixes: bool = False) -> LintResult:
    """Lint; with `apply_fixes`, return the fixed texts and the findings in them, without writing files.

    Raises:
        SchemaDslError: If a file cannot be read.
    """
    baseline = read_baseline(run.baseline_file) if run.baseline_file is not None else None
    doubts: list[str] = []

    def filter_with_baseline(found: list[ReportedFinding]) -> list[ReportedFinding]:
        return found if baseline is None else filter_new(found, baseline, run.root)[0]

    if apply_fixes:
        baseline_filter = _BaselineFilter(baseline or Baseline(), run.root)
        old_texts: dict[str, str] = {}

        def lint_texts(changed: Mapping[str, str]) -> list[ReportedFinding]:
            found = _find_all(run, changed, None if changed else doubts)
            for source in (reported.source for reported in found):
                if source is not None and source.path not in changed:
                    old_texts.setdefault(source.path, source.text)
            return baseline_filter.filter_new(found)

        fixed = fix(lint_texts)
        changed = {
            file: (old_texts[file], text) for file, text in fixed.changed.items() if old_texts[file] != text
        }
        findings = tuple(merge_repeated(fixed.reported))
        return LintResult(
            findings,
            (*list_notes(run.paths, run.since), *doubts, *fixed.notes.values()),
            changed,
            count_fixable(fixed.reported, fixed.notes),
        )
    found = _find_all(run, {}, doubts)
    notes = list_notes(run.paths, run.since) + tuple(doubts)
    if baseline is not None:
        unmatched_entries = filter_new(found, _entries_in_scope(run, baseline), run.root)[1]
        if unmatched_entries:
            entries = (
                "1 entry no longer occurs"
                if unmatched_entries == 1
                else f"{unmatched_entries} entries no longer occur"
            )
            notes += (f"baseline: {entries}; create the baseline again with --write-baseline",)
    found = filter_with_baseline(found)
    newest = find_newest(run.paths)
    return LintResult(
        tuple(merge_repeated(found)),
        notes,
        fixable=count_fixable(found),
        newest=newest.path_shown if newest is not None else None,
    )


class _BaselineFilter:
    """The baseline while `--fix` changes files: a baseline entry no longer matches a changed statement."""

    def __init__(self, baseline: Baseline, root: Path) -> None:
        self._baseline = baseline
        self._root = root
        self._known: Counter[tuple[str, str]] | None = None

    def filter_new(self, found: list[ReportedFinding]) -> list[ReportedFinding]:
        """Return the findings that are not in the baseline.

        Per rule and file, at least as many findings are left out as in the first call.
        """
        new = filter_new(found, self._baseline, self._root)[0]
        suppressed = _count_by_rule(found) - _count_by_rule(new)
        if self._known is None:
            self._known = suppressed
        missing = self._known - suppressed
        reported = []
        for candidate in new:
            key = candidate.finding.file, candidate.finding.rule
            if missing[key] > 0:
                missing[key] -= 1
            else:
                reported.append(candidate)
        return reported


def _count_by_rule(found: Iterable[ReportedFinding]) -> Counter[tuple[str, str]]:
    return Counter((reported.finding.file, reported.finding.rule) for reported in found)


def build_baseline_file(run: LintRun) -> str:
    """Return the text of a baseline file with all current findings."""
    return baseline_text(build_baseline(_find_all(run, {}), run.root))


def _find_all(
    run: LintRun, changed: Mapping[str, str], notes: list[str] | None = None
) -> list[ReportedFinding]:
    reported: list[ReportedFinding] = []
    if run.definitions is not None:
        selected = (run.selection.apply_level(finding) for finding in lint_definitions(run.definitions))
        reported += [ReportedFinding(finding) for finding in selected if finding is not None]
    if run.text is not None:
        reported += report_text(changed.get(STDIN, run.text), STDIN, run.platform, run.selection)
    return reported + report_paths(
        run.paths,
        run.platform,
        run.wanted,
        run.selection,
        since=run.since,
        changed=changed,
        default_privileges=run.default_privileges,
        notes=notes,
    )


def _entries_in_scope(run: LintRun, baseline: Baseline) -> Baseline:
    """Return the entries of a baseline that this run can find."""
    files = {STDIN, *list_reported_files(run.paths, run.since)}
    active = Baseline(
        {entry: count for entry, count in baseline.items() if run.selection.is_on(entry.rule, entry.file)}
    )
    if run.definitions is not None and not run.since:
        # A run over the whole project also finds that a file no longer exists.
        return active
    return filter_files(active, files, run.root)
