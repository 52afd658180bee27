"""Statements of histories that hosts run and Postgres refuses to an owner without superuser rights."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from schema_dsl.analysis.bodies import expand_blocks
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node, Statement, split
from schema_dsl.postgres import Connection
from schema_dsl.sql import dollar_quote, qualified

# Splitting a long script takes longer than to look for the words.
_OF_SUPERUSERS: Final = re.compile(
    r"\bcreate\s+(?:event\s+trigger|server)\b"
    r"|\b(?:access\s+method|operator\s+(?:class|family)|text\s+search\s+(?:template|parser))\b"
    r"|\b(?:create|replace|trusted|procedural|on)\s+language\b"
    r"|\balter\s+extension\b[^;]*\bset\s+schema\b",
    re.IGNORECASE,
)
_CREATED_BY_SUPERUSERS: Final = frozenset(
    {"access_method", "language", "operator_class", "operator_family"}
    | {"text_search_parser", "text_search_template"}
)
_ROLE: Final = re.compile(r"\bcreate\s+(?:role|user|group)\b", re.IGNORECASE)
_VERSION: Final = re.compile(r"\bextension\b[^;]*\b(?:version|update\s+to)\b", re.IGNORECASE)
_VERSION_CLAUSE: Final = re.compile(r"""(?:version|to)\s+(?:'[^']*'|"[^"]*"|\w+)""", re.IGNORECASE)
_WITH_VERSION: Final = frozenset({"create_extension_stmt", "alter_extension_stmt"})
_AVAILABLE_VERSION: Final = """
    SELECT FROM pg_catalog.pg_available_extension_versions WHERE name = %s AND version = %s
"""
_ROLE_EXISTS: Final = "SELECT FROM pg_catalog.pg_roles WHERE rolname = %s"
_ENABLED_BY_PLATFORM: Final = """
    SELECT relrowsecurity AND NOT pg_catalog.pg_has_role(relowner, 'USAGE') FROM pg_catalog.pg_class
    WHERE oid = pg_catalog.to_regclass(%s)
"""


def write_for_host(connection: Connection, text: str) -> str:
    """Return a script as a scratch server runs it in place of the host. The lines stay.

    - Event triggers, and servers of the wrappers of extensions, are created without a superuser, for the owner. So are
      languages, access methods, operator classes, and templates and parsers of text search. Extensions move to another
      schema without a superuser, to whom the objects even of a trusted one belong.
    - Extensions have the version of the server if it lacks the one that the script names.
    - Roles that exist are not created: roles belong to the server, which replays a history in several databases.
    """
    text = write_superuser_statements(text)
    if _VERSION.search(text):
        text = _replace(text, split(text).statements, partial(_write_version, connection))
    if _ROLE.search(text):
        text = _replace(text, split(text).statements, partial(_write_role, connection))
    return text


def write_superuser_statements(text: str) -> str:
    """Return a script that needs no superuser for event triggers, servers and the like. The lines stay."""
    if not _OF_SUPERUSERS.search(text):
        return text
    outer = split(text).statements
    text = _replace(text, outer, partial(_write_call, "SELECT"))
    blocks = [each for each in split(text).statements if each.kind == "do_stmt"]
    inner = [each for each in expand_blocks(blocks) if each.kind != "do_stmt"]
    return _replace(text, inner, partial(_write_call, "PERFORM"))


def leave_out_enabled(connection: Connection, text: str) -> str:
    """Return a script without the statements that enable row security on a table of the platform that has it.

    Older projects of Supabase ran them on storage.objects, whose owner they were. The lines stay.
    """
    return _replace(
        text,
        split(text).statements,
        lambda statement: "" if _is_enabled(connection, statement) else statement.text,
    )


def _replace(text: str, statements: Iterable[Statement], write: Callable[[Statement], str]) -> str:
    """Return a script in which statements have the text that a function returns for them."""
    parts: list[str] = []
    end = 0
    for statement in statements:
        old, new = text[statement.start : statement.end], write(statement)
        # The text of a statement in quotes may have other quotes than the file.
        if new != statement.text == old:
            parts += [text[end : statement.start], _fit(new, old)]
            end = statement.end
    return "".join((*parts, text[end:]))


def _fit(new: str, old: str) -> str:
    """Give a text at least the line ends of the text that it replaces."""
    return new + "\n" * (old.count("\n") - new.count("\n"))


def _write_call(command: str, statement: Statement) -> str:
    tree = statement.tree
    if statement.kind == "create_event_trig_stmt":
        function, names = "schema_dsl_create_event_trigger", [tree.trigname]
    elif statement.kind == "create_foreign_server_stmt":
        function, names = "schema_dsl_create_server", [tree.fdwname, tree.servername]
    elif _is_of_superusers(statement):
        function, names = "schema_dsl_create", []
    else:
        return statement.text
    # Dollar quotes can stand in a block with quotes of either kind.
    arguments = ", ".join(dollar_quote(each, "host") for each in (statement.text, *names))
    return f"{command} pg_catalog.{function}({arguments})"


def _is_of_superusers(statement: Statement) -> bool:
    """Return whether a statement creates or comments on an object, or moves an extension, as only superusers may."""
    if statement.kind == "alter_object_schema_stmt":
        return object_kind(statement.tree.object_type) == "extension"
    return any(
        effect.verb in {"create", "comment"} and effect.identity.kind in _CREATED_BY_SUPERUSERS
        for effect in effects(statement)
    )


def _write_role(connection: Connection, statement: Statement) -> str:
    if statement.kind != "create_role_stmt":
        return statement.text
    exists = connection.execute(_ROLE_EXISTS, [statement.tree.role]).fetchone() is not None
    return "" if exists else statement.text


def _write_version(connection: Connection, statement: Statement) -> str:
    text = statement.text
    version = next(_list_versions(statement.tree), None) if statement.kind in _WITH_VERSION else None
    if version is None:
        return text
    known = [statement.tree.extname, version.arg.string.sval]
    if connection.execute(_AVAILABLE_VERSION, known).fetchone() is not None:
        return text
    start = statement.offset(version.location) - statement.start
    return text[:start] + _VERSION_CLAUSE.sub("", text[start:], count=1)


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
