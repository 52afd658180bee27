"""What `--fix` does: edits put into texts, and looked at again, until nothing is left that can be mended."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.lint.finding import Level
from schema_dsl.lint.named_checks import NAMED
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.rule import Edit

_ROUNDS: Final = 10
_BOM: Final = "\ufeff"

LintTexts = Callable[[Mapping[str, str]], Sequence[ReportedFinding]]


@attrs.frozen
class FixResult:
    """What came of it: the new texts by file, what is still found with them, and what was not mended, and why."""

    changed: Mapping[str, str]
    reported: Sequence[ReportedFinding]
    notes: tuple[str, ...] = ()


def fix(look: LintTexts) -> FixResult:
    """Mend what can be mended. `look` lints, with some texts in the place of those of the files.

    A file in which that would make an error that was not there before is left as it is, and so is one that is
    generated: its next version would have the fault again. A statement that Postgres would refuse is not made one
    that it takes: what was meant with it nobody knows.
    """
    before = look({})
    notes: dict[str, str] = {}
    for file in dict.fromkeys(each.finding.file for each in _with_edits(before)):
        refusal = _refusal(before, file)
        if refusal:
            notes[file] = f"{file} is not fixed: {refusal}"
    while True:
        fixed = _rounds(look, before, notes.keys())
        worse = _worse(before, fixed)
        if not worse:
            return attrs.evolve(fixed, notes=tuple(notes.values()))
        for file, message in worse.items():
            notes[file] = f"{file} is not fixed, nothing is written: that would bring a new error: {message}"


def fixable(found: Iterable[ReportedFinding]) -> int:
    """Count what `--fix` would mend at once."""
    edited = _with_edits(found)
    files = {each.finding.file: each for each in edited}
    mended = {file for file in files if not _refusal([files[file]], file)}
    return sum(each.finding.file in mended for each in edited)


def _with_edits(found: Iterable[ReportedFinding]) -> list[ReportedFinding]:
    found = list(found)
    edited = [each for each in found if each.edits]
    refused = {
        _at(each) for each in found if each.finding.rule in NAMED and each.finding.level is Level.ERROR
    }
    return [each for each in edited if _at(each) not in refused] if edited and refused else edited


def _at(reported: ReportedFinding) -> tuple[str, int]:
    statement = reported.statement
    return reported.finding.file, -1 if statement is None else statement.start


def apply(text: str, proposals: Iterable[tuple[Edit, ...]]) -> str:
    """Put edits into a text. Those of one finding go in together or not at all; of two that meet, the first."""
    taken: list[Edit] = []
    for edits in proposals:
        if not any(_meets(edit, taken) for edit in edits):
            for edit in edits:
                bisect.insort(taken, edit, key=lambda each: each.start)
    newline = "\r\n" if "\r\n" in text else "\n"
    pieces, done = [], 0
    for edit in taken:
        new = edit.text.replace("\r\n", "\n").replace("\n", newline)
        pieces += [text[done : edit.start], new]
        done = edit.end
    return "".join([*pieces, text[done:]])


def difference(file: str, old: str, new: str) -> str:
    """Give a unified diff."""
    lines = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), file, file)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def as_written(file: str, text: str) -> str:
    """Give what a file is to hold: with its byte order mark, if it has one."""
    return _BOM + text if Path(file).read_bytes().startswith(_BOM.encode()) else text


def _meets(edit: Edit, taken: Sequence[Edit]) -> bool:
    at = bisect.bisect_left(taken, edit.start, key=lambda each: each.start)
    behind = taken[at] if at < len(taken) else None
    before = taken[at - 1] if at else None
    return (behind is not None and (behind.start == edit.start or behind.start < edit.end)) or (
        before is not None and before.end > edit.start
    )


def _rounds(look: LintTexts, reported: Sequence[ReportedFinding], refused: Iterable[str]) -> FixResult:
    off = set(refused)
    changed: dict[str, str] = {}
    for _ in range(_ROUNDS):
        by_file: dict[str, list[ReportedFinding]] = {}
        for each in _with_edits(reported):
            if each.finding.file not in off:
                by_file.setdefault(each.finding.file, []).append(each)
        if not by_file:
            break
        for file, found in by_file.items():
            source = found[0].source
            assert source is not None  # noqa: S101 - only what has one has edits
            changed[file] = apply(source.text, (each.edits for each in found))
        reported = look(changed)
    return FixResult(changed, reported)


def _worse(before: Iterable[ReportedFinding], fixed: FixResult) -> dict[str, str]:
    """Give the changed files in which there are errors that were not there before, and one of them."""
    was = _errors(before)
    worse: dict[str, str] = {}
    for (file, _, message), count in _errors(fixed.reported).items():
        if count > was[file, _, message] and fixed.changed:
            # What goes wrong in a later file of the history, an earlier one may have brought.
            for each in [file] if file in fixed.changed else fixed.changed:
                worse.setdefault(each, message)
    return worse


def _errors(found: Iterable[ReportedFinding]) -> Counter[tuple[str, str, str]]:
    errors = (each.finding for each in found if each.finding.level is Level.ERROR)
    return Counter((each.file, each.rule, each.message) for each in errors)


def _refusal(found: Iterable[ReportedFinding], file: str) -> str:
    from schema_dsl.render import seal_of  # noqa: PLC0415 - jinja2 is heavy

    source = next(each.source for each in found if each.finding.file == file and each.source is not None)
    if seal_of(source.text) is not None:
        return "it is generated; change the definitions, and generate it anew"
    if source.flaws:
        return source.flaws[0].message
    return ""
