"""The source of one module of definitions."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

import attrs

from schema_dsl.importing.python import WIDTH
from schema_dsl.importing.shared import SHARED
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.table import Table


@attrs.define
class DefinitionsModule:
    """A module while it is written.

    Attributes:
        statements: The assignments and functions.
        constants: The assignments that precede them.
        tables: The tables that it declares.
        names: The names of schema_dsl that it uses.
        of_platform: The names of the platform that it uses.
        others: The names that it imports, by the module.
    """

    statements: list[str] = attrs.Factory(list)
    constants: list[str] = attrs.Factory(list)
    tables: list[Table] = attrs.Factory(list)
    names: set[str] = attrs.Factory(set)
    of_platform: set[str] = attrs.Factory(set)
    others: dict[str, set[str]] = attrs.Factory(dict)

    def add_function(self, text: str, after: str) -> None:
        """Add a function after the assignment to a variable."""
        place = next(place for place, each in enumerate(self.statements, 1) if each.startswith(f"{after} = "))
        self.statements.insert(place, text)

    def write(self, name: str, platform: str) -> str:
        """Return the source.

        Args:
            name: The name of the module.
            platform: The name of the platform.
        """
        imports = _format_import("schema_dsl", self.names)
        imports += _format_import(f"schema_dsl.platforms.{platform}", self.of_platform)
        others = [
            text
            for other, names in sorted(self.others.items())
            for text in _format_import(f".{other}", names)
        ]
        blocks = [f'"""{_build_title(name, self.tables)}"""', "\n".join(imports), "\n".join(others)]
        parts = list(filter(None, [*blocks, *self.constants, *self.statements]))
        text = parts[0]
        for before, part in itertools.pairwise(parts):
            is_function = before.startswith("def ") or part.startswith("def ")
            text += f"\n\n\n{part}" if is_function else f"\n\n{part}"
        return f"{text}\n"


def _build_title(name: str, tables: Sequence[Table]) -> str:
    """Return the docstring of a module: its subject with the comment of its table, or the names of its tables."""
    if name == SHARED:
        return "Grants, conditions and columns that several modules share."
    subject = _to_words(name)
    comment = next((table.comment for table in tables if to_variable(table.name) == name), None)
    titles = [f"{subject}."]
    if comment:
        # A name or an abbreviation stays as it is.
        first = comment[0].lower() if comment[1:2].islower() else comment[0]
        titles.insert(0, f"{subject}: {first}{comment[1:].rstrip('.')}.")
    if len(tables) > 1:
        names = [each.name.replace("_", " ") for each in tables]
        listed = [f"{', '.join(names[:-1])} and {names[-1]}."]
        listed += [
            f"{', '.join(names[:number])} and {len(names) - number} more tables."
            for number in range(len(names) - 2, 0, -1)
        ]
        titles[-1:-1] = map(_to_words, listed)
    # The quotes take six characters.
    fitting = (title for title in titles if len(title) + 6 <= WIDTH and title.isprintable())
    return next((title for title in fitting if not {'"', "\\"} & set(title)), "Tables.")


def _to_words(name: str) -> str:
    words = name.replace("_", " ").strip()
    return f"{words[:1].upper()}{words[1:]}"


def _format_import(module: str, names: Collection[str]) -> list[str]:
    if not names:
        return []
    ordered = sorted(names, key=lambda name: (_group(name), name))
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return [line]
    return ["\n".join([f"from {module} import (", *(f"    {name}," for name in ordered), ")"])]


def _group(name: str) -> int:
    """Return the place of a name among imported names: constants, classes, then the rest."""
    if name.isupper() and len(name) > 1:
        return 0
    return 1 if name[:1].isupper() else 2
