"""Files that are written to be re-run."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.dropped import find_drop_offsets
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, Statement

# Statements that can be written to be re-run, and whether they are. CREATE OR REPLACE also has other reasons.
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
def is_meant_to_rerun(source: Source) -> bool:
    """Return whether most statements of a file that can be written to be re-run are.

    Statements without such a form, like CREATE POLICY, do not count against the file. IF NOT EXISTS of schemas and
    extensions is common everywhere and does not count.
    """
    dropped_names = find_drop_offsets(source)
    certainly = rerunnable = not_rerunnable = 0
    for statement in source.applied:
        kind, tree = statement.kind, statement.tree
        if kind in _CLAUSES:
            is_rerunnable = _CLAUSES[kind](tree)
            rerunnable, not_rerunnable = rerunnable + is_rerunnable, not_rerunnable + (not is_rerunnable)
            certainly += is_rerunnable and kind in _SURE
        elif kind == "create_policy_stmt":
            certainly += ("policy", tree.table.relname, tree.policy_name) in dropped_names
        elif kind == "create_trig_stmt":
            certainly += ("trigger", tree.relation.relname, tree.trigname) in dropped_names
        elif kind == "alter_table_stmt":
            certainly += _adds_if_absent(tree)
        elif kind == "do_stmt":
            certainly += _is_guarded(statement)
    return bool(certainly) and certainly + rerunnable > not_rerunnable


def _adds_if_absent(tree: Node) -> bool:
    subtypes = enumeration("AlterTableType")
    commands = [command.alter_table_cmd for command in tree.cmds]
    return any(command.missing_ok and subtypes[command.subtype] == "AT_AddColumn" for command in commands)


def _is_guarded(statement: Statement) -> bool:
    text = " ".join(statement.text.lower().split())
    return "if not exists" in text or "when duplicate_" in text
