"""Decide which types can be coerced to which, as Postgres does (parse_coerce.c).

The functions return True or False, or None if a type is unknown or an extension may define a cast.
"""

from __future__ import annotations

from schema_dsl.analysis import builtins
from schema_dsl.analysis.builtins import BuiltinType
from schema_dsl.analysis.schema import SchemaInfo

UNKNOWN = "unknown"
_ARRAYS = frozenset({"anyarray", "anycompatiblearray"})
_NOT_ARRAYS = frozenset({"anynonarray", "anycompatiblenonarray"})
_RANGES = frozenset({"anyrange", "anycompatiblerange"})
_MULTIRANGES = frozenset({"anymultirange", "anycompatiblemultirange"})
POLYMORPHIC = (
    frozenset({"anyelement", "anyenum", "anycompatible"}) | _ARRAYS | _NOT_ARRAYS | _RANGES | _MULTIRANGES
)
_MOST_NESTED = 32


def concrete_type(name: str | None) -> str | None:
    """Return the type of a parameter or variable; None for a polymorphic type, which each call determines."""
    return None if name in POLYMORPHIC else name


def describe_type(schema: SchemaInfo, name: str | None) -> BuiltinType | None:  # noqa: PLR0911 - one return per kind
    """Return the description of a builtin or user-defined type; None if the type is unknown."""
    if name is None:
        return None
    if name.endswith("[]"):
        return BuiltinType(name, "b", "A", preferred=False, element=name[:-2])
    builtin = builtins.find_type(name)
    if builtin is not None:
        return builtin
    user_type = schema.find_user_type(name)
    if user_type is not None:
        if not user_type.complete:
            return None
        if user_type.kind in {"enum", "range", "multirange"}:
            letter, category = user_type.kind[0], "E" if user_type.kind == "enum" else "R"
            described = BuiltinType(name, letter, category, preferred=False)
            # enum_in(), enum_out(), range_in() and so on are stable.
            described = described._replace(stable_input=True, stable_output=True)
            return described if user_type.kind == "enum" else described._replace(subtype=user_type.base)
        below = describe_type(schema, user_type.base)
        return (
            None
            if below is None
            else below._replace(name=name, kind="d", base=user_type.base, preferred=False)
        )
    if schema.find_row_relation(name) is not None:
        return BuiltinType(name, "c", "C", preferred=False)
    return None


def base_type(schema: SchemaInfo, name: str | None) -> str | None:
    """Return the base type of a domain, or the type itself (getBaseType); None if unknown."""
    for _ in range(_MOST_NESTED):
        if name is None:
            return None
        builtin = builtins.find_type(name)
        if builtin is not None:
            if builtin.base is None:
                return name
            name = builtin.base
            continue
        user_type = schema.find_user_type(name)
        if user_type is None or user_type.kind != "domain":
            return name
        name = user_type.base
    return None


def element_type(schema: SchemaInfo, name: str | None) -> str | None:
    """Return the element type of an array type."""
    base = base_type(schema, name)
    if base is None:
        return None
    if base.endswith("[]"):
        return base[:-2]
    builtin = builtins.find_type(base)
    return builtin.element if builtin is not None and builtin.category == "A" else None


def range_subtype(schema: SchemaInfo, name: str | None) -> str | None:
    """Return the subtype of a range or multirange type."""
    described = describe_type(schema, base_type(schema, name))
    if described is None or described.kind not in "rm":
        return None
    return described.subtype if described.kind == "r" else range_subtype(schema, described.subtype)


def type_category(schema: SchemaInfo, name: str | None) -> str:
    """Return the category of a type (pg_type.typcategory); "" if unknown."""
    described = describe_type(schema, name)
    return described.category if described is not None else ""


def can_coerce_implicitly(schema: SchemaInfo, source: str | None, target: str | None) -> bool | None:  # noqa: PLR0911 - one return per rule
    """Return whether a value is coerced to the target type implicitly."""
    if source is None or target is None:
        return None
    if target in (source, "any") or source == UNKNOWN:
        return True
    if target in POLYMORPHIC:
        return _matches_polymorphic(schema, source, target)
    source, target = base_type(schema, source), base_type(schema, target)
    if source is None or target is None:
        return None
    if source == target:
        return True
    cast = builtins.find_casts(source).get(target) or schema.find_cast(source, target)
    if cast is not None:
        return cast.context == "i"
    return _can_coerce_by_structure(schema, source, target, can_coerce_implicitly)


def can_coerce_for_assignment(schema: SchemaInfo, source: str | None, target: str | None) -> bool | None:
    """Return whether a value can be assigned to a column of the target type."""
    is_implicit = can_coerce_implicitly(schema, source, target)
    if is_implicit is not False:
        return is_implicit
    source, target = base_type(schema, source), base_type(schema, target)
    if source is None or target is None:
        return None
    cast = builtins.find_casts(source).get(target) or schema.find_cast(source, target)
    if cast is not None and cast.context == "a":
        return True
    if type_category(schema, target) == "S":
        return True
    return _can_coerce_by_structure(schema, source, target, can_coerce_for_assignment)


def can_cast(schema: SchemaInfo, source: str | None, target: str | None) -> bool | None:
    """Return whether CAST can convert one type to the other."""
    is_assignable = can_coerce_for_assignment(schema, source, target)
    if is_assignable is not False:
        return is_assignable
    source, target = base_type(schema, source), base_type(schema, target)
    if source is None or target is None:
        return None
    if target in builtins.find_casts(source) or type_category(schema, source) == "S":
        return True
    if schema.find_cast(source, target) is not None:
        return True
    user_type = schema.find_user_type(target)
    if user_type is not None and user_type.kind == "multirange" and user_type.base == source:
        return True
    return _can_coerce_by_structure(schema, source, target, can_cast)


def _can_coerce_by_structure(schema: SchemaInfo, source: str, target: str, rule: object) -> bool | None:
    """Decide by the structure of the types: arrays by their elements; rows are always undecided."""
    if (source, target) in schema.casts or any(None in pair for pair in schema.casts):
        return None
    if source.endswith("[]") and target.endswith("[]"):
        assert callable(rule)  # noqa: S101 - one of the three functions above
        of_elements: bool | None = rule(schema, source[:-2], target[:-2])
        return of_elements
    left, right = describe_type(schema, source), describe_type(schema, target)
    if left is None or right is None:
        return None
    if _is_row(left) and _is_row(right):
        # A cast of rows coerces column by column.
        return None
    return None if left.category == right.category == "A" else False


def _is_row(described: BuiltinType) -> bool:
    return described.kind == "c" or described.name == "record"


def _matches_polymorphic(schema: SchemaInfo, source: str, target: str) -> bool | None:
    base = base_type(schema, source)
    described = describe_type(schema, base)
    if described is None:
        return None
    array = described.category == "A"
    if target in _ARRAYS:
        return array or source in _ARRAYS
    if target in _NOT_ARRAYS:
        return not array
    if target in _RANGES:
        return described.kind == "r"
    if target in _MULTIRANGES:
        return described.kind == "m"
    return described.kind == "e" if target == "anyenum" else True


def select_common_type(schema: SchemaInfo, kinds: list[str | None]) -> tuple[str | None, bool]:
    """Select the common type of several expressions, as for CASE, UNION and IN (select_common_type).

    Returns:
        The type (None if unknown), and False if the types certainly have no common type.
    """
    base_types = [base_type(schema, kind) if kind != UNKNOWN else kind for kind in kinds]
    if None in base_types:
        return None, True
    typed = [kind for kind in base_types if kind != UNKNOWN]
    if not typed:
        return UNKNOWN, True
    # Identical domains are not reduced to their base type.
    if len(set(kinds)) == 1:
        return kinds[0], True
    chosen: str | None = typed[0]
    for kind in typed[1:]:
        chosen, possible = _select_wider_type(schema, chosen, kind)
        if chosen is None:
            return None, possible
    for kind in typed:
        fits = can_coerce_implicitly(schema, kind, chosen)
        if fits is not True:
            return None, fits is None
    return chosen, True


def _select_wider_type(schema: SchemaInfo, chosen: str | None, kind: str | None) -> tuple[str | None, bool]:
    """Return the wider of two types, or None to end the search, and whether a common type is possible."""
    if kind == chosen:
        return chosen, True
    left, right = describe_type(schema, chosen), describe_type(schema, kind)
    if left is None or right is None:
        return None, True
    if left.category != right.category:
        return None, _is_row(left) and _is_row(right)
    forth, back = can_coerce_implicitly(schema, chosen, kind), can_coerce_implicitly(schema, kind, chosen)
    if forth is None or back is None:
        return None, True
    return (kind if not left.preferred and forth and not back else chosen), True
