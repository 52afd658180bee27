"""The time zone of a `using=`, in which a rollback converts the values back."""

from __future__ import annotations

from schema_dsl.parsing import SqlSyntaxError, deparse_expression, parse_expression
from schema_dsl.parsing.grammar import strings, walk
from schema_dsl.sql import Sql

_EXAMPLE = "'UTC'"


def find_time_zone(using: str | None) -> Sql | None:
    """Return the only time zone that an expression names with AT TIME ZONE; None if it names several or none."""
    if using is None:
        return None
    try:
        tree = parse_expression(using)
    except SqlSyntaxError:
        # The check of the definitions reports the syntax error.
        return None
    zones = {
        deparse_expression(call.args[0])
        for call in walk(tree)
        # AT LOCAL has one argument.
        if call.DESCRIPTOR.name == "FuncCall"
        and strings(call.funcname) == ("pg_catalog", "timezone")
        and len(call.args) > 1
    }
    return Sql(zones.pop()) if len(zones) == 1 else None


def use_time_zone(example: str, using: str | None) -> str | None:
    """Return the expression, a format with {column}, that converts values in the time zone of `using=`.

    Args:
        example: An expression in another zone, a format with {column}.
        using: The expression that converted the values to the present type.

    Returns:
        The expression; None if `using=` names no zone, or the zone does not matter.
    """
    zone = find_time_zone(using)
    if zone is None or _EXAMPLE not in example:
        return None
    return example.replace(_EXAMPLE, zone.replace("{", "{{").replace("}", "}}"))


def build_difference(forward: str, inverse: str) -> str:
    """Return the condition, a format with {value}, that is true for a value which does not come back.

    Args:
        forward: The expression that converted the values to the present type, a format with {column}.
        inverse: The expression that converts them back, a format with {column}.
    """
    back = inverse.replace("{column}", "{value}")
    return f"{forward.replace('{column}', f'({back})')} IS DISTINCT FROM {{value}}"
