"""The calls, columns and sub-selects in USING and WITH CHECK of a policy."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import attrs

from schema_dsl.analysis.trees import constant_text, enumeration, qualified_name, single_value
from schema_dsl.lint.facts.bodies import IDENTITY_FUNCTIONS, find_relations_read_by_call, reads_identity
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation, HistorySchema, Routine
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import list_children, strings, walk
from schema_dsl.parsing.lexer import tokens


class ExpressionPart(NamedTuple):
    """A node of an expression.

    Attributes:
        node: The node.
        kind: The type of the node, named as in pg_query.proto: A_Expr, SubLink.
        selects: The sub-selects around the node, outermost first.
        scanned: Whether the node is a function in a FROM, or an argument of such a function.
    """

    node: Node
    kind: str
    selects: tuple[Node, ...]
    scanned: bool = False


class PolicyCall(NamedTuple):
    """A call in a policy.

    Attributes:
        part: The FuncCall or SQLValueFunction with its sub-selects.
        display_name: The name of the function, for messages.
        identity: The identity of the caller that the call reads, "" for none: uid, jwt, role, email, setting; user
            for current_user and its synonyms; helper for a user-defined function that reads any of these.
        routine: The user-defined function.
    """

    part: ExpressionPart
    display_name: str
    identity: str
    routine: Routine | None = None

    @property
    def node(self) -> Node:
        """The FuncCall or SQLValueFunction."""
        return self.part.node


_AUTH = frozenset({"uid", "jwt", "role", "email"})
# PostgREST puts the claims of a token into these settings; auth.uid(), auth.role() and auth.email() read them.
_CLAIMS = {
    "request.jwt.claims": "jwt",
    "request.jwt.claim.sub": "uid",
    "request.jwt.claim.role": "role",
    "request.jwt.claim.email": "email",
}
# The fields of Node for the names of types, functions and columns, which are no part of an expression.
_NAMES = frozenset({"type_name", "string"})
# The lists of such names: of operators and functions.
_NAME_LISTS = frozenset({"name", "funcname", "oper_name"})
# Below these nodes are only names and values.
_LEAVES = frozenset({"A_Const", "ColumnRef"})
# FROM items whose columns are unknown: functions and sub-selects.
_DERIVED = frozenset({"range_function", "range_subselect"})
_USERS = {
    "SVFOP_CURRENT_USER": "current_user",
    "SVFOP_CURRENT_ROLE": "current_role",
    "SVFOP_USER": "user",
    "SVFOP_SESSION_USER": "session_user",
}


@attrs.define(eq=False, slots=False)
class PolicyClause:
    """A clause of a policy.

    Attributes:
        word: USING or WITH CHECK.
        tree: The condition.
        step: The CREATE or ALTER POLICY that contains the clause.
        relation: The table of the policy.
    """

    word: str
    tree: Node
    step: HistoryStep
    relation: HistoryRelation
    _parts_by_id: dict[int, PolicyClause] = attrs.field(factory=dict, init=False, repr=False)

    @property
    def schema(self) -> HistorySchema:
        """The schema at the end of the history."""
        return self.step.schema

    def part(self, node: Node) -> PolicyClause:
        """Return a node of the condition as a clause of its own. Several rules ask for the same part."""
        if node is self.tree:
            return self
        known = self._parts_by_id.get(id(node))
        if known is None:
            # The clause keeps its node, so that no other node gets the same id.
            known = self._parts_by_id[id(node)] = PolicyClause(self.word, node, self.step, self.relation)
        return known

    @functools.cached_property
    def parts(self) -> tuple[ExpressionPart, ...]:
        """All nodes of the condition, parents first."""
        return tuple(_list_parts(self.tree))

    @functools.cached_property
    def calls(self) -> tuple[PolicyCall, ...]:
        """The calls in the condition."""
        if not self.find_parts("FuncCall") and not self.find_parts("SQLValueFunction"):
            return ()
        return tuple(_calls(self.schema, self.parts))

    @functools.cached_property
    def identity_calls(self) -> tuple[PolicyCall, ...]:
        """The calls that read the identity of the caller."""
        return tuple(call for call in self.calls if call.identity)

    @functools.cached_property
    def may_read_tables(self) -> bool:
        """Return whether the condition names a table, or calls a user-defined function."""
        return bool(self.find_parts("RangeVar")) or any(call.routine is not None for call in self.calls)

    @functools.cached_property
    def _parts_by_kind(self) -> dict[str, list[ExpressionPart]]:
        by_kind: dict[str, list[ExpressionPart]] = defaultdict(list)
        for part in self.parts:
            by_kind[part.kind].append(part)
        return by_kind

    def find_parts(self, node_type: str) -> Sequence[ExpressionPart]:
        """Return the nodes of one type, named as in pg_query.proto: A_Expr, SubLink."""
        return self._parts_by_kind.get(node_type, ())

    @functools.cached_property
    def start(self) -> int:
        """The location of the first word."""
        found = (getattr(part.node, "location", -1) for part in self.parts)
        return min((part for part in found if part >= 0), default=-1)

    def offset(self, location: int) -> int:
        """Return the offset in the file of a location in the tree."""
        return self.step.statement.offset(location)

    def length(self, offset: int) -> int:
        """Return the length to mark from an offset in the file: a call with its arguments, or a word."""
        text = self.step.statement.text
        depth, end = 0, 0
        for number, token in enumerate(tokens(text, offset - self.step.statement.start)):
            if depth == 0 and number and token.word not in {".", "("}:
                before = text[end - 1] if end else ""
                if before != ".":
                    break
            depth += {"(": 1, ")": -1}.get(token.word, 0)
            if depth < 0:
                break
            end = token.end
            if token.word == ")" and depth == 0:
                break
        return max(1, self.step.statement.start + end - offset)

    def find_table_columns(self) -> set[str]:
        """Return the columns of the policy's table that the condition references."""
        return {
            column
            for part in self.find_parts("ColumnRef")
            if (column := self.find_table_column(part.node, part.selects))
        }

    def find_table_column(self, node: Node, selects: tuple[Node, ...] = ()) -> str:
        """Return the column of the policy's table that a ColumnRef references; "" for any other reference."""
        names = strings(node.fields)
        if len(names) > 1:
            is_own = names[-2] == self.relation.name and not any(
                names[-2] in find_from_aliases(select) for select in selects
            )
            return names[-1] if is_own else ""
        return "" if any(self.is_column_of(names[0], select) for select in selects) else names[0]

    def is_column_of(self, name: str, select: Node) -> bool:
        """Return whether an unqualified name may be a column of a FROM item of a sub-select."""
        for kind, item in _from_items(select):
            if kind in _DERIVED:
                return True
            if kind == "range_var":
                relation = self.schema.find_relation(item.schemaname, item.relname)
                if relation is None or not relation.complete or name in relation.columns:
                    return True
        return False

    def is_correlated(self, select: Node) -> bool:
        """Return whether a sub-select references a column outside of itself: Postgres runs it once per outer row."""
        for part in self.find_parts("ColumnRef"):
            if not any(outer is select for outer in part.selects):
                continue
            start = next(i for i, each in enumerate(part.selects) if each is select)
            inside = part.selects[start:]
            names = strings(part.node.fields)
            if names[-1:] == ("*",):
                continue
            if len(names) > 1:
                if not any(names[-2] in find_from_aliases(select) for select in inside):
                    return True
            elif not any(self.is_column_of(names[0], select) for select in inside):
                return True
        return False


def _list_parts(tree: Node) -> list[ExpressionPart]:
    parts: list[ExpressionPart] = []
    pending: list[tuple[Node, tuple[Node, ...], bool]] = [(tree, (), False)]
    while pending:
        node, selects, scanned = pending.pop()
        kind = node.__class__.__name__
        if kind == "Node":
            name = node.WhichOneof("node")
            if name is None or name in _NAMES:
                continue
            node = getattr(node, name)
            kind = node.__class__.__name__
        elif kind in {"TypeName", "String"}:
            continue
        parts.append(ExpressionPart(node, kind, selects, scanned))
        if kind in _LEAVES:
            continue
        if kind == "SelectStmt":
            selects = (*selects, node)
            scanned = False
        elif kind == "RangeFunction":
            scanned = True
        below = list_children(node, _NAME_LISTS)
        below.reverse()
        pending += [(child, selects, scanned) for child in below]
    return parts


def _calls(schema: HistorySchema, parts: tuple[ExpressionPart, ...]) -> Iterator[PolicyCall]:
    for part in parts:
        if part.kind == "SQLValueFunction":
            display_name = _USERS.get(enumeration("SQLValueFunctionOp")[part.node.op], "")
            yield PolicyCall(part, display_name, "user" if display_name else "")
        elif part.kind == "FuncCall":
            yield _call(schema, part)


def _call(schema: HistorySchema, part: ExpressionPart) -> PolicyCall:
    schema_name, name = qualified_name(part.node.funcname)
    display_name = (
        f"{schema_name}.{name}()" if schema_name not in {"", "public", "pg_catalog"} else f"{name}()"
    )
    if schema_name == "auth" and name in _AUTH:
        return PolicyCall(part, display_name, name)
    if schema_name in {"", "pg_catalog"} and name == "current_setting":
        setting = read_constant(part.node.args[0]) if part.node.args else None
        return PolicyCall(part, display_name, _CLAIMS.get(setting or "", "setting"))
    routine = next(schema.find_routines(schema_name, name), None)
    if routine is not None and (reads_identity(schema, routine) or _defaults_to_caller(routine, part.node)):
        return PolicyCall(part, display_name, "helper", routine)
    return PolicyCall(part, display_name, "", routine)


def _defaults_to_caller(routine: Routine, call: Node) -> bool:
    """Return whether a call leaves out an argument whose default is the identity of the caller."""
    parameters = routine.tree.parameters if routine.tree is not None else ()
    omitted = (each.function_parameter.defexpr for each in parameters[len(call.args) :])
    calls = (node for default in omitted for node in walk(default) if node.DESCRIPTOR.name == "FuncCall")
    return any(qualified_name(node.funcname) in IDENTITY_FUNCTIONS for node in calls)


def _from_items(select: Node) -> Iterator[tuple[str, Node]]:
    """Yield the kind and the node of the FROM items of a sub-select, inside of joins too."""
    pending = list(select.from_clause)
    while pending:
        node = pending.pop()
        kind = node.WhichOneof("node")
        if kind == "join_expr":
            pending += [node.join_expr.larg, node.join_expr.rarg]
        else:
            yield kind, getattr(node, kind)


def find_from_tables(select: Node) -> Iterator[Node]:
    """Yield the RangeVars in the FROM of a sub-select."""
    return (item for kind, item in _from_items(select) if kind == "range_var")


def find_from_aliases(select: Node) -> set[str]:
    """Return the names by which columns can reference the FROM items of a sub-select."""
    return {
        item.alias.aliasname or (item.relname if kind == "range_var" else "")
        for kind, item in _from_items(select)
        if kind in {"range_var", *_DERIVED}
    }


def strip_casts(node: Node) -> Node:
    """Return the content of a Node without casts, COLLATE, and sub-selects that only select one value."""
    while True:
        kind = node.WhichOneof("node")
        if kind == "type_cast":
            node = node.type_cast.arg
        elif kind == "collate_clause":
            node = node.collate_clause.arg
        elif kind == "sub_link":
            value = unwrap_scalar_subselect(node.sub_link)
            if value is None:
                return node.sub_link
            node = value
        else:
            return getattr(node, kind) if kind else node


def unwrap_scalar_subselect(link: Node) -> Node | None:
    """Return the value of a scalar sub-select without FROM and WHERE; None for any other sub-select."""
    if enumeration("SubLinkType")[link.sub_link_type] != "EXPR_SUBLINK":
        return None
    return single_value(link.subselect.select_stmt)


def read_constant(node: Node) -> str | None:
    """Return the text of a constant, ignoring casts; None for any other expression."""
    stripped = strip_casts(node)
    if stripped.DESCRIPTOR.name != "A_Const" or stripped.isnull:
        return None
    return constant_text(stripped)


def find_certain_column(relation: HistoryRelation, name: str) -> HistoryColumn | None:
    """Return a column if it certainly exists."""
    column = relation.columns.get(name)
    return None if column is None or column.uncertain else column


def find_relations_read(
    clause: PolicyClause, *, as_caller: bool = False
) -> Iterator[tuple[int, HistoryRelation]]:
    """Yield the relations that a condition and its user-defined functions read, with the location of the read."""
    for part in clause.find_parts("RangeVar"):
        relation = clause.schema.find_relation(part.node.schemaname, part.node.relname)
        if relation is not None:
            yield part.node.location, relation
    for call in clause.calls:
        if call.routine is not None:
            for relation in find_relations_read_by_call(clause.schema, call.routine, as_caller=as_caller):
                yield call.node.location, relation
