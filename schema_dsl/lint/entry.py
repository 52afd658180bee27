"""Entry points of lint: files and texts in, findings out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.errors import SchemaDslError
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.facts.file_names import ROLLBACK_FILE
from schema_dsl.lint.facts.files import read_migration_number, split_migration_number
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.initial_schema import schema_before_history, schema_of_definitions, schema_of_platform
from schema_dsl.lint.named_checks import NAMED_CHECKS
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.rule import Edit
from schema_dsl.lint.second_reader import FileComparison, find_newest_generated, read_second
from schema_dsl.lint.selection import Selection
from schema_dsl.lint.selection import build_selection as selected
from schema_dsl.lint.semantics.check import Semantics, starts_from_empty_database
from schema_dsl.lint.source import Source
from schema_dsl.lint.suppression import OffsetRange, has_ignores, suppress
from schema_dsl.lint.syntax import check_syntax

if TYPE_CHECKING:
    from schema_dsl.lint.history.replay import HistoryStep
    from schema_dsl.lint.history.schema import Schema
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.plan import Difference
    from schema_dsl.platforms import Platform

_LEADING_NUMBER = re.compile(r"\D?(\d+)")
# A higher number is a timestamp, which does not show whether a migration is the first.
_HIGHEST_NUMBER = 10**8


def lint_text(text: str, path: str, platform: Platform, selection: Selection | None = None) -> list[Finding]:
    """Lint SQL outside of a history: unknown objects may exist on the database."""
    return _findings(report_text(text, path, platform, selection))


def lint_paths(
    paths: Iterable[Path],
    platform: Platform,
    wanted: Catalog | None = None,
    selection: Selection | None = None,
) -> list[Finding]:
    """Lint files and folders; see `report_paths`.

    Raises:
        SchemaDslError: If a file does not exist or cannot be read.
    """
    return _findings(report_paths(paths, platform, wanted, selection))


def lint_generated(
    text: str,
    path: str,
    wanted: Catalog,
    platform: Platform | None = None,
    *,
    earlier: Iterable[tuple[str, str]] = (),
    changes: Iterable[Difference] | None = None,
    selection: Selection | None = None,
) -> list[Finding]:
    """Lint a generated migration before it is written.

    Names and types are resolved in the declared schema. The rules see the state that earlier migrations produce.

    Args:
        text: The text of the migration.
        path: The path of the migration.
        wanted: The definitions.
        platform: The platform; without it, no rules apply.
        earlier: The earlier migrations, as path and text.
        changes: The changes that the migration makes; without them, it is not compared with the definitions.
        selection: The checks to apply.
    """
    source = Source.of(text, path)
    rules = selection or selected(platform.name if platform is not None else "")
    named_checks = attrs.evolve(rules, active=rules.active & NAMED_CHECKS.keys())
    compared = None if changes is None else FileComparison(source, wanted, tuple(changes))
    found = _report([source], schema_of_definitions(wanted), named_checks, declared=True, compared=compared)
    if platform is not None:
        rules = attrs.evolve(rules, active=rules.active - NAMED_CHECKS.keys())
        history = [*(Source.of(earlier_text, file) for file, earlier_text in earlier), source]
        history_findings = _report(history, schema_before_history(platform, wanted), rules, syntax=False)
        found += [earlier_text for earlier_text in history_findings if earlier_text.source is source]
    return sorted(_findings(found))


def report_text(
    text: str, path: str, platform: Platform, selection: Selection | None = None
) -> list[ReportedFinding]:
    """Lint SQL outside of a history, and return the findings with edits."""
    return _report(
        [Source.of(text, path)], schema_of_platform(platform), selection or selected(platform.name)
    )


def report_paths(
    paths: Iterable[Path],
    platform: Platform,
    wanted: Catalog | None = None,
    selection: Selection | None = None,
    *,
    since: int = 0,
    changed: Mapping[str, str] | None = None,
) -> list[ReportedFinding]:
    """Lint files and folders, and return the findings with edits.

    The `*.sql` files of a folder are one history. Rollback scripts, and files in `paths`, are linted outside of a
    history.

    Args:
        paths: The files and folders.
        platform: The platform.
        wanted: The definitions, for the tables, functions and roles that exist before the history.
        selection: The checks to apply.
        since: Files with a lower number are replayed, but not reported.
        changed: Texts that replace the text of files, by path.

    Raises:
        SchemaDslError: If a file does not exist or cannot be read.
    """
    checks = selection or selected(platform.name)
    findings: list[ReportedFinding] = []
    for path in _without_duplicates(paths):
        files = _list_files(path)
        history = [
            _read_source(file, changed)
            for file in files
            if path.is_dir() and not ROLLBACK_FILE.search(file.name)
        ]
        reportable = set(list_reported_files([path], since))
        schema = schema_before_history(platform, wanted)
        if (
            history
            and _may_be_first_migration(files[0])
            and starts_from_empty_database(history[0], schema_before_history(platform, wanted))
        ):
            schema.fully_known_schemas.add("public")
        findings += [
            reported
            for reported in _report(history, schema, checks, compared=find_newest_generated(history, wanted))
            if reported.finding.file in reportable
        ]
        for file in files:
            is_separate = not path.is_dir() or ROLLBACK_FILE.search(file.name)
            if is_separate and _display_path(file) in reportable:
                findings += _report(
                    [_read_source(file, changed)], schema_before_history(platform, wanted), checks
                )
    return findings


def list_reported_files(paths: Iterable[Path], since: int = 0) -> list[str]:
    """Return the files on which `report_paths` reports."""
    return [
        _display_path(file) for path in paths for file in _list_files(path) if _sort_key(file)[0] >= since
    ]


def _list_files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        # glob ignores a folder without read permission; iterdir raises.
        found = [file for file in path.iterdir() if file.name.endswith(".sql") and not file.is_dir()]
    except OSError as error:
        raise _unreadable_error(_display_path(path), error) from error
    return sorted(found, key=lambda each: (*_sort_key(each), each.name))


def _without_duplicates(paths: Iterable[Path]) -> list[Path]:
    """Return paths without duplicates, and without files whose folder is also among the paths."""
    by_path = {path.resolve(): path for path in reversed(list(paths))}
    # Path.is_dir raises without permission; os.path.isdir returns False.
    folders = {resolved for resolved in by_path if os.path.isdir(resolved)}  # noqa: PTH112
    remaining = [
        path
        for resolved, path in by_path.items()
        if resolved.suffix != ".sql" or resolved.parent not in folders
    ]
    return remaining[::-1]


def _unreadable_error(path_shown: str, error: OSError) -> SchemaDslError:
    return SchemaDslError(
        f"cannot be read: {error.strerror}",
        where=path_shown,
        instead="Pass a .sql file, or a folder with .sql files.",
    )


@collection_paused()
def _report(
    sources: list[Source],
    schema: Schema,
    selection: Selection,
    *,
    declared: bool = False,
    syntax: bool = True,
    compared: FileComparison | None = None,
) -> list[ReportedFinding]:
    """Replay a history once, and apply all active checks."""
    findings = _FileFindings(sources, selection)
    semantics = Semantics(schema, declared=declared) if selection.semantics else None

    def observe(step: HistoryStep) -> None:
        if semantics is not None:
            semantics(step)
        findings.follow(step)

    for source in sources if syntax else ():
        broken = check_syntax(source)
        for finding in broken or read_second(source, selection, compared):
            findings.note(finding)
    for rule, placed in apply_rules(sources, schema, selection.rules, observe):
        hit = placed.hit
        remedy = rule.remedy if hit.remedy is None else hit.remedy
        at = placed.step.source
        findings.note(
            at.finding(hit.offset, rule.name, rule.level, hit.message, remedy, length=hit.length), hit.edits
        )
    for finding in semantics.finish() if semantics is not None else ():
        findings.note(finding)
    return findings.finish()


class _FileFindings:
    """The findings in some files, restricted to active checks and to findings that no comment suppresses."""

    def __init__(self, sources: Iterable[Source], selection: Selection) -> None:
        self._selection = selection
        self._sources = {source.path: source for source in sources}
        self._found: dict[str, list[ReportedFinding]] = {path: [] for path in self._sources}
        self._inner: dict[str, list[OffsetRange]] = {
            path: [] for path, source in self._sources.items() if has_ignores(source)
        }

    def follow(self, step: HistoryStep) -> None:
        """Record the span of a statement in a DO block, because a comment may target the statement."""
        if step.in_block and step.source.path in self._inner:
            self._inner[step.source.path].append((step.statement.start, step.statement.end))

    def note(self, finding: Finding, edits: tuple[Edit, ...] = ()) -> None:
        """Add a finding, if its check is active."""
        selected = self._selection.apply_level(finding)
        if selected is not None:
            self._found[finding.file].append(ReportedFinding(selected, self._sources[finding.file], edits))

    def finish(self) -> list[ReportedFinding]:
        """Return the findings that are not suppressed, sorted within their files."""
        for path, inner in self._inner.items():
            self._found[path] = suppress(self._found[path], self._sources[path], inner, self._selection)
        return [
            finding for reported in self._found.values() for finding in sorted(reported, key=_report_order)
        ]


def _report_order(reported: ReportedFinding) -> tuple[int, int, str, str]:
    finding = reported.finding
    return finding.line, finding.column, finding.rule, finding.message


def _findings(reported: Iterable[ReportedFinding]) -> list[Finding]:
    return [entry.finding for entry in reported]


def _may_be_first_migration(path: Path) -> bool:
    """Return whether the file name may be that of the first migration of a project."""
    first, _ = _sort_key(path)
    return first <= 1 or first >= _HIGHEST_NUMBER


def _sort_key(path: Path) -> tuple[int, tuple[int, ...]]:
    leading = _LEADING_NUMBER.match(path.name)
    first = int(leading[1]) if leading else 0
    number = read_migration_number(path.name)
    return first, split_migration_number(number) if number else (first,)


def _read_source(path: Path, changed: Mapping[str, str] | None = None) -> Source:
    path_shown = _display_path(path)
    if changed is not None and path_shown in changed:
        return Source.of(changed[path_shown], path_shown)
    try:
        source = Source.read(path)
    except OSError as error:
        raise _unreadable_error(path_shown, error) from error
    source.path = path_shown
    return source


def _display_path(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
