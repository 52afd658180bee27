"""Statements of histories that hosts run and Postgres refuses to an owner who is no superuser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node, Statement, split
from schema_dsl.postgres import Connection
from schema_dsl.sql import literal, qualified

# Splitting a long script takes longer than to look for the words.
_MAY_DIFFER: Final = re.compile(
    r"\bevent\s+trigger\b|\bextension\b[^;]*\b(?:version|update\s+to)\b", re.IGNORECASE
)
_VERSION_CLAUSE: Final = re.compile(r"""(?:version|to)\s+(?:'[^']*'|"[^"]*"|\w+)""", re.IGNORECASE)
_WITH_VERSION: Final = frozenset({"create_extension_stmt", "alter_extension_stmt"})
_AVAILABLE_VERSION: Final = """
    SELECT FROM pg_catalog.pg_available_extension_versions WHERE name = %s AND version = %s
"""
_ENABLED_BY_PLATFORM: Final = """
    SELECT relrowsecurity AND NOT pg_catalog.pg_has_role(relowner, 'USAGE') FROM pg_catalog.pg_class
    WHERE oid = pg_catalog.to_regclass(%s)
"""


def write_for_host(connection: Connection, text: str) -> str:
    """Return a script as a scratch server runs it in place of the host. The lines stay.

    - Event triggers are created without a superuser, for the owner.
    - Extensions have the version of the server if it lacks the one that the script names.
    """
    if not _MAY_DIFFER.search(text):
        return text
    return _replace(text, (_write(connection, statement) for statement in split(text).statements))


def leave_out_enabled(connection: Connection, text: str) -> str:
    """Return a script without the statements that enable row security on a table of the platform that has it.

    Older projects of Supabase ran them on storage.objects, whose owner they were. The lines stay.
    """
    kept = (
        None if _is_enabled(connection, statement) else statement.text for statement in split(text).statements
    )
    return _replace(text, kept)


def _replace(text: str, written: Iterable[str | None]) -> str:
    """Return a script with other texts of its statements; None leaves a statement out."""
    parts: list[str] = []
    end = 0
    for statement, new in zip(split(text).statements, written, strict=True):
        old = text[statement.start : statement.end]
        parts += [text[end : statement.start], old if new == statement.text else _fit(new or "", old)]
        end = statement.end
    return "".join((*parts, text[end:]))


def _fit(new: str, old: str) -> str:
    """Give a text at least the line ends of the text that it replaces."""
    return new + "\n" * (old.count("\n") - new.count("\n"))


def _write(connection: Connection, statement: Statement) -> str:
    text = statement.text
    if statement.kind == "create_event_trig_stmt":
        arguments = f"{literal(text)}, {literal(statement.tree.trigname)}"
        return f"SELECT pg_catalog.schema_dsl_create_event_trigger({arguments})"
    if statement.kind in _WITH_VERSION:
        version = next(_list_versions(statement.tree), None)
        if version is not None:
            known = [statement.tree.extname, version.arg.string.sval]
            if connection.execute(_AVAILABLE_VERSION, known).fetchone() is None:
                start = statement.offset(version.location) - statement.start
                return text[:start] + _VERSION_CLAUSE.sub("", text[start:], count=1)
    return text


def _list_versions(tree: Node) -> Iterator[Node]:
    return (each.def_elem for each in tree.options if each.def_elem.defname == "new_version")


def _is_enabled(connection: Connection, statement: Statement) -> bool:
    """Return whether a statement only enables row security on a table that has it and is not the session's."""
    if statement.kind != "alter_table_stmt":
        return False
    tree = statement.tree
    relation, kinds = tree.relation, set(_list_commands(tree))
    if kinds != {"AT_EnableRowSecurity"} or not relation.schemaname:
        return False
    row = connection.execute(
        _ENABLED_BY_PLATFORM, [qualified(relation.schemaname, relation.relname)]
    ).fetchone()
    return row is not None and bool(row[0])


def _list_commands(tree: Node) -> Iterator[str]:
    names = enumeration("AlterTableType")
    return (names[command.alter_table_cmd.subtype] for command in tree.cmds)
