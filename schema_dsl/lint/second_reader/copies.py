"""Compare the indexes and keys that a file attaches to those of a partitioned table."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.lint.second_reader.declared_values import read_declared
from schema_dsl.lint.second_reader.facts import CONSTRAINT, Key, Values, index_key
from schema_dsl.lint.second_reader.file_state import FileObjectState, FileState
from schema_dsl.lint.second_reader.trees import UNKNOWN
from schema_dsl.model.index import Index

ATTACHED: Final = "attached"
"""The attribute of an index for the schema and name of the index that it is attached to."""
_OWN: Final = frozenset({ATTACHED, "table"})


def find_copied(file: FileState, key: Key) -> Key | None:
    """Return the declared index or constraint to which a file attaches an undeclared one; None if there is none."""
    if key.kind not in {CONSTRAINT, "index"}:
        return None
    seen: set[Key] = set()
    at = index_key(key.schema, key.name)
    while at not in seen:
        seen.add(at)
        parent = file.get(at).values.get(ATTACHED)
        if parent is None:
            return None
        at = index_key(*parent)
        declared = file.declarations.constraints.get(at, at)
        if declared in file.declarations.objects:
            return declared
    return None


def compare_copy(file: FileState, key: Key, state: FileObjectState, copied: Key) -> None:
    """Report an index or a key of a partition that differs from that of the partitioned table."""
    if not state.created:
        return
    expected = file.declarations.read_values(copied)
    if key.kind == "index" and copied.kind == CONSTRAINT:
        expected = _read_index_of_key(file.declarations.objects[copied].declared)
    for name, value in state.values.items():
        if name not in _OWN and value is not UNKNOWN and value != expected.get(name, value):
            file.report(
                f"the file creates {key} with another {name.replace('_', ' ')} than {copied}, to which it attaches it",
                *state.find_place(name),
            )


def _read_index_of_key(constraint: Any) -> Values:
    """Return the attributes of the index of a primary key or unique constraint."""
    index = Index(
        constraint.columns,
        name="i",
        unique=True,
        include=constraint.include,
        nulls_not_distinct=getattr(constraint, "nulls_not_distinct", False),
        parameters=dict(constraint.parameters),
    )
    return read_declared("index", index)
