"""Statements that Postgres refuses to an owner of the database without superuser rights, in all versions from 14 to 18.

CREATE EXTENSION is not among them: whether it needs a superuser depends on the server. The same is true of parameters,
which can be granted since version 15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from schema_dsl.analysis.effects.names import object_kind, sql_words
from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node, Statement

_UNSAFE_LANGUAGES: Final = frozenset({"c", "internal"})
_ROLE_OPTIONS: Final = {"superuser": "SUPERUSER", "isreplication": "REPLICATION", "bypassrls": "BYPASSRLS"}
_DEFINED: Final = frozenset({"text_search_parser", "text_search_template"})


def find_superuser_command(statement: Statement) -> str | None:
    """Return the command that needs a superuser; None if the statement has none."""
    if statement.kind in _COMMANDS:
        return _COMMANDS[statement.kind]
    find = _DEPENDS.get(statement.kind)
    return find(statement.tree) if find is not None else None


def _read_options(options: Iterable[Node]) -> dict[str, Node]:
    return {option.def_elem.defname: option.def_elem.arg for option in options}


def _routine(tree: Node) -> str | None:
    options = _read_options(tree.options)
    language = options["language"].string.sval.lower() if "language" in options else ""
    if language in _UNSAFE_LANGUAGES:
        return f"LANGUAGE {language}"
    return "LEAKPROOF" if "leakproof" in options and options["leakproof"].boolean.boolval else None


def _copy(tree: Node) -> str | None:
    if tree.is_program:
        return "COPY with PROGRAM"
    return "COPY with a file of the server" if tree.filename else None


def _create_role(tree: Node) -> str | None:
    for name, value in _read_options(tree.options).items():
        if name in _ROLE_OPTIONS and value.boolean.boolval:
            return _ROLE_OPTIONS[name]
    return None


def _alter_role(tree: Node) -> str | None:
    """Return an attribute that only a superuser changes, on or off."""
    for name in _read_options(tree.options):
        if name in _ROLE_OPTIONS:
            return f"ALTER ROLE for the attribute {_ROLE_OPTIONS[name]}"
    return None


def _publication(tree: Node) -> str | None:
    if tree.for_all_tables:
        return "FOR ALL TABLES"
    kinds = enumeration("PublicationObjSpecType")
    in_schema = any("SCHEMA" in kinds[part.publication_obj_spec.pubobjtype] for part in tree.pubobjects)
    return "FOR TABLES IN SCHEMA" if in_schema else None


def _definition(tree: Node) -> str | None:
    kind = object_kind(tree.kind)
    if kind == "type" and "input" in _read_options(tree.definition):
        return "CREATE TYPE with INPUT"
    return f"CREATE {sql_words(kind).upper()}" if kind in _DEFINED else None


def _cast(tree: Node) -> str | None:
    return None if tree.HasField("func") or tree.inout else "CREATE CAST ... WITHOUT FUNCTION"


_COMMANDS: Final = {
    "alter_system_stmt": "ALTER SYSTEM",
    "create_table_space_stmt": "CREATE TABLESPACE",
    "create_plang_stmt": "CREATE LANGUAGE",
    "create_am_stmt": "CREATE ACCESS METHOD",
    "create_fdw_stmt": "CREATE FOREIGN DATA WRAPPER",
    "create_op_class_stmt": "CREATE OPERATOR CLASS",
    "create_op_family_stmt": "CREATE OPERATOR FAMILY",
}
_DEPENDS: Final[dict[str, Callable[[Node], str | None]]] = {
    "create_function_stmt": _routine,
    "copy_stmt": _copy,
    "create_role_stmt": _create_role,
    "alter_role_stmt": _alter_role,
    "create_publication_stmt": _publication,
    "define_stmt": _definition,
    "create_cast_stmt": _cast,
}
