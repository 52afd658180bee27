"""Read CREATE MATERIALIZED VIEW."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import (
    drop_words,
    find_text_after,
    read_options,
    read_relation_name,
    refuse,
)
from schema_dsl.model.materialized_view import MaterializedView
from schema_dsl.parsing import Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    schema, name = read_relation_name(tree.into.rel)
    if object_kind(tree.objtype) != MaterializedView.kind:
        raise refuse(f"CREATE TABLE {name} AS is no declaration", "Write CREATE TABLE with columns.")
    declarations.declare(
        Identity("relation", schema, name),
        MaterializedView,
        name=name,
        schema=schema,
        query=drop_words(find_text_after(statement, "as"), ("with", "no", "data"), ("with", "data")),
        columns=names(tree.into.col_names),
        with_data=not tree.into.skip_data,
        parameters=read_options(tree.into.options),
    )


READERS: Final = {"create_table_as_stmt": _read}
