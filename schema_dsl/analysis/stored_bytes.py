"""Find out whether a cast of a column to another built-in type keeps the stored bytes, so that no row is rewritten."""

from __future__ import annotations

from collections.abc import Callable

# Types that store the OID of an object.
_OID_TYPES = (
    "oid",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
)
# The pairs of types in pg_cast with castmethod b: the stored bytes do not change.
_SAME_BYTES = frozenset(
    {
        ("varchar", "text"),
        ("text", "varchar"),
        ("cidr", "inet"),
        ("xml", "text"),
        ("xml", "varchar"),
        ("bit", "varbit"),
        ("varbit", "bit"),
        ("regproc", "regprocedure"),
        ("regprocedure", "regproc"),
        ("regoper", "regoperator"),
        ("regoperator", "regoper"),
        *(("int4", name) for name in _OID_TYPES),
        *((name, "int4") for name in _OID_TYPES),
        *(("oid", name) for name in _OID_TYPES),
        *((name, "oid") for name in _OID_TYPES),
    }
)
_FULL_PRECISION = 6
# The mask of all fields, and microseconds.
_FULL_INTERVAL = (0x7FFF, _FULL_PRECISION)


def cast_changes_bytes(source: str, old: tuple[int, ...], target: str, new: tuple[int, ...]) -> bool | None:
    """Return whether a cast between built-in types changes the stored bytes; None if it may.

    Args:
        source: The old type, by its name in pg_catalog.
        old: Its modifiers.
        target: The new type.
        new: Its modifiers.
    """
    if source == target:
        return modifiers_change_bytes(target, old, new)
    return (source, target) not in _SAME_BYTES or bool(new)


def modifiers_change_bytes(kind: str, old: tuple[int, ...], new: tuple[int, ...]) -> bool | None:
    """Return whether other modifiers of a type change the stored bytes; None if they may."""
    if old == new:
        return False
    if kind.endswith("[]"):
        # Postgres converts the elements of an array even if their bytes do not change.
        return True
    narrows = _NARROWS.get(kind)
    return None if narrows is None else narrows(old, new)


def _shortens(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    return bool(new) and (not old or new[0] < old[0])


def _rescales(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    scales = [(*modifiers, 0)[1] if modifiers else None for modifiers in (old, new)]
    return bool(new) and (not old or scales[0] != scales[1] or new[0] < old[0])


def _rounds(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    return (new or (_FULL_PRECISION,))[0] < (old or (_FULL_PRECISION,))[0]


def _truncates_interval(old: tuple[int, ...], new: tuple[int, ...]) -> bool | None:
    """Return whether an interval loses fields or precision; None if both types limit them, which is not compared."""
    if new in {(), _FULL_INTERVAL}:
        return False
    return None if old else True


_NARROWS: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool | None]] = {
    **dict.fromkeys(("varchar", "varbit"), _shortens),
    **dict.fromkeys(("timestamp", "timestamptz", "time", "timetz"), _rounds),
    **dict.fromkeys(("bpchar", "bit"), lambda _, __: True),
    "numeric": _rescales,
    "interval": _truncates_interval,
}
