"""Read the constraints of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlglot import exp

from schema_dsl.lint.second_reader.facts import CONSTRAINT, Fact, Relation, locate, part_key, read_relation
from schema_dsl.lint.second_reader.index_elements import read_index_element
from schema_dsl.lint.second_reader.sqlglot_parser import SqlglotNode
from schema_dsl.lint.second_reader.trees import Tree, fold
from schema_dsl.model.names import choose_default_name
from schema_dsl.model.parameters import to_parameters

_DEFERRABLE: Final = {
    "DEFERRABLE": {"deferrable": True},
    "NOT DEFERRABLE": {},
    "INITIALLY DEFERRED": {"deferrable": True, "initially_deferred": True},
    "INITIALLY IMMEDIATE": {},
}
_NOT_DEFERRABLE: Final = {"deferrable": False, "initially_deferred": False}
_LABELS: Final = {
    "primary_key": "pkey",
    "unique": "key",
    "check": "check",
    "foreign_key": "fkey",
    "exclusion": "excl",
}


def read_constraint(
    constraint: SqlglotNode, relation: Relation, *, validated: bool = True, start: int = 0
) -> Fact | None:
    """Return the fact that creates a table constraint; None if sqlglot reads something else.

    Args:
        constraint: A Constraint with a name, or a constraint without.
        relation: The table.
        validated: Whether the constraint is not NOT VALID.
        start: The offset that is added to the offsets in the tree.
    """
    name, offset, length = "", 0, 1
    parts = [constraint]
    if isinstance(constraint, exp.Constraint):
        name = fold(constraint.this)
        offset, length = locate(constraint.this)
        parts = constraint.expressions
    read = _READERS.get(parts[0].__class__) if parts else None
    if read is None:
        return None
    values: dict[str, Any] = {"enforced": True, "validated": validated, **read(parts[0])}
    if len(parts) > 1:
        values["other"] = (*values["other"], *(part.sql(dialect="postgres") for part in parts[1:]))
    return _build_fact(values, relation, name, start + offset, length)


def read_inline_constraint(constraint: SqlglotNode, relation: Relation, column: str) -> Fact | None:
    """Return the fact that creates a constraint in the definition of a column; None if it is no constraint."""
    kind = constraint.args.get("kind")
    read = _READERS.get(kind.__class__)
    if isinstance(kind, exp.Reference):
        values: dict[str, Any] = {"kind": "foreign_key", "columns": (column,), **_read_reference(kind)}
    elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
        values = {
            "kind": "primary_key",
            **_read_key([], kind.args.get("options"), kind),
            "columns": (column,),
        }
    elif read is not None:
        values = read(kind)
        if values["kind"] == "unique":
            values["columns"] = (column,)
    else:
        return None
    name = fold(constraint.this) if constraint.this else ""
    return _build_fact({"enforced": True, "validated": True, **values, "inline": True}, relation, name, 0, 1)


def _build_fact(values: dict[str, Any], relation: Relation, name: str, offset: int, length: int) -> Fact:
    if not name:
        columns: Iterable[str] = () if values["kind"] == "primary_key" else values.get("columns", ())
        if values["kind"] == "check":
            used = values["expression"].list_columns()
            columns = used if len(used) == 1 else ()
        name = choose_default_name(relation[1], columns, _LABELS[values["kind"]], lambda _: False)
    return Fact("create", part_key(CONSTRAINT, relation, name), values, offset, length)


def read_options(options: Iterable[object] | None) -> dict[str, Any]:
    """Return the attributes that the options behind a constraint set."""
    values: dict[str, Any] = {**_NOT_DEFERRABLE, "repeated": (), "other": ()}
    seen: set[str] = set()
    for option in options or ():
        text = str(option)
        if text in seen:
            values["repeated"] += (text,)
        seen.add(text)
        action, _, value = text.partition(" ")[2].partition(" ")
        if text in _DEFERRABLE:
            values.update(_DEFERRABLE[text])
        elif text == "MATCH FULL":
            values["match_full"] = True
        elif text == "NOT ENFORCED":
            values |= {"enforced": False, "validated": False}
        elif text.startswith("ON ") and action in {"DELETE", "UPDATE"}:
            values[f"on_{action.lower()}"] = value.lower()
        else:
            values["other"] += (text,)
    return values


def read_parameters(properties: Iterable[SqlglotNode] | None) -> tuple[tuple[str, str], ...]:
    """Return the storage parameters in WITH (...)."""
    return to_parameters([(each.this.name, each.args["value"].name) for each in properties or ()])


def _read_columns(nodes: Iterable[SqlglotNode]) -> tuple[str, ...]:
    return tuple(fold(node.this if isinstance(node, exp.Column) else node) for node in nodes)


def _read_key(
    columns: Iterable[SqlglotNode], options: Iterable[object] | None, key: SqlglotNode
) -> dict[str, Any]:
    parameters = key.args.get("include")
    included = parameters.args.get("include") if parameters else None
    return {
        "columns": _read_columns(columns),
        "without_overlaps": False,
        "include": _read_columns(included or ()),
        "parameters": read_parameters(parameters.args.get("with_storage") if parameters else None),
        **read_options(options),
    }


def _read_unique(unique: SqlglotNode) -> dict[str, Any]:
    columns = unique.this.expressions if unique.this else ()
    return {
        "kind": "unique",
        "nulls_not_distinct": bool(unique.args.get("nulls")),
        **_read_key(columns, unique.args.get("options"), unique),
    }


def _read_reference(reference: SqlglotNode, more_options: Iterable[object] | None = None) -> dict[str, Any]:
    target = reference.this
    columns: tuple[str, ...] = ()
    if isinstance(target, exp.Schema):
        columns, target = _read_columns(target.expressions), target.this
    return {
        "references": (*read_relation(target), columns),
        "on_delete": "no action",
        "on_update": "no action",
        "on_delete_columns": (),
        "match_full": False,
        "period": False,
        **read_options([*(reference.args.get("options") or ()), *(more_options or ())]),
    }


def _read_exclusion(exclusion: SqlglotNode) -> dict[str, Any]:
    parameters = exclusion.this.args
    where = parameters.get("where")
    return {
        "kind": "exclusion",
        "method": parameters["using"].name.lower() if parameters.get("using") else "btree",
        "elements": tuple(
            (*read_index_element(element.this), str(element.args["op"]))
            for element in parameters.get("columns") or ()
        ),
        "include": _read_columns(parameters.get("include") or ()),
        "parameters": read_parameters(parameters.get("with_storage")),
        "where": Tree(where.this) if where else None,
        **read_options(()),
    }


_READERS: Final[dict[type[Any], Callable[[SqlglotNode], dict[str, Any]]]] = {
    exp.PrimaryKey: lambda key: {
        "kind": "primary_key",
        **_read_key(key.expressions, key.args.get("options"), key),
    },
    exp.UniqueColumnConstraint: _read_unique,
    exp.CheckColumnConstraint: lambda check: {
        "kind": "check",
        "expression": Tree(check.this),
        "no_inherit": False,
        "repeated": (),
        "other": (),
    },
    exp.ForeignKey: lambda key: {
        "kind": "foreign_key",
        "columns": _read_columns(key.expressions),
        **_read_reference(key.args["reference"], key.args.get("options")),
    },
    exp.ExcludeColumnConstraint: _read_exclusion,
}
