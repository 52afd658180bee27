"""Check the SQL statements and expressions of PL/pgSQL routines against the final state.

Postgres analyzes a PL/pgSQL statement when it first runs, so CREATE FUNCTION does not report a missing table or
column. Dynamic SQL, statements whose handler tolerates missing objects, and bodies that read the catalog are not
checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from schema_dsl.analysis import dml, queries
from schema_dsl.analysis.builtins import format_type, split_words
from schema_dsl.analysis.coercion import concrete_type
from schema_dsl.analysis.errors import SemanticError
from schema_dsl.analysis.scope import ColumnTypes, Scope
from schema_dsl.analysis.trees import resolve_type_name
from schema_dsl.lint.history.body_statements import read_routine_statements
from schema_dsl.lint.history.schema import TEMPORARY_SCHEMA, Routine, Schema
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.create_routine import QUERY_KINDS, routine_search_path, row_parameters
from schema_dsl.parsing import Problem, Statement
from schema_dsl.parsing.bodies import Body
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.plpgsql import find_declared_types

# A body that reads the catalog may test which objects exist. #variable_conflict changes the resolution of names.
_READS_CATALOG = re.compile(
    r"\bpg_[a-z]+\b|\binformation_schema\b|\bto_reg\w+|#variable_conflict", re.IGNORECASE
)
_ROWTYPE = re.compile(r"%\s*rowtype\s*\Z", re.IGNORECASE)
_NAME = r'(?:(?:\w+|"[^"]+")\s*\.\s*)?(?P<{}>\w+|"[^"]+")'
_COLUMN_DDL = re.compile(r"\b(?:column|rename|add|drop)\b", re.IGNORECASE)
_RELATION_DDL = re.compile(
    r"\b(create|alter|drop)\s+(?:(?:global|local|temp|temporary|unlogged|foreign|materialized|or|replace|"
    r"recursive)\s+)*(?:table|view)\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?(?:"
    + _NAME.format("one")
    + r")?"
    r"|\binto\s+(?:temp|temporary|unlogged|table)\s+(?:table\s+)?" + _NAME.format("other"),
    re.IGNORECASE,
)
# The variables that PL/pgSQL defines in every body.
_PLPGSQL_VARIABLES = ("found", "sqlstate", "sqlerrm", "new", "old")
_TRIGGER_VARIABLES = split_words(
    "tg_name tg_when tg_level tg_op tg_relid tg_relname tg_table_name tg_table_schema tg_nargs tg_argv tg_event "
    "tg_tag"
)


@attrs.frozen
class RuntimeRelations:
    """The relations that routine bodies create or change at run time, about which nothing is reported.

    Attributes:
        names: The names of the relations.
        others: Whether bodies may create relations with other names, built at run time.
        changed: Whether bodies may change the columns of any relation.
    """

    names: frozenset[str]
    others: bool = False
    changed: bool = False


def find_runtime_relations(schema: Schema) -> RuntimeRelations:
    """Return the relations that bodies create at run time, and the transition tables of triggers."""
    # Each session can have its own temporary tables.
    relation_names = {
        name for schema_name, name in (*schema.relations, *schema.dropped) if schema_name == TEMPORARY_SCHEMA
    }
    others = changed = False
    for overloads in schema.routines.values():
        for routine in overloads:
            for makes in _RELATION_DDL.finditer(routine.body or ""):
                name = makes["one"] or makes["other"]
                if name is not None:
                    relation_names.add(name.strip('"') if name.startswith('"') else name.lower())
                    continue
                others = True
                changed = changed or (
                    (makes[1] or "").lower() == "alter" and bool(_COLUMN_DDL.search(routine.body or ""))
                )
    for relation in schema.relations.values():
        for trigger in relation.triggers.values():
            for transition in trigger.tree.transition_rels if trigger.tree is not None else ():
                relation_names.add(transition.trigger_transition.name)
    return RuntimeRelations(frozenset(relation_names), others, changed)


def check_routine(
    schema: Schema,
    routine: Routine,
    statement: Statement,
    body: Body,
    by_bodies: RuntimeRelations,
    *,
    declared: bool,
) -> Iterator[tuple[Statement, SemanticError]]:
    """Yield the errors in a body, each with the statement of the body that contains it."""
    if by_bodies.changed or _READS_CATALOG.search(body.text):
        return
    with routine_search_path(schema, routine):
        types = _variable_types(schema, routine, body)
        rows = [row for row in row_parameters(schema, types) if str(row.relation) not in by_bodies.names]
        parameters = tuple(concrete_type(argument) for argument in routine.signature.arguments)
        for inner in read_routine_statements(statement, body):
            body_statement = inner.statement
            if body_statement is None or inner.tolerates_missing or body_statement.kind not in QUERY_KINDS:
                continue
            scope = Scope(list(rows), variables=dict.fromkeys(inner.variables) | types)
            analyzer = HistoryAnalyzer(
                schema, parameter_types=parameters, declared=declared, runtime_relations=by_bodies.names
            )
            if body_statement.kind == "select_stmt":
                columns = queries.analyze_select(analyzer, body_statement.tree, scope)
            else:
                columns = dml.analyze_modification(analyzer, body_statement.kind, body_statement.tree, scope)
            if inner.is_return_query:
                _check_return_query(analyzer, routine, queries.resolve_unknown_types(columns))
            for error in analyzer.errors:
                if not (by_bodies.others and error.rule == "unknown-relation"):
                    yield body_statement, error


def _check_return_query(analyzer: HistoryAnalyzer, routine: Routine, columns: ColumnTypes | None) -> None:
    """Check that RETURN QUERY returns exactly the columns of the result; PL/pgSQL does not cast them."""
    result = routine.signature
    row = analyzer.history.find_row_relation(result.returns) if result.returns else None
    if result.columns:
        expected = [kind for _, kind in result.columns]
    elif row is not None:
        expected = [column.type for column in row.columns.values()]
        if not row.complete or row.uncertain or row.unknown_kinds or row.name in analyzer.runtime_relations:
            return
    else:
        expected = [result.returns]
    if columns is None or analyzer.errors or (result.returns in {None, "record"} and not result.columns):
        return
    if len(columns) != len(expected):
        message = "structure of query does not match function result type"
        detail = f"number of returned columns ({len(columns)}) does not match expected column count ({len(expected)})"
        analyzer.report("wrong-column-count", f"{message}: {detail}")
        return
    for number, ((_, kind), result_type) in enumerate(zip(columns, expected, strict=True), 1):
        if None not in {kind, result_type} and kind != result_type and concrete_type(result_type) is not None:
            message = (
                "structure of query does not match function result type: returned type "
                f"{format_type(kind)} does not match expected type {format_type(result_type)} in column {number}"
            )
            remedy = f"Cast the column: (...)::{format_type(result_type)}."
            analyzer.report("type-mismatch", message, remedy)
            return


def _variable_types(schema: Schema, routine: Routine, body: Body) -> dict[str, str | None]:
    """Return the types of the variables and parameters of a body; None if several have the same name."""
    variables: dict[str, str | None] = dict.fromkeys((*_PLPGSQL_VARIABLES, *_TRIGGER_VARIABLES, routine.name))
    variables |= dict(
        zip(routine.argument_names, map(concrete_type, routine.signature.arguments), strict=True)
    )
    variables |= {name: concrete_type(kind) for name, kind in routine.signature.columns}
    declared: dict[str, list[str | None]] = {}
    for name, types in find_declared_types(body.text):
        kind = _resolve_declared_type(schema, body.text[types[0].start : types[-1].end])
        declared.setdefault(name, []).append(None if kind == "record" else concrete_type(kind))
    for name, kinds in declared.items():
        variables[name] = kinds[0] if len(kinds) == 1 and name not in variables else None
    variables.pop("", None)
    return variables


def _resolve_declared_type(schema: Schema, text: str) -> str | None:
    """Return the type of a declaration, which may be a row type (%ROWTYPE)."""
    parsed = parse(f"SELECT CAST(NULL AS {_ROWTYPE.sub('', text)})")
    if isinstance(parsed, Problem):
        return None
    cast = parsed.stmts[0].stmt.select_stmt.target_list[0].res_target.val.type_cast
    return resolve_type_name(schema, cast.type_name)
