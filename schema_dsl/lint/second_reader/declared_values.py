"""The attributes of the objects in the definitions, as a statement that creates the objects would have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Final

import attrs

from schema_dsl.lint.second_reader import declared_trees as trees
from schema_dsl.lint.second_reader.trees import UNKNOWN

_DEFERRABLE: Final = "deferrable initially_deferred"
_KEY: Final = f"columns without_overlaps include parameters {_DEFERRABLE}"
# The attributes that a statement has as the definitions have them.
_WRITTEN: Final = {
    "column": "not_null identity storage compression statistics",
    "primary_key": _KEY,
    "unique": f"{_KEY} nulls_not_distinct",
    "check": "no_inherit validated enforced",
    "foreign_key": (
        f"columns on_delete on_update on_delete_columns match_full period validated enforced {_DEFERRABLE}"
    ),
    "exclusion": f"method include parameters {_DEFERRABLE}",
    "index": "unique nulls_not_distinct method include parameters",
    "trigger": f"timing for_each_row old_table new_table constraint {_DEFERRABLE} enabled",
    "policy": "command permissive",
    "index_mark": "index",
}
_GETTERS: Final = {kind: (names.split(), attrgetter(*names.split())) for kind, names in _WRITTEN.items()}


def read_declared(kind: str, declared: Any) -> dict[str, Any]:
    """Return the attributes of an object by name."""
    names, read = _GETTERS[kind]
    values = read(declared)
    found = dict(zip(names, values, strict=True)) if len(names) > 1 else {names[0]: values}
    convert = _CONVERTERS.get(kind)
    return found if convert is None else found | convert(declared)


def read_privilege(privilege: Any) -> dict[str, Any]:
    """Return the privileges of a role."""
    return {
        "privileges": frozenset(privilege.privileges),
        "columns": frozenset(privilege.columns),
        "grantable": frozenset(privilege.grantable),
        "grantable_columns": frozenset(privilege.grantable_columns),
    }


def _convert_column(column: Any) -> dict[str, Any]:
    return {
        **trees.parse_column(column),
        "stored": not column.virtual,
        "sequence": _read_sequence(column.sequence),
        "cache": 1 if column.sequence is None else column.sequence.cache,
        **{f"option_{name}": value for name, value in column.options},
        "repeated": (),
        "other": (),
    }


def _read_sequence(options: Any) -> dict[str, int | bool]:
    """Return the options of a sequence that are not the default, without CACHE, which sqlglot does not know."""
    if options is None:
        return {}
    return attrs.asdict(options, filter=lambda field, value: field.name != "cache" and value != field.default)


def _convert_foreign_key(key: Any) -> dict[str, Any]:
    target = key.references
    return {"references": (target.schema, target.table, target.columns)}


def _convert_exclusion(exclusion: Any) -> dict[str, Any]:
    elements = (trees.parse_exclusion_element(*element) for element in exclusion.elements)
    where = _parse(trees.parse_exclusion_predicate, exclusion.where)
    return {"elements": _all_or_unknown(elements), "where": where}


def _convert_index(index: Any) -> dict[str, Any]:
    elements, where = trees.parse_index(index)
    statistics = {f"statistics_{number}": target for number, target in index.statistics}
    return {"elements": elements, "where": None if index.where is None else where, "other": (), **statistics}


def _all_or_unknown(elements: Iterator[Any]) -> Any:
    found = tuple(elements)
    return UNKNOWN if UNKNOWN in found else found


def _convert_trigger(trigger: Any) -> dict[str, Any]:
    function = trigger.function
    return {
        "events": {event: trigger.update_of if event == "update" else () for event in trigger.events},
        "when": _parse(trees.parse_trigger_condition, trigger.when),
        "function": trees.parse_trigger_call(function.schema, function.name, trigger.arguments),
    }


def _convert_policy(policy: Any) -> dict[str, Any]:
    using, check = (_parse(trees.parse_policy_condition, text) for text in (policy.using, policy.check))
    return {"to": tuple(sorted(policy.to)), "using": using, "check": check, "repeated": ()}


def _parse(parse: Callable[[Any], Any], text: Any) -> Any:
    return None if text is None else parse(text)


# The attributes that a statement has in another form: as trees of sqlglot.
_CONVERTERS: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    "column": _convert_column,
    "check": lambda check: {"expression": trees.parse_check(check.expression)},
    "foreign_key": _convert_foreign_key,
    "exclusion": _convert_exclusion,
    "index": _convert_index,
    "trigger": _convert_trigger,
    "policy": _convert_policy,
}
