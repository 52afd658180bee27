"""Find the comparisons of conditions: an abstract interpretation of policies, views and the routines that they call.

The result chooses the rows and callers of trials, never the expected results, so a superfluous comparison does no
harm: each operand of AND, OR and NOT compares everything in it with everything else in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, Final

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.parsing import Node, deparse_expression, parse_expression, parse_query, walk
from schema_dsl.parsing.grammar import strings, unwrap
from schema_dsl.sql import Sql, identifier
from schema_dsl.verify.access.reads.constants import (
    is_comparison,
    is_constant,
    is_time_function,
    list_constants,
    read_json_path,
    read_keys,
)
from schema_dsl.verify.access.reads.database_code import DatabaseCode, RoutineCode
from schema_dsl.verify.access.reads.provenance import (
    NOTHING,
    ROLE_INPUT,
    ColumnSource,
    ConditionTerm,
    JsonPath,
    Outputs,
    Provenance,
    SessionInput,
    unite,
)
from schema_dsl.verify.access.reads.query_reader import QueryReader
from schema_dsl.verify.access.reads.read_scope import ReadItem, ReadScope
from schema_dsl.verify.access.reads.routine_reader import RoutineReader
from schema_dsl.verify.values.literals import literal_text

_ARROWS: Final = frozenset({"->", "->>", "#>", "#>>"})
_HAS_KEY: Final = frozenset({"?", "?|", "?&"})
_EXTRACTORS: Final = frozenset(
    {"json_extract_path", "json_extract_path_text", "jsonb_extract_path", "jsonb_extract_path_text"}
)
_ROLE: Final = Provenance(inputs=frozenset({ROLE_INPUT}))
_BOOLEANS: Final = Provenance(constants=frozenset({Sql("true"), Sql("false")}))
_ROLE_TESTS: Final = frozenset({"pg_has_role", "getpgusername"})
_CONNECTION: Final = frozenset({"inet_client_addr", "inet_client_port", "pg_backend_pid", "current_query"})
_JSON_PATH_OPERATORS: Final = frozenset({"@?", "@@"})
_EXISTS: Final = 1  # EXISTS_SUBLINK
_SCALAR: Final = 5  # EXPR_SUBLINK
_NULLIF: Final = 6  # AEXPR_NULLIF
_SKIPPED: Final = frozenset({"TypeName", "String"})


@attrs.define(eq=False)
class ConditionReader:
    """Reads conditions and collects their terms.

    Attributes:
        code: The code of the database.
        terms: The terms found so far.
        unreadable: The routines whose reads are unknown, each with the reason.
        related: The tables that sub-selects, views and routines read.
        materialized: The materialized views that they read, each after those that it reads.
    """

    code: DatabaseCode
    terms: dict[ConditionTerm, None] = attrs.field(factory=dict)
    unreadable: dict[str, str] = attrs.field(factory=dict)
    related: dict[QualifiedKey, None] = attrs.field(factory=dict)
    materialized: dict[QualifiedKey, None] = attrs.field(factory=dict)
    _views: dict[QualifiedKey, Outputs] = attrs.field(init=False, factory=dict)
    _with_policies: set[QualifiedKey] = attrs.field(init=False, factory=set)
    _queries: QueryReader = attrs.field(init=False, default=attrs.Factory(QueryReader, takes_self=True))
    _routines: RoutineReader = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._routines = RoutineReader(self, self.unreadable)

    def read_policies(self, relation: QualifiedKey) -> None:
        """Read the conditions of the policies of a table."""
        if relation not in self._with_policies and relation in self.code.relations:
            self._with_policies.add(relation)
            for policy in self.code.relations[relation].policies:
                for condition in policy.conditions:
                    self.read_condition(condition, relation)

    def read_condition(self, condition: str, relation: QualifiedKey) -> None:
        """Read a condition on a row of a table."""
        self.record(parse_expression(condition), ReadScope([self._item(relation, relation[1])]))

    def record(self, node: Node, scope: ReadScope) -> Provenance:
        """Collect the terms of a condition, and return its sources."""
        inner = unwrap(node)
        if inner.DESCRIPTOR.name == "BoolExpr":
            return unite([self.record(argument, scope) for argument in inner.args])
        sources = self.value(node, scope)
        relation = self._find_only_relation(node, scope, sources)
        returned = sources.only_column if _returns_value(inner) else None
        if relation is not None:
            generated = self.code.relations[relation].generated
            self.terms[ConditionTerm(sources, relation, _strip_qualifiers(node, generated))] = None
        elif returned is not None:
            # The query or the routine returns a boolean column of another table.
            self.terms[ConditionTerm(sources, returned.relation, identifier(returned.column))] = None
        else:
            self.compare(sources)
        return sources

    def compare(self, sources: Provenance) -> None:
        """Collect a term of which only the sources are known."""
        if sources.columns or sources.inputs:
            self.terms[ConditionTerm(sources)] = None

    def _argument(self, node: Node, scope: ReadScope) -> Provenance:
        """Return the sources of an argument. A comparison is a condition for any use of its result."""
        return self.record(node, scope) if is_comparison(node) else self.value(node, scope)

    def value(self, node: Node, scope: ReadScope) -> Provenance:
        """Return the sources of an expression, and collect the terms of the conditions in it."""
        inner = unwrap(node)
        if inner is not node and is_constant(node, self._is_builtin):
            return Provenance(constants=frozenset(list_constants(node)))
        read = self._READERS.get(inner.DESCRIPTOR.name)
        return self._children(inner, scope) if read is None else read(self, inner, scope)

    def _children(self, node: Node, scope: ReadScope) -> Provenance:
        return unite([self.value(child, scope) for child in _list_children(node)])

    def _is_builtin(self, schema: str, name: str) -> bool:
        """Return whether a call is of a built-in function whose result depends on its arguments only."""
        return (
            name not in (*_ROLE_TESTS, *_CONNECTION, "current_setting")
            and next(self.code.find_routines(schema, name), None) is None
        )

    def _column(self, node: Node, scope: ReadScope) -> Provenance:
        return scope.resolve(strings(node.fields))

    def _parameter(self, node: Node, scope: ReadScope) -> Provenance:
        return scope.resolve((f"${node.number}",))

    def _operator(self, node: Node, scope: ReadScope) -> Provenance:
        name = strings(node.name)[-1] if node.name else ""
        if name in _JSON_PATH_OPERATORS and node.HasField("lexpr"):
            return self._json_path(self.value(node.lexpr, scope), node.rexpr)
        if name in _ARROWS | _HAS_KEY and node.HasField("lexpr"):
            keys = read_keys(node.rexpr)
            left = self.value(node.lexpr, scope)
            if keys is None:
                right = self.value(node.rexpr, scope)
                return (
                    unite(left.at(path) for path in _list_paths(right)) if right.constants else left | right
                )
            return left.at(keys) if name in _ARROWS else unite(left.at((key,)) for key in keys)
        if node.kind == _NULLIF:
            return self.value(node.lexpr, scope)
        return self._children(node, scope)

    def _json_path(self, document: Provenance, path: Node) -> Provenance:
        """Return the sources of a jsonpath, and collect its comparisons with constants."""
        comparisons = list(read_json_path(literal_text(path) or ""))
        for keys, constant in comparisons:
            constants = frozenset() if constant is None else frozenset([constant])
            self.compare(document.at(keys) | Provenance(constants=constants))
        return unite(document.at(keys) for keys, _ in comparisons) if comparisons else document

    def _cast(self, node: Node, scope: ReadScope) -> Provenance:
        value = self.value(node.arg, scope)
        is_boolean = strings(node.type_name.names)[-1] == "bool" and not node.type_name.array_bounds
        return value | _BOOLEANS if is_boolean and value.inputs else value

    def _subscript(self, node: Node, scope: ReadScope) -> Provenance:
        value = self.value(node.arg, scope)
        for part in node.indirection:
            inner = unwrap(part)
            if inner.DESCRIPTOR.name == "A_Indices":
                keys = read_keys(inner.uidx)
                value = value.at(keys) if keys and not keys[0].isdigit() else value
            elif inner.DESCRIPTOR.name == "String":
                value = value.of_field(inner.sval)
        return value

    def _current_value(self, node: Node, scope: ReadScope) -> Provenance:
        del scope
        return NOTHING if is_time_function(node) else _ROLE

    def _call(self, node: Node, scope: ReadScope) -> Provenance:
        return unite(sources for _, sources in self.call(node, scope))

    def call(self, node: Node, scope: ReadScope) -> Outputs:
        """Return the result columns of a function call."""
        parts = strings(node.funcname)
        schema, name = (parts[-2] if len(parts) > 1 else ""), parts[-1]
        routines = list(self.code.find_routines(schema, name))
        if routines and schema != "pg_catalog":
            named = [(unwrap(argument), argument) for argument in node.args]
            arguments = [
                (inner.name, self._argument(inner.arg, scope))
                if inner.DESCRIPTOR.name == "NamedArgExpr"
                else ("", self._argument(argument, scope))
                for inner, argument in named
            ]
            results = [self._routines.call(routine, arguments) for routine in routines]
            return [output for outputs in results for output in outputs]
        return [(name, self._call_builtin(name, node, scope))]

    def _call_builtin(self, name: str, node: Node, scope: ReadScope) -> Provenance:
        if name == "current_setting":
            keys = read_keys(node.args[0])
            if keys is None:
                self.unreadable["current_setting"] = "the name of the parameter is computed"
                return NOTHING
            return Provenance(inputs=frozenset({SessionInput.of_parameter(keys[0])}))
        if name in _CONNECTION:
            self.unreadable[name] = "its result depends on the connection"
        sources = [self.value(argument, scope) for argument in node.args]
        if name.startswith("jsonb_path_") and len(node.args) > 1:
            return self._json_path(sources[0], node.args[1])
        if name in _EXTRACTORS and sources:
            keys = tuple(key for argument in node.args[1:] for key in read_keys(argument) or ())
            return sources[0].at(keys)
        sources += [self.value(child, scope) for child in node.agg_order]
        sources += [
            self.value(getattr(node, clause), scope)
            for clause in ("agg_filter", "over")
            if node.HasField(clause)
        ]
        return unite(sources) | (_ROLE if name in _ROLE_TESTS else NOTHING)

    @property
    def called(self) -> set[int]:
        """The oids of the routines that conditions call."""
        return self._routines.called

    def call_routine(self, routine: RoutineCode, arguments: Sequence[Provenance] = ()) -> None:
        """Collect the reads of a routine, for the sources of its arguments if these are known."""
        self._routines.call(routine, [("", sources) for sources in arguments])

    def statement(self, node: Node, scope: ReadScope) -> Outputs:
        """Return the result columns of a statement, and collect the terms of its conditions."""
        return self._queries.statement(node, scope)

    def query(self, node: Node, scope: ReadScope) -> Outputs:
        """Return the result columns of a query, and collect the terms of its conditions."""
        return self._queries.query(node, scope)

    def _sublink(self, node: Node, scope: ReadScope) -> Provenance:
        found = unite(sources for _, sources in self.query(node.subselect, scope))
        if node.sub_link_type == _EXISTS:
            return NOTHING
        return found | self.value(node.testexpr, scope) if node.HasField("testexpr") else found

    def _case(self, node: Node, scope: ReadScope) -> Provenance:
        sources = [self.value(node.arg, scope)] if node.HasField("arg") else []
        for wrapped in node.args:
            when = unwrap(wrapped)
            sources += [self.record(when.expr, scope), self.value(when.result, scope)]
        if node.HasField("defresult"):
            sources.append(self.value(node.defresult, scope))
        return unite(sources)

    def _bool(self, node: Node, scope: ReadScope) -> Provenance:
        return unite([self.record(argument, scope) for argument in node.args])

    def _select(self, node: Node, scope: ReadScope) -> Provenance:
        return unite(sources for _, sources in self.query(node, scope))

    def find_items(self, node: Node, alias: str, columns: Sequence[str], level: ReadScope) -> list[ReadItem]:
        """Return the FROM items that a name of a relation can mean; the tables among them are `related`."""
        cte = None if node.schemaname else level.find_cte(node.relname)
        if cte is not None:
            return [attrs.evolve(cte, alias=alias)]
        relations = self.code.find_relations(node.schemaname, node.relname)
        self.related |= dict.fromkeys(
            relation for relation in relations if not self.code.relations[relation].query
        )
        return [self._item(relation, alias, columns) for relation in relations]

    def _item(self, relation: QualifiedKey, alias: str, columns: Sequence[str] = ()) -> ReadItem:
        """Return the FROM item of a table or view. The policies of a table apply to its readers."""
        known = self.code.relations.get(relation)
        if known is None:
            return ReadItem(alias, {})
        if known.query:
            if relation not in self._views:
                self._views[relation] = []
                self._views[relation] = self.query(parse_query(known.query), ReadScope())
            if known.is_materialized:
                self.materialized[relation] = None
            names = columns or known.columns
            return ReadItem.of_outputs(alias, self._views[relation], names)
        self.read_policies(relation)
        sources = {name: Provenance(frozenset({ColumnSource(relation, name)})) for name in known.columns}
        stored = ReadScope([ReadItem(alias, dict(sources), relation=relation)])
        for name, expression in known.generated.items():
            sources[name] = self.value(parse_expression(expression), stored)
        item = ReadItem(alias, sources, relation=relation)
        return ReadItem.of_outputs(alias, list(sources.items()), columns) if columns else item

    def _find_only_relation(self, node: Node, scope: ReadScope, sources: Provenance) -> QualifiedKey | None:
        """Return the table on whose rows alone a server can evaluate a term; None if there is none."""
        relations = {source.relation for source in sources.columns}
        if len(relations) != 1 or sources.inputs:
            return None
        references = set()
        for part in walk(node):
            kind = part.DESCRIPTOR.name
            if kind in ("SubLink", "ParamRef"):
                return None
            if kind == "ColumnRef":
                references.add(strings(part.fields))
        # A column of two FROM items of the same table has two qualifiers.
        names = {parts[-1] for parts in references}
        is_alone = len(names) == len(references) > 0 and all(map(scope.is_table_column, references))
        return next(iter(relations)) if is_alone else None

    _READERS: ClassVar[dict[str, Callable[[ConditionReader, Node, ReadScope], Provenance]]] = {
        "ColumnRef": _column,
        "ParamRef": _parameter,
        "A_Expr": _operator,
        "A_Indirection": _subscript,
        "TypeCast": _cast,
        "SQLValueFunction": _current_value,
        "FuncCall": _call,
        "SubLink": _sublink,
        "CaseExpr": _case,
        "BoolExpr": _bool,
        "SelectStmt": _select,
    }


def _returns_value(node: Node) -> bool:
    """Return whether an expression is a scalar sub-select or a call."""
    kind = node.DESCRIPTOR.name
    return bool(kind == "FuncCall" or (kind == "SubLink" and node.sub_link_type == _SCALAR))


def _list_paths(keys: Provenance) -> Iterator[JsonPath]:
    """Yield the paths that an expression with constant values can mean."""
    for constant in sorted(keys.constants):
        path = read_keys(parse_expression(constant))
        if path is not None:
            yield path


def _list_children(node: Node) -> Iterator[Node]:
    """Yield the messages below a message, without the names of types."""
    for field, value in node.ListFields():
        if field.message_type is None:
            continue
        for child in value if field.is_repeated else (value,):
            if unwrap(child).DESCRIPTOR.name not in _SKIPPED:
                yield child


def _strip_qualifiers(node: Node, generated: Mapping[str, str]) -> Sql:
    """Return an expression as SQL, with bare names of columns, and with the expressions of generated columns."""
    copy = type(node)()
    copy.CopyFrom(node)
    for part in walk(copy):
        inner = unwrap(part)
        if inner is not part and inner.DESCRIPTOR.name == "ColumnRef":
            expression = generated.get(strings(inner.fields)[-1])
            if expression is not None:
                part.CopyFrom(parse_expression(expression))
    for part in walk(copy):
        if part.DESCRIPTOR.name == "ColumnRef":
            del part.fields[:-1]
    return Sql(deparse_expression(copy))
