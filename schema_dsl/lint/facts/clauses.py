"""A policy's USING or WITH CHECK taken apart: its calls, columns and sub-selects, found in one walk."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

import attrs

from schema_dsl.lint.facts.bodies import only_value, read_by_calling, reads_identity
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation, Routine, Schema
from schema_dsl.lint.history.trees import constant_text, enumeration, qualified
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings
from schema_dsl.parsing.lexer import tokens


class ExpressionPart(NamedTuple):
    """A node of an expression. `selects` are the sub-selects around it, from the outermost.

    `scanned`: it is a function in a FROM, or an argument of one.
    """

    node: Node
    selects: tuple[Node, ...]
    scanned: bool = False


class PolicyCall(NamedTuple):
    """A call in a policy. `identity` says what it tells of the caller, "" for nothing that is known.

    That is: uid, jwt, role, email, setting; user for current_user and the like; helper for a function of
    one's own that reads any of them.
    """

    part: ExpressionPart
    shown: str
    identity: str
    routine: Routine | None = None

    @property
    def node(self) -> Node:
        """The FuncCall or SQLValueFunction."""
        return self.part.node


_AUTH = frozenset({"uid", "jwt", "role", "email"})
# Where PostgREST puts a token's claims: what auth.uid() and the like read.
_CLAIMS = {
    "request.jwt.claims": "jwt",
    "request.jwt.claim.sub": "uid",
    "request.jwt.claim.role": "role",
    "request.jwt.claim.email": "email",
}
_USERS = {
    "SVFOP_CURRENT_USER": "current_user",
    "SVFOP_CURRENT_ROLE": "current_role",
    "SVFOP_USER": "user",
    "SVFOP_SESSION_USER": "session_user",
}


@attrs.define(eq=False, slots=False)
class PolicyClause:
    """USING or WITH CHECK (`word`) of a policy on `relation`, as `step` wrote it."""

    word: str
    tree: Node
    step: HistoryStep
    relation: HistoryRelation

    @property
    def schema(self) -> Schema:
        """What is known in the end."""
        return self.step.schema

    @functools.cached_property
    def parts(self) -> tuple[ExpressionPart, ...]:
        """Everything in it, parents first."""
        return tuple(_parts(self.tree, (), scanned=False))

    @functools.cached_property
    def calls(self) -> tuple[PolicyCall, ...]:
        """The calls in it."""
        return tuple(_calls(self.schema, self.parts))

    @functools.cached_property
    def identities(self) -> tuple[PolicyCall, ...]:
        """The calls that tell who the caller is."""
        return tuple(each for each in self.calls if each.identity)

    def of(self, name: str) -> Iterator[ExpressionPart]:
        """Yield the nodes of one type, as pg_query.proto has it: A_Expr, SubLink."""
        return (each for each in self.parts if each.node.DESCRIPTOR.name == name)

    @functools.cached_property
    def start(self) -> int:
        """The location of its first word."""
        found = (getattr(each.node, "location", -1) for each in self.parts)
        return min((each for each in found if each >= 0), default=-1)

    def offset(self, location: int) -> int:
        """Give the place in the file of a location in the tree."""
        return self.step.statement.offset(location)

    def length(self, offset: int) -> int:
        """Give how much to mark from an offset of the file: a call with its arguments, or a word."""
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

    def own_columns(self) -> set[str]:
        """Give the columns of the policy's table that it names, so far as names tell."""
        return {each for part in self.of("ColumnRef") if (each := self.own_column(part.node, part.selects))}

    def own_column(self, node: Node, selects: tuple[Node, ...] = ()) -> str:
        """Give the column of the policy's table that a ColumnRef means; "" if it means something else."""
        names = strings(node.fields)
        if len(names) > 1:
            own = names[-2] == self.relation.name and not any(names[-2] in aliases(each) for each in selects)
            return names[-1] if own else ""
        return "" if any(self.found_in(names[0], each) for each in selects) else names[0]

    def found_in(self, name: str, select: Node) -> bool:
        """Say whether a bare name is one of a sub-select's own tables; where they are not known, it is."""
        for node in tables(select):
            relation = self.schema.relation(node.schemaname, node.relname)
            if relation is None or not relation.complete or name in relation.columns:
                return True
        return any(True for _ in _derived(select))

    def reaches_out(self, select: Node) -> bool:
        """Say whether a sub-select names something of what is around it, so that it runs again for each row."""
        for part in self.of("ColumnRef"):
            if not any(each is select for each in part.selects):
                continue
            start = next(i for i, each in enumerate(part.selects) if each is select)
            inside = part.selects[start:]
            names = strings(part.node.fields)
            if names[-1:] == ("*",):
                continue
            if len(names) > 1:
                if not any(names[-2] in aliases(each) for each in inside):
                    return True
            elif not any(self.found_in(names[0], each) for each in inside):
                return True
        return False


def _parts(node: Node, selects: tuple[Node, ...], *, scanned: bool) -> Iterator[ExpressionPart]:
    kind = node.DESCRIPTOR.name
    if kind == "Node":
        inner = node.WhichOneof("node")
        if inner:
            yield from _parts(getattr(node, inner), selects, scanned=scanned)
        return
    if kind in {"TypeName", "String"}:
        return
    yield ExpressionPart(node, selects, scanned)
    if kind == "SelectStmt":
        selects = (*selects, node)
        scanned = False
    for field, value in node.ListFields():
        if field.message_type is not None:
            below = scanned or kind == "RangeFunction"
            for each in value if field.is_repeated else (value,):
                yield from _parts(each, selects, scanned=below)


def _calls(schema: Schema, parts: tuple[ExpressionPart, ...]) -> Iterator[PolicyCall]:
    for part in parts:
        node = part.node
        kind = node.DESCRIPTOR.name
        if kind == "SQLValueFunction":
            shown = _USERS.get(enumeration("SQLValueFunctionOp")[node.op], "")
            yield PolicyCall(part, shown, "user" if shown else "")
        elif kind == "FuncCall":
            yield _call(schema, part)


def _call(schema: Schema, part: ExpressionPart) -> PolicyCall:
    where, name = qualified(part.node.funcname)
    shown = f"{where}.{name}()" if where not in {"", "public", "pg_catalog"} else f"{name}()"
    if where == "auth" and name in _AUTH:
        return PolicyCall(part, shown, name)
    if where in {"", "pg_catalog"} and name == "current_setting":
        setting = constant(part.node.args[0]) if part.node.args else None
        return PolicyCall(part, shown, _CLAIMS.get(setting or "", "setting"))
    routine = next(schema.named_routines(where, name), None)
    if routine is not None and reads_identity(schema, routine):
        return PolicyCall(part, shown, "helper", routine)
    return PolicyCall(part, shown, "", routine)


def tables(select: Node) -> Iterator[Node]:
    """Yield the RangeVars of a sub-select's own FROM."""
    pending = list(select.from_clause)
    while pending:
        node = pending.pop()
        kind = node.WhichOneof("node")
        if kind == "range_var":
            yield node.range_var
        elif kind == "join_expr":
            pending += [node.join_expr.larg, node.join_expr.rarg]


def _derived(select: Node) -> Iterator[str]:
    """Yield the aliases of what else stands in a FROM: functions and sub-selects, whose columns nobody knows."""
    pending = list(select.from_clause)
    while pending:
        node = pending.pop()
        kind = node.WhichOneof("node")
        if kind == "join_expr":
            pending += [node.join_expr.larg, node.join_expr.rarg]
        elif kind in {"range_function", "range_subselect"}:
            yield getattr(node, kind).alias.aliasname


def aliases(select: Node) -> set[str]:
    """Give the names that a sub-select's FROM can be reached by."""
    named = {each.alias.aliasname or each.relname for each in tables(select)}
    return named | set(_derived(select))


def bare(node: Node) -> Node:
    """Give what a Node holds, without casts around it, and out of a sub-select that only wraps it."""
    while True:
        kind = node.WhichOneof("node")
        if kind == "type_cast":
            node = node.type_cast.arg
        elif kind == "collate_clause":
            node = node.collate_clause.arg
        elif kind == "sub_link":
            inner = wrapped(node.sub_link)
            if inner is None:
                return node.sub_link
            node = inner
        else:
            return getattr(node, kind) if kind else node


def wrapped(link: Node) -> Node | None:
    """Give the one thing that a scalar sub-select without FROM or WHERE gives; None if it is more than that."""
    if enumeration("SubLinkType")[link.sub_link_type] != "EXPR_SUBLINK":
        return None
    return only_value(link.subselect.select_stmt)


def constant(node: Node) -> str | None:
    """Give a constant as text, through casts; None if it is something else."""
    inner = bare(node)
    if inner.DESCRIPTOR.name != "A_Const" or inner.isnull:
        return None
    return constant_text(inner)


def column_of(relation: HistoryRelation, name: str) -> HistoryColumn | None:
    """Find a column that is surely there."""
    found = relation.columns.get(name)
    return None if found is None or found.doubtful else found


def read_in(clause: PolicyClause, *, as_caller: bool = False) -> Iterator[tuple[int, HistoryRelation]]:
    """Yield the relations that a condition reads, itself or by functions of one's own, each with the place."""
    for part in clause.of("RangeVar"):
        found = clause.schema.relation(part.node.schemaname, part.node.relname)
        if found is not None:
            yield part.node.location, found
    for call in clause.calls:
        if call.routine is not None:
            for found in read_by_calling(clause.schema, call.routine, as_caller=as_caller):
                yield call.node.location, found
