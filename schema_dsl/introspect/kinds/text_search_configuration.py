"""Read configurations of text search."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.text_search_configuration import TextSearchConfiguration
from schema_dsl.plan.kinds.text_search_configuration import list_mappings
from schema_dsl.sql import do_block, qualified


def _build(row: CatalogRow, _columns: ColumnNames) -> TextSearchConfiguration:
    _, name, _, schema, parser, mappings, comment = row
    return TextSearchConfiguration(
        name, mappings=mappings, parser=parser, schema=schema, comment=comment, origin=None
    )


def _build_stand_in(configuration: TextSearchConfiguration) -> StandIn:
    name = qualified(configuration.schema, configuration.name)
    command = f"TEXT SEARCH CONFIGURATION {name}"
    statements = [f"CREATE {command} (PARSER = {configuration.parser});"]
    statements += [f"ALTER {command} ADD MAPPING FOR {each};" for each in list_mappings(configuration)]
    # One statement, as the extended protocol needs.
    block = do_block(" ".join(statements))
    return StandIn(
        sql.SQL("DROP {} CASCADE").format(sql.SQL(f"TEXT SEARCH CONFIGURATION IF EXISTS {name}")),
        sql.Composed([sql.SQL(block)]),
    )


KIND = Kind(
    kind="text_search_configuration",
    found_in="pg_ts_config WHERE oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("parser", "mappings"),
)
