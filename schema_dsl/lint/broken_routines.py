"""Find the declared routines that a migration keeps and breaks: Postgres does not check the names in a string body."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final

from schema_dsl.analysis.identity import ROUTINE_KINDS, Identity
from schema_dsl.errors import display_path
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.initial_schema import schema_of_definitions
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.lint.source import Source
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.routine import build_statement

_REMOVAL: Final = re.compile(r"\b(?:DROP|RENAME)\b")
_WORD: Final = re.compile(r"\w+")


def find_broken_routines(
    wanted: Catalog, texts: Iterable[str], changed: Collection[Identity]
) -> list[Finding]:
    """Return the errors in the bodies of declared routines that name an object that a migration drops or renames.

    Args:
        wanted: The definitions.
        texts: The files of the migration.
        changed: The objects that the migration changes. Routines among them are checked in its files.
    """
    lines = (line for text in texts for line in text.splitlines() if _REMOVAL.search(line))
    removed = {word for line in lines for word in _WORD.findall(line)}
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
    findings = []
    for identity, routine in kept:
        source = Source.of(build_statement(identity, routine), str(identity))
        findings += [
            _place(identity, routine, finding)
            for finding in check_history([source], schema, declared=True)
            if finding.level is Level.ERROR
        ]
    return sorted(findings)


def _place(identity: Identity, routine: Any, finding: Finding) -> Finding:
    """Return a finding at the line that declares the routine."""
    origin = routine.origin
    file, line = ("definitions", 1) if origin is None else (display_path(Path(origin.file)), origin.line)
    message = f"the migration breaks {identity}: {finding.message}"
    return Finding(file, line, 1, finding.rule, finding.level, message, finding.remedy)
