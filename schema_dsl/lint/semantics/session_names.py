"""Check the savepoints and cursors that statements name, and the queries of cursors and prepared statements."""

from __future__ import annotations

from schema_dsl.analysis import queries
from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, Statement, walk
from schema_dsl.parsing.statements import remember

_RULE = "unknown-savepoint"
_CURSORS = "declared cursors"
_NAMING = frozenset({"TRANS_STMT_RELEASE", "TRANS_STMT_ROLLBACK_TO"})


def check_transaction(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that the savepoint of RELEASE or ROLLBACK TO exists."""
    transaction = analyzer.history.transaction
    if enumeration("TransactionStmtKind")[tree.kind] not in _NAMING or step.in_block:
        return
    name = tree.savepoint_name
    if transaction.find_savepoint(name) is None:
        near = find_nearest(name, [each for each, _ in transaction.savepoints])
        remedy = f"Did you mean {near}?" if near else "Write SAVEPOINT before it, in the same transaction."
        analyzer.report(_RULE, f'savepoint "{name}" does not exist', remedy, -1, name)


def check_declared(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the query of a DECLARE CURSOR, and record the cursor."""
    del step
    queries.analyze_query(analyzer, tree.query, Scope())
    analyzer.history.rule_values.setdefault(_CURSORS, set()).add(tree.portalname)


def check_cursor(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that an earlier statement declares the cursor of FETCH, MOVE or CLOSE."""
    declared = analyzer.history.rule_values.get(_CURSORS, ())
    if step.in_block or step.guard is not Guard.NONE or not tree.portalname or tree.portalname in declared:
        return
    # A function or a DO block may open a cursor of any name.
    bodies = (each.statement for each in analyzer.history.all_routines if each.statement is not None)
    if _has_block_with_cursor(step.source) or any(map(_names_cursor, bodies)):
        return
    message = f'cursor "{tree.portalname}" does not exist'
    analyzer.report(_RULE, message, "Write DECLARE before it, in the same transaction.", -1, tree.portalname)


@cached
def _has_block_with_cursor(source: Source) -> bool:
    return any(each.kind == "do_stmt" and _names_cursor(each) for each in source.applied)


@remember
def _names_cursor(statement: Statement) -> bool:
    return "cursor" in statement.text.lower()


def check_prepared(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the query of a PREPARE."""
    del step
    given = [analyzer.resolve_type(each.type_name) for each in tree.argtypes]
    numbers = [node.number for node in walk(tree.query) if node.DESCRIPTOR.name == "ParamRef"]
    analyzer.parameter_types = (*given, *[None] * (max(numbers, default=0) - len(given)))
    queries.analyze_query(analyzer, tree.query, Scope())
