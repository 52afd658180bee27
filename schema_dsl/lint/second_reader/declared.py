"""The definitions as the values that a statement that creates the objects would have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.second_reader import declared_trees as trees
from schema_dsl.lint.second_reader.facts import CONSTRAINT, Key, Values, index_key, part_key, relation_key
from schema_dsl.lint.second_reader.trees import UNKNOWN, Tree, list_column_names
from schema_dsl.model.catalog import Catalog
from schema_dsl.sql import literal

_CONSTRAINTS: Final = frozenset({"primary_key", "unique", "check", "foreign_key", "exclusion"})


_PARTS: Final = frozenset({"column", "trigger", "policy", "privilege"})


@attrs.frozen
class DeclaredObject:
    """An object of the definitions.

    Attributes:
        identity: Its identity in the definitions.
        declared: The declaration.
    """

    identity: Identity
    declared: Any


@attrs.frozen
class Declarations:
    """The objects of the definitions by the keys of facts.

    Attributes:
        objects: The objects by key.
        columns: The names of the columns by the key of the table, in order.
        parts: The keys of the objects of a table by the key of the table.
    """

    objects: Mapping[Key, DeclaredObject]
    columns: Mapping[Key, tuple[str, ...]]
    parts: Mapping[Key, tuple[Key, ...]]

    def read_values(self, key: Key) -> Values:
        """Return the attributes that a file should write for an object; without a comment, it writes none."""
        found = self.objects[key]
        identity, declared = found.identity, found.declared
        if identity.kind == "table":
            values: dict[str, Any] = {
                "row_security": declared.row_security,
                "force_row_security": declared.force_row_security,
                "column_order": self.columns.get(key, ()),
                "options": (),
            }
        elif identity.kind == "privilege":
            return _read_privilege(declared)
        else:
            values = _READERS[identity.kind](declared)
        if identity.kind in _CONSTRAINTS:
            values |= {"kind": identity.kind, "validated": True, "repeated": (), "other": ()}
        elif identity.kind == "index":
            values["table"] = identity.relation
        if declared.comment is not None:
            values["comment"] = str(literal(declared.comment))
        return values

    def uses_column(self, key: Key, column: str) -> bool:
        """Return whether Postgres drops an object together with a column."""
        if key.kind not in {CONSTRAINT, "index"}:
            return False
        return any(_mentions(value, column) for value in self.read_values(key).values())


def build_declarations(wanted: Catalog) -> Declarations:
    """Arrange the objects of the definitions by the keys of facts."""
    objects: dict[Key, DeclaredObject] = {}
    columns: dict[Key, list[str]] = {}
    parts: dict[Key, list[Key]] = {}
    for identity, declared in wanted.objects.items():
        key = find_key(identity)
        if key is None:
            continue
        objects[key] = DeclaredObject(identity, declared)
        if identity.parent is not None:
            table = relation_key(identity.relation)
            parts.setdefault(table, []).append(key)
            if identity.kind == "column":
                columns.setdefault(table, []).append(identity.name)
    return Declarations(
        objects,
        {table: tuple(names) for table, names in columns.items()},
        {table: tuple(keys) for table, keys in parts.items()},
    )


def find_key(identity: Identity) -> Key | None:
    """Return the key of an object of the definitions; None for a kind that this package does not read."""
    kind = identity.kind
    if kind == "table":
        return relation_key((identity.schema, identity.name))
    if kind == "index":
        return index_key(identity.schema, identity.name)
    if kind in _CONSTRAINTS:
        return part_key(CONSTRAINT, identity.relation, identity.name)
    return part_key(kind, identity.relation, identity.name) if kind in _PARTS else None


def _mentions(value: Any, column: str) -> bool:
    if isinstance(value, Tree):
        return column in list_column_names(value.node)
    if isinstance(value, tuple):
        return any(_mentions(each, column) for each in value)
    return bool(value == column)


def _read_column(column: Any) -> dict[str, Any]:
    return {
        "type": trees.parse_type(column.type.sql),
        "not_null": column.not_null,
        "default": None if column.default is None else trees.parse_default(column.default),
        "generated": None if column.generated is None else trees.parse_generated(column.generated),
        "stored": True,
        "identity": column.identity,
        "collation": None,
        "repeated": (),
        "other": (),
    }


def _read_deferrable(constraint: Any) -> dict[str, Any]:
    return {"deferrable": constraint.deferrable, "initially_deferred": constraint.initially_deferred}


def _read_foreign_key(key: Any) -> dict[str, Any]:
    target = key.references
    return {
        "columns": key.columns,
        "references": (target.schema, target.table, target.columns),
        "on_delete": key.on_delete,
        "on_update": key.on_update,
        **_read_deferrable(key),
    }


def _read_exclusion(exclusion: Any) -> dict[str, Any]:
    where = exclusion.where
    return {
        "method": exclusion.method,
        "elements": _all_or_unknown(
            trees.parse_exclusion_element(*element) for element in exclusion.elements
        ),
        "where": None if where is None else trees.parse_exclusion_predicate(where),
        **_read_deferrable(exclusion),
    }


def _read_index(index: Any) -> dict[str, Any]:
    return {
        "unique": index.unique,
        "nulls_not_distinct": index.nulls_not_distinct,
        "method": index.method,
        "elements": _all_or_unknown(map(_read_index_element, index.elements)),
        "include": index.include,
        "where": None if index.where is None else trees.parse_index_predicate(index.where),
        "other": (),
    }


def _read_index_element(element: Any) -> Any:
    key = trees.parse_index_key(element.on)
    if key is UNKNOWN:
        return UNKNOWN
    nulls_first = element.descending if element.nulls_first is None else element.nulls_first
    return key, element.operator_class or "", element.descending, nulls_first


def _all_or_unknown(elements: Iterator[Any]) -> Any:
    found = tuple(elements)
    return UNKNOWN if UNKNOWN in found else found


def _read_trigger(trigger: Any) -> dict[str, Any]:
    function = trigger.function
    return {
        "timing": trigger.timing,
        "events": {event: trigger.update_of if event == "update" else () for event in trigger.events},
        "for_each_row": trigger.for_each_row,
        "when": None if trigger.when is None else trees.parse_trigger_condition(trigger.when),
        "function": trees.parse_trigger_call(function.schema, function.name, trigger.arguments),
    }


def _read_policy(policy: Any) -> dict[str, Any]:
    return {
        "command": policy.command,
        "permissive": policy.permissive,
        "to": tuple(sorted(policy.to)),
        "using": None if policy.using is None else trees.parse_policy_condition(policy.using),
        "check": None if policy.check is None else trees.parse_policy_condition(policy.check),
        "repeated": (),
    }


def _read_privilege(privilege: Any) -> dict[str, Any]:
    return {
        "privileges": frozenset(privilege.privileges),
        "columns": frozenset(privilege.columns),
        "grantable": frozenset(privilege.grantable),
    }


_READERS: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    "column": _read_column,
    "primary_key": lambda key: {"columns": key.columns, "include": (), **_read_deferrable(key)},
    "unique": lambda unique: {
        "columns": unique.columns,
        "include": (),
        "nulls_not_distinct": unique.nulls_not_distinct,
        **_read_deferrable(unique),
    },
    "check": lambda check: {"expression": trees.parse_check(check.expression)},
    "foreign_key": _read_foreign_key,
    "exclusion": _read_exclusion,
    "index": _read_index,
    "trigger": _read_trigger,
    "policy": _read_policy,
}
