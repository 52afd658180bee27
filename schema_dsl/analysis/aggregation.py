"""Check the places of aggregate and window functions (parse_agg.c)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.call_candidates import list_functions
from schema_dsl.analysis.grouping import describe_expression
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.parsing import Node

_RULE = "misplaced-expression"
# The names of clauses in the messages of Postgres, by the name in the messages about their type.
CLAUSES = {
    "WHERE": "WHERE",
    "HAVING": "HAVING",
    "JOIN/ON": "JOIN conditions",
    "FILTER": "FILTER",
    "WHEN": "MERGE WHEN conditions",
}
# In these, Postgres refuses window functions only.
_WITH_AGGREGATES = frozenset({"", "HAVING", "window definitions"})


@contextlib.contextmanager
def within(scope: Scope, clause: str) -> Iterator[None]:
    """Analyze a clause of the query of a scope."""
    before, scope.clause = scope.clause, clause
    yield
    scope.clause = before


class CallCheck:
    """The check of one call: built before the analysis of its arguments, and called with its signature."""

    def __init__(self, analyzer: Analyzer, scope: Scope) -> None:
        self._analyzer = analyzer
        self._scope = scope
        self._before = [(level, len(level.uses), level.aggregates, level.windows) for level in scope.levels()]

    def __call__(self, node: Node, signature: Signature | None) -> None:
        """Check a FuncCall after the analysis of its arguments."""
        schema_name, name = qualified_name(node.funcname)
        if signature is None:
            kinds = {each.kind for each in list_functions(self._analyzer.schema, schema_name, name)}
            if not kinds or "a" in kinds:
                # The call may be one of an aggregate function, but is not certain to be.
                self._forget_uses()
            return
        if signature.kind == "p":
            self._report(f"{name} is a procedure", node.location, name)
        elif node.HasField("over") or signature.kind == "w":
            self._check_window(node, name, signature)
        elif signature.kind == "a":
            self.check_aggregate(node.location, name)
            self._check_order(node)

    def check_aggregate(self, location: int, name: str) -> None:
        """Check the place of an aggregate function. It belongs to the innermost query of which it uses a column."""
        level, _, aggregates, windows = next(
            (each for each in self._before if len(each[0].uses) > each[1]), self._before[0]
        )
        if level.aggregates > aggregates:
            self._report("aggregate function calls cannot be nested", location, name)
        elif level.windows > windows:
            self._report("aggregate function calls cannot contain window function calls", location, name)
        if level.clause in _WITH_AGGREGATES:
            level.aggregates += 1
        else:
            self._report(f"aggregate functions are not allowed in {level.clause}", location, name)
        self._forget_uses(level)

    def _check_window(self, node: Node, name: str, signature: Signature) -> None:
        level, _, _, windows = self._before[0]
        if not node.HasField("over"):
            self._report(f"window function {name} requires an OVER clause", node.location, name)
        elif signature.kind == "f" and signature.definition is None:
            message = f"OVER specified, but {name} is not a window function nor an aggregate function"
            self._report(message, node.location, name)
        elif level.windows > windows:
            self._report("window function calls cannot be nested", node.location, name)
        elif level.clause:
            self._report(f"window functions are not allowed in {level.clause}", node.location, name)
        level.windows += not level.clause

    def _check_order(self, node: Node) -> None:
        """Check that the arguments of an aggregate with DISTINCT contain the expressions of its ORDER BY."""
        if not node.agg_distinct or node.agg_within_group:
            return
        arguments = {describe_expression(argument, self._scope) for argument in node.args}
        for wrapped in node.agg_order:
            if describe_expression(wrapped.sort_by.node, self._scope) not in arguments:
                message = "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list"
                self._report(message, wrapped.sort_by.location, qualified_name(node.funcname)[1])

    def _forget_uses(self, level: Scope | None = None) -> None:
        for each, uses, *_ in self._before:
            if level is None or each is level:
                del each.uses[uses:]

    def _report(self, message: str, location: int, word: str) -> None:
        # The checks of the clause of a definition report functions that it does not allow.
        if self._analyzer.context is None:
            self._analyzer.report(_RULE, message, _find_remedy(message), location, word)


def _find_remedy(message: str) -> str:
    if message.startswith("aggregate functions are not allowed in WHERE"):
        return "Write the condition in HAVING, or compare with a subquery."
    if message.endswith("is a procedure"):
        return "To call a procedure, use CALL."
    if message.startswith("window functions"):
        return "Compute the value in a subquery."
    return ""
