"""Values around a constant that a condition holds, by the type of the column they are for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final

from schema_dsl.sql import Sql, literal
from schema_dsl.verify.values.distinct import distinct_value
from schema_dsl.verify.values.evaluate import TypedSlot
from schema_dsl.verify.values.patterns import like, matching

STRANGER: Final = "stranger"
_LONGEST: Final = 100_000


def values_around(
    constant: Sql, *, text: str | None, place: TypedSlot, equality: bool, beside: bool
) -> Iterator[Sql]:
    """Give what lies on, just below and just above a constant, and what stands in some relation to it.

    `text` is the constant's text where it is a plain one; `equality` says that only the constant itself
    counts, `beside` that other columns take part, so that it may be a distance from them.
    """
    yield constant
    yield from _BY_CATEGORY.get(place.type.plain.category, _nothing)(constant, text, place, equality)
    if beside and not equality:
        base = literal(distinct_value(place.type, place.modifier, 1))
        for step in (f"+ ({constant})", f"- ({constant})"):
            reach = f"(CAST({base} AS {place.written}) {step})"
            yield Sql(reach)
            for more in steps(place):
                yield Sql(f"({reach} {more})")


def further(constant: Sql, *, text: str | None, place: TypedSlot, number: int) -> Iterator[Sql]:
    """Give values like those around a constant, others for each number: for columns in which no two may be alike."""
    kind = place.type.plain
    typed = f"CAST({constant} AS {place.written})"
    for step in steps(place):
        yield Sql(f"({typed} {step} * {number})")
    if kind.category == "N":
        yield Sql(f"({typed} * {number})")
    if kind.category == "A" and kind.made_of is not None:
        yield Sql(f"ARRAY[{constant}, {literal(distinct_value(kind.made_of, place.modifier, number))}]")
    if text is None:
        return
    if kind.category == "S":
        yield from (literal(each) for each in matching(text, range(number, number + 2)))
        if "%" in text:
            yield literal(like(text, str(number)))
        if text.isdigit() and len(str(number)) <= int(text) < _LONGEST:
            yield literal(str(number).zfill(int(text)))
    if kind.name in {"json", "jsonb"}:
        yield literal(json.dumps({text: number}))
        yield literal(json.dumps([number]))


def general(place: TypedSlot) -> Iterator[Sql]:
    """Give values that are worth trying on any condition about a column of this type, typical ones first."""
    kind = place.type.plain
    if kind.form == "e":
        yield from (literal(label) for label in kind.labels)
        return
    if kind.name == "bool":
        yield from (Sql("true"), Sql("false"))
        return
    for number in (1, 2, 3):
        value = distinct_value(place.type, place.modifier, number, STRANGER)
        if value is not None:
            yield literal(value)
    yield from (literal(each) for each in _GENERAL.get(kind.category, ()))
    yield from (literal(each) for each in _GENERAL.get(kind.name, ()))


def steps(place: TypedSlot) -> tuple[Sql, ...]:
    """Give the smallest steps down and up between values of a type, as SQL that follows a value."""
    kind = place.type.plain
    step = _STEPS.get(kind.name)
    if kind.name == "numeric":
        scale = (place.modifier - 4) & 0x7FF if place.modifier >= 0 else 6
        step = f"1e-{scale}"
    return (Sql(f"- {step}"), Sql(f"+ {step}")) if step else ()


def _stepped(constant: Sql, text: str | None, place: TypedSlot, equality: bool) -> Iterator[Sql]:  # noqa: FBT001
    typed = f"CAST({constant} AS {place.written})"
    for step in steps(place):
        yield Sql(f"({typed} {step})")
    if place.type.plain.category in _TIMES:
        # The constant may be a distance from now rather than a point.
        yield Sql(f"(now() - ({constant}))")
        yield Sql(f"(now() + ({constant}))")
    elif not equality and text is not None:
        yield Sql(f"(2 * {typed})")


def _texts(constant: Sql, text: str | None, place: TypedSlot, equality: bool) -> Iterator[Sql]:  # noqa: FBT001, ARG001
    if text is None:
        return
    if text.isdigit():
        if int(text) < _LONGEST:
            for length in (int(text) - 1, int(text), int(text) + 1):
                yield Sql(f"repeat('x', {length})")
        return
    other = text.upper() if text != text.upper() else text.lower()
    yield literal(other)
    if equality:
        return
    if "%" in text or "_" in text:
        yield literal(like(text))
    for example in matching(text, range(3)):
        yield from (literal(example), literal(f"{example}!"), literal(f"!{example}"), literal(example[:-1]))
        yield from (literal(example.upper()), literal(example.lower()), literal(f"{example}\n!"))
    yield from (literal(f"{text}x"), literal(text[:-1]), literal(f"a{text}b"))


def _arrays(constant: Sql, text: str | None, place: TypedSlot, equality: bool) -> Iterator[Sql]:  # noqa: FBT001, ARG001
    yield Sql(f"ARRAY[{constant}]")
    element = place.type.plain.made_of
    if element is not None:
        for number in (1, 2, 3):
            yield Sql(f"ARRAY[{constant}, {literal(distinct_value(element, place.modifier, number))}]")
    if text is not None and text.isdigit() and int(text) < 1000 and element is not None:  # noqa: PLR2004
        for length in (int(text) - 1, int(text), int(text) + 1):
            items = [
                json.dumps(distinct_value(element, place.modifier, number))
                for number in range(max(length, 0))
            ]
            yield literal("{" + ",".join(items) + "}")


def _documents(constant: Sql, text: str | None, place: TypedSlot, equality: bool) -> Iterator[Sql]:  # noqa: FBT001, ARG001
    if text is None or place.type.plain.name not in {"json", "jsonb"}:
        return
    documents: tuple[object, ...] = ({text: {}}, {text: 1}, {text: "x"}, {text: [1]}, text, [text])
    for document in documents:
        yield literal(json.dumps(document))
    if text.isdigit() and int(text) < 1000:  # noqa: PLR2004
        for length in (int(text) - 1, int(text), int(text) + 1):
            yield literal(json.dumps(list(range(max(length, 0)))))


def _nothing(constant: Sql, text: str | None, place: TypedSlot, equality: bool) -> Iterator[Sql]:  # noqa: FBT001, ARG001
    yield from ()


_Around = Callable[[Sql, "str | None", TypedSlot, bool], Iterator[Sql]]
_BY_CATEGORY: Final[dict[str, _Around]] = {
    "N": _stepped,
    "D": _stepped,
    "T": _stepped,
    "I": _stepped,
    "S": _texts,
    "A": _arrays,
    "U": _documents,
}
_TIMES: Final = frozenset("DT")
_MOMENT: Final = "interval '1 microsecond'"
_STEPS: Final = {
    "int2": "1",
    "int4": "1",
    "int8": "1",
    "oid": "1",
    "float4": "0.001",
    "float8": "0.000001",
    "date": "1",
    "inet": "1",
    "timestamp": _MOMENT,
    "timestamptz": _MOMENT,
    "time": _MOMENT,
    "timetz": _MOMENT,
    "interval": _MOMENT,
}
_GENERAL: Final[dict[str, tuple[str, ...]]] = {
    "S": (STRANGER, "", " ", "STRANGER", "a", "A", "a@b.cd", "https://a.bc/d", "7"),
    "N": ("0", "-1", "10", "1000"),
    "T": ("0", "-1 day", "1 day"),
    "A": ("{}",),
    "R": ("empty", "(,)"),
    "json": ("{}", "[]", "null", "1", '"x"', "true"),
    "jsonb": ("{}", "[]", "null", "1", '"x"', "true"),
    "bytea": ("",),
    "I": ("::1", "10.0.0.0/8", "192.168.0.1"),
}
