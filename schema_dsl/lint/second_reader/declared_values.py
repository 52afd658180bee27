"""The attributes of the objects in the definitions, as a statement that creates the objects would have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs

from schema_dsl.lint.second_reader import declared_trees as trees
from schema_dsl.lint.second_reader.trees import UNKNOWN


def read_privilege(privilege: Any) -> dict[str, Any]:
    """Return the privileges of a role."""
    return {
        "privileges": frozenset(privilege.privileges),
        "columns": frozenset(privilege.columns),
        "grantable": frozenset(privilege.grantable),
        "grantable_columns": frozenset(privilege.grantable_columns),
    }


def _read_column(column: Any) -> dict[str, Any]:
    return {
        **trees.parse_column(column),
        "not_null": column.not_null,
        "stored": not column.virtual,
        "identity": column.identity,
        "sequence": _read_sequence(column.sequence),
        "cache": 1 if column.sequence is None else column.sequence.cache,
        "storage": column.storage,
        "compression": column.compression,
        "statistics": column.statistics,
        "options": dict(column.options),
        "repeated": (),
        "other": (),
    }


def _read_sequence(options: Any) -> dict[str, int | bool]:
    """Return the options of a sequence that are not the default, without CACHE, which sqlglot does not know."""
    if options is None:
        return {}
    return attrs.asdict(options, filter=lambda field, value: field.name != "cache" and value != field.default)


def _read_deferrable(constraint: Any) -> dict[str, Any]:
    return {"deferrable": constraint.deferrable, "initially_deferred": constraint.initially_deferred}


def _read_key(key: Any) -> dict[str, Any]:
    return {
        "columns": key.columns,
        "without_overlaps": key.without_overlaps,
        "include": key.include,
        "parameters": key.parameters,
        **_read_deferrable(key),
    }


def _read_foreign_key(key: Any) -> dict[str, Any]:
    target = key.references
    return {
        "columns": key.columns,
        "references": (target.schema, target.table, target.columns),
        "on_delete": key.on_delete,
        "on_update": key.on_update,
        "on_delete_columns": key.on_delete_columns,
        "match_full": key.match_full,
        "period": key.period,
        "validated": key.validated,
        "enforced": key.enforced,
        **_read_deferrable(key),
    }


def _read_exclusion(exclusion: Any) -> dict[str, Any]:
    where = exclusion.where
    return {
        "method": exclusion.method,
        "elements": _all_or_unknown(
            trees.parse_exclusion_element(*element) for element in exclusion.elements
        ),
        "include": exclusion.include,
        "parameters": exclusion.parameters,
        "where": None if where is None else trees.parse_exclusion_predicate(where),
        **_read_deferrable(exclusion),
    }


def _read_index(index: Any) -> dict[str, Any]:
    elements, where = trees.parse_index(index)
    return {
        "unique": index.unique,
        "nulls_not_distinct": index.nulls_not_distinct,
        "method": index.method,
        "elements": elements,
        "include": index.include,
        "parameters": index.parameters,
        "where": None if index.where is None else where,
        "other": (),
        **{f"statistics_{number}": target for number, target in index.statistics},
    }


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
        "old_table": trigger.old_table,
        "new_table": trigger.new_table,
        "constraint": trigger.constraint,
        "deferrable": trigger.deferrable,
        "initially_deferred": trigger.initially_deferred,
        "enabled": trigger.enabled,
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


READERS: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    "column": _read_column,
    "primary_key": _read_key,
    "unique": lambda unique: {**_read_key(unique), "nulls_not_distinct": unique.nulls_not_distinct},
    "check": lambda check: {
        "expression": trees.parse_check(check.expression),
        "no_inherit": check.no_inherit,
        "validated": check.validated,
        "enforced": check.enforced,
    },
    "foreign_key": _read_foreign_key,
    "exclusion": _read_exclusion,
    "index": _read_index,
    "trigger": _read_trigger,
    "policy": _read_policy,
    "index_mark": lambda mark: {"index": mark.index},
}
