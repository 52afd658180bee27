"""Apply the checks of the second reader to the files where they are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from schema_dsl.lint.finding import Finding
from schema_dsl.lint.named_checks import GENERATED_DIFFERS, SQLGLOT_CANNOT_PARSE
from schema_dsl.lint.selection import Selection
from schema_dsl.lint.source import Source
from schema_dsl.render import read_seal

if TYPE_CHECKING:
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.plan import Difference


@attrs.frozen(eq=False)
class FileComparison:
    """A generated migration and the definitions to compare it with.

    Attributes:
        sources: The files of the migration.
        wanted: The definitions that it was generated from.
        changes: The changes that the migration makes; None if they are not known.
    """

    sources: tuple[Source, ...]
    wanted: Catalog
    changes: Iterable[Difference] | None = None


def find_newest_generated(
    history: Sequence[Source], wanted: Catalog | None, *, is_whole: bool
) -> FileComparison | None:
    """Return the newest generated migration, if it was generated from these definitions.

    Older migrations were generated from older definitions.

    Args:
        history: The migrations, in their order.
        wanted: The definitions; None if the project has none.
        is_whole: Whether the history starts from an empty database, so that its first migration creates everything.
    """
    if wanted is None:
        return None
    sources: list[Source] = []
    for source in reversed(history):
        seal = read_seal(source.text)
        if sources:
            last = read_seal(sources[0].text)
            if seal is None or last is None or not last.follows(seal):
                return None
        elif seal is None:
            continue
        elif seal.definitions != wanted.fingerprint() or seal.part.number != seal.part.count:
            return None
        sources.insert(0, source)
        if seal.part.number == 1:
            from schema_dsl.plan import diff  # noqa: PLC0415 - keeps lint light without a generated file

            is_first = is_whole and source is history[0]
            changes = tuple(diff(wanted.existing(), wanted)) if is_first else None
            return FileComparison(tuple(sources), wanted, changes)
    return None


def read_second(source: Source, selection: Selection, compared: FileComparison | None) -> list[Finding]:
    """Return the findings of the second reader in a file without syntax errors.

    Args:
        source: The file.
        selection: The active checks.
        compared: The migration to compare with the definitions; other files are not compared.
    """
    findings: list[Finding] = []
    # In hand-written files the check is an opinion. In generated ones, the second reader compares less than it could.
    is_opinion = SQLGLOT_CANNOT_PARSE in selection.opinions
    if selection.is_on(SQLGLOT_CANNOT_PARSE, source.path) and (
        is_opinion or read_seal(source.text) is not None
    ):
        from schema_dsl.lint.second_reader.check import find_unparsed_statements  # noqa: PLC0415 - sqlglot is heavy

        findings += find_unparsed_statements(source, only_unread=not is_opinion)
    if (
        compared is not None
        and compared.sources[-1] is source
        and selection.is_on(GENERATED_DIFFERS, source.path)
    ):
        from schema_dsl.lint.second_reader.check import find_differences  # noqa: PLC0415 - sqlglot is heavy

        findings += find_differences(compared.sources, compared.wanted, compared.changes)
    return findings
