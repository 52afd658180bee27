"""Read CREATE ROLE, and GRANT of a role to a role."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import enumeration, option_text, options, role_name
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import refuse
from schema_dsl.model.role import Role
from schema_dsl.parsing import Statement

_FLAGS: Final = {
    "canlogin": "login",
    "inherit": "inherit",
    "superuser": "superuser",
    "createdb": "create_database",
    "createrole": "create_role",
    "isreplication": "replication",
    "bypassrls": "bypasses_row_security",
}


def _read_role(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    word = enumeration("RoleStmtType")[tree.stmt_type].removeprefix("ROLESTMT_")
    values: dict[str, Any] = {"login": word == "USER"}
    for name, node in options(tree.options):
        if name in _FLAGS:
            values[_FLAGS[name]] = option_text(node) == "true"
        elif name == "connectionlimit":
            values["connection_limit"] = int(option_text(node))
        elif name == "addroleto":
            values["member_of"] = [role_name(item) for item in node.list.items]
        elif name in {"password", "validUntil"}:
            raise refuse(
                f"CREATE {word} has a password",
                "Remove it, and set it by hand with ALTER ROLE: it is a secret.",
            )
        else:
            raise refuse(f"CREATE {word} names members", "Write a GRANT of the role to each of them.")
    declarations.declare(Identity("role", "", tree.role), Role, name=tree.role, managed=True, **values)


def _read_membership(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    if not tree.is_grant or tree.opt or tree.HasField("grantor"):
        raise refuse(
            "GRANT of a role with options, and REVOKE, are no declarations", "Write GRANT ... TO ... alone."
        )
    groups = [node.access_priv.priv_name for node in tree.granted_roles]

    def change(values: dict[str, Any]) -> None:
        values["member_of"] = [*values.get("member_of", ()), *groups]

    for member in map(role_name, tree.grantee_roles):
        if not member:
            raise refuse("GRANT names CURRENT_USER", "Name the role.")
        declarations.add(Identity("role", "", member), change, "GRANT")


READERS: Final = {"create_role_stmt": _read_role, "grant_role_stmt": _read_membership}
