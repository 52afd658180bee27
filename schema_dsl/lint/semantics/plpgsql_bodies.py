"""PL/pgSQL routines: the SQL and the expressions in them, held against what the whole history leads to.

Postgres looks at them when they first run, so until then nothing tells that a table or a column is not there.
What is put together at run time, what a handler is ready for, and a body that asks the catalog what there is
are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from schema_dsl.lint.builtins import shown
from schema_dsl.lint.history.body_statements import expressions_of
from schema_dsl.lint.history.schema import TEMPORARY, Routine, Schema
from schema_dsl.lint.history.trees import type_named
from schema_dsl.lint.option_names import words
from schema_dsl.lint.semantics import dml, queries
from schema_dsl.lint.semantics.analyzer import Analyzer
from schema_dsl.lint.semantics.create_routine import QUERIES, on_path_of, rows_of
from schema_dsl.lint.semantics.errors import SemanticError
from schema_dsl.lint.semantics.scope import ColumnTypes, Scope
from schema_dsl.lint.semantics.types import actual
from schema_dsl.parsing import Problem, Statement
from schema_dsl.parsing.bodies import Body
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.plpgsql import declared_types

# A body that looks at the catalog may know what is there; and variables may come before columns.
_UNSURE = re.compile(r"\bpg_[a-z]+\b|\binformation_schema\b|\bto_reg\w+|#variable_conflict", re.IGNORECASE)
_ROWTYPE = re.compile(r"%\s*rowtype\s*\Z", re.IGNORECASE)
_NAME = r'(?:(?:\w+|"[^"]+")\s*\.\s*)?(?P<{}>\w+|"[^"]+")'
_COLUMNS = re.compile(r"\b(?:column|rename|add|drop)\b", re.IGNORECASE)
_MAKES = re.compile(
    r"\b(create|alter|drop)\s+(?:(?:global|local|temp|temporary|unlogged|foreign|materialized|or|replace|"
    r"recursive)\s+)*(?:table|view)\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?(?:"
    + _NAME.format("one")
    + r")?"
    r"|\binto\s+(?:temp|temporary|unlogged|table)\s+(?:table\s+)?" + _NAME.format("other"),
    re.IGNORECASE,
)
# What PL/pgSQL itself puts into every body.
_OWN = ("found", "sqlstate", "sqlerrm", "new", "old")
_OF_TRIGGERS = words(
    "tg_name tg_when tg_level tg_op tg_relid tg_relname tg_table_name tg_table_schema tg_nargs tg_argv tg_event "
    "tg_tag"
)


@attrs.frozen
class RuntimeRelations:
    """The relations that bodies make or change when they run, so that nothing can be said of them.

    `others`: there may be some of which the name is only put together then. `changed`: any may be changed.
    """

    names: frozenset[str]
    others: bool = False
    changed: bool = False


def made_in(schema: Schema) -> RuntimeRelations:
    """Look through all bodies, and the triggers' own names for rows."""
    # Each session may have its own again.
    found = {name for where, name in (*schema.relations, *schema.dropped) if where == TEMPORARY}
    others = changed = False
    for held in schema.routines.values():
        for routine in held:
            for makes in _MAKES.finditer(routine.body or ""):
                name = makes["one"] or makes["other"]
                if name is not None:
                    found.add(name.strip('"') if name.startswith('"') else name.lower())
                    continue
                others = True
                changed = changed or (
                    (makes[1] or "").lower() == "alter" and bool(_COLUMNS.search(routine.body or ""))
                )
    for relation in schema.relations.values():
        for trigger in relation.triggers.values():
            for each in trigger.tree.transition_rels if trigger.tree is not None else ():
                found.add(each.trigger_transition.name)
    return RuntimeRelations(frozenset(found), others, changed)


def check_routine(
    schema: Schema,
    made: Routine,
    statement: Statement,
    body: Body,
    by_bodies: RuntimeRelations,
    *,
    declared: bool,
) -> Iterator[tuple[Statement, SemanticError]]:
    """Find what surely is not there once the body runs, each with the statement of the body that it is in."""
    if by_bodies.changed or _UNSURE.search(body.text):
        return
    with on_path_of(schema, made):
        types = _variables(schema, made, body)
        rows = [each for each in rows_of(schema, types) if str(each.relation) not in by_bodies.names]
        parameters = tuple(actual(each) for each in made.signature.arguments)
        for inner in expressions_of(statement, body):
            each = inner.statement
            if each is None or inner.swallowed or each.kind not in QUERIES:
                continue
            scope = Scope(list(rows), variables=dict.fromkeys(inner.variables) | types)
            a = Analyzer(schema, parameters=parameters, declared=declared, hidden=by_bodies.names)
            if each.kind == "select_stmt":
                columns = queries.select(a, each.tree, scope)
            else:
                columns = dml.change(a, each.kind, each.tree, scope)
            if inner.returned:
                _returned(a, made, queries.typed(columns))
            for complaint in a.found:
                if not (by_bodies.others and complaint.rule == "unknown-relation"):
                    yield each, complaint


def _returned(a: Analyzer, made: Routine, columns: ColumnTypes | None) -> None:
    """Hold that RETURN QUERY gives just the columns of the result: nothing is cast on the way."""
    result = made.signature
    row = a.schema.row_relation(result.returns) if result.returns else None
    if result.columns:
        expected = [kind for _, kind in result.columns]
    elif row is not None:
        expected = [each.type for each in row.columns.values()]
        if not row.complete or row.doubtful or row.doubts or row.name in a.hidden:
            return
    else:
        expected = [result.returns]
    if columns is None or a.found or (result.returns in {None, "record"} and not result.columns):
        return
    if len(columns) != len(expected):
        message = "structure of query does not match function result type"
        a.complain("wrong-column-count", f"{message}: {len(columns)} columns for {len(expected)}")
        return
    for number, ((_, kind), wanted) in enumerate(zip(columns, expected, strict=True), 1):
        if None not in {kind, wanted} and kind != wanted and actual(wanted) is not None:
            message = (
                f"structure of query does not match function result type: column {number} is {shown(kind)}, "
                f"not {shown(wanted)}"
            )
            a.complain("type-mismatch", message, f"Cast it: (...)::{shown(wanted)}.")
            return


def _variables(schema: Schema, made: Routine, body: Body) -> dict[str, str | None]:
    """Give the variables and parameters of a body with their types, None where several have one name."""
    found: dict[str, str | None] = dict.fromkeys((*_OWN, *_OF_TRIGGERS, made.name))
    found |= dict(zip(made.argument_names, map(actual, made.signature.arguments), strict=True))
    found |= {name: actual(kind) for name, kind in made.signature.columns}
    declared: dict[str, list[str | None]] = {}
    for name, types in declared_types(body.text):
        kind = _type(schema, body.text[types[0].start : types[-1].end])
        declared.setdefault(name, []).append(None if kind == "record" else actual(kind))
    for name, kinds in declared.items():
        found[name] = kinds[0] if len(kinds) == 1 and name not in found else None
    found.pop("", None)
    return found


def _type(schema: Schema, text: str) -> str | None:
    """Give the type that a declaration spells, which may be that of a table's rows."""
    parsed = parse(f"SELECT CAST(NULL AS {_ROWTYPE.sub('', text)})")
    if isinstance(parsed, Problem):
        return None
    cast = parsed.stmts[0].stmt.select_stmt.target_list[0].res_target.val.type_cast
    return type_named(schema, cast.type_name)
