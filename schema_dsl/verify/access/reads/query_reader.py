"""Find the comparisons of queries and of statements that write, and the sources of their result columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import attrs

from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, unwrap
from schema_dsl.verify.access.reads.provenance import Outputs, Provenance, unite
from schema_dsl.verify.access.reads.read_scope import ReadItem, ReadScope

_WRITES: Final = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})


class ExpressionReader(Protocol):
    """Reads the expressions of a query."""

    def record(self, node: Node, scope: ReadScope) -> Provenance:
        """Collect the terms of a condition, and return its sources."""

    def compare(self, sources: Provenance) -> None:
        """Collect a term of which only the sources are known."""

    def value(self, node: Node, scope: ReadScope) -> Provenance:
        """Return the sources of an expression, and collect the terms of the conditions in it."""

    def call(self, node: Node, scope: ReadScope) -> Outputs:
        """Return the result columns of a function call."""

    def find_items(self, node: Node, alias: str, columns: Sequence[str], level: ReadScope) -> list[ReadItem]:
        """Return the FROM items that a name of a relation can mean."""


@attrs.frozen(eq=False)
class QueryReader:
    """Reads queries, and INSERT, UPDATE, DELETE and MERGE.

    Attributes:
        reader: The reader of the expressions, which collects the terms.
    """

    reader: ExpressionReader

    def statement(self, node: Node, scope: ReadScope) -> Outputs:
        """Return the result columns of a statement, and collect the terms of its conditions."""
        inner = unwrap(node)
        if inner.DESCRIPTOR.name == "ReturnStmt":
            return [("", self.reader.record(inner.returnval, scope))]
        if inner.DESCRIPTOR.name in _WRITES:
            return self._write(inner, scope)
        return self.query(node, scope)

    def query(self, node: Node, scope: ReadScope) -> Outputs:
        """Return the result columns of a query, and collect the terms of its conditions."""
        inner = unwrap(node)
        if inner.DESCRIPTOR.name == "SelectStmt":
            return self._select_outputs(inner, scope)
        if inner.DESCRIPTOR.name in _WRITES:
            return self._write(inner, scope)
        return []

    def _write(self, node: Node, scope: ReadScope) -> Outputs:
        """Read the query, the conditions and RETURNING of INSERT, UPDATE, DELETE and MERGE."""
        level = ReadScope(outer=scope)
        self._add_ctes(node, level)
        fields = {field.name for field, _ in node.ListFields()}
        if "relation" in fields:
            level.items += self._from_item(node.relation, level)
        for clause in ("from_clause", "using_clause"):
            for item in getattr(node, clause, ()) if clause in fields else ():
                level.items += self._from_item(item, level)
        for clause in ("where_clause", "join_condition"):
            if clause in fields:
                self.reader.record(getattr(node, clause), level)
        if "select_stmt" in fields:
            self.query(node.select_stmt, level)
        return self._targets(getattr(node, "returning_list", ()), level)

    def _select_outputs(self, node: Node, scope: ReadScope) -> Outputs:
        level = ReadScope(outer=scope)
        self._add_ctes(node, level)
        if node.HasField("larg"):
            left, right = self._select_outputs(node.larg, level), self._select_outputs(node.rarg, level)
            return [(name, sources | other) for (name, sources), (_, other) in zip(left, right, strict=False)]
        if node.values_lists:
            rows = [unwrap(row).items for row in node.values_lists]
            return [
                (f"column{number}", unite(self.reader.value(value, level) for value in values))
                for number, values in enumerate(zip(*rows, strict=False), 1)
            ]
        for item in node.from_clause:
            level.items += self._from_item(item, level)
        for clause in ("where_clause", "having_clause"):
            if node.HasField(clause):
                self.reader.record(getattr(node, clause), level)
        return self._targets(node.target_list, level)

    def _targets(self, targets: Iterable[Node], level: ReadScope) -> Outputs:
        outputs: Outputs = []
        for wrapped in targets:
            target = unwrap(wrapped)
            value = unwrap(target.val)
            if value.DESCRIPTOR.name == "ColumnRef" and strings(value.fields)[-1] == "*":
                outputs += level.expand(strings(value.fields)[:-1])
            else:
                is_column = value.DESCRIPTOR.name == "ColumnRef"
                name = target.name or (strings(value.fields)[-1] if is_column else "")
                read = self.reader.value if is_column else self.reader.record
                outputs.append((name, read(target.val, level)))
        return outputs

    def _add_ctes(self, node: Node, level: ReadScope) -> None:
        if not node.HasField("with_clause"):
            return
        for wrapped in node.with_clause.ctes:
            cte = unwrap(wrapped)
            level.ctes[cte.ctename] = ReadItem(cte.ctename, {})
            outputs = self.query(cte.ctequery, level)
            level.ctes[cte.ctename] = ReadItem.of_outputs(cte.ctename, outputs, strings(cte.aliascolnames))

    def _from_item(self, node: Node, level: ReadScope) -> list[ReadItem]:
        inner = unwrap(node)
        alias = inner.alias if any(field.name == "alias" for field, _ in inner.ListFields()) else None
        name = alias.aliasname if alias is not None else ""
        columns = strings(alias.colnames) if alias is not None else ()
        match inner.DESCRIPTOR.name:
            case "RangeVar":
                return self.reader.find_items(inner, name or inner.relname, columns, level)
            case "RangeSubselect":
                return [ReadItem.of_outputs(name, self.query(inner.subquery, level), columns)]
            case "RangeFunction":
                outputs: Outputs = []
                for function in inner.functions:
                    call = unwrap(unwrap(function).items[0])
                    if call.DESCRIPTOR.name == "FuncCall":
                        outputs += self.reader.call(call, level)
                    else:
                        outputs.append(("", self.reader.value(call, level)))
                return [ReadItem.of_outputs(name, outputs, columns, is_open=True)]
            case "JoinExpr":
                items = self._from_item(inner.larg, level) + self._from_item(inner.rarg, level)
                joined = ReadScope(items, outer=level)
                if inner.HasField("quals"):
                    self.reader.record(inner.quals, joined)
                for column in strings(inner.using_clause):
                    sources = unite(item.find(column) for item in items)
                    self.reader.compare(sources)
                return items
        return []
