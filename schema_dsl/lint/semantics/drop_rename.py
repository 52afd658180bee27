"""Check that the objects of DROP, COMMENT and RENAME statements exist in the replayed schema."""

from __future__ import annotations

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.analysis.effects.names import is_cascade, kind_group
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.identity import RELATION_KINDS, Identity
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics import dependents, domains, inheritance
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.collations import check_collation
from schema_dsl.lint.semantics.create_objects import check_part_exists
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.lint.semantics.named_objects import check_exists
from schema_dsl.lint.semantics.routine_names import check_named_routine
from schema_dsl.parsing import Node

# The parts of a relation that have a name of their own, beside columns.
_PARTS = frozenset({"policy", "trigger", "rule", "constraint"})


def check_named_objects(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that the objects of a DROP or COMMENT exist, unless the statement has IF EXISTS."""
    del tree
    for effect in effects(step.statement):
        if kind_group(effect.identity.kind) == "routine" and step.guard is Guard.NONE:
            _check_routine(analyzer, effect)
        # REINDEX TABLE accepts a materialized view, and ALTER TABLE ... SET SCHEMA all kinds of relations.
        is_any = step.kind == "alter_object_schema_stmt" and effect.identity.kind not in _RENAMED_AS
        if step.kind != "reindex_stmt" and not is_any and not has_kind(analyzer, effect.identity):
            continue
        if effect.guarded:
            continue
        _check_object(analyzer, effect, -1)


def has_kind(analyzer: HistoryAnalyzer, identity: Identity) -> bool:
    """Return whether a relation has the kind that a statement says; report it otherwise."""
    relation = analyzer.history.find_relation(identity.schema, identity.name)
    index = analyzer.history.find_index(identity.schema, identity.name)
    if identity.kind in RELATION_KINDS and relation is None and index is not None and index.created_at:
        return _report_kind(analyzer, identity, "index")
    if (
        identity.kind not in {*RELATION_KINDS, "index"}
        or relation is None
        or relation.kind == identity.kind
        or relation.created_at is None
        or not relation.certainly_exists
    ):
        return True
    return _report_kind(analyzer, identity, relation.kind)


def _report_kind(analyzer: HistoryAnalyzer, identity: Identity, kind: str) -> bool:
    said, found = (
        f"{'an' if words[0] in 'aeiou' else 'a'} {words.replace('_', ' ')}" for words in (identity.kind, kind)
    )
    message, remedy = f'"{identity.name}" is not {said}: it is {found}', kind.replace("_", " ").upper()
    analyzer.report("unknown-relation", message, f"Write {remedy}.", -1, identity.name)
    return False


def check_index_exists(
    analyzer: HistoryAnalyzer, schema_name: str, name: str, *, missing_ok: bool = False
) -> None:
    """Report an index that certainly does not exist."""
    history = analyzer.history
    # The replay does not record the indexes that Postgres creates on partitions and for LIKE.
    unknown = tuple(
        each.name
        for each in history.relations.values()
        if each.partition_of is not None or not each.fully_known or "indexes" in each.unknown_kinds
    )
    if (
        missing_ok
        or history.has_index(schema_name, name)
        or history.find_relation(schema_name, name) is not None
        or "indexes" in history.unknown_kinds
        or name.startswith((*unknown, "pg_"))
        or not history.is_absent_relation(schema_name, name)
    ):
        return
    near = find_nearest(name, (index_name for _, index_name in history.indexes))
    remedy = f"Did you mean {near}?" if near else ""
    analyzer.report("unknown-relation", f'index "{name}" does not exist', remedy, -1, name)


def drop(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that the objects of a DROP exist, and that nothing else depends on them."""
    found = len(analyzer.errors)
    check_named_objects(analyzer, step, tree)
    if len(analyzer.errors) == found:
        dependents.check_drop(analyzer, step)


def _check_routine(analyzer: HistoryAnalyzer, effect: Effect) -> None:
    """Check the routine of a DROP, ALTER, RENAME or COMMENT."""
    node, statement = effect.node, effect.node.DESCRIPTOR.name
    if statement == "AlterFunctionStmt":
        node = node.func
    else:
        node = (node if statement == "Node" else node.object).object_with_args
    check_named_routine(
        analyzer,
        effect.identity.kind,
        node,
        missing_ok=effect.guarded,
        accepts_aggregates=statement not in {"AlterFunctionStmt", "Node"},
    )


def _check_object(analyzer: HistoryAnalyzer, effect: Effect, location: int) -> HistoryRelation | None:
    """Check that a relation, column, policy or trigger exists, and return its relation."""
    identity, kind = effect.identity, effect.identity.kind
    if kind_group(kind) == "type" and analyzer.history.find_type_name(*identity.relation) is None:
        analyzer.report_unknown_type(*identity.relation, location)
    check_exists(analyzer, effect)
    if kind == "collation":
        check_collation(analyzer, identity.schema, identity.name, location)
    if kind == "index":
        check_index_exists(analyzer, identity.schema, identity.name)
    if kind_group(kind) != "relation" and kind not in {"column", *_PARTS}:
        return None
    if kind == "constraint" and (identity.parent is None or kind_group(identity.parent.kind) != "relation"):
        if identity.parent is not None:
            domains.check_constraint_exists(
                analyzer, identity.parent.schema, identity.parent.name, identity.name
            )
        return None
    relation = analyzer.resolve_relation_name(*identity.relation, location)
    if relation is not None and kind == "constraint":
        analyzer.check_constraint_exists(relation, identity.name, location)
    elif relation is not None and kind in _PARTS:
        check_part_exists(analyzer, relation, kind, identity.name)
    if relation is not None and kind == "column":
        exists = check_column_exists(analyzer, relation, identity.name, -1)
        return relation if exists else None
    return relation


# ALTER TABLE and ALTER INDEX rename relations of other kinds too.
_RENAMED_AS = frozenset({"view", "materialized_view", "sequence", "foreign_table"})


def _check_constraint_is_new(analyzer: HistoryAnalyzer, relation: HistoryRelation, name: str) -> None:
    if name in relation.constraints and relation.fully_known and "constraints" not in relation.unknown_kinds:
        message = f'constraint "{name}" for relation "{relation}" already exists'
        analyzer.report("duplicate-name", message, "", -1, name)


def rename(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that the renamed object exists, and that the new name of a column is free."""
    effect = effects(step.statement)[0]
    if tree.missing_ok:
        return
    if kind_group(effect.identity.kind) == "routine" and step.guard is Guard.NONE:
        _check_routine(analyzer, effect)
    if (
        effect.identity.kind in _RENAMED_AS
        and step.guard is Guard.NONE
        and not has_kind(analyzer, effect.identity)
    ):
        return
    relation = _check_object(analyzer, effect, tree.relation.location)
    if effect.identity.kind == "attribute" and not is_cascade(tree):
        composite = analyzer.history.find_relation(*effect.identity.relation)
        if composite is not None and composite.kind == "composite_type":
            dependents.check_typed_tables(analyzer, composite)
    if relation is not None and effect.identity.kind == "constraint" and step.guard is Guard.NONE:
        _check_constraint_is_new(analyzer, relation, tree.newname)
    existing = relation.columns.get(tree.newname) if relation is not None else None
    if effect.identity.kind == "column" and relation is not None and step.guard is Guard.NONE:
        inheritance.check_shared_column(analyzer, relation, effect, only=not tree.relation.inh)
    if effect.identity.kind != "column" or relation is None or existing is None:
        return
    if existing.created_at is not None and not (existing.uncertain or relation.uncertain):
        message = f'column "{tree.newname}" of relation "{relation}" already exists'
        analyzer.report("duplicate-name", message, "", -1, tree.newname)
