"""Resolve the objects that constants of the types regclass, regtype, regprocedure and so on name."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis import builtins
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.object_identities import (
    owned_sequence_identity,
    routine_identity,
    type_identity,
)
from schema_dsl.analysis.schema import SchemaInfo
from schema_dsl.analysis.trees import qualified_name, resolve_type_name
from schema_dsl.parsing import Node, Problem
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.lexer import read_name, tokens

FoundObjects = tuple[str, tuple[Identity, ...]]
"""The kind of name, and the objects that it may refer to."""


def find_literal_objects(schema: SchemaInfo, text: str, kind: str) -> FoundObjects | None:
    """Return the objects that a constant of an OID alias type names.

    Returns:
        The kind of name and the objects, or None if the constant names a built-in object or no object.
    """
    find = _FINDERS.get(kind)
    if find is None or text.strip() == "-" or text.strip().isdecimal():
        return None
    return find(schema, text)


def _split_name(text: str) -> tuple[str, str]:
    """Return a qualified name in a constant as (schema or "", name)."""
    parts = [read_name(text, token) for token in tokens(text) if token.word != "."]
    return (parts[-2] if len(parts) > 1 else ""), (parts[-1] if parts else "")


def _homes(schema: SchemaInfo, schema_name: str) -> tuple[str, ...]:
    return (schema_name,) if schema_name else tuple(schema.search_path)


def _find_relation(schema: SchemaInfo, text: str) -> FoundObjects | None:
    schema_name, name = _split_name(text)
    relation = schema.find_relation(schema_name, name)
    if relation is not None:
        return "relation", (relation.identity,)
    for home in _homes(schema, schema_name):
        if schema.has_index(home, name):
            return "index", (Identity("index", home, name),)
        sequence = owned_sequence_identity(schema, (home, name))
        if sequence is not None:
            return "relation", (sequence,)
    return "relation", ()


def _find_type(schema: SchemaInfo, text: str) -> FoundObjects | None:
    parsed = parse(f"SELECT CAST(NULL AS {text})")
    if isinstance(parsed, Problem):
        return "type", ()
    node = parsed.stmts[0].stmt.select_stmt.target_list[0].res_target.val.type_cast.type_name
    full_name = resolve_type_name(schema, node)
    if full_name is None:
        return "type", ()
    identity = type_identity(schema, full_name)
    return None if identity is None else ("type", (identity,))


def _find_routine(schema: SchemaInfo, text: str) -> FoundObjects | None:
    schema_name, name = _split_name(text)
    if schema_name in {"", "pg_catalog"} and builtins.find_functions(name):
        return None
    routines = schema.find_routines(schema_name, name)
    return "routine", tuple(routine_identity(schema, routine) for routine in routines)


def _read_signature(schema: SchemaInfo, statement: str) -> tuple[str, str, tuple[str | None, ...]] | None:
    """Return the schema, name and argument types in a DROP statement."""
    parsed = parse(statement)
    if isinstance(parsed, Problem):
        return None
    node: Node = parsed.stmts[0].stmt.drop_stmt.objects[0].object_with_args
    arguments = tuple(
        resolve_type_name(schema, argument.type_name)
        for argument in node.objargs
        if argument.WhichOneof("node") == "type_name"
    )
    return (*qualified_name(node.objname), arguments)


def _find_procedure(schema: SchemaInfo, text: str) -> FoundObjects | None:
    signature = _read_signature(schema, f"DROP FUNCTION {text}")
    if signature is None:
        return "routine", ()
    schema_name, name, arguments = signature
    if schema_name in {"", "pg_catalog"} and any(
        builtin.arguments == arguments for builtin in builtins.find_functions(name)
    ):
        return None
    routines = schema.find_routines(schema_name, name)
    exact = [routine for routine in routines if routine.signature.arguments == arguments]
    return "routine", tuple(routine_identity(schema, routine) for routine in exact[:1])


def _find_operator(schema: SchemaInfo, text: str) -> FoundObjects | None:
    *qualifier, name = text.strip().rsplit(".", 1)
    schema_name = _split_name(qualifier[0])[1] if qualifier else ""
    if schema_name in {"", "pg_catalog"} and builtins.find_operators(name):
        return None
    return "operator", tuple(each.identity for each in schema.find_operators(schema_name, name))


def _find_operator_signature(schema: SchemaInfo, text: str) -> FoundObjects | None:
    signature = _read_signature(schema, f"DROP OPERATOR {text}")
    if signature is None:
        return "operator", ()
    schema_name, name, arguments = signature
    if schema_name in {"", "pg_catalog"} and any(
        builtin.arguments == arguments for builtin in builtins.find_operators(name)
    ):
        return None
    operators = schema.find_operators(schema_name, name)
    exact = [operator for operator in operators if operator.signature.arguments == arguments]
    return "operator", tuple(each.identity for each in exact[:1])


def _other_finder(kind: str) -> Callable[[SchemaInfo, str], FoundObjects | None]:
    def find(schema: SchemaInfo, text: str) -> FoundObjects | None:
        schema_name, name = _split_name(text)
        return find_other_object(schema, kind, schema_name, name)

    return find


def find_other_object(schema: SchemaInfo, kind: str, schema_name: str, name: str) -> FoundObjects | None:
    """Return a collation or text search object; a name without a schema that is not known is a built-in object."""
    key = schema.find_other(kind, schema_name, name)
    if key is not None:
        return kind, (Identity(kind, *key),)
    return None if schema_name in {"", "pg_catalog"} else (kind, ())


def _find_namespace(_: SchemaInfo, text: str) -> FoundObjects | None:
    name = _split_name(text)[1]
    is_builtin = name.startswith("pg_") or name == "information_schema"
    return None if is_builtin else ("schema", (Identity("schema", "", name),))


_FINDERS: dict[str, Callable[[SchemaInfo, str], FoundObjects | None]] = {
    "regclass": _find_relation,
    "regtype": _find_type,
    "regproc": _find_routine,
    "regprocedure": _find_procedure,
    "regoper": _find_operator,
    "regoperator": _find_operator_signature,
    "regcollation": _other_finder("collation"),
    "regconfig": _other_finder("text_search_configuration"),
    "regdictionary": _other_finder("text_search_dictionary"),
    "regnamespace": _find_namespace,
}
