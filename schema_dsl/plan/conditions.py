"""Compare two conditions, and list the columns that an expression without other dependencies reads."""

from __future__ import annotations

from collections.abc import Callable, Collection

from schema_dsl.analysis.builtins import find_functions, find_type
from schema_dsl.analysis.numeric_bounds import read_numeric_bounds
from schema_dsl.analysis.value_list import read_value_list
from schema_dsl.errors import ParseError
from schema_dsl.parsing import list_columns, list_functions, list_types, split_conjuncts, split_query

_NEVER = "false"

# The kind of functions that are no aggregates and no window functions, in pg_proc.prokind.
_PLAIN = "f"


def is_narrowed(old: str | None, new: str | None, *, absent: bool, retyped: Collection[str] = ()) -> bool:
    """Return whether each row that fulfils the new condition certainly fulfils the old one.

    Args:
        old: The old condition; None if there is none.
        new: The new condition; None if there is none.
        absent: The value of a condition that is absent.
        retyped: The columns whose type changes, so that Postgres prints other casts of them.
    """
    without = str(absent).lower()
    try:
        required = split_conjuncts(without if old is None else old, without_cast=retyped)
        present = split_conjuncts(without if new is None else new, without_cast=retyped)
    except ParseError:
        return False
    return _NEVER in present or _implies(present, required)


def _implies(present: Collection[str], required: Collection[str]) -> bool:
    """Return whether all required conditions hold where the present ones do: one of them may have a shorter list."""
    missing = [read_value_list(each, with_cast=True) for each in required if each not in present]
    if not missing:
        return True
    lists = [read_value_list(each, with_cast=True) for each in present]
    return all(
        wanted is not None
        and any(
            each is not None and each.operand == wanted.operand and each.values <= wanted.values
            for each in lists
        )
        for wanted in missing
    )


def is_narrowed_query(
    old: str,
    new: str,
    *,
    retyped: Collection[str] = (),
    named: bool = True,
    is_new: Callable[[Collection[tuple[str, str]], str], bool] = lambda _relations, _column: False,
) -> bool:
    """Return whether each row and column that the new query returns is certainly one that the old query returns.

    Args:
        old: The old query.
        new: The new query.
        retyped: The columns whose type changes, so that Postgres prints other casts of them.
        named: Whether columns with different names are different columns.
        is_new: Returns whether a column of one of some relations, each (schema or "", name), is new and shows no old
            value.
    """
    try:
        before, after = (split_query(query, without_cast=retyped) for query in (old, new))
    except ParseError:
        return False
    if before is None or after is None:
        return False
    is_kept = before.conjuncts == after.conjuncts or all(
        signatures and all(signature.kind == _PLAIN for signature in signatures)
        for signatures in (find_functions(name) for _, name in before.functions | after.functions)
    )
    added = {
        pair
        for pair in after.columns - before.columns
        if pair[0] in after.sources and is_new(*after.sources[pair[0]])
    }
    columns, kept = (
        {pair if named else pair[0] for pair in pairs} for pairs in (after.columns - added, before.columns)
    )
    return (
        is_kept
        and before.rest == after.rest
        and columns <= kept
        and (_NEVER in after.conjuncts or _implies(after.conjuncts, before.conjuncts))
    )


def is_widened(old: str, new: str) -> bool:
    """Return whether each row that fulfils the old condition certainly fulfils the new one.

    The new one has a longer list of values, or wider bounds.
    """
    before, after = read_value_list(old), read_value_list(new)
    if before is not None and after is not None:
        return before.operand == after.operand and before.values <= after.values
    bounds, wider = read_numeric_bounds(old), read_numeric_bounds(new)
    if bounds is not None and wider is not None:
        return all(any(bound.implies(each) for bound in bounds) for each in wider)
    return old == new


def list_builtin_columns(expression: str, known: Collection[str] = ()) -> list[str] | None:
    """List the columns that an expression reads; None if it may need other objects that are not known.

    Args:
        expression: The expression.
        known: The names of routines and types that exist besides those that are built in.
    """
    names = {reference[-1] for reference in list_columns(expression)}
    calls = (name for _, name in list_functions(expression))
    types = (name for _, name in list_types(expression))
    is_known = all(name in known or find_functions(name) for name in calls) and all(
        name in known or find_type(name) for name in types
    )
    return sorted(names) if is_known and "*" not in names else None
