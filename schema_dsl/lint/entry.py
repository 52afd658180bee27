"""What the rest of the library calls: files and texts to findings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.errors import SchemaDslError
from schema_dsl.lint.check import check
from schema_dsl.lint.facts.breaking import UNDOES
from schema_dsl.lint.facts.files import number, parts
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.initial_schema import of_definitions, of_history, of_platform
from schema_dsl.lint.named_checks import NAMED
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.rule import Edit
from schema_dsl.lint.selection import Selection
from schema_dsl.lint.selection import selection as selected
from schema_dsl.lint.semantics.check import Semantics, is_whole
from schema_dsl.lint.source import Source
from schema_dsl.lint.suppression import Span, has_ignores, suppress
from schema_dsl.lint.syntax import check_syntax

if TYPE_CHECKING:
    from schema_dsl.lint.history.replay import HistoryStep
    from schema_dsl.lint.history.schema import Schema
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.platforms import Platform

_LEADING_NUMBER = re.compile(r"\D?(\d+)")
# Above this, a number is a time, and says nothing of what came before.
_HIGHEST_NUMBER = 10**8


def lint_text(text: str, path: str, platform: Platform, selection: Selection | None = None) -> list[Finding]:
    """Lint SQL that stands alone: what it does not make itself and the platform lacks may yet exist."""
    return _findings(report_text(text, path, platform, selection))


def lint_paths(
    paths: Iterable[Path],
    platform: Platform,
    wanted: Catalog | None = None,
    selection: Selection | None = None,
) -> list[Finding]:
    """Lint files and folders, as `report_paths` has it.

    Raises:
        SchemaDslError: If there is no such file, or it cannot be read.
    """
    return _findings(report_paths(paths, platform, wanted, selection))


def lint_generated(
    text: str,
    path: str,
    wanted: Catalog,
    platform: Platform | None = None,
    *,
    earlier: Iterable[tuple[str, str]] = (),
    selection: Selection | None = None,
) -> list[Finding]:
    """Lint what is about to be written.

    Names are held against everything that it is meant to bring about. The rules, for which a `platform` is
    needed, know the `earlier` migrations, each a path and a text, and what they leave behind.
    """
    source = Source.of(text, path)
    rules = selection or selected(platform.name if platform is not None else "")
    names = attrs.evolve(rules, active=rules.active & NAMED.keys())
    found = _report([source], of_definitions(wanted), names, declared=True)
    if platform is not None:
        rules = attrs.evolve(rules, active=rules.active - NAMED.keys())
        history = [*(Source.of(each, file) for file, each in earlier), source]
        known = _report(history, of_history(platform, wanted), rules, syntax=False)
        found += [each for each in known if each.source is source]
    return sorted(_findings(found))


def report_text(
    text: str, path: str, platform: Platform, selection: Selection | None = None
) -> list[ReportedFinding]:
    """Lint SQL that stands alone, and say what can be done about it."""
    return _report([Source.of(text, path)], of_platform(platform), selection or selected(platform.name))


def report_paths(
    paths: Iterable[Path],
    platform: Platform,
    wanted: Catalog | None = None,
    selection: Selection | None = None,
    *,
    since: int = 0,
    changed: Mapping[str, str] | None = None,
) -> list[ReportedFinding]:
    """Lint files and folders, and say what can be done about it.

    A folder is one history: its `*.sql` in the order in which they are run, each knowing what those before
    it made. Files that undo a migration are judged each on its own; so is every file that is named itself.
    `wanted` tells of the tables, functions and roles that were there before the history. Files with a number
    below `since` are known, and not reported. `changed` are texts to take in the place of files, by path.

    Raises:
        SchemaDslError: If there is no such file, or it cannot be read.
    """
    chosen = selection or selected(platform.name)
    found: list[ReportedFinding] = []
    for path in _once(paths):
        files = _files(path)
        history = [_read(file, changed) for file in files if path.is_dir() and not UNDOES.search(file.name)]
        reportable = set(files_of([path], since))
        schema = of_history(platform, wanted)
        if history and _starts(files[0]) and is_whole(history[0], of_history(platform, wanted)):
            schema.closed.add("public")
        found += [each for each in _report(history, schema, chosen) if each.finding.file in reportable]
        for file in files:
            alone = not path.is_dir() or UNDOES.search(file.name)
            if alone and _shown(file) in reportable:
                found += _report([_read(file, changed)], of_history(platform, wanted), chosen)
    return found


def files_of(paths: Iterable[Path], since: int = 0) -> list[str]:
    """Name the files that `report_paths` would report on."""
    return [_shown(file) for path in paths for file in _files(path) if _order(file)[0] >= since]


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        # Unlike glob, this does not pass over a folder that may not be read.
        found = [each for each in path.iterdir() if each.name.endswith(".sql") and not each.is_dir()]
    except OSError as error:
        raise _unreadable(_shown(path), error) from error
    return sorted(found, key=lambda each: (*_order(each), each.name))


def _once(paths: Iterable[Path]) -> list[Path]:
    """Leave out what is named twice: itself, or by its folder."""
    by_place = {path.resolve(): path for path in reversed(list(paths))}
    # Unlike is_dir, isdir does not mind where it may not look.
    folders = {place for place in by_place if os.path.isdir(place)}  # noqa: PTH112
    kept = [path for place, path in by_place.items() if place.suffix != ".sql" or place.parent not in folders]
    return kept[::-1]


def _unreadable(shown: str, error: OSError) -> SchemaDslError:
    return SchemaDslError(
        f"cannot be read: {error.strerror}", where=shown, instead="Name a .sql file, or a folder of them."
    )


@collection_paused()
def _report(
    sources: list[Source],
    schema: Schema,
    selection: Selection,
    *,
    declared: bool = False,
    syntax: bool = True,
) -> list[ReportedFinding]:
    """Go through a history once, with everything that is on."""
    found = _FileFindings(sources, selection)
    semantics = Semantics(schema, declared=declared) if selection.semantics else None

    def also(step: HistoryStep) -> None:
        if semantics is not None:
            semantics(step)
        found.follow(step)

    for source in sources if syntax else ():
        for finding in check_syntax(source):
            found.note(finding)
    for rule, placed in check(sources, schema, selection.rules, also):
        hit = placed.hit
        remedy = rule.remedy if hit.remedy is None else hit.remedy
        at = placed.step.source
        found.note(
            at.finding(hit.offset, rule.name, rule.level, hit.message, remedy, length=hit.length), hit.edits
        )
    for finding in semantics.finish() if semantics is not None else ():
        found.note(finding)
    return found.finish()


class _FileFindings:
    """What is found in some files, and is to be told: of checks that are on, and where no comment says no."""

    def __init__(self, sources: Iterable[Source], selection: Selection) -> None:
        self._selection = selection
        self._sources = {source.path: source for source in sources}
        self._found: dict[str, list[ReportedFinding]] = {path: [] for path in self._sources}
        self._inner: dict[str, list[Span]] = {
            path: [] for path, source in self._sources.items() if has_ignores(source)
        }

    def follow(self, step: HistoryStep) -> None:
        """Remember where the statements are that stand in a DO block, which comments may be about."""
        if step.in_block and step.source.path in self._inner:
            self._inner[step.source.path].append((step.statement.start, step.statement.end))

    def note(self, finding: Finding, edits: tuple[Edit, ...] = ()) -> None:
        """Add a finding, if its check is on."""
        judged = self._selection.judged(finding)
        if judged is not None:
            self._found[finding.file].append(ReportedFinding(judged, self._sources[finding.file], edits))

    def finish(self) -> list[ReportedFinding]:
        """Give what is left, file by file, each in its order."""
        for path, inner in self._inner.items():
            self._found[path] = suppress(self._found[path], self._sources[path], inner, self._selection)
        return [each for reported in self._found.values() for each in sorted(reported, key=_place)]


def _place(reported: ReportedFinding) -> tuple[int, int, str, str]:
    finding = reported.finding
    return finding.line, finding.column, finding.rule, finding.message


def _findings(reported: Iterable[ReportedFinding]) -> list[Finding]:
    return [each.finding for each in reported]


def _starts(path: Path) -> bool:
    """Whether a name may be that of a project's first migration."""
    first, _ = _order(path)
    return first <= 1 or first >= _HIGHEST_NUMBER


def _order(path: Path) -> tuple[int, tuple[int, ...]]:
    leading = _LEADING_NUMBER.match(path.name)
    first = int(leading[1]) if leading else 0
    written = number(path.name)
    return first, parts(written) if written else (first,)


def _read(path: Path, changed: Mapping[str, str] | None = None) -> Source:
    shown = _shown(path)
    if changed is not None and shown in changed:
        return Source.of(changed[shown], shown)
    try:
        source = Source.read(path)
    except OSError as error:
        raise _unreadable(shown, error) from error
    source.path = shown
    return source


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
