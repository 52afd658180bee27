"""The objects of a history that depend on others, as Postgres records them in pg_depend.

The expressions of an object are resolved before the first statement that drops, renames or retypes anything, and the
result refers to the objects themselves, so that it stays right when they are renamed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from schema_dsl.analysis import queries
from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.bodies import read_body
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.object_identities import routine_identity, type_identity
from schema_dsl.analysis.reference import ReferenceRecorder
from schema_dsl.analysis.references import build_scope
from schema_dsl.analysis.rewrite_rules import analyze_rule
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.statement_references import analyze_statement
from schema_dsl.analysis.trees import names, qualified_name
from schema_dsl.lint.history.dependent import (
    VIEWS,
    Dependent,
    Owner,
    Part,
    Referenced,
    is_same_version,
    read_version,
    still_has_type,
)
from schema_dsl.lint.history.objects import Routine, UserType
from schema_dsl.lint.history.relations import (
    HistoryColumn,
    HistoryConstraint,
    HistoryIndex,
    HistoryRelation,
    HistoryTrigger,
    RelationKey,
)
from schema_dsl.parsing import (
    Node,
    list_columns_in,
    list_functions_in,
    list_relations_in,
    list_types_in,
)

if TYPE_CHECKING:
    from schema_dsl.lint.history.schema import HistorySchema


@attrs.define(eq=False)
class Dependencies:
    """The dependents of the objects of a history.

    Attributes:
        pending: The new and changed objects, each with the search path of its statement.
        by_object: The dependents of each object.
        by_name: The dependents that refer to a name which did not resolve.
        by_unknown_type: The columns with a type that did not resolve, each with its relation, by the name of the type.
        with_operator_class: The indexes that name an operator class, each with its relation.
        resolved: The parts that are resolved, with their definitions.
    """

    pending: dict[tuple[object, tuple[str, ...]], None] = attrs.field(factory=dict)
    by_object: dict[object, list[Dependent]] = attrs.field(factory=dict)
    by_name: dict[str, list[Dependent]] = attrs.field(factory=dict)
    by_unknown_type: dict[str, dict[HistoryColumn, HistoryRelation]] = attrs.field(factory=dict)
    with_operator_class: dict[HistoryIndex, HistoryRelation] = attrs.field(factory=dict)
    resolved: dict[tuple[str, object], tuple[object, ...]] = attrs.field(factory=dict)

    def note(self, changed: HistoryRelation | Routine | UserType, search_path: tuple[str, ...]) -> None:
        """Note an object whose definition is new."""
        self.pending[changed, search_path] = None

    def replace(self, old: Referenced, new: Referenced) -> None:
        """Let the dependents of an object depend on the one that replaces it (CREATE OR REPLACE)."""
        if old in self.by_object:
            self.by_object.setdefault(new, []).extend(self.by_object.pop(old))

    def depend(self, dependent: Dependent, referenced: Referenced | None) -> None:
        """Let an object depend on another one, which may be unknown."""
        if referenced is not None and referenced is not dependent.owner:
            self.by_object.setdefault(referenced, []).append(dependent)

    def resolve(self, schema: HistorySchema) -> None:
        """Resolve pending references before a statement that renames or drops an object."""
        _resolve_pending(schema, self)

    def find(self, schema: HistorySchema, changed: Iterable[Referenced]) -> Iterator[Dependent]:
        """Yield the living dependents of some objects, without duplicates."""
        objects = list(changed)
        if objects:
            _resolve_pending(schema, self)
        found: set[tuple[str, int]] = set()
        for each in objects:
            for dependent in self.by_object.get(each, ()):
                key = dependent.kind, id(dependent.part or dependent.owner)
                if key not in found and dependent.is_alive(schema) and still_has_type(dependent, each):
                    found.add(key)
                    yield dependent

    def find_by_name(self, schema: HistorySchema, name: str) -> list[Dependent]:
        """Return the living dependents that refer to an unknown object of this name."""
        _resolve_pending(schema, self)
        return [dependent for dependent in self.by_name.get(name, ()) if dependent.is_alive(schema)]

    def find_columns_of_type(
        self, schema: HistorySchema, name: str
    ) -> Iterator[tuple[HistoryRelation, HistoryColumn]]:
        """Yield the columns that have an unknown type of this name."""
        _resolve_pending(schema, self)
        for column, relation in self.by_unknown_type.get(name, {}).items():
            is_alive = schema.relations.get(relation.key) is relation
            if is_alive and relation.columns.get(column.name) is column and column.unknown_type == name:
                yield relation, column

    def find_relations_with_operator_class(self, schema: HistorySchema) -> Iterator[HistoryRelation]:
        """Yield the relations with an index that names an operator class."""
        _resolve_pending(schema, self)
        for index, relation in self.with_operator_class.items():
            is_alive = schema.relations.get(relation.key) is relation
            if is_alive and relation.indexes.get(index.name) is index:
                yield relation


def _resolve_pending(schema: HistorySchema, known: Dependencies) -> None:
    """Resolve the names in the definitions of the new and changed objects."""
    pending, known.pending = known.pending, {}
    views: dict[tuple[str, ...], HistorySchema] = {}
    for changed, search_path in pending:
        if search_path not in views:
            is_current = search_path == schema.search_path
            views[search_path] = schema if is_current else schema.with_search_path(search_path)
        resolver = _Resolver(views[search_path], known)
        with contextlib.suppress(RecursionError):
            if isinstance(changed, HistoryRelation):
                resolver.resolve_relation(changed)
            elif isinstance(changed, Routine):
                resolver.resolve_routine(changed)
            elif isinstance(changed, UserType):
                resolver.resolve_type(changed)


@attrs.frozen(eq=False)
class _Resolver:
    """Resolves the names in definitions with the search path of their statement."""

    schema: HistorySchema
    known: Dependencies

    def resolve_relation(self, relation: HistoryRelation) -> None:
        """Resolve the query of a view, and each part of a relation that is new."""
        if relation.query is not None and relation.kind in VIEWS:
            dependent = Dependent("view", relation)
            self._add(
                dependent, (relation.query,), lambda a: queries.analyze_query(a, relation.query, Scope())
            )
        if relation.of_type:
            self._depend_on_type(Dependent("table", relation), relation.of_type)
        for column in relation.columns.values():
            self._resolve_column(relation, column)
        self._resolve_constraints(relation)
        for policy in relation.policies.values():
            conditions = [tree for tree in (policy.using, policy.check) if tree is not None]
            self._resolve_expressions("policy", relation, policy, conditions)
        for trigger in relation.triggers.values():
            self._resolve_trigger(relation, trigger)
        for rule in relation.rules.values():
            if self._is_new("rule", rule):
                dependent = Dependent("rule", relation, rule, (rule.tree,))
                key, tree = relation.key, rule.tree
                self._add(dependent, (tree,), lambda a, key=key, tree=tree: analyze_rule(a, tree, key))

    def _resolve_constraints(self, relation: HistoryRelation) -> None:
        """Resolve the checks, foreign keys and indexes of a relation."""
        for constraint in relation.constraints.values():
            if constraint.kind == "check" and constraint.tree is not None:
                self._resolve_expressions("check", relation, constraint, [constraint.tree.raw_expr])
            elif constraint.kind == "foreign_key" and constraint.target is not None:
                self._resolve_foreign_key(relation, constraint)
        for index in relation.indexes.values():
            if index.tree is not None:
                if any(param.index_elem.opclass for param in index.tree.index_params):
                    self.known.with_operator_class[index] = relation
                keys = [param.index_elem.expr for param in index.tree.index_params]
                self._resolve_expressions("index", relation, index, [*keys, index.tree.where_clause])
                for param in index.tree.index_params if self.schema.others else ():
                    self._depend_on_collation(
                        Dependent("index", relation, index, (index.tree,)), param.index_elem.collation
                    )

    def resolve_routine(self, routine: Routine) -> None:
        """Resolve the types of a routine, and the body of a routine with BEGIN ATOMIC or RETURN."""
        dependent = Dependent("routine", routine)
        signature = routine.signature
        for name in (*signature.arguments, signature.returns, *(kind for _, kind in signature.columns)):
            self._depend_on_type(dependent, name)
        statement = routine.statement
        if statement is None or not statement.tree.HasField("sql_body"):
            return
        body = read_body(statement)
        inner = [each for part in body.parts for each in part.statements] if body is not None else []
        arguments = dict(zip(routine.argument_names, signature.arguments, strict=False))

        def analyze(analyzer: Analyzer) -> None:
            analyzer.parameter_types = signature.arguments
            for each in inner:
                analyze_statement(analyzer, each, Scope(variables=arguments))

        self._add(dependent, (), analyze)

    def resolve_type(self, user_type: UserType) -> None:
        """Resolve the base type of a domain or range."""
        if user_type.kind != "multirange":
            self._depend_on_type(Dependent("type", user_type), user_type.base)

    def _is_new(self, kind: str, part: Part) -> bool:
        version = read_version(kind, part)
        before = self.known.resolved.get((kind, part))
        self.known.resolved[kind, part] = version
        return before is None or not is_same_version(before, version)

    def _resolve_column(self, relation: HistoryRelation, column: HistoryColumn) -> None:
        if column.unknown_type:
            self.known.by_unknown_type.setdefault(column.unknown_type, {})[column] = relation
        # The columns of a view have the types that its query gives them.
        if relation.kind not in VIEWS and column.type is not None and "." in column.type:
            self._depend_on_type(Dependent("column", relation, column), column.type)
        if column.collation and column.definition is not None:
            collation = column.definition.coll_clause.collname
            self._depend_on_collation(Dependent("column", relation, column), collation)
        if column.default is not None:
            kind = "generated" if column.generated else "default"
            self._resolve_expressions(kind, relation, column, [column.default], column.type)

    def _resolve_foreign_key(self, relation: HistoryRelation, constraint: HistoryConstraint) -> None:
        target = self.schema.relations.get(constraint.target or ("", ""))
        if target is None or not self._is_new("foreign_key", constraint):
            return
        dependent = Dependent("foreign_key", relation, constraint, (constraint.tree,))
        keys = [each for each in target.constraints.values() if each.is_key]
        primary = next((each.columns for each in keys if each.kind == "primary_key"), ())
        columns = constraint.target_columns or primary
        # Postgres chooses the index of the key, and prefers the primary key.
        keys.sort(key=lambda key: key.kind != "primary_key")
        matching = [each for each in keys if set(each.columns) == set(columns)][:1]
        indexes = [
            each for each in target.indexes.values() if each.unique and set(each.columns) == set(columns)
        ]
        for each in (target, *(target.columns.get(name) for name in columns), *(matching or indexes[:1])):
            self.known.depend(dependent, each)

    def _resolve_trigger(self, relation: HistoryRelation, trigger: HistoryTrigger) -> None:
        tree = trigger.tree
        if tree is None or not self._is_new("trigger", trigger):
            return
        dependent = Dependent("trigger", relation, trigger, (tree,))
        schema_name, name = trigger.function
        function = next(self.schema.find_routines(schema_name, name), None)
        for each in (function, *(relation.columns.get(column) for column in names(tree.columns))):
            self.known.depend(dependent, each)
        if function is None:
            self.known.by_name.setdefault(name, []).append(dependent)
        if tree.HasField("when_clause"):
            scope = build_scope(self.schema, relation.key, None, is_trigger_condition=True)
            self._add(
                dependent, (tree.when_clause,), lambda a: analyze_expression(a, tree.when_clause, scope)
            )

    def _resolve_expressions(
        self,
        kind: str,
        relation: HistoryRelation,
        part: Part,
        trees: Sequence[Node],
        target: str | None = None,
    ) -> None:
        if not self._is_new(kind, part):
            return
        scope = build_scope(self.schema, relation.key, None, is_trigger_condition=False)

        def analyze(analyzer: Analyzer) -> None:
            for tree in trees:
                analyzer.coerce_constant(analyze_expression(analyzer, tree, scope), target, -1)

        self._add(Dependent(kind, relation, part, read_version(kind, part)), trees, analyze)

    def _add(self, dependent: Dependent, trees: Sequence[Node], analyze: Any) -> None:
        """Record the objects to which the analysis of a definition refers."""
        recorder = ReferenceRecorder(self.schema)
        analyze(Analyzer(self.schema, recorder=recorder))
        is_open = False
        for reference in recorder.recorded:
            if reference.identity is None:
                is_open = True
            for identity in (reference.identity, *reference.candidates[:1]):
                found = None if identity is None else find_object(self.schema, identity)
                if not _is_newer(found, dependent.owner):
                    self.known.depend(dependent, found)
        if is_open:
            for name in {name for tree in trees for name in _list_names(tree)}:
                self.known.by_name.setdefault(name, []).append(dependent)

    def _depend_on_collation(self, dependent: Dependent, parts: Sequence[Node]) -> None:
        found = self.schema.find_other("collation", *qualified_name(parts)) if parts else None
        if found is not None:
            self.known.depend(dependent, self.schema.others["collation", *found])

    def _depend_on_type(self, dependent: Dependent, name: str | None) -> None:
        identity = type_identity(self.schema, name)
        if identity is not None:
            self.known.depend(dependent, find_object(self.schema, identity))


def _is_newer(found: Referenced | None, owner: Owner) -> bool:
    """Return whether a column was added after a view was created: `*` does not stand for it."""
    if not isinstance(found, HistoryColumn) or not isinstance(owner, HistoryRelation):
        return False
    added, created = found.created_at, owner.created_at
    return owner.kind in VIEWS and added is not None and created is not None and added > created


def _list_names(tree: Node) -> Iterator[str]:
    for listed in (list_relations_in, list_functions_in, list_types_in):
        yield from (name for _, name in listed(tree))
    yield from (parts[-1] for parts in list_columns_in(tree))


def find_object(schema: HistorySchema, identity: Identity) -> Referenced | None:
    """Return the relation, column, routine, type or constraint of the history with an identity."""
    if identity.parent is not None:
        relation = schema.relations.get(identity.relation)
        if relation is None:
            return None
        if identity.kind in {"column", "attribute"}:
            return relation.columns.get(identity.name)
        return relation.constraints.get(identity.name)
    key: RelationKey = identity.schema, identity.name
    if identity.kind == "operator" or (identity.kind, *key) in schema.others:
        operators = schema.operator_definitions.get(key, ()) if identity.kind == "operator" else ()
        named = (each for each in operators if each.identity == identity)
        return next(named, schema.others.get((identity.kind, *key)))
    if identity.arguments is not None or identity.kind in {"function", "procedure", "aggregate"}:
        overloads = schema.routines.get(key, [])
        same = [each for each in overloads if routine_identity(schema, each) == identity]
        return next(iter(same), None)
    return schema.relations.get(key) or schema.types.get(key)


def list_contents(found: Referenced) -> list[Referenced]:
    """Return an object with its parts, on which other objects may depend."""
    if isinstance(found, HistoryRelation):
        return [found, *found.columns.values(), *found.constraints.values(), *found.indexes.values()]
    return [found]
