"""Read a column definition of CREATE TABLE or ADD COLUMN."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlglot import exp

from schema_dsl.lint.second_reader.constraints import read_inline_constraint
from schema_dsl.lint.second_reader.facts import Fact, Relation, locate, part_key
from schema_dsl.lint.second_reader.sqlglot_parser import SqlglotNode
from schema_dsl.lint.second_reader.trees import UNKNOWN, Tree, fold


def read_column(definition: SqlglotNode, relation: Relation, start: int) -> Iterator[Fact]:
    """Yield the fact that creates a column, and those of the constraints in its definition.

    Args:
        definition: A ColumnDef.
        relation: The table.
        start: The offset that is added to the offsets in the tree.
    """
    name = fold(definition.this)
    offset, length = locate(definition.this)
    values: dict[str, Any] = {
        "type": Tree(definition.args["kind"]) if definition.args.get("kind") else UNKNOWN,
        "not_null": False,
        "default": None,
        "generated": None,
        "stored": True,
        "identity": None,
        "sequence": {},
        "cache": 1,
        "collation": None,
        "storage": None,
        "compression": None,
        "statistics": None,
        "repeated": (),
        "other": (),
        "unreadable": False,
    }
    constraints = []
    written: set[str] = set()
    for constraint in definition.args.get("constraints") or ():
        kind = constraint.args.get("kind")
        read = _READERS.get(kind.__class__)
        if read is not None:
            attributes = read(kind)
            repeated = written & attributes.keys()
            values["repeated"] += tuple(sorted(repeated - _IMPLIED))
            written |= attributes.keys()
            values.update(attributes)
            continue
        inline = read_inline_constraint(constraint, relation, name)
        if inline is None:
            values["other"] += (constraint.sql(dialect="postgres"),)
            continue
        if inline.values["kind"] == "primary_key":
            values["not_null"] = True
        constraints.append(Fact("create", inline.key, inline.values, start + offset, length))
    yield Fact("create", part_key("column", relation, name), values, start + offset, length)
    yield from constraints


# An identity column has an attribute of its own beside NOT NULL.
_IMPLIED: Final = frozenset({"stored", "sequence"})


def read_collation(node: SqlglotNode | None) -> Tree | None:
    """Return the name of a collation, which sqlglot reads as a column in ALTER TABLE."""
    if not node:
        return None
    is_plain = isinstance(node, exp.Column) and node.args.get("table") is None
    return Tree(node.this if is_plain else node)


def _read_identity(kind: SqlglotNode) -> dict[str, Any]:
    args = kind.args
    if args.get("expression") is not None:
        # GENERATED ALWAYS AS (expression) without STORED.
        return {"generated": Tree(args["expression"]), "stored": False}
    return {"identity": "always" if args.get("this") else "by default", "sequence": _read_sequence(args)}


def _read_sequence(args: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a sequence that are not the default."""
    options = {name: args.get(argument) for name, argument in _SEQUENCE_OPTIONS.items()}
    found: dict[str, Any] = {name: _read_number(node) for name, node in options.items() if node is not None}
    if args.get("cycle"):
        found["cycle"] = True
    return found


_SEQUENCE_OPTIONS: Final = {
    "start": "start",
    "increment": "increment",
    "minimum": "minvalue",
    "maximum": "maxvalue",
}


def _read_number(node: SqlglotNode) -> int | str:
    text = str(node.sql(dialect="postgres"))
    try:
        return int(text)
    except ValueError:
        return text


_READERS: Final[dict[type[Any], Callable[[SqlglotNode], dict[str, Any]]]] = {
    exp.NotNullColumnConstraint: lambda kind: {"not_null": not kind.args.get("allow_null")},
    exp.DefaultColumnConstraint: lambda kind: {"default": Tree(kind.this)},
    exp.ComputedColumnConstraint: lambda kind: {"generated": Tree(kind.this), "stored": True},
    exp.GeneratedAsIdentityColumnConstraint: _read_identity,
    exp.CollateColumnConstraint: lambda kind: {"collation": read_collation(kind.this)},
}
