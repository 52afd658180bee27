"""Whether a file is written so that it can be run again."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.dropped import dropped
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, Statement

# What has a clause for it: whether it is said. CREATE OR REPLACE is said for other reasons too.
_CLAUSES: dict[str, Callable[[Node], bool]] = {
    "create_stmt": lambda tree: tree.if_not_exists,
    "index_stmt": lambda tree: tree.if_not_exists,
    "create_seq_stmt": lambda tree: tree.if_not_exists,
    "create_table_as_stmt": lambda tree: tree.if_not_exists,
    "view_stmt": lambda tree: tree.replace,
    "create_function_stmt": lambda tree: tree.replace,
}
_SURE = frozenset({"create_stmt", "index_stmt", "create_seq_stmt", "create_table_as_stmt"})


@cached
def meant_to_run_again(source: Source) -> bool:
    """Say whether a file is written so that it can be run again: most of what has a clause for it says so.

    What has none, as CREATE POLICY, does not count against it. IF NOT EXISTS of schemas and extensions is a
    habit and counts for nothing.
    """
    gone = dropped(source)
    surely = said = unsaid = 0
    for statement in source.applied:
        kind, tree = statement.kind, statement.tree
        if kind in _CLAUSES:
            says = _CLAUSES[kind](tree)
            said, unsaid = said + says, unsaid + (not says)
            surely += says and kind in _SURE
        elif kind == "create_policy_stmt":
            surely += ("policy", tree.table.relname, tree.policy_name) in gone
        elif kind == "create_trig_stmt":
            surely += ("trigger", tree.relation.relname, tree.trigname) in gone
        elif kind == "alter_table_stmt":
            surely += _adds_if_absent(tree)
        elif kind == "do_stmt":
            surely += _is_guarded(statement)
    return bool(surely) and surely + said > unsaid


def _adds_if_absent(tree: Node) -> bool:
    subtypes = enumeration("AlterTableType")
    commands = [each.alter_table_cmd for each in tree.cmds]
    return any(each.missing_ok and subtypes[each.subtype] == "AT_AddColumn" for each in commands)


def _is_guarded(statement: Statement) -> bool:
    text = " ".join(statement.text.lower().split())
    return "if not exists" in text or "when duplicate_" in text
