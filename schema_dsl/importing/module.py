"""The source of one module of definitions."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

import attrs

from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.python import WIDTH
from schema_dsl.importing.titles import build_title


@attrs.define
class DefinitionsModule:
    """A module while it is written.

    Attributes:
        statements: The assignments and functions.
        constants: The assignments that precede them.
        callers: The assignments of objects that call a routine, by the variable of the routine. They follow the
            routine.
        tables: The tables that it declares.
        kinds: The kinds of the objects that it declares, with their numbers.
        names: The names of schema_dsl that it uses.
        of_platform: The names of the platform that it uses.
        others: The names that it imports, by the module.
    """

    statements: list[str] = attrs.Factory(list)
    constants: list[str] = attrs.Factory(list)
    callers: dict[str, list[str]] = attrs.Factory(dict)
    tables: list[AssembledRoot] = attrs.Factory(list)
    kinds: Counter[str] = attrs.Factory(Counter)
    names: set[str] = attrs.Factory(set)
    of_platform: set[str] = attrs.Factory(set)
    others: dict[str, set[str]] = attrs.Factory(dict)

    def add_function(self, text: str, after: str) -> None:
        """Add a function after the assignment to a variable."""
        place = next(place for place, each in enumerate(self.statements, 1) if each.startswith(f"{after} = "))
        self.statements.insert(place, text)

    def write(self, name: str, platform: str, *, reach: str) -> str:
        """Return the source.

        Args:
            name: The name of the module.
            platform: The name of the platform.
            reach: The words after the kinds of its objects in the title: " that several subjects use"; empty for none.
        """
        title = build_title(name, self.tables, self.kinds, reach)
        imports = _format_import("schema_dsl", self.names)
        imports += _format_import(f"schema_dsl.platforms.{platform}", self.of_platform)
        others = [
            text
            for other, names in sorted(self.others.items())
            for text in _format_import(f".{other}", names)
        ]
        blocks = [f'"""{title}"""', "\n".join(imports), "\n".join(others)]
        called: list[str] = []
        remaining: list[str] = []
        for each in self.statements:
            callers = self.callers.get(each.partition(" = ")[0])
            if callers is None:
                remaining.append(each)
            else:
                called.append("\n".join([each, *callers]))
        lines = (*_join_lines(self.constants), *_join_lines(remaining))
        parts = [*filter(None, blocks), *called, *lines]
        text = parts[0]
        for before, part in itertools.pairwise(parts):
            is_function = before.startswith("def ") or part.startswith("def ")
            text += f"\n\n\n{part}" if is_function else f"\n\n{part}"
        return f"{text}\n"


def _join_lines(assignments: Iterable[str]) -> Iterator[str]:
    """Yield assignments, with those of one line that follow each other together."""
    for is_line, group in itertools.groupby(assignments, lambda text: "\n" not in text):
        if is_line:
            yield "\n".join(group)
        else:
            yield from group


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
