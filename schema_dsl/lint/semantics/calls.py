"""Which function or operator a call means, as Postgres chooses it (parse_func.c, parse_oper.c)."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schema_dsl.lint import builtins
from schema_dsl.lint.builtins import Signature
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.semantics.types import (
    POLYMORPHIC,
    UNKNOWN,
    base_of,
    common,
    element_of,
    implicit,
    info,
    range_of,
)


class ResolvedCall(NamedTuple):
    """What a call comes to.

    `signature` is None where no candidate fits (`fits` is False) or it cannot be told which one (True).
    `arguments` are the types that the arguments are turned into.
    """

    fits: bool
    signature: Signature | None = None
    returns: str | None = None
    arguments: tuple[str | None, ...] = ()


def for_count(candidates: Iterable[Signature], count: int) -> list[Signature]:
    """Take the functions that can be called with so many arguments, written out for just that many."""
    found = []
    for each in candidates:
        declared = len(each.arguments)
        if each.variadic is not None:
            fixed = each.arguments[:-1] if each.arguments else ()
            # Without any of its many is fine only for "any" and where the rest has defaults.
            if count >= len(fixed) + 1 or (
                count >= len(fixed) and each.variadic == "any" and not each.arguments
            ):
                many = (each.variadic,) * (count - len(fixed))
                found.append(each._replace(arguments=(*fixed, *many)))
            elif declared - each.defaults <= count < declared:
                found.append(each._replace(arguments=each.arguments[:count]))
        elif declared - each.defaults <= count <= declared:
            found.append(each._replace(arguments=each.arguments[:count]))
    return found


@functools.lru_cache(maxsize=4096)
def builtin_operator(name: str, given: tuple[str | None, ...]) -> ResolvedCall:
    """Choose among Postgres' own operators for its own types: always the same, so looked up once."""
    return choose_operator(_NOTHING_MADE, operators_for(name, len(given)), given)


@functools.lru_cache(maxsize=4096)
def builtin_function(name: str, given: tuple[str | None, ...]) -> ResolvedCall:
    """Choose among Postgres' own functions for its own types."""
    fitting = for_count(builtins.functions(name), len(given))
    return choose(_NOTHING_MADE, fitting, given) if fitting else ResolvedCall(fits=False)


@functools.cache
def operators_for(name: str, count: int) -> tuple[Signature, ...]:
    """Give Postgres' operators of that name with so many operands."""
    return tuple(each for each in builtins.operators(name) if len(each.arguments) == count)


_NOTHING_MADE = Schema()


def are_builtin(schema: Schema, given: Iterable[str | None]) -> bool:
    """Whether none of the types was made by somebody."""
    return not schema.casts and not any(kind is not None and "." in kind for kind in given)


def choose(schema: Schema, candidates: Sequence[Signature], given: Sequence[str | None]) -> ResolvedCall:
    """Choose among candidates that all take so many arguments."""
    exact = [each for each in candidates if each.arguments == tuple(given)]
    if exact and UNKNOWN not in given and None not in given:
        return _chosen(schema, exact[0], given)
    possible = []
    sure = True
    for each in candidates:
        fits = _all_fit(schema, each, given)
        if fits is not False:
            possible.append(each)
            sure = sure and fits is True
    if not possible:
        return ResolvedCall(fits=None in given)
    if not sure or None in given:
        results = {_chosen(schema, each, given).returns for each in possible}
        return ResolvedCall(fits=True, returns=results.pop() if len(results) == 1 else None)
    if len(possible) > 1:
        possible = _narrowed(schema, possible, given)
    if len(possible) != 1:
        results = {_chosen(schema, each, given).returns for each in possible}
        return ResolvedCall(fits=True, returns=results.pop() if len(results) == 1 else None)
    return _chosen(schema, possible[0], given)


def choose_operator(
    schema: Schema, candidates: Sequence[Signature], given: Sequence[str | None]
) -> ResolvedCall:
    """Choose an operator: first the one that is exactly for these, an untyped constant being like the other."""
    if len(given) == 2 and None not in given:  # noqa: PLR2004 - a binary operator
        left, right = given
        if left == UNKNOWN and right != UNKNOWN:
            left = right
        elif right == UNKNOWN and left != UNKNOWN:
            right = left
        same = (left, right)
        for pair in (same, (base_of(schema, left), base_of(schema, right))):
            exact = [each for each in candidates if each.arguments == pair]
            if exact:
                return _chosen(schema, exact[0], given)
    return choose(schema, candidates, given)


def _all_fit(schema: Schema, candidate: Signature, given: Sequence[str | None]) -> bool | None:
    answer: bool | None = True
    for source, target in zip(given, candidate.arguments, strict=True):
        fits = implicit(schema, source, target)
        if fits is False:
            return False
        answer = answer if fits else None
    if answer and any(each in POLYMORPHIC for each in candidate.arguments):
        return _consistent(schema, candidate, given)
    return answer


def _bound(
    schema: Schema, candidate: Signature, given: Sequence[str | None], *, compatible: bool
) -> list[str | None]:
    """Collect what the polymorphic arguments say the element type is."""
    found = []
    for source, target in zip(given, candidate.arguments, strict=True):
        if target not in POLYMORPHIC or source == UNKNOWN:
            continue
        if target.startswith("anycompatible") is not compatible:
            continue
        if target.endswith("array") and not target.endswith("nonarray"):
            found.append(element_of(schema, source))
        elif target.endswith("range"):
            found.append(range_of(schema, source))
        else:
            found.append(source)
    return found


def _consistent(schema: Schema, candidate: Signature, given: Sequence[str | None]) -> bool | None:
    same = _bound(schema, candidate, given, compatible=False)
    if None in same:
        return None
    if len({base_of(schema, each) for each in same}) > 1:
        return False
    alike = _bound(schema, candidate, given, compatible=True)
    if None in alike:
        return None
    return common(schema, alike)[1] if alike else True


def _chosen(schema: Schema, signature: Signature, given: Sequence[str | None]) -> ResolvedCall:
    if len(signature.arguments) != len(given):
        return ResolvedCall(fits=True, signature=signature, returns=_plain(signature.returns))
    same = _bound(schema, signature, given, compatible=False)
    alike = _bound(schema, signature, given, compatible=True)
    element = same[0] if same else None
    shared = common(schema, alike)[0] if alike else None
    if shared == UNKNOWN:
        shared = "text"

    def actual(kind: str | None) -> str | None:
        if kind not in POLYMORPHIC:
            return kind
        bound = shared if kind.startswith("anycompatible") else element
        if bound is None:
            return None
        if kind.endswith("array") and not kind.endswith("nonarray"):
            return f"{bound}[]"
        if kind.endswith("range"):
            wanted = "m" if "multi" in kind else "r"
            return next((g for g in given if (i := info(schema, g)) is not None and i.kind == wanted), None)
        return bound

    arguments = tuple(actual(kind) for kind in signature.arguments)
    return ResolvedCall(
        fits=True, signature=signature, returns=_plain(actual(signature.returns)), arguments=arguments
    )


def _plain(kind: str | None) -> str | None:
    return None if kind in {"any", "internal", "anyarray"} else kind


def _narrowed(schema: Schema, candidates: list[Signature], given: Sequence[str | None]) -> list[Signature]:
    """Go through the steps of func_select_candidate; several are left where Postgres finds it ambiguous."""
    bases = [UNKNOWN if kind == UNKNOWN else base_of(schema, kind) for kind in given]

    def best(score: list[int]) -> list[Signature]:
        return [each for each, points in zip(candidates, score, strict=True) if points == max(score)]

    known = [index for index, kind in enumerate(bases) if kind != UNKNOWN]
    candidates = best([sum(each.arguments[i] == bases[i] for i in known) for each in candidates])
    if len(candidates) == 1:
        return candidates
    candidates = best(
        [
            sum(
                each.arguments[i] == bases[i] or _preferred(schema, each.arguments[i], bases[i])
                for i in known
            )
            for each in candidates
        ]
    )
    open_ones = [index for index, kind in enumerate(bases) if kind == UNKNOWN]
    if len(candidates) == 1 or not open_ones:
        return candidates
    candidates = _by_category(schema, candidates, open_ones)
    if len(candidates) == 1:
        return candidates
    kinds = {bases[i] for i in known}
    if len(kinds) == 1:
        (only,) = kinds
        fitting = [
            each for each in candidates if all(implicit(schema, only, each.arguments[i]) for i in open_ones)
        ]
        if len(fitting) == 1:
            return fitting
    return candidates


def _preferred(schema: Schema, kind: str | None, given: str | None) -> bool:
    wanted, known = info(schema, kind), info(schema, given)
    return bool(wanted and known and wanted.preferred and wanted.category == known.category)


def _by_category(schema: Schema, candidates: list[Signature], open_ones: list[int]) -> list[Signature]:
    kept = candidates
    for index in open_ones:
        there = [info(schema, each.arguments[index]) for each in candidates]
        categories = {each.category if each else "" for each in there}
        if "S" in categories:
            category = "S"
        elif len(categories) == 1:
            category = categories.pop()
        else:
            return candidates
        narrowed = [
            each for each in kept if (i := info(schema, each.arguments[index])) and i.category == category
        ]
        preferred = [each for each in narrowed if (i := info(schema, each.arguments[index])) and i.preferred]
        kept = preferred or narrowed
    return kept or candidates
