"""Check that the timing, the events and the transition tables of a trigger fit each other and its relation."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.trees import names
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node, walk
from schema_dsl.parsing.grammar import strings

_RULE = "trigger-form"
# The bits of pg_trigger.tgtype.
_BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE, _INSTEAD = 2, 4, 8, 16, 32, 64
_EVENTS = _INSERT, _DELETE, _UPDATE, _TRUNCATE


def check_form(analyzer: HistoryAnalyzer, relation: HistoryRelation, tree: Node) -> None:
    """Report the first contradiction between the clauses of a CREATE TRIGGER, or with its relation."""
    message = next(_find_contradictions(relation, tree), "")
    if message:
        analyzer.report(_RULE, message, "", tree.relation.location, tree.trigname)


def _find_contradictions(relation: HistoryRelation, tree: Node) -> Iterator[str]:
    columns = names(tree.columns)
    yield from _find_wrong_timing(relation, tree)
    if tree.events & _TRUNCATE and tree.row:
        yield "TRUNCATE FOR EACH ROW triggers are not supported"
    if len(set(columns)) < len(columns):
        yield f'column "{next(name for name in columns if columns.count(name) > 1)}" specified more than once'
    if tree.transition_rels:
        yield from _find_transition_errors(relation, tree)
    if tree.timing == _BEFORE:
        generated = {column.name for column in relation.columns.values() if column.generated}
        found = (
            strings(each.fields) for each in walk(tree.when_clause) if each.DESCRIPTOR.name == "ColumnRef"
        )
        for name in (names[1] for names in found if names[:1] == ("new",) and generated & {*names[1:2]}):
            yield f"BEFORE trigger's WHEN condition cannot reference the generated column {name} of NEW"


def _find_wrong_timing(relation: HistoryRelation, tree: Node) -> Iterator[str]:
    is_certain = relation.created_at is not None and not relation.uncertain
    if tree.timing != _INSTEAD:
        if is_certain and relation.kind == "view" and tree.row:
            yield f'"{relation}" is a view: views cannot have row-level BEFORE or AFTER triggers'
        return
    if is_certain and relation.kind != "view":
        yield f'"{relation}" is not a view, so that it cannot have INSTEAD OF triggers'
    if not tree.row:
        yield "INSTEAD OF triggers must be FOR EACH ROW"
    if tree.when_clause.WhichOneof("node"):
        yield "INSTEAD OF triggers cannot have WHEN conditions"
    if tree.columns:
        yield "INSTEAD OF triggers cannot have column lists"


def _find_transition_errors(relation: HistoryRelation, tree: Node) -> Iterator[str]:
    if tree.timing:
        yield "transition table name can only be specified for an AFTER trigger"
    if tree.events & _TRUNCATE:
        yield "TRUNCATE triggers with transition tables are not supported"
    if sum(bool(tree.events & event) for event in _EVENTS) > 1:
        yield "transition tables cannot be specified for triggers with more than one event"
    if tree.columns:
        yield "transition tables cannot be specified for triggers with column lists"
    for wrapped in tree.transition_rels:
        is_new = wrapped.trigger_transition.is_new
        if is_new and not tree.events & (_INSERT | _UPDATE):
            yield "NEW TABLE can only be specified for an INSERT or UPDATE trigger"
        if not is_new and not tree.events & (_DELETE | _UPDATE):
            yield "OLD TABLE can only be specified for a DELETE or UPDATE trigger"
    if tree.row and (relation.partition_key or relation.partition_of):
        yield "ROW triggers with transition tables are not supported on partitioned tables and partitions"
