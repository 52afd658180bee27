"""Which type can stand for which, as Postgres decides it (parse_coerce.c), so far as is known.

Answers are True, False, or None where a type is not known, or an extension may have a say.
"""

from __future__ import annotations

from schema_dsl.lint import builtins
from schema_dsl.lint.builtins import Builtin
from schema_dsl.lint.history.schema import Schema

UNKNOWN = "unknown"
_ARRAYS = frozenset({"anyarray", "anycompatiblearray"})
_NOT_ARRAYS = frozenset({"anynonarray", "anycompatiblenonarray"})
_RANGES = frozenset({"anyrange", "anycompatiblerange"})
_MULTIRANGES = frozenset({"anymultirange", "anycompatiblemultirange"})
POLYMORPHIC = (
    frozenset({"anyelement", "anyenum", "anycompatible"}) | _ARRAYS | _NOT_ARRAYS | _RANGES | _MULTIRANGES
)
_MOST_NESTED = 32


def actual(name: str | None) -> str | None:
    """Give the type of a parameter or variable; of a polymorphic one only the caller knows it."""
    return None if name in POLYMORPHIC else name


def info(schema: Schema, name: str | None) -> Builtin | None:  # noqa: PLR0911 - one answer a kind
    """Describe a type, one made in the history too; None if nothing is known of it."""
    if name is None:
        return None
    if name.endswith("[]"):
        return Builtin(name, "b", "A", preferred=False, element=name[:-2])
    known = builtins.type_of(name)
    if known is not None:
        return known
    made = schema.user_type(name)
    if made is not None:
        if not made.complete:
            return None
        if made.kind == "enum":
            return Builtin(name, "e", "E", preferred=False)
        if made.kind == "range":
            return Builtin(name, "r", "R", preferred=False, subtype=made.base)
        below = info(schema, made.base)
        return None if below is None else below._replace(name=name, kind="d", base=made.base, preferred=False)
    if schema.row_relation(name) is not None:
        return Builtin(name, "c", "C", preferred=False)
    return None


def base_of(schema: Schema, name: str | None) -> str | None:
    """Look through domains; None if what they are over is not known."""
    for _ in range(_MOST_NESTED):
        if name is None:
            return None
        known = builtins.type_of(name)
        if known is not None:
            if known.base is None:
                return name
            name = known.base
            continue
        made = schema.user_type(name)
        if made is None or made.kind != "domain":
            return name
        name = made.base
    return None


def element_of(schema: Schema, name: str | None) -> str | None:
    """Give the type of an array's elements."""
    base = base_of(schema, name)
    if base is None:
        return None
    if base.endswith("[]"):
        return base[:-2]
    known = builtins.type_of(base)
    return known.element if known is not None and known.category == "A" else None


def range_of(schema: Schema, name: str | None) -> str | None:
    """Give what a range is over; of a multirange, what its ranges are over."""
    known = info(schema, base_of(schema, name))
    if known is None or known.kind not in "rm":
        return None
    return known.subtype if known.kind == "r" else range_of(schema, known.subtype)


def category(schema: Schema, name: str | None) -> str:
    """Give a type's category; "" if it is not known."""
    known = info(schema, name)
    return known.category if known is not None else ""


def implicit(schema: Schema, source: str | None, target: str | None) -> bool | None:  # noqa: PLR0911 - rule by rule
    """Say whether a value becomes the target type without being asked to."""
    if source is None or target is None:
        return None
    if target in (source, "any") or source == UNKNOWN:
        return True
    if target in POLYMORPHIC:
        return _fits(schema, source, target)
    source, target = base_of(schema, source), base_of(schema, target)
    if source is None or target is None:
        return None
    if source == target:
        return True
    cast = builtins.casts_from(source).get(target)
    if cast is not None:
        return cast.context == "i"
    return _structural(schema, source, target, implicit)


def assignment(schema: Schema, source: str | None, target: str | None) -> bool | None:
    """Say whether a value of one type can be stored in a column of the other."""
    found = implicit(schema, source, target)
    if found is not False:
        return found
    source, target = base_of(schema, source), base_of(schema, target)
    if source is None or target is None:
        return None
    cast = builtins.casts_from(source).get(target)
    if cast is not None and cast.context == "a":
        return True
    if category(schema, target) == "S":
        return True
    return _structural(schema, source, target, assignment)


def explicit(schema: Schema, source: str | None, target: str | None) -> bool | None:
    """Say whether CAST can turn one type into the other."""
    found = assignment(schema, source, target)
    if found is not False:
        return found
    source, target = base_of(schema, source), base_of(schema, target)
    if source is None or target is None:
        return None
    if target in builtins.casts_from(source) or category(schema, source) == "S":
        return True
    return _structural(schema, source, target, explicit)


def _structural(schema: Schema, source: str, target: str, rule: object) -> bool | None:
    """Decide by how types are made up: arrays by their elements, rows by hope."""
    if (source, target) in schema.casts or any(None in pair for pair in schema.casts):
        return None
    if source.endswith("[]") and target.endswith("[]"):
        assert callable(rule)  # noqa: S101 - one of the three above
        found: bool | None = rule(schema, source[:-2], target[:-2])
        return found
    left, right = info(schema, source), info(schema, target)
    if left is None or right is None:
        return None
    if _is_row(left) and _is_row(right):
        # Rows become each other column by column.
        return None
    return None if left.category == right.category == "A" else False


def _is_row(known: Builtin) -> bool:
    return known.kind == "c" or known.name == "record"


def _fits(schema: Schema, source: str, target: str) -> bool | None:
    base = base_of(schema, source)
    known = info(schema, base)
    if known is None:
        return None
    array = known.category == "A"
    if target in _ARRAYS:
        return array or source in _ARRAYS
    if target in _NOT_ARRAYS:
        return not array
    if target in _RANGES:
        return known.kind == "r"
    if target in _MULTIRANGES:
        return known.kind == "m"
    return known.kind == "e" if target == "anyenum" else True


def common(schema: Schema, kinds: list[str | None]) -> tuple[str | None, bool]:
    """Choose the type that several expressions share, as CASE, UNION and IN do (select_common_type).

    Returns:
        The type, and False where two of them surely have none in common.
    """
    known = [base_of(schema, kind) if kind != UNKNOWN else kind for kind in kinds]
    if None in known:
        return None, True
    typed = [kind for kind in known if kind != UNKNOWN]
    if not typed:
        return UNKNOWN, True
    # If all are the same, domains stay as they are.
    if len(set(kinds)) == 1:
        return kinds[0], True
    chosen: str | None = typed[0]
    for kind in typed[1:]:
        chosen, possible = _wider(schema, chosen, kind)
        if chosen is None:
            return None, possible
    for kind in typed:
        fits = implicit(schema, kind, chosen)
        if fits is not True:
            return None, fits is None
    return chosen, True


def _wider(schema: Schema, chosen: str | None, kind: str | None) -> tuple[str | None, bool]:
    """Take one step of the search for a common type; None where it ends, and whether one is possible."""
    if kind == chosen:
        return chosen, True
    left, right = info(schema, chosen), info(schema, kind)
    if left is None or right is None:
        return None, True
    if left.category != right.category:
        return None, _is_row(left) and _is_row(right)
    forth, back = implicit(schema, chosen, kind), implicit(schema, kind, chosen)
    if forth is None or back is None:
        return None, True
    return (kind if not left.preferred and forth and not back else chosen), True
