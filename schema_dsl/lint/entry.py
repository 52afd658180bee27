"""Entry points of lint: files and texts in, findings out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.initial_schema import schema_before_history, schema_of_change, schema_of_platform
from schema_dsl.lint.linted_files import (
    LintedFile,
    Since,
    as_version,
    display_link,
    list_linted_files,
    list_reported_files,
    unreadable_error,
    without_duplicates,
)
from schema_dsl.lint.named_checks import NAMED_CHECKS, UNREAD_FILE
from schema_dsl.lint.repetition import merge_repeated
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.rule import Edit
from schema_dsl.lint.second_reader import FileComparison, find_newest_generated, read_second
from schema_dsl.lint.selection import Selection
from schema_dsl.lint.selection import build_selection as selected
from schema_dsl.lint.semantics.check import Semantics, starts_from_empty_database
from schema_dsl.lint.source import Source
from schema_dsl.lint.suppression import OffsetRange, has_ignores, suppress
from schema_dsl.lint.syntax import check_syntax
from schema_dsl.lint.unnumbered_files import place_unnumbered
from schema_dsl.migrations import Migration

if TYPE_CHECKING:
    from schema_dsl.lint.history.replay import HistoryStep
    from schema_dsl.lint.history.schema import HistorySchema
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.plan import Difference
    from schema_dsl.platforms import Platform

# A higher number is a timestamp, which does not show whether a migration is the first.
_HIGHEST_NUMBER = 10**8
_UNREAD_REMEDY = "Lint does not see what it does, and doubts the objects that it names."


def lint_text(text: str, path: str, platform: Platform, selection: Selection | None = None) -> list[Finding]:
    """Lint SQL outside of a history: unknown objects may exist on the database."""
    return merge_repeated(report_text(text, path, platform, selection))


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
    return merge_repeated(report_paths(paths, platform, wanted, selection))


def lint_generated(
    files: Iterable[tuple[str, str]],
    wanted: Catalog,
    platform: Platform | None = None,
    *,
    earlier: Iterable[tuple[str, str]] = (),
    changes: Iterable[Difference] | None = None,
    selection: Selection | None = None,
    switched: Collection[str] = (),
) -> list[Finding]:
    """Lint a generated migration before it is written.

    Names and types are resolved in the declared schema. The rules see the state that earlier migrations produce.

    Args:
        files: The files of the migration, as path and text, in the order in which they run.
        wanted: The definitions.
        platform: The platform; without it, no rules apply.
        earlier: The earlier migrations, as path and text.
        changes: The changes that the migration makes; without them, it is not compared with the definitions.
        selection: The checks to apply.
        switched: The paths of the files that their tool runs without a transaction because of a file beside them.
    """
    sources = [Source.of(text, path, has_switch=path in switched) for path, text in files]
    rules = selection or selected(platform.name if platform is not None else "")
    named_checks = attrs.evolve(rules, active=rules.active & NAMED_CHECKS.keys())
    compared = None if changes is None else FileComparison(tuple(sources), wanted, tuple(changes))
    schema = schema_of_change(wanted, changes or ())
    found = _report(sources, schema, named_checks, declared=True, compared=compared)
    if platform is not None:
        rules = attrs.evolve(rules, active=rules.active - NAMED_CHECKS.keys())
        history = [*(Source.of(text, path) for path, text in earlier), *sources]
        history_findings = _report(history, schema_before_history(platform, wanted), rules, syntax=False)
        found += [finding for finding in history_findings if finding.source in sources]
    return sorted(merge_repeated(found))


def report_text(
    text: str, path: str, platform: Platform, selection: Selection | None
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
    since: Since = 0,
    changed: Mapping[str, str] | None = None,
    default_privileges: str = "",
    notes: list[str] | None = None,
) -> list[ReportedFinding]:
    """Lint files and folders, and return the findings with edits.

    The migrations of a folder are one history in every layout. Files that undo a migration, and files in
    `paths`, are linted outside of a history.

    Args:
        paths: The files and folders.
        platform: The platform.
        wanted: The definitions, for the tables, functions and roles that exist before the history.
        selection: The checks to apply.
        since: Files with a lower number are replayed, but not reported.
        changed: Texts that replace the text of files, by path.
        default_privileges: The set of default privileges of the platform that the project has; "" to go by the
            timestamps of its migrations.
        notes: A list that receives notes about unknown objects of a history, with the statement from which they are
            unknown.

    Raises:
        SchemaDslError: If a file does not exist or cannot be read.
    """
    checks = selection or selected(platform.name)
    findings: list[ReportedFinding] = []
    for path in without_duplicates(paths):
        files = list_linted_files(path)
        reportable = set(list_reported_files([path], since))
        for name in ("history", "superseded"):
            history = [file for file in files if file.history == name]
            findings += [
                reported
                for reported in _report_history(
                    history,
                    platform,
                    wanted,
                    checks,
                    changed,
                    default_privileges=default_privileges,
                    since=since,
                    notes=notes,
                )
                if reported.finding.file in reportable
            ]
        for file in files:
            if file.history == "alone" and file.path_shown in reportable:
                source = _read_source(file, changed)
                reported = _report(
                    [source],
                    schema_before_history(platform, wanted),
                    _without_data_rules(checks) if _drops_by_design(source) else checks,
                )
                # A generated rollback restores the state before, which its file cannot change.
                is_generated = source.undoes and _is_generated(file.path, source.text)
                findings += [
                    each for each in reported if not is_generated or each.finding.level is Level.ERROR
                ]
    return findings


def _is_generated(path: Path, text: str) -> bool:
    """Return whether a file is as schema-dsl generated it."""
    migration = Migration.from_text(path, text)
    return migration.is_generated and not migration.is_edited


def _report_history(
    files: list[LintedFile],
    platform: Platform,
    wanted: Catalog | None,
    checks: Selection,
    changed: Mapping[str, str] | None,
    *,
    default_privileges: str,
    since: Since,
    notes: list[str] | None,
) -> list[ReportedFinding]:
    """Lint files that run one after another."""
    read = [_read_source(file, changed) for file in files]
    placed, dumps = place_unnumbered(read)
    history, files = [read[at] for at in placed], [files[at] for at in placed]
    chosen = default_privileges or platform.guess_default_privileges(file.number for file in files)
    is_whole = (
        bool(history)
        and not history[0].unread
        and (
            (files[0].number <= 1 or files[0].number >= _HIGHEST_NUMBER)
            and starts_from_empty_database(history[0], schema_before_history(platform, wanted))
        )
    )

    def start() -> HistorySchema:
        schema = schema_before_history(platform, wanted, chosen)
        if is_whole:
            schema.fully_known_schemas.add("public")
        return schema

    first_new = as_version(since) or max((file.version for file in files), default=())
    new_from = next((index for index, file in enumerate(files) if file.version >= first_new), 0)
    schema = start()
    compared = find_newest_generated(history, wanted, is_whole=is_whole)
    reported = _report(history, schema, checks, compared=compared, new_from=new_from, restart=start)
    if notes is not None:
        notes += schema.doubts.format_notes()
    for dump in dumps:
        reported += _report([read[dump]], schema_before_history(platform, wanted, chosen), checks)
    return reported


def _drops_by_design(source: Source) -> bool:
    """Return whether a file drops the objects of its migration. A rollback of schema-dsl checks for rows before."""
    if source.name is None or not source.undoes:
        return False
    return source.name.role == "down" or not Migration.from_text(Path(source.path), source.text).is_generated


def _without_data_rules(checks: Selection) -> Selection:
    return attrs.evolve(
        checks, active=checks.active - {rule.name for rule in checks.rules if rule.group == "data"}
    )


@collection_paused()
def _report(
    sources: list[Source],
    schema: HistorySchema,
    selection: Selection,
    *,
    declared: bool = False,
    syntax: bool = True,
    compared: FileComparison | None = None,
    new_from: int = 0,
    restart: Callable[[], HistorySchema] | None = None,
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
        for finding in _check_obstacles(source):
            findings.note(finding)
    as_generated = {source.path for source in sources if _is_as_generated(source)}
    for rule, placed in apply_rules(
        sources, schema, selection.rules, observe, new_from=new_from, restart=restart
    ):
        if rule.decided and placed.step.source.path in as_generated:
            continue
        hit = placed.hit
        remedy = rule.remedy if hit.remedy is None else hit.remedy
        at = placed.step.source
        level = hit.level or rule.level
        finding = at.finding(hit.offset, rule.name, level, hit.message, remedy, length=hit.length)
        findings.note(finding, hit.edits, hit.topic)
    for finding in semantics.finish() if semantics is not None else ():
        findings.note(finding)
    return findings.finish()


def _is_as_generated(source: Source) -> bool:
    """Return whether a file is as schema-dsl generated it, without later edits."""
    migration = Migration.from_text(Path(source.path), source.text)
    return migration.is_generated and not migration.is_edited


def _check_obstacles(source: Source) -> list[Finding]:
    """Return a finding at the first part of a file that is not SQL, unless Postgres rejects the whole file for it."""
    if source.unread:
        return [source.finding(0, UNREAD_FILE, Level.WARNING, source.unread, _UNREAD_REMEDY)]
    if not source.obstacles or source.defects:
        return []
    obstacle = source.obstacles[0]
    remedy = obstacle.instead or ""
    return [source.finding(obstacle.offset, UNREAD_FILE, Level.WARNING, obstacle.what, remedy)]


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

    def note(self, finding: Finding, edits: tuple[Edit, ...] = (), topic: str = "") -> None:
        """Add a finding, if its check is active."""
        selected = self._selection.apply_level(finding)
        if selected is not None:
            self._found[finding.file].append(
                ReportedFinding(selected, self._sources[finding.file], edits, topic)
            )

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


def _read_program(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return None


def _read_source(file: LintedFile, changed: Mapping[str, str] | None) -> Source:
    path_shown = file.path_shown
    if file.unread:
        return Source(path_shown, "", name=file.name, unread=file.unread, program=_read_program(file.path))
    if changed is not None and path_shown in changed:
        source = Source.of(changed[path_shown], path_shown)
    else:
        try:
            source = Source.read(file.path)
        except OSError as error:
            raise unreadable_error(display_link(file.path), error) from error
    source.path, source.name = path_shown, file.name
    return source
