"""Check statements about temporary and unlogged tables, and about tables that must be neither."""

from __future__ import annotations

from schema_dsl.lint.history.dependent import Dependent
from schema_dsl.lint.history.publications import is_published
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

_RULE = "relation-kind"


def check_new_table(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check that a temporary table has no other schema."""
    schema_name = tree.relation.schemaname
    if tree.relation.relpersistence == "t" and schema_name and not schema_name.startswith("pg_temp"):
        message = f'cannot create temporary relation in non-temporary schema "{schema_name}"'
        analyzer.report(_RULE, message, "Leave the schema out.", tree.relation.location, schema_name)


def check_reference(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, target: HistoryRelation, node: Node
) -> None:
    """Check that a table may reference another one: no table references one that vanishes earlier."""
    if target is relation or target.created_at is None or relation.created_at is None or relation.uncertain:
        return
    message = ""
    if relation.temporary and not target.temporary:
        message = "constraints on temporary tables may reference only temporary tables"
    elif target.temporary and not relation.temporary:
        own = "unlogged" if relation.unlogged else "permanent"
        message = f"constraints on {own} tables may reference only permanent tables"
    elif target.unlogged and not (relation.unlogged or relation.temporary):
        message = "constraints on permanent tables may reference only permanent tables"
    if message:
        location = node.pktable.location if node.pktable.location >= 0 else node.location
        analyzer.report(_RULE, message, "", location, node.pktable.relname)


def check_logging(analyzer: HistoryAnalyzer, relation: HistoryRelation, kind: str) -> None:
    """Check SET LOGGED and SET UNLOGGED against publications and foreign keys."""
    schema = analyzer.history
    if kind not in {"AT_SetLogged", "AT_SetUnLogged"} or not Dependent("table", relation).is_certain(schema):
        return
    message = remedy = ""
    if relation.temporary:
        message = f'cannot change logged status of table "{relation}" because it is temporary'
    elif kind == "AT_SetLogged":
        targets = [schema.relations.get(each.target or ("", "")) for each in relation.constraints.values()]
        other = next((each for each in targets if each is not None and each.unlogged), None)
        if other is not None and other is not relation and _has_certain_keys(relation):
            message = f'could not change table "{relation}" to logged because it references unlogged table "{other}"'
            remedy = f"Change {other} first."
    elif not relation.unlogged:
        publications = [each for each in schema.others.values() if is_published(schema, each, relation)]
        if publications:
            message = f'cannot change table "{relation}" to unlogged because it is part of publication "'
            message += f'{publications[0].name}"'
        elif other := _find_logged_user(analyzer, relation):
            message = f'could not change table "{relation}" to unlogged because logged table "{other}" references it'
            remedy = f"Change {other} first."
    if message:
        analyzer.report(_RULE, message, remedy, -1, relation.name)


def _find_logged_user(analyzer: HistoryAnalyzer, relation: HistoryRelation) -> HistoryRelation | None:
    """Return a logged table with a foreign key to a table."""
    schema = analyzer.history
    owners = (
        each.owner for each in schema.dependencies.find(schema, [relation]) if each.kind == "foreign_key"
    )
    for other in owners:
        if isinstance(other, HistoryRelation) and not other.unlogged and _has_certain_keys(other):
            return other
    return None


def _has_certain_keys(relation: HistoryRelation) -> bool:
    is_certain = relation.created_at is not None and not relation.uncertain
    return is_certain and not relation.unknown_kinds & {"constraints"}
