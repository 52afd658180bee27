"""A column is assigned, or listed in a key, twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.trees import names, node_definition
from schema_dsl.lint.rule import HistoryStep, Hit, Hits, Level, Rule
from schema_dsl.parsing import Node

# Column names with their locations; -1 where the parse tree has no location.
_AssignedNames = Iterator[tuple[str, int]]


def _check(step: HistoryStep) -> Hits:
    for clause, columns in _CHECKS[step.kind](step.tree):
        seen = set()
        for name, location in columns:
            if name in seen:
                offset = step.statement.start if location < 0 else step.statement.offset(location)
                yield Hit(offset, f"{clause} names column {name} twice", len(name))
                break
            seen.add(name)


def _assigned_columns(targets: Iterable[Node]) -> _AssignedNames:
    for target in targets:
        # One statement may assign several elements of an array, or several fields of a composite.
        if not target.res_target.indirection:
            yield target.res_target.name, target.res_target.location


def _update(tree: Node) -> Iterator[tuple[str, _AssignedNames]]:
    yield "SET", _assigned_columns(tree.target_list)


def _insert(tree: Node) -> Iterator[tuple[str, _AssignedNames]]:
    if tree.HasField("on_conflict_clause"):
        yield "SET", _assigned_columns(tree.on_conflict_clause.target_list)


def _merge(tree: Node) -> Iterator[tuple[str, _AssignedNames]]:
    for node in tree.merge_when_clauses:
        yield "WHEN", _assigned_columns(node.merge_when_clause.target_list)


def _key_columns(constraint: Node) -> Iterator[tuple[str, _AssignedNames]]:
    kind = {"primary_key": "PRIMARY KEY", "unique": "UNIQUE"}.get(constraint_kind(constraint.contype))
    if kind is not None:
        yield kind, ((name, constraint.location) for name in names(constraint.keys))


def _create(tree: Node) -> Iterator[tuple[str, _AssignedNames]]:
    for node in tree.table_elts[:]:
        if node.WhichOneof("node") == "constraint":
            yield from _key_columns(node.constraint)


def _alter(tree: Node) -> Iterator[tuple[str, _AssignedNames]]:
    for node in tree.cmds[:]:
        added = node_definition(node.alter_table_cmd)
        if added.WhichOneof("node") == "constraint":
            yield from _key_columns(added.constraint)


def _copy(tree: Node) -> Iterator[tuple[str, _AssignedNames]]:
    yield "COPY", ((name, -1) for name in names(tree.attlist))


def _trigger(tree: Node) -> Iterator[tuple[str, _AssignedNames]]:
    yield "UPDATE OF", ((name, -1) for name in names(tree.columns))


_CHECKS: dict[str, Callable[[Node], Iterator[tuple[str, _AssignedNames]]]] = {
    "update_stmt": _update,
    "insert_stmt": _insert,
    "merge_stmt": _merge,
    "create_stmt": _create,
    "alter_table_stmt": _alter,
    "copy_stmt": _copy,
    "create_trig_stmt": _trigger,
}

RULE = Rule(
    group="script",
    level=Level.ERROR,
    why='Postgres refuses the statement: "multiple assignments to same column", "appears twice in unique constraint".',
    remedy="Remove one of the two, or replace it with the intended column.",
    bad=(
        "UPDATE public.orders SET total = 1, total = 2 WHERE id = 1;",
        "CREATE TABLE IF NOT EXISTS public.pairs (a bigint, b bigint, PRIMARY KEY (a, a));",
    ),
    good=(
        "UPDATE public.orders SET total = 1, number = 2 WHERE id = 1;",
        "CREATE TABLE IF NOT EXISTS public.pairs (a bigint, b bigint, PRIMARY KEY (a, b));",
    ),
    kinds=frozenset(_CHECKS),
    commands=frozenset({"AT_AddConstraint"}),
    statement=_check,
    known_as=("squawk: ban-duplicate-column-assignments",),
)
