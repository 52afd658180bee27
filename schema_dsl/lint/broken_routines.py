"""Find the declared routines that a migration keeps and breaks: Postgres does not check the names in a string body."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from schema_dsl.analysis.identity import QUERIED_KINDS, ROUTINE_KINDS, Identity
from schema_dsl.errors import display_path
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.initial_schema import schema_of_definitions
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.lint.source import Source
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.routine import build_statement

if TYPE_CHECKING:
    from schema_dsl.plan import Difference

_REMOVAL: Final = re.compile(r"\b(?:DROP|RENAME)\b")
_WORD: Final = re.compile(r"\w+")


def find_broken_routines(
    wanted: Catalog, texts: Iterable[str], changes: Collection[Difference]
) -> list[Finding]:
    """Return the errors in the bodies of declared routines that name an object that a migration drops or renames.

    Args:
        wanted: The definitions.
        texts: The files of the migration.
        changes: The changes that the migration makes. Changed routines are checked in its files.
    """
    lines = (line for text in texts for line in text.splitlines() if _REMOVAL.search(line))
    removed = {word for line in lines for word in _WORD.findall(line)}
    changed = {change.identity for change in changes}
    kept = [
        (identity, routine)
        for identity, routine in (wanted.objects.items() if removed else ())
        if identity.kind in ROUTINE_KINDS
        and getattr(routine, "body", None) is not None
        and identity not in changed
        and not removed.isdisjoint(_WORD.findall(routine.body))
    ]
    if not kept:
        return []
    schema = schema_of_definitions(wanted)
    _add_removed(schema, wanted, changes)
    findings = []
    for identity, routine in kept:
        source = Source.of(build_statement(identity, routine), str(identity))
        findings += [
            _place(identity, routine, finding)
            for finding in check_history([source], schema, declared=True)
            if finding.level is Level.ERROR
        ]
    return sorted(findings)


def _add_removed(schema: HistorySchema, wanted: Catalog, changes: Iterable[Difference]) -> None:
    """Add which names no longer exist. Lint takes other unknown names for objects outside of the definitions."""
    removed = [change.identity for change in changes if change.after is None]
    schema.dropped_routines |= {
        identity.relation
        for identity in removed
        if identity.kind in ROUTINE_KINDS and identity.relation not in schema.routines
    }
    relations = [identity.relation for identity in removed if identity.kind in QUERIED_KINDS]
    relations += [
        (identity.schema, item.renamed_from)
        for identity, item in wanted.objects.items()
        if identity.kind in QUERIED_KINDS and getattr(item, "renamed_from", None)
    ]
    schema.dropped |= set(relations) - schema.relations.keys()


def _place(identity: Identity, routine: Any, finding: Finding) -> Finding:
    """Return a finding at the line that declares the routine."""
    origin = routine.origin
    file, line = ("definitions", 1) if origin is None else (display_path(Path(origin.file)), origin.line)
    message = f"the migration breaks {identity}: {finding.message}"
    return Finding(file, line, 1, finding.rule, finding.level, message, finding.remedy)
