"""Read CREATE RULE."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.trees import enumeration
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_relation_name
from schema_dsl.model.rule import RewriteRule
from schema_dsl.model.rule_text import split_rule
from schema_dsl.parsing import Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    event: Any = enumeration("CmdType")[tree.event].removeprefix("CMD_").lower()
    where, action = split_rule(statement.text)
    rule = RewriteRule(
        tree.rulename, event, action, where=where, instead=tree.instead, origin=declarations.origin
    )
    declarations.add_part(read_relation_name(tree.relation), rule)


READERS: Final = {"rule_stmt": _read}
