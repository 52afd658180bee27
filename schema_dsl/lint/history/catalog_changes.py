"""Doubt the objects that a statement changes directly in the catalogs, without DDL."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.builtins import split_words
from schema_dsl.lint.history.schema import HistoryPosition, HistorySchema, Routine, UserType
from schema_dsl.parsing import Node, walk

# The kinds of objects and parts that the rows of a catalog are about.
_KINDS: Final = {
    "pg_attrdef": split_words("columns"),
    "pg_attribute": split_words("columns constraints grants"),
    "pg_class": split_words("existence indexes grants row_security"),
    "pg_constraint": split_words("constraints"),
    "pg_depend": split_words("existence"),
    "pg_enum": split_words("types"),
    "pg_index": split_words("indexes"),
    "pg_inherits": split_words("columns constraints"),
    "pg_namespace": split_words("relations functions types existence"),
    "pg_policy": split_words("policies"),
    "pg_proc": split_words("functions"),
    "pg_rewrite": split_words("existence rules"),
    "pg_trigger": split_words("triggers"),
    "pg_type": split_words("types"),
}

_CASTS: Final = split_words("regclass regproc regprocedure regtype regnamespace")


def apply_catalog_change(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Doubt what an INSERT, UPDATE or DELETE in a catalog changes: for the relations that it names, or for all."""
    target = tree.relation
    kinds = _KINDS.get(target.relname)
    if kinds is None or target.schemaname not in {"", "pg_catalog"}:
        return
    strings = [node.sval for node in walk(tree) if node.DESCRIPTOR.name == "String"]
    names = {text.rpartition(".")[2] for text in strings}
    named = [
        relation
        for relation in schema.relations.values()
        if not names.isdisjoint((relation.name, *relation.indexes))
    ]
    for relation in named:
        schema.doubts.add(sorted(kinds), str(relation))
        relation.mark_unknown(set(kinds))
    routines_and_types: list[Routine | UserType] = [*schema.all_routines, *schema.types.values()]
    others = (
        [each for each in routines_and_types if each.name in names] if kinds & {"functions", "types"} else []
    )
    for each in others:
        schema.doubts.add(["existence"], each.name)
        each.may_have_changed = True
    # 'other.name'::regclass is an object that the history does not know.
    if not named and not others and _CASTS.isdisjoint(strings):
        schema.mark_unknown(kinds)
