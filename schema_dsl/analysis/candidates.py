"""Select the function or operator of a call among the candidates, as Postgres does (parse_func.c, parse_oper.c)."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schema_dsl.analysis import builtins
from schema_dsl.analysis.builtin_schema import BuiltinSchema
from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.coercion import (
    POLYMORPHIC,
    UNKNOWN,
    base_type,
    can_coerce_implicitly,
    describe_type,
    element_type,
    range_subtype,
    select_common_type,
)
from schema_dsl.analysis.schema import SchemaInfo


class ResolvedCall(NamedTuple):
    """The result of resolving a call.

    Attributes:
        fits: Whether a candidate accepts the argument types.
        signature: The selected candidate; None if no candidate fits or if several may be selected.
        returns: The result type; None if unknown.
        arguments: The types to which the arguments are coerced.
        possible: The candidates that may be selected, if types that are not known prevent a selection.
    """

    fits: bool
    signature: Signature | None = None
    returns: str | None = None
    arguments: tuple[str | None, ...] = ()
    possible: tuple[Signature, ...] = ()


def candidates_for_count(candidates: Iterable[Signature], count: int) -> list[Signature]:
    """Return the candidates that accept a number of arguments, with VARIADIC and defaults expanded to it."""
    expanded = []
    for candidate in candidates:
        declared = len(candidate.arguments)
        if candidate.variadic is not None:
            fixed = candidate.arguments[:-1] if candidate.arguments else ()
            # A call may omit all VARIADIC arguments only for VARIADIC "any" or if a default exists.
            if count >= len(fixed) + 1 or (
                count >= len(fixed) and candidate.variadic == "any" and not candidate.arguments
            ):
                many = (candidate.variadic,) * (count - len(fixed))
                expanded.append(candidate._replace(arguments=(*fixed, *many)))
            elif declared - candidate.defaults <= count < declared:
                expanded.append(candidate._replace(arguments=candidate.arguments[:count]))
        elif declared - candidate.defaults <= count <= declared:
            expanded.append(candidate._replace(arguments=candidate.arguments[:count]))
    return expanded


def candidates_for_names(
    candidates: Iterable[Signature], count: int, argument_names: Sequence[str]
) -> list[Signature]:
    """Return the candidates that accept positional arguments followed by named ones, in the order of the call.

    Args:
        candidates: The candidates; the names of the arguments of built-in functions are not known.
        count: The number of positional arguments.
        argument_names: The names of the named arguments.
    """
    fitting = []
    for candidate in candidates:
        names = getattr(candidate.definition, "argument_names", None)
        if names is None or len(names) != len(candidate.arguments):
            continue
        rest = list(names[count:])
        if len(names) < count or not set(argument_names) <= set(rest):
            continue
        required = names[count : len(names) - candidate.defaults]
        if set(required) <= set(argument_names):
            by_name = dict(zip(names, candidate.arguments, strict=True))
            arguments = (*candidate.arguments[:count], *(by_name[name] for name in argument_names))
            fitting.append(candidate._replace(arguments=arguments))
    return fitting


def hide_candidates(candidates: Sequence[Signature]) -> tuple[list[Signature], list[Signature]]:
    """Split candidates in the order of the search path into the visible and the hidden ones.

    A candidate hides later ones with the same arguments. In one schema, one without VARIADIC hides one with it.
    """
    visible: list[Signature] = []
    hidden: list[Signature] = []
    for candidate in candidates:
        # The built-in candidates are those of several versions, with several entries for one function.
        others = visible if candidate.definition is not None else ()
        same = [number for number, other in enumerate(others) if other.arguments == candidate.arguments]
        if not same:
            visible.append(candidate)
            continue
        other = visible[same[0]]
        in_one_schema = getattr(other.definition, "schema", "") == getattr(candidate.definition, "schema", "")
        if in_one_schema and other.variadic is not None and candidate.variadic is None:
            visible[same[0]] = candidate
            hidden.append(other)
        else:
            hidden.append(candidate)
    return visible, hidden


@functools.lru_cache(maxsize=4096)
def resolve_builtin_operator(name: str, argument_types: tuple[str | None, ...]) -> ResolvedCall:
    """Resolve a builtin operator on builtin types; the result is cached."""
    return select_operator(_EMPTY_SCHEMA, operator_candidates(name, len(argument_types)), argument_types)


@functools.lru_cache(maxsize=4096)
def resolve_builtin_function(name: str, argument_types: tuple[str | None, ...]) -> ResolvedCall:
    """Resolve a builtin function on builtin types; the result is cached."""
    fitting = candidates_for_count(builtins.find_functions(name), len(argument_types))
    return select_candidate(_EMPTY_SCHEMA, fitting, argument_types) if fitting else ResolvedCall(fits=False)


@functools.cache
def operator_candidates(name: str, count: int) -> tuple[Signature, ...]:
    """Return the builtin operators of a name with a number of operands."""
    return tuple(operator for operator in builtins.find_operators(name) if len(operator.arguments) == count)


_EMPTY_SCHEMA = BuiltinSchema()


def are_builtin_types(schema: SchemaInfo, argument_types: tuple[str | None, ...]) -> bool:
    """Return whether no type is user-defined and the schema defines no casts."""
    return not schema.casts and _have_builtin_names(argument_types)


@functools.lru_cache(maxsize=4096)
def _have_builtin_names(types: tuple[str | None, ...]) -> bool:
    return not any(kind is not None and "." in kind for kind in types)


def select_candidate(
    schema: SchemaInfo, candidates: Sequence[Signature], argument_types: Sequence[str | None]
) -> ResolvedCall:
    """Select among candidates that accept the number of arguments (func_select_candidate)."""
    exact = [candidate for candidate in candidates if candidate.arguments == tuple(argument_types)]
    if exact and UNKNOWN not in argument_types and None not in argument_types:
        return _resolve_call(schema, exact[0], argument_types)
    possible = []
    certain = True
    for candidate in candidates:
        fits = _can_coerce_arguments(schema, candidate, argument_types)
        if fits is not False:
            possible.append(candidate)
            certain = certain and fits is True
    if not possible:
        return ResolvedCall(fits=None in argument_types)
    if not certain or None in argument_types:
        return _leave_open(schema, possible, argument_types)
    if len(possible) > 1:
        possible = _narrow_candidates(schema, possible, argument_types)
    if len(possible) != 1:
        return _leave_open(schema, possible, argument_types)
    return _resolve_call(schema, possible[0], argument_types)


def _leave_open(
    schema: SchemaInfo, possible: Sequence[Signature], argument_types: Sequence[str | None]
) -> ResolvedCall:
    """Return the result of a call without a certain selection: its type, if all candidates have the same."""
    results = {_resolve_call(schema, candidate, argument_types).returns for candidate in possible}
    returns = results.pop() if len(results) == 1 else None
    return ResolvedCall(fits=True, returns=returns, possible=tuple(possible))


def select_probable(
    schema: SchemaInfo, call: ResolvedCall, argument_types: Sequence[str | None]
) -> ResolvedCall:
    """Select among the candidates of an open call, given that Postgres accepts the call.

    The result is still open if more than one candidate remains.
    """
    if call.signature is not None or not call.possible:
        return call
    possible = list(call.possible)
    if len(possible) > 1 and None not in argument_types:
        possible = _narrow_candidates(schema, possible, argument_types)
    if len(possible) == 1:
        return _resolve_call(schema, possible[0], argument_types)
    return call._replace(possible=tuple(possible))


def select_operator(
    schema: SchemaInfo, candidates: Sequence[Signature], argument_types: Sequence[str | None]
) -> ResolvedCall:
    """Select an operator (oper_select_candidate).

    An exact match comes first; an operand of type unknown counts as the type of the other operand.
    """
    if len(argument_types) == 2 and None not in argument_types:  # noqa: PLR2004 - a binary operator
        left, right = argument_types
        if left == UNKNOWN and right != UNKNOWN:
            left = right
        elif right == UNKNOWN and left != UNKNOWN:
            right = left
        operand_types = (left, right)
        for pair in (operand_types, (base_type(schema, left), base_type(schema, right))):
            exact = [candidate for candidate in candidates if candidate.arguments == pair]
            if exact:
                return _resolve_call(schema, exact[0], argument_types)
    return select_candidate(schema, candidates, argument_types)


def _can_coerce_arguments(
    schema: SchemaInfo, candidate: Signature, argument_types: Sequence[str | None]
) -> bool | None:
    answer: bool | None = True
    for source, target in zip(argument_types, candidate.arguments, strict=True):
        fits = can_coerce_implicitly(schema, source, target)
        if fits is False:
            return False
        answer = answer if fits else None
    if answer and any(argument in POLYMORPHIC for argument in candidate.arguments):
        return _are_polymorphic_consistent(schema, candidate, argument_types)
    return answer


def _element_types(
    schema: SchemaInfo, candidate: Signature, argument_types: Sequence[str | None], *, compatible: bool
) -> list[str | None]:
    """Return the element types that the arguments of polymorphic parameters imply."""
    types = []
    for source, target in zip(argument_types, candidate.arguments, strict=True):
        if target not in POLYMORPHIC or source == UNKNOWN:
            continue
        if target.startswith("anycompatible") is not compatible:
            continue
        if target.endswith("array") and not target.endswith("nonarray"):
            types.append(element_type(schema, source))
        elif target.endswith("range"):
            types.append(range_subtype(schema, source))
        else:
            types.append(source)
    return types


def _are_polymorphic_consistent(
    schema: SchemaInfo, candidate: Signature, argument_types: Sequence[str | None]
) -> bool | None:
    any_element_types = _element_types(schema, candidate, argument_types, compatible=False)
    if None in any_element_types:
        return None
    if len({base_type(schema, element) for element in any_element_types}) > 1:
        return False
    any_compatible_types = _element_types(schema, candidate, argument_types, compatible=True)
    if None in any_compatible_types:
        return None
    return select_common_type(schema, any_compatible_types)[1] if any_compatible_types else True


def _resolve_call(
    schema: SchemaInfo, signature: Signature, argument_types: Sequence[str | None]
) -> ResolvedCall:
    if len(signature.arguments) != len(argument_types):
        return ResolvedCall(fits=True, signature=signature, returns=_concrete_result(signature.returns))
    if POLYMORPHIC.isdisjoint((signature.returns, *signature.arguments)):
        return ResolvedCall(
            fits=True,
            signature=signature,
            returns=_concrete_result(signature.returns),
            arguments=tuple(signature.arguments),
        )
    any_element_types = _element_types(schema, signature, argument_types, compatible=False)
    any_compatible_types = _element_types(schema, signature, argument_types, compatible=True)
    element = any_element_types[0] if any_element_types else None
    shared = select_common_type(schema, any_compatible_types)[0] if any_compatible_types else None
    if shared == UNKNOWN or not any_compatible_types:
        # Constants of type unknown alone make anycompatible text.
        shared = "text"

    def concrete(kind: str | None) -> str | None:
        if kind not in POLYMORPHIC:
            return kind
        bound = shared if kind.startswith("anycompatible") else element
        if bound is None:
            return None
        if kind.endswith("array") and not kind.endswith("nonarray"):
            return f"{bound}[]"
        if kind.endswith("range"):
            type_kind = "m" if "multi" in kind else "r"
            return next(
                (
                    g
                    for g in argument_types
                    if (i := describe_type(schema, g)) is not None and i.kind == type_kind
                ),
                None,
            )
        return bound

    arguments = tuple(concrete(kind) for kind in signature.arguments)
    return ResolvedCall(
        fits=True,
        signature=signature,
        returns=_concrete_result(concrete(signature.returns)),
        arguments=arguments,
    )


def _concrete_result(kind: str | None) -> str | None:
    return None if kind in {"any", "internal", "anyarray"} else kind


def _narrow_candidates(
    schema: SchemaInfo, candidates: list[Signature], argument_types: Sequence[str | None]
) -> list[Signature]:
    """Apply the steps of func_select_candidate; more than one candidate remains for an ambiguous call."""
    bases = [UNKNOWN if kind == UNKNOWN else base_type(schema, kind) for kind in argument_types]

    def best(score: list[int]) -> list[Signature]:
        return [
            candidate for candidate, points in zip(candidates, score, strict=True) if points == max(score)
        ]

    known_positions = [index for index, kind in enumerate(bases) if kind != UNKNOWN]
    candidates = best(
        [sum(candidate.arguments[i] == bases[i] for i in known_positions) for candidate in candidates]
    )
    if len(candidates) == 1:
        return candidates
    candidates = best(
        [
            sum(
                candidate.arguments[i] == bases[i] or _is_preferred(schema, candidate.arguments[i], bases[i])
                for i in known_positions
            )
            for candidate in candidates
        ]
    )
    unknown_positions = [index for index, kind in enumerate(bases) if kind == UNKNOWN]
    if len(candidates) == 1 or not unknown_positions:
        return candidates
    candidates = _narrow_by_category(schema, candidates, unknown_positions)
    if len(candidates) == 1:
        return candidates
    kinds = {bases[i] for i in known_positions}
    if len(kinds) == 1:
        (only,) = kinds
        fitting = [
            candidate
            for candidate in candidates
            if all(can_coerce_implicitly(schema, only, candidate.arguments[i]) for i in unknown_positions)
        ]
        if len(fitting) == 1:
            return fitting
    return candidates


def _is_preferred(schema: SchemaInfo, kind: str | None, argument_type: str | None) -> bool:
    target, described = describe_type(schema, kind), describe_type(schema, argument_type)
    return bool(target and described and target.preferred and target.category == described.category)


def _narrow_by_category(
    schema: SchemaInfo, candidates: list[Signature], unknown_positions: list[int]
) -> list[Signature]:
    remaining = candidates
    for index in unknown_positions:
        described_types = [describe_type(schema, candidate.arguments[index]) for candidate in candidates]
        categories = {described.category if described else "" for described in described_types}
        if "S" in categories:
            category = "S"
        elif len(categories) == 1:
            category = categories.pop()
        else:
            return candidates
        narrowed = [
            candidate
            for candidate in remaining
            if (i := describe_type(schema, candidate.arguments[index])) and i.category == category
        ]
        preferred = [
            candidate
            for candidate in narrowed
            if (i := describe_type(schema, candidate.arguments[index])) and i.preferred
        ]
        remaining = preferred or narrowed
    return remaining or candidates
