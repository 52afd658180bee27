"""The knowledge about the kinds of statements is in schema_dsl.analysis.effects, and in no second table."""

from __future__ import annotations

import ast
import copy
import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import schema_dsl
from schema_dsl.analysis.effects.registry import DERIVATIONS, derives

PACKAGE = Path(schema_dsl.__file__).parent
# The names that the grammar gives to statements, commands of ALTER TABLE, and kinds of objects and constraints.
STATEMENT = re.compile(r"[a-z_]+_stmt")
COMMAND = re.compile(r"AT_[A-Z]\w+")
WRITTEN = re.compile(r"_stmt|AT_|OBJECT_|CONSTR_|Lock")
KIND = re.compile(r"(?:OBJECT|CONSTR)_\w+")
# The knowledge itself: how the grammar names objects and constraints, and the effects of statements and commands
# without a function of their own. Only superusers may run some of them.
EFFECTS = {
    "analysis/effects/alter_table.py: ROW_SECURITY",
    "analysis/effects/alter_table.py: _COMMANDS",
    "analysis/effects/alter_table.py: _FORMS",
    "analysis/effects/data.py: _MODIFICATIONS",
    "analysis/effects/named.py: _FORMS",
    "analysis/effects/names.py: _CONSTRAINT_KINDS",
    "analysis/effects/names.py: _OBJECT_KINDS",
    "analysis/effects/superuser.py: _COMMANDS",
    "analysis/effects/superuser.py: _DEPENDS",
}
# Tables of functions, which do something different for each kind of statement. The readers of `.sql` files with two
# statements are those of tables, publications and event triggers, CREATE and ALTER, and of foreign data.
HANDLERS = {
    "lint/history/alter_table.py: _COMMANDS",
    "lint/history/publications.py: HANDLERS",
    "lint/history/create_objects.py: CREATE_HANDLERS",
    "lint/history/rename.py: GUARDED_HANDLERS",
    "lint/history/rename.py: HANDLERS",
    "lint/history/replay.py: _HANDLERS",
    "lint/post_parse.py: _CHECKS",
    "lint/rules/ban_duplicate_column_assignments.py: _CHECKS",
    "analysis/transaction_blocks.py: REFUSED_COMMANDS",
    "lint/rules/requires_transaction.py: _REFUSED",
    "lint/second_reader/readings.py: _READERS",
    "lint/semantics/statements.py: _CHECKS",
    "analysis/dml.py: analyze_modification",
    "model/from_sql/kinds/event_trigger.py: READERS",
    "model/from_sql/kinds/foreign_data.py: READERS",
    "model/from_sql/kinds/publication.py: READERS",
    "model/from_sql/kinds/role.py: READERS",
    "model/from_sql/kinds/statistics.py: READERS",
    "model/from_sql/kinds/table.py: READERS",
}
# Tables of messages of one rule, or of the messages of Postgres.
MESSAGES = {
    "lint/option_names.py: AT_MOST_ONCE",
    "lint/option_names.py: DEFINED",
    "lint/option_names.py: MUTUALLY_EXCLUSIVE",
    "lint/option_names.py: NOT_FOR_DOMAINS",
    "lint/rules/ban_alter_options.py: _TARGETS",
    "lint/rules/ban_behavior_change.py: _CHANGES",
    "lint/rules/ban_drop_default.py: _CHANGES",
    "lint/rules/changing_all_rows.py: _CHANGES",
    "lint/rules/rewriting_table.py: _WORK",
    "lint/rules/ban_policy_change.py: _SWITCHES",
    "lint/semantics/relation_kinds.py: _ALTERATIONS",
    "lint/semantics/relation_kinds.py: _WRITES",
    "lint/second_reader/check.py: _KINDS",
    "model/from_sql/reader.py: _REMEDIES",
}
# The parts that dynamic SQL leaves unknown in the state of a history.
STATE = {"lint/history/dynamic_sql.py: _CHANGED_PARTS"}
CONTAINED = {
    # Commands that reach the children of a table, of the commands of which dynamic SQL leaves parts unknown.
    "lint/history/dynamic_sql.py _CHANGED_PARTS: ~ lint/history/alter_table.py _INHERITED_COMMANDS",
    # Statements that name relations, of the statements that change no schema.
    "analysis/statement_references.py _OF_RELATIONS ~ lint/history/replay.py _SCHEMA_UNCHANGED",
    # Statements with the clauses of constraints, indexes and triggers, of the statements that lock a table, and of the
    # statements whose expressions are checked.
    "verify/mutants/operators/clauses.py _KINDS: ~ lint/facts/locks.py LOCKING_KINDS",
    "verify/mutants/operators/clauses.py _KINDS: ~ lint/semantics/statements.py _CREATE_KINDS",
    # Statements that mutants change, of the statements that a DO block may have without being parsed as PL/pgSQL.
    "verify/mutants/operators/clauses.py _KINDS: ~ parsing/plpgsql.py _DEFINING",
    "verify/mutants/fragments.py function subject ~ parsing/plpgsql.py _DEFINING",
}
# Postgres' own checks after parsing need the kinds of the grammar that have no meaning of their own, such as NULL.
# NOT ENFORCED is an attribute of the constraint before it.
GRAMMAR = {
    "analysis/effects/names.py",
    "lint/history/constraints.py",
    "lint/option_names.py",
    "lint/post_parse.py",
}


@functools.cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Return the path and the syntax tree of each module that writes a name of the grammar."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name, text = path.relative_to(PACKAGE).as_posix(), path.read_text("utf-8")
        if WRITTEN.search(text):
            found.append((name, ast.parse(text)))
    return tuple(found)


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
    """Yield the keys of a table that are kinds of statements, commands or objects.

    A table is a dictionary, a call of dict or dict.fromkeys, a comprehension over constants, or a list of tuples.
    """
    keys: list[ast.AST] = []
    if isinstance(node, ast.Dict):
        keys = [key for key in node.keys if key is not None]
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"dict", "dict.fromkeys"}:
        keys = [*node.args[:1], *(ast.Constant(each.arg) for each in node.keywords)]
    elif isinstance(node, ast.DictComp):
        keys = [generator.iter for generator in node.generators]
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        keys = [item.elts[0] for item in node.elts if isinstance(item, ast.Tuple) and len(item.elts) > 1]
    for key in itertools.chain.from_iterable(map(ast.walk, keys)):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            words = key.value.split()
            yield from (word for word in words if any(p.fullmatch(word) for p in (STATEMENT, COMMAND, KIND)))


def find_groups(tree: ast.AST) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the groups of at least three kinds in a collection, a list of words or the comparisons of a function.

    The comparisons of a function count from four kinds on.
    """
    owners: dict[ast.AST, str] = {}
    for statement in ast.walk(tree):
        if isinstance(statement, ast.FunctionDef):
            tests = [test for test in ast.walk(statement) if isinstance(test, ast.Compare | ast.MatchValue)]
            kinds = {kind for test in tests for kind in find_kinds(ast.walk(test))}
            if len(kinds) > 3:
                yield f"function {statement.name}", frozenset(kinds)
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            owners.update(dict.fromkeys(ast.walk(statement), ast.unparse(statement).split(" ")[0]))
        kinds = find_kinds(getattr(statement, "elts", [statement]))
        if len(kinds) > 2:
            yield owners.get(statement, "an expression"), frozenset(kinds)


def find_kinds(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the kinds of statements and commands among the words of constants."""
    words = (str(node.value).split() for node in nodes if isinstance(node, ast.Constant))
    return {word for group in words for word in group if STATEMENT.fullmatch(word) or COMMAND.fullmatch(word)}


def without_rule_kinds(tree: ast.Module) -> ast.Module:
    """Return the module without the argument `kinds` of each Rule."""
    tree = copy.deepcopy(tree)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Rule":
            call.keywords = [argument for argument in call.keywords if argument.arg != "kinds"]
    return tree


def find_repetitions(trees: Iterable[tuple[str, ast.Module]]) -> Iterator[str]:
    """Yield the pairs of modules in which a group of kinds contains a group of the other module."""
    groups = [(module, *group) for module, tree in trees for group in find_groups(without_rule_kinds(tree))]
    for (one, first, kinds), (other, second, others) in itertools.permutations(groups, 2):
        # A function that distinguishes many kinds repeats no shorter list.
        is_listed = not second.startswith("function") or first.startswith("function")
        if one != other and kinds <= others and is_listed:
            yield f"{one} {first} ~ {other} {second}"


class TestTables:
    """Dictionaries that are keyed by the names of the grammar."""

    def test_no_second_table(self) -> None:
        """Only the named tables exist: those of the effects, of handlers, of messages and of unknown state."""
        found = {f"{module}: {name}" for module, tree in modules() for name in find_tables(tree)}
        assert EFFECTS | HANDLERS | MESSAGES | STATE == found

    def test_no_second_derivation(self) -> None:
        """A kind of statement has one function that derives its effects."""
        with pytest.raises(ValueError, match="drop_stmt"):
            derives("new_stmt", "drop_stmt")
        assert "new_stmt" not in DERIVATIONS

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
            'DROPS = [("drop_stmt", list_names), ("alter_table_stmt", list_commands)]',
            'MODES = (("AT_AddColumn", 8), ("AT_DropColumn", 8))',
            'KINDS = {("drop_stmt", "table"): 1, ("alter_table_stmt", "view"): 2}',
            "KINDS = dict(drop_stmt=1, alter_table_stmt=2)",
            'KINDS = dict([("drop_stmt", 1), ("alter_table_stmt", 2)])',
            'KINDS = dict(zip(("drop_stmt", "alter_table_stmt"), (1, 2)))',
            'KINDS = {kind: 1 for kind in ("drop_stmt", "alter_table_stmt")}',
        ],
    )
    def test_second_table_is_found(self, table: str) -> None:
        """The search finds a table of each form."""
        assert 1 == len(list(find_tables(ast.parse(table))))

    def test_no_group_twice(self) -> None:
        """No set, list of words or chain of comparisons repeats the kinds that another module lists."""
        assert set(find_repetitions(modules())) == CONTAINED

    @pytest.mark.parametrize(
        "group",
        [
            '{"insert_stmt", "update_stmt", "delete_stmt"}',
            'kind in ("delete_stmt", "insert_stmt", "merge_stmt", "update_stmt")',
            'split_words("insert_stmt update_stmt delete_stmt")',
            (
                "def f(kind):\n"
                '    if kind == "insert_stmt":\n        return 1\n'
                '    elif kind == "update_stmt" or kind == "delete_stmt":\n        return 2\n'
                '    return 3 if kind in {"merge_stmt"} else 4'
            ),
            (
                "def f(kind):\n    match kind:\n"
                '        case "insert_stmt":\n            return 1\n'
                '        case "update_stmt" | "delete_stmt" | "merge_stmt":\n            return 2'
            ),
        ],
    )
    def test_repeated_group_is_found(self, group: str) -> None:
        """The search finds a repetition of each form."""
        listed = 'K = frozenset({"select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})'
        trees = [("a.py", ast.parse(listed)), ("b.py", ast.parse(group))]
        assert [] != list(find_repetitions(trees))

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
