"""Read CREATE POLICY."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.trees import role_name
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_expression, read_relation_name, refuse
from schema_dsl.model.policy import Policy
from schema_dsl.parsing import Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    roles = [role_name(node) for node in tree.roles]
    if not all(roles):
        raise refuse(f"policy {tree.policy_name} is for CURRENT_USER", "Name the role.")
    using, check = read_expression(tree, "qual"), read_expression(tree, "with_check")
    policy = Policy(
        tree.policy_name,
        tree.cmd_name or "all",
        to=roles or ["public"],
        using=using,
        check=check,
        conditional=using is not None or check is not None,
        permissive=tree.permissive,
        origin=declarations.origin,
    )
    declarations.add_part(read_relation_name(tree.table), policy)


READERS: Final = {"create_policy_stmt": _read}
