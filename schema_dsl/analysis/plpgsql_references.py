"""List the objects to which a PL/pgSQL body refers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.bodies import PLACEHOLDER_NAME
from schema_dsl.analysis.bodies.dynamic_sql import read_dynamic_sql
from schema_dsl.analysis.coercion import concrete_type
from schema_dsl.analysis.reference import ObjectReference
from schema_dsl.analysis.reference_places import ParsedText, collect_references
from schema_dsl.analysis.schema import QualifiedKey, RelationInfo, SchemaInfo
from schema_dsl.analysis.scope import FromItem, Scope, build_from_item
from schema_dsl.analysis.statement_references import add_variable, analyze_statement, build_variable_scope
from schema_dsl.parsing import Problem, Statement
from schema_dsl.parsing.copied_type import CopiedType, read_copied_type
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.plpgsql_tree import EmbeddedSql, PlpgsqlNode, SqlRole

# The text before a type in the statement that parses it.
_BEFORE_TYPE = "SELECT CAST(NULL AS "
# The variables that PL/pgSQL defines in a body.
VARIABLES = {
    "found": "bool",
    "tg_relid": "oid",
    "tg_nargs": "int4",
    "tg_argv": "text[]",
    **dict.fromkeys(("tg_name", "tg_relname", "tg_table_name", "tg_table_schema"), "name"),
    **dict.fromkeys(("sqlstate", "sqlerrm", "tg_when", "tg_level", "tg_op", "tg_event", "tg_tag"), "text"),
}
_LOOPS = frozenset({"for", "foreach", "loop", "while"})


def build_row_items(
    schema: SchemaInfo, relations: Sequence[QualifiedKey], *, is_trigger: bool
) -> list[FromItem]:
    """Build the FROM items of NEW and OLD of a trigger function.

    Args:
        schema: The objects that exist.
        relations: The relations whose triggers call the function.
        is_trigger: Whether the routine is a trigger function.
    """
    if not is_trigger:
        return []
    known = [relation for key in relations if (relation := schema.find_relation(*key)) is not None]
    complete = bool(known) and len(known) == len(relations) and all(relation.complete for relation in known)
    columns: dict[str, str | None] = {}
    origins: dict[str, tuple[tuple[RelationInfo, str], ...]] = {}
    for relation in known:
        for name, column in relation.columns.items():
            same = columns.get(name, column.type) == column.type
            columns[name] = column.type if same else None
            origins[name] = (*origins.get(name, ()), (relation, name))
    only = known[0] if len(known) == 1 else None
    return [
        FromItem(
            name,
            columns,
            complete,
            row_type=only.full_name if only is not None else None,
            relation=only,
            qualified_only=True,
            origins=origins,
        )
        for name in ("new", "old")
    ]


@attrs.define(eq=False)
class PlpgsqlReferences:
    """The walk over the parse tree of a body.

    Attributes:
        inputs: The types of $1, $2, ...
        start: The offset of the body in the caller's text.
        created: The names of the relations that the body creates.
    """

    schema: SchemaInfo
    inputs: tuple[str | None, ...]
    start: int
    created: frozenset[str]

    def walk(self, node: PlpgsqlNode, outer: Scope) -> Iterator[ObjectReference]:
        """Yield the references of a statement, a branch or a declaration, and of those inside."""
        scope = outer
        if node.keyword == "block":
            declared = [name for child in node.children if child.keyword == "declare" for name in child.names]
            scope = build_variable_scope(self.schema, dict.fromkeys((*node.names, *declared)), outer)
        for sql in node.sql:
            yield from self._sql_references(sql, scope)
        if node.keyword in _LOOPS:
            # The variable of a loop over integers needs no declaration; that of a loop over rows has one.
            names = [name for name in node.names if not _is_variable(outer, name)]
            scope = build_variable_scope(self.schema, dict.fromkeys(names), outer)
        for child in node.children:
            if child.keyword == "declare":
                yield from self._declaration_references(child, scope)
            else:
                yield from self.walk(child, scope)

    def _declaration_references(self, node: PlpgsqlNode, scope: Scope) -> Iterator[ObjectReference]:
        """Yield the references of a declaration, and add the variable to the scope.

        CREATE FUNCTION resolves the types, but not the defaults.
        """
        if node.type:
            kinds: list[str | None] = []
            copied = read_copied_type(node.type)
            before = "" if copied else _BEFORE_TYPE
            text = ParsedText(before + node.type, self.start + node.type_start - len(before))

            def analyze(analyzer: Analyzer) -> None:
                if copied:
                    kinds.append(_find_copied_type(analyzer, copied, scope))
                else:
                    kinds.append(_find_written_type(analyzer, text.text))

            yield from collect_references(self.schema, text, analyze)
            for name in node.names:
                add_variable(self.schema, scope, name, concrete_type(kinds[0]) if kinds else None)
        for sql in node.sql:
            yield from self._sql_references(sql, scope)

    def _sql_references(self, sql: EmbeddedSql, scope: Scope) -> Iterator[ObjectReference]:
        statement = sql.statement
        found = self._statement_references(statement, scope)
        if sql.role is SqlRole.TARGET:
            # The targets are variables, and fields of NEW.
            yield from (reference for reference in found if reference.identity is not None)
            return
        yield from found
        if sql.role is SqlRole.DYNAMIC:
            yield from self._dynamic_references(statement)

    def _statement_references(self, statement: Statement, scope: Scope) -> Iterator[ObjectReference]:
        def analyze(analyzer: Analyzer) -> None:
            analyzer.parameter_types = self.inputs
            analyzer.runtime_relations = self.created
            analyze_statement(analyzer, statement, scope)

        text = ParsedText.of_statement(statement, required=False)
        yield from collect_references(self.schema, text, analyze)

    def _dynamic_references(self, statement: Statement) -> Iterator[ObjectReference]:
        """Yield the references of the text that EXECUTE runs; those in text built at run time have no place."""
        dynamic = read_dynamic_sql(statement, {})
        if not (dynamic.is_constant and dynamic.statements):
            yield ObjectReference(
                identity=None, kind="statement", position=statement.start, written="", required=False
            )
        for inner in dynamic.statements:
            for reference in self._statement_references(inner, Scope()):
                if dynamic.is_constant:
                    yield reference
                elif reference.identity is not None and PLACEHOLDER_NAME not in str(reference.identity):
                    yield attrs.evolve(reference, position=statement.start, written="")


def _is_variable(scope: Scope, name: str) -> bool:
    return any(name in (level.variables or ()) for level in scope.levels())


def _find_written_type(analyzer: Analyzer, text: str) -> str | None:
    """Return the type that a declaration names."""
    parsed = parse(f"{text})")
    if isinstance(parsed, Problem):
        if analyzer.recorder is not None:
            analyzer.recorder.record("type", None, len(_BEFORE_TYPE.encode()))
        return None
    cast = parsed.stmts[0].stmt.select_stmt.target_list[0].res_target.val.type_cast
    return analyzer.find_type(cast.type_name)


def _find_copied_type(analyzer: Analyzer, copied: CopiedType, scope: Scope) -> str | None:
    """Return the type of `relation%ROWTYPE`, `relation.column%TYPE` or `variable%TYPE`."""
    recorder = analyzer.recorder
    parts = list(copied.names)
    array = "[]" if copied.is_array else ""
    column = "" if copied.is_row else parts.pop() if len(parts) > 1 else ""
    if not copied.is_row and not column:
        levels = (level.variables or {} for level in scope.levels())
        kind = next((variables[parts[0]] for variables in levels if parts[0] in variables), None)
        return None if kind is None else kind + array
    schema_name, name = ("", *parts)[-2:]
    relation = analyzer.resolve_relation_name(schema_name, name, 0)
    if recorder is None or relation is None:
        if recorder is not None:
            recorder.record("column" if column else "relation", None, 0)
        return None
    if not column:
        recorder.record_relation(relation, 0)
        return relation.full_name + array
    if column not in relation.columns:
        recorder.record("column", None, 0)
        return None
    recorder.record_column(build_from_item(relation), column, 0)
    kind = relation.columns[column].type
    return None if kind is None else kind + array
