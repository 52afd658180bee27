"""Read GRANT and REVOKE."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from schema_dsl.analysis.effects.names import kind_group, object_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import enumeration, names, role_name
from schema_dsl.model.from_sql.declarations import Change, SqlDeclarations
from schema_dsl.model.from_sql.nodes import DEFAULT_SCHEMA, read_qualified_name, read_relation_name, refuse
from schema_dsl.model.from_sql.targets import find_routine
from schema_dsl.model.grant import Grant
from schema_dsl.parsing import Node, Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    word = "GRANT" if tree.is_grant else "REVOKE"
    if enumeration("GrantTargetType")[tree.targtype] != "ACL_TARGET_OBJECT":
        raise refuse(f"{word} on all objects of a schema is no declaration", "Name the objects.")
    roles = [role_name(node) for node in tree.grantees]
    if not all(roles):
        raise refuse(f"{word} names CURRENT_USER", "Name the role.")
    grants = list(_read_grants(tree, roles, declarations)) if tree.is_grant else []

    def change(values: dict[str, Any]) -> None:
        values["grants"] = [*(values.get("grants") or ()), *grants]

    _add(tree, change, word, declarations)


def _read_grants(tree: Node, roles: list[str], declarations: SqlDeclarations) -> Iterable[Grant]:
    """Yield the grants; a privilege on columns is a grant of its own."""
    plain: list[Any] = []
    for node in tree.privileges:
        privilege: Any = node.access_priv.priv_name or "all"
        columns = names(node.access_priv.cols)
        if columns:
            yield _build(
                Grant(privilege, to=roles, columns=columns, grant_option=tree.grant_option), declarations
            )
        else:
            plain.append(privilege)
    if plain or not tree.privileges:
        yield _build(Grant(*(plain or ["all"]), to=roles, grant_option=tree.grant_option), declarations)


def _build(grant: Grant, declarations: SqlDeclarations) -> Grant:
    object.__setattr__(grant, "origin", declarations.origin)
    return grant


def _add(tree: Node, change: Change, word: str, declarations: SqlDeclarations) -> None:
    kind = kind_group(object_kind(tree.objtype))
    for node in tree.objects:
        if kind == "relation":
            target = Identity("relation", *read_relation_name(node.range_var))
        elif kind == "routine":
            target = find_routine(node.object_with_args)
        elif kind == "type":
            target = Identity("type", *read_qualified_name(node.list.items))
        elif kind == "schema":
            target = Identity("schema", "", node.string.sval or DEFAULT_SCHEMA)
        elif kind in _IN_NO_SCHEMA:
            target = Identity(kind, "", node.string.sval)
        else:
            raise refuse(f"{word} on this kind of object is no declaration", "Declare it in Python.")
        declarations.add(target, change, word)


_IN_NO_SCHEMA: Final = frozenset({"foreign_data_wrapper", "foreign_server"})

READERS: Final = {"grant_stmt": _read}
