"""Read dictionaries of text search."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.analysis.trees import option_text, options
from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.text_search_dictionary import TextSearchDictionary
from schema_dsl.parsing import parse_statement
from schema_dsl.plan.kinds.text_search_dictionary import format_options


def _build(row: CatalogRow, _columns: ColumnNames) -> TextSearchDictionary:
    _, name, _, schema, template, text, comment = row
    return TextSearchDictionary(
        name, template, options=_read_options(text), schema=schema, comment=comment, origin=None
    )


def _read_options(text: str | None) -> list[tuple[str, str]]:
    """Return the options, which the catalog has as CREATE TEXT SEARCH DICTIONARY takes them."""
    if not text:
        return []
    definition = parse_statement(f"CREATE TEXT SEARCH DICTIONARY d ({text})").define_stmt.definition
    return [(name, option_text(node)) for name, node in options(definition)]


def _build_stand_in(dictionary: TextSearchDictionary) -> StandIn:
    name = sql.Identifier(dictionary.schema, dictionary.name)
    listed = [f"TEMPLATE = {dictionary.template}", *format_options(dictionary)]
    return StandIn(
        sql.SQL("DROP TEXT SEARCH DICTIONARY IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE TEXT SEARCH DICTIONARY {} ({})").format(name, sql.SQL(", ".join(listed))),
    )


KIND = Kind(
    kind="text_search_dictionary",
    found_in="pg_ts_dict WHERE oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("template", "options"),
)
