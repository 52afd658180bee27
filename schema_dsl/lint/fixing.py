"""The `--fix` option: apply edits and lint again until no finding has edits."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import SchemaDslError
from schema_dsl.lint.finding import Level
from schema_dsl.lint.named_checks import NAMED_CHECKS
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.rule import Edit
from schema_dsl.lint.source import Source

_ROUNDS: Final = 10
_BOM: Final = "\ufeff"

LintTexts = Callable[[Mapping[str, str]], Sequence[ReportedFinding]]


@attrs.frozen
class FixResult:
    """The new texts by file, the findings in the new texts, and notes by file about those that are not fixed."""

    changed: Mapping[str, str]
    reported: Sequence[ReportedFinding]
    notes: Mapping[str, str] = attrs.Factory(dict)


def fix(lint_texts: LintTexts) -> FixResult:
    """Apply the edits of findings until no finding has edits.

    A file is left unchanged if the edits would cause a new error, and if schema-dsl generated the file: the next
    generated file would have the same finding. A statement with an error is left unchanged, because its intention is
    unknown.

    Args:
        lint_texts: Lints the project, with some texts in place of the texts of files.
    """
    before = lint_texts({})
    notes: dict[str, str] = {}
    for file in dict.fromkeys(reported.finding.file for reported in _filter_fixable(before)):
        refusal = _find_refusal(before, file)
        if refusal:
            notes[file] = f"{file} is not fixed: {refusal}"
    while True:
        fixed = _fix_in_rounds(lint_texts, before, notes.keys())
        new_errors = _find_new_errors(before, fixed)
        if not new_errors:
            return attrs.evolve(fixed, notes=notes)
        for file, message in new_errors.items():
            notes[file] = f"{file} is not fixed, because its edits would cause a new error: {message}"


def count_fixable(found: Iterable[ReportedFinding], refused: Container[str] = ()) -> int:
    """Return the number of findings that `--fix` would correct in its first round, at most.

    Only `--fix` finds out in which files the edits would cause a new error; `refused` are the files of which that is
    known.
    """
    fixable = [each for each in _filter_fixable(found) if each.finding.file not in refused]
    files = {reported.finding.file: reported for reported in fixable}
    fixable_files = {file for file in files if not _find_refusal([files[file]], file)}
    return sum(reported.finding.file in fixable_files for reported in fixable)


def _filter_fixable(found: Iterable[ReportedFinding]) -> list[ReportedFinding]:
    found = list(found)
    with_edits = [reported for reported in found if reported.edits]
    erroneous_statements = {
        _statement_key(reported)
        for reported in found
        if reported.finding.rule in NAMED_CHECKS and reported.finding.level is Level.ERROR
    }
    return (
        [reported for reported in with_edits if _statement_key(reported) not in erroneous_statements]
        if with_edits and erroneous_statements
        else with_edits
    )


def _statement_key(reported: ReportedFinding) -> tuple[str, int]:
    statement = reported.statement
    return reported.finding.file, -1 if statement is None else statement.start


def apply_edits(text: str, proposals: Iterable[tuple[Edit, ...]]) -> str:
    """Apply edits to a text.

    The edits of one finding are applied together or not at all. If the edits of two findings overlap, only those of
    the first are applied.
    """
    accepted: list[Edit] = []
    for edits in proposals:
        if not any(_overlaps(edit, accepted) for edit in edits):
            for edit in edits:
                bisect.insort(accepted, edit, key=lambda each: each.start)
    newline = "\r\n" if "\r\n" in text else "\n"
    pieces, position = [], 0
    for edit in accepted:
        new = edit.text.replace("\r\n", "\n").replace("\n", newline)
        pieces += [text[position : edit.start], new]
        position = edit.end
    return "".join([*pieces, text[position:]])


def format_diff(file: str, old: str, new: str) -> str:
    """Return a unified diff."""
    lines = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), file, file)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def build_fixed_file(file: str, before: str, after: str) -> str:
    """Return the text to write to a file: with a byte order mark, if the file has one.

    Args:
        file: The path.
        before: The text that lint read.
        after: The fixed text.

    Raises:
        SchemaDslError: If the file no longer has the text that lint read.
    """
    path = Path(file)
    if not path.exists() or Source.read(path).text != before:
        raise SchemaDslError(
            "the file changed while lint ran, so --fix wrote nothing", where=file, instead="Run --fix again."
        )
    return _BOM + after if path.read_bytes().startswith(_BOM.encode()) else after


def _overlaps(edit: Edit, accepted: Sequence[Edit]) -> bool:
    index = bisect.bisect_left(accepted, edit.start, key=lambda each: each.start)
    next_edit = accepted[index] if index < len(accepted) else None
    previous_edit = accepted[index - 1] if index else None
    return (next_edit is not None and (next_edit.start == edit.start or next_edit.start < edit.end)) or (
        previous_edit is not None and previous_edit.end > edit.start
    )


def _fix_in_rounds(
    lint_texts: LintTexts, reported: Sequence[ReportedFinding], refused: Iterable[str]
) -> FixResult:
    skipped = set(refused)
    changed: dict[str, str] = {}
    for _ in range(_ROUNDS):
        by_file: dict[str, list[ReportedFinding]] = {}
        for fixable in _filter_fixable(reported):
            if fixable.finding.file not in skipped:
                by_file.setdefault(fixable.finding.file, []).append(fixable)
        if not by_file:
            break
        for file, found in by_file.items():
            source = found[0].source
            assert source is not None  # noqa: S101 - only findings with a source have edits
            changed[file] = apply_edits(source.text, (reported.edits for reported in found))
        reported = lint_texts(changed)
    return FixResult(changed, reported)


def _find_new_errors(before: Iterable[ReportedFinding], fixed: FixResult) -> dict[str, str]:
    """Return the changed files that cause new errors, with the message of one new error."""
    old_errors = _count_errors(before)
    new_errors: dict[str, str] = {}
    for (file, _, message), count in _count_errors(fixed.reported).items():
        if count > old_errors[file, _, message] and fixed.changed:
            # A change in an earlier file may cause an error in a later file of the history.
            for changed_file in [file] if file in fixed.changed else fixed.changed:
                new_errors.setdefault(changed_file, message)
    return new_errors


def _count_errors(found: Iterable[ReportedFinding]) -> Counter[tuple[str, str, str]]:
    errors = (reported.finding for reported in found if reported.finding.level is Level.ERROR)
    return Counter((error.file, error.rule, error.message) for error in errors)


def _find_refusal(reported_findings: Iterable[ReportedFinding], file: str) -> str:
    from schema_dsl.render import read_seal  # noqa: PLC0415 - jinja2 is heavy

    source = next(
        reported.source
        for reported in reported_findings
        if reported.finding.file == file and reported.source is not None
    )
    if read_seal(source.text) is not None:
        return "schema-dsl generated it; change the definitions and generate it again"
    if source.defects:
        return source.defects[0].message
    return ""
