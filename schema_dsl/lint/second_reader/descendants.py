"""Find the descendants of tables: the tables that inherit their columns, and their partitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schema_dsl.lint.second_reader.declared import Declarations, list_parents
from schema_dsl.lint.second_reader.facts import Relation
from schema_dsl.plan.diff import Difference


def find_descendants(
    declarations: Declarations, changes: Iterable[Difference]
) -> Mapping[Relation, tuple[Relation, ...]]:
    """Return the tables whose columns a file drops with those of another table, by the relation of the latter.

    Args:
        declarations: The definitions.
        changes: The changes that the file makes: a table may have had other parents before.
    """
    parents = dict(declarations.parents)
    for change in changes:
        if change.identity.kind == "table":
            parents[change.identity.relation] = () if change.before is None else list_parents(change.before)
    descendants: dict[Relation, list[Relation]] = {}
    for relation, direct in parents.items():
        pending = list(direct)
        for parent in pending:
            descendants.setdefault(parent, []).append(relation)
            pending += parents.get(parent, ())
    # A table may inherit from another one by two paths.
    return {parent: tuple(dict.fromkeys(relations)) for parent, relations in descendants.items()}
