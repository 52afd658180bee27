"""Find the serial or identity column of a sequence, by the name that Postgres gives the sequence."""

from __future__ import annotations

from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation, HistorySchema


def find_owner_of_sequence(
    schema: HistorySchema, schema_name: str, name: str
) -> tuple[HistoryRelation, HistoryColumn] | None:
    """Return the table and the column that own a sequence; None if no created table has such a column."""
    homes = (schema_name,) if schema_name else schema.search_path
    for home in homes:
        for (relation_home, relation_name), relation in schema.relations.items():
            before = f"{relation_name}_"
            if relation_home != home or not (name.startswith(before) and name.endswith("_seq")):
                continue
            column = relation.columns.get(name[len(before) : -len("_seq")])
            if column is not None and column.owns_sequence and relation.created_at is not None:
                return relation, column
    return None
