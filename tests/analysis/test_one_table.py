"""The knowledge about the kinds of statements is in schema_dsl.analysis.effects, and in no second table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import schema_dsl

PACKAGE = Path(schema_dsl.__file__).parent
# The names that the grammar gives to statements, commands of ALTER TABLE, and kinds of objects and constraints.
STATEMENT = re.compile(r"[a-z_]+_stmt")
COMMAND = re.compile(r"AT_[A-Z]\w+")
KIND = re.compile(r"(?:OBJECT|CONSTR)_\w+")
# Tables of functions, which do something different for each kind of statement.
HANDLERS = {
    "lint/history/alter_table.py: _COMMANDS",
    "lint/history/create_objects.py: CREATE_HANDLERS",
    "lint/history/drop_rename.py: GUARDED_HANDLERS",
    "lint/history/drop_rename.py: HANDLERS",
    "lint/history/replay.py: _HANDLERS",
    "lint/post_parse.py: _CHECKS",
    "lint/rules/ban_duplicate_column_assignments.py: _CHECKS",
    "lint/rules/cannot_run_in_transaction.py: _REFUSED",
    "lint/second_reader/readings.py: _READERS",
    "lint/semantics/statements.py: _CHECKS",
    "analysis/dml.py: analyze_modification",
}
# Tables of messages of one rule, or of the messages of Postgres.
MESSAGES = {
    "lint/option_names.py: AT_MOST_ONCE",
    "lint/option_names.py: DEFINED",
    "lint/option_names.py: NOT_FOR_DOMAINS",
    "lint/rules/ban_alter_options.py: _TARGETS",
    "lint/rules/ban_behavior_change.py: _CHANGES",
    "lint/rules/ban_drop_default.py: _CHANGES",
    "lint/rules/ban_policy_change.py: _SWITCHES",
    "lint/second_reader/check.py: _KINDS",
}
# What dynamic SQL leaves unknown in the state of a history.
STATE = {"lint/history/dynamic_sql.py: _CHANGED_PARTS"}
# Postgres' own checks after parsing need the kinds of the grammar that have no meaning of their own, such as NULL.
GRAMMAR = {"lint/option_names.py", "lint/post_parse.py"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the path and the syntax tree of each module outside of the effects."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith("analysis/effects/"):
            yield name, ast.parse(path.read_text("utf-8"))


def find_tables(tree: ast.AST, owner: str = "") -> Iterator[str]:
    """Yield the variables, or else the functions, with a dictionary of several kinds of statements or commands."""
    if isinstance(tree, ast.FunctionDef):
        owner = tree.name
    elif isinstance(tree, ast.Assign | ast.AnnAssign):
        owner = ast.unparse(tree.targets[0] if isinstance(tree, ast.Assign) else tree.target)
    if len(list(find_keys(tree))) > 1:
        yield owner
        return
    for node in ast.iter_child_nodes(tree):
        yield from find_tables(node, owner)


def find_keys(node: ast.AST) -> Iterator[str]:
    """Yield the keys of a dictionary, or of dict.fromkeys, that are kinds of statements, commands or objects."""
    keys: list[ast.AST] = []
    if isinstance(node, ast.Dict):
        keys = [key for key in node.keys if key is not None]
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "dict.fromkeys":
        keys = list(ast.walk(node.args[0]))
    for key in keys:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            words = key.value.split()
            yield from (word for word in words if any(p.fullmatch(word) for p in (STATEMENT, COMMAND, KIND)))


class TestTables:
    """Dictionaries that are keyed by the names of the grammar."""

    def test_no_second_table(self) -> None:
        """Only the named tables of handlers, messages and unknown state exist besides the effects."""
        found = {f"{module}: {name}" for module, tree in modules() for name in find_tables(tree)}
        assert HANDLERS | MESSAGES | STATE == found

    def test_kinds_of_objects(self) -> None:
        """No other module knows how the grammar names the kinds of objects and constraints."""
        found = {
            module
            for module, tree in modules()
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KIND.fullmatch(node.value)
        }
        assert found == GRAMMAR

    @pytest.mark.parametrize(
        "table",
        [
            'DROPS = {"drop_stmt": list_names, "alter_table_stmt": list_commands}',
            'KINDS: dict[str, str] = {"OBJECT_TABLE": "table", "OBJECT_VIEW": "view"}',
            'MODES = {**dict.fromkeys(("AT_SetLogged", "AT_SetUnLogged"), 8)}',
            'def f():\n    return {"insert_stmt": 1, "update_stmt": 2}[kind]',
        ],
    )
    def test_second_table_is_found(self, table: str) -> None:
        """The search finds a table of each form."""
        assert 1 == len(list(find_tables(ast.parse(table))))

    def test_lock_modes(self) -> None:
        """Only the module of the lock modes lists them: no other collection has two of their names."""
        names = re.compile(r"(?:Access|Row|Share|Exclusive|Update)+Lock")
        found = {
            module
            for module, tree in modules()
            for node in ast.walk(tree)
            if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict)
            and 1
            < sum(isinstance(e, ast.Constant) and bool(names.fullmatch(str(e.value))) for e in ast.walk(node))
        }
        assert set() == found
