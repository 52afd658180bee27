"""The rule of foreign tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.existence import relation_exists
from schema_dsl.plan.foreign_options import (
    alter_options,
    depend_on_server,
    find_server,
    format_foreign_options,
)
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.rule import (
    PRIVILEGES,
    Alter,
    Commented,
    Creation,
    Ignored,
    KindRule,
    Object,
    Replace,
)
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.plan.view import build_column_comments, comment_on_columns, format_grant_target
from schema_dsl.sql import Sql, end_line_comment, identifier, literal


def format_column(column: Any) -> Sql:
    """Format a column as CREATE FOREIGN TABLE expects it."""
    text = f"{identifier(column.name)} {column.type.sql}"
    options = format_foreign_options(column.options)
    if options is not None:
        text += f" {options}"
    if column.collation is not None:
        text += f" COLLATE {column.collation}"
    if column.default is not None:
        text += f" DEFAULT {end_line_comment(column.default)}"
    return Sql(text + (" NOT NULL" if column.not_null else ""))


def _target(identity: Identity) -> Sql:
    return Sql(f"FOREIGN TABLE {quote_relation(identity)}")


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, table in objects:
        values = {
            "relation": quote_relation(identity),
            "columns": [format_column(column) for column in table.columns],
            "server": identifier(table.server),
            "options": format_foreign_options(table.options),
        }
        yield Step(identity, "foreign_table/create", values)
        yield from build_column_comments(identity, table.column_comments, ())


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "queries of the foreign table fail")
    yield Step(identity, "foreign_table/drop", {"relation": quote_relation(identity)}, (hazard,))


def _build_query(identity: Identity) -> Sql:
    return Sql(
        "(SELECT ROW(f.ftserver, f.ftoptions, ARRAY(\n"  # noqa: S608 - literals
        "     SELECT ROW(a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attcollation, a.attfdwoptions,\n"
        "         pg_catalog.pg_get_expr(d.adbin, d.adrelid))::text\n"
        "     FROM pg_catalog.pg_attribute AS a\n"
        "     LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum\n"
        "     WHERE a.attrelid = f.ftrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum))::text\n"
        f" FROM pg_catalog.pg_foreign_table AS f WHERE f.ftrelid = pg_catalog.to_regclass("
        f"{literal(str(quote_relation(identity)))}))"
    )


def _references(identity: Identity, table: Any, state: State) -> Iterable[Dependency]:
    yield from depend_on_server(identity, table, state)
    for column in table.columns:
        yield from state.resolve_type(identity, column.type.sql)
        yield from state.resolve(identity, column.default)


RULE = KindRule(
    kind="foreign_table",
    rank=16,
    create=_create,
    drop=_drop,
    exists=relation_exists("f"),
    references=_references,
    targets=lambda table: (find_server(table),),
    expressions=("columns",),
    definition_query=_build_query,
    comment_target=_target,
    grant_target=format_grant_target,
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "server": Replace(),
        "columns": Replace(),
        "options": alter_options(lambda identity, _: _target(identity), locks_relation=True),
        "select": PRIVILEGES,
        "insert": PRIVILEGES,
        "update": PRIVILEGES,
        "delete": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "column_comments": Alter(comment_on_columns),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
