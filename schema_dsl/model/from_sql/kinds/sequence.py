"""Read CREATE SEQUENCE."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_relation_name
from schema_dsl.model.from_sql.sequence_options import read_sequence_options
from schema_dsl.model.sequence import Sequence
from schema_dsl.parsing import Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    schema, name = read_relation_name(tree.sequence)
    declarations.declare(
        Identity("relation", schema, name),
        Sequence,
        name=name,
        schema=schema,
        unlogged=tree.sequence.relpersistence == "u",
        **read_sequence_options(tree.options),
    )


READERS: Final = {"create_seq_stmt": _read}
