"""The source of one module of definitions."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from schema_dsl.analysis.identity import TYPE_KINDS
from schema_dsl.importing.clusters import list_forms
from schema_dsl.importing.python import WIDTH
from schema_dsl.importing.shared import SHARED
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.extension import Extension
from schema_dsl.model.schema import Schema
from schema_dsl.model.table import Table

_RANKS: Final = {Schema.kind: 0, Extension.kind: 1}


@attrs.define
class DefinitionsModule:
    """A module while it is written.

    Attributes:
        statements: The assignments and functions.
        constants: The assignments that precede them.
        callers: The assignments of what calls a routine, by the variable of the routine. They follow it.
        tables: The tables that it declares.
        kinds: The kinds of the objects that it declares, with their numbers.
        names: The names of schema_dsl that it uses.
        of_platform: The names of the platform that it uses.
        others: The names that it imports, by the module.
    """

    statements: list[str] = attrs.Factory(list)
    constants: list[str] = attrs.Factory(list)
    callers: dict[str, list[str]] = attrs.Factory(dict)
    tables: list[Table] = attrs.Factory(list)
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
            reach: The words after the kinds of its objects in the title: " of several modules"; empty for none.
        """
        title = _build_title(name, self.tables, self.kinds, reach)
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


def _build_title(name: str, tables: Sequence[Table], kinds: Mapping[str, int], reach: str) -> str:
    """Return the docstring of a module: its subject with the comment of its table, its tables, or its kinds.

    Args:
        name: The name of the module.
        tables: Its tables.
        kinds: The kinds of its objects, with their numbers.
        reach: The words after the kinds.
    """
    if name == SHARED:
        return f"{_to_words(_join([*kinds]))} that several modules share."
    titles = [f"{_to_words(name)}."]
    if kinds and not tables:
        is_one = bool(reach) and sum(kinds.values()) == 1
        words = _add_article(next(iter(kinds))) if is_one else _join(_list_kinds(kinds))
        titles.insert(0, f"{_to_words(words)}{reach}.")
    main = next((table for table in tables if name in _list_module_names(table)), None)
    if main is not None and main.comment:
        # A name or an abbreviation stays as it is.
        comment = main.comment
        first = comment[0].lower() if comment[1:2].islower() else comment[0]
        titles.insert(0, f"{_to_words(name)}: {first}{comment[1:].rstrip('.')}.")
    if len(tables) > 1:
        ordered = sorted(tables, key=lambda table: table is not main)
        titles.insert(-1, f"{_to_words(_join(_leave_out_parts([table.name for table in ordered])))}.")
    # The quotes take six characters.
    fitting = (title for title in titles if len(title) + 6 <= WIDTH and title.isprintable())
    return next((title for title in fitting if not {'"', "\\"} & set(title)), "Tables.")


def _list_module_names(table: Table) -> tuple[str, str]:
    """Return the names of the module of which a table is the subject, without and with its schema."""
    name = to_variable(table.name)
    return name, f"{to_variable(table.schema or '')}_{name}"


def _leave_out_parts(names: Sequence[str]) -> list[str]:
    """Return the names of tables without those that begin with that of another one: `order_lines` beside `orders`."""
    starts = tuple(f"{form}_" for name in names for form in list_forms(name))
    return [name for name in dict.fromkeys(names) if not name.startswith(starts)]


def _add_article(kind: str) -> str:
    word = "type" if kind in TYPE_KINDS else kind
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _list_kinds(kinds: Iterable[str]) -> list[str]:
    """Return kinds in the plural, the large ones first; all kinds of types are types."""
    found = dict.fromkeys("type" if kind in TYPE_KINDS else kind for kind in kinds)
    ordered = sorted(found, key=lambda kind: _RANKS.get(kind, len(_RANKS)))
    plurals = (f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s" for kind in ordered)
    return [plural.removesuffix("s") if plural.endswith("ss") else plural for plural in plurals]


def _join(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


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
