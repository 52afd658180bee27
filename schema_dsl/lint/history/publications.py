"""Apply CREATE and ALTER PUBLICATION: the tables that the history publishes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.history.define import add_other
from schema_dsl.lint.history.schema import HistoryPosition, HistoryRelation, HistorySchema, NamedObject
from schema_dsl.parsing import Node

_KINDS: Final = enumeration("PublicationObjSpecType")


def list_tables(schema: HistorySchema, tree: Node) -> list[HistoryRelation]:
    """Return the known tables that a statement about a publication names."""
    specs = [each.publication_obj_spec for each in tree.pubobjects]
    nodes = [each.pubtable.relation for each in specs if _KINDS[each.pubobjtype] == "PUBLICATIONOBJ_TABLE"]
    found = (schema.find_relation(node.schemaname, node.relname) for node in nodes)
    return [relation for relation in found if relation is not None]


def is_published(schema: HistorySchema, publication: NamedObject, relation: HistoryRelation) -> bool:
    """Return whether the history certainly added a table to a publication, and did not remove it."""
    return relation in publication.tables and not (relation.uncertain or schema.after_unreadable_sql)


def create_publication(
    schema: HistorySchema, tree: Node, position: HistoryPosition, *, certain: bool = True
) -> None:
    """Add a publication."""
    identity = Identity("publication", "", tree.pubname)
    publication = add_other(schema, identity, position if certain else None)
    if certain:
        publication.tables = dict.fromkeys(list_tables(schema, tree))


def alter_publication(schema: HistorySchema, tree: Node, _: HistoryPosition, *, certain: bool = True) -> None:
    """Change the tables of a publication, which may exist since before the history."""
    publication = schema.others.get(("publication", "", tree.pubname))
    if publication is None:
        publication = add_other(schema, Identity("publication", "", tree.pubname), None)
    tables, action = list_tables(schema, tree), enumeration("AlterPublicationAction")[tree.action]
    if not tree.pubobjects:
        return
    if action != "AP_AddObjects":
        kept = {} if action == "AP_SetObjects" else publication.tables
        publication.tables = {table: None for table in kept if table not in tables}
    if action != "AP_DropObjects" and certain:
        publication.tables |= dict.fromkeys(tables)


HANDLERS: dict[str, Callable[..., None]] = {
    "create_publication_stmt": create_publication,
    "alter_publication_stmt": alter_publication,
}
