"""Generate values near a constant of a condition, depending on the type of the column."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final

from schema_dsl.sql import Sql, literal
from schema_dsl.verify.values.distinct import distinct_value
from schema_dsl.verify.values.evaluate import TypedSlot
from schema_dsl.verify.values.modifiers import read_numeric
from schema_dsl.verify.values.patterns import like_example, regex_examples

UNLISTED_TEXT: Final = "stranger"
_LONGEST: Final = 100_000
_SCALE_OF_NUMERIC: Final = 6  # of a numeric without a declared scale, which stores any number of digits


def values_around(
    constant: Sql, *, text: str | None, slot: TypedSlot, equality: bool, beside: bool
) -> Iterator[Sql]:
    """Yield a constant, the values just below and above, and related values.

    Args:
        constant: The constant as SQL.
        text: The text of the constant if it is a literal.
        slot: The type of the column.
        equality: Whether the condition compares the column with the constant by = or <>.
        beside: Whether the condition uses other columns, so that the constant may be a distance between columns.
    """
    yield constant
    yield from _BY_CATEGORY.get(slot.type.base_type.category, _no_values)(constant, text, slot, equality)
    if beside and not equality:
        base = literal(distinct_value(slot.type, slot.modifier, 1))
        for step in (f"+ ({constant})", f"- ({constant})"):
            shifted = f"(CAST({base} AS {slot.written}) {step})"
            yield Sql(shifted)
            for smallest_step in smallest_steps(slot):
                yield Sql(f"({shifted} {smallest_step})")


def more_values_around(constant: Sql, *, text: str | None, slot: TypedSlot, number: int) -> Iterator[Sql]:
    """Yield further values related to a constant that differ per number, for the columns of unique keys."""
    kind = slot.type.base_type
    typed = f"CAST({constant} AS {slot.written})"
    for step in smallest_steps(slot):
        yield Sql(f"({typed} {step} * {number})")
    if kind.category == "N":
        yield Sql(f"({typed} * {number})")
    if kind.category == "A" and kind.component is not None:
        yield Sql(f"ARRAY[{constant}, {literal(distinct_value(kind.component, slot.modifier, number))}]")
    if text is None:
        return
    if kind.category == "S":
        yield from (literal(example) for example in regex_examples(text, range(number, number + 2)))
        if "%" in text:
            yield literal(like_example(text, str(number)))
        if text.isdigit() and len(str(number)) <= int(text) < _LONGEST:
            yield literal(str(number).zfill(int(text)))
    if kind.name == "bytea" and text.isdigit() and int(text) < _LONGEST:
        yield Sql(f"decode(lpad(to_hex({number}), 2 * {text}, '0'), 'hex')")
    if kind.name in {"json", "jsonb"}:
        yield literal(json.dumps({text: number}))
        yield literal(json.dumps([number]))


def typical_values(slot: TypedSlot) -> Iterator[Sql]:
    """Yield typical and extreme values of a type, which suit any condition."""
    kind = slot.type.base_type
    if kind.typtype == "e":
        yield from (literal(label) for label in kind.labels)
        return
    if kind.name == "bool":
        yield from (Sql("true"), Sql("false"))
        return
    for number in (1, 2, 3):
        value = distinct_value(slot.type, slot.modifier, number, UNLISTED_TEXT)
        if value is not None:
            yield literal(value)
    yield from (literal(value) for value in _GENERAL.get(kind.category, ()))
    yield from (literal(value) for value in _GENERAL.get(kind.name, ()))


def smallest_steps(slot: TypedSlot) -> tuple[Sql, ...]:
    """Return the smallest step down and up for a type, as SQL to append to a value."""
    kind = slot.type.base_type
    step = _STEPS.get(kind.name)
    if kind.name == "numeric":
        _, scale = read_numeric(slot.modifier) or (None, _SCALE_OF_NUMERIC)
        step = f"1e{-scale}"
    return (Sql(f"- {step}"), Sql(f"+ {step}")) if step else ()


def _values_by_steps(constant: Sql, text: str | None, slot: TypedSlot, equality: bool) -> Iterator[Sql]:  # noqa: FBT001
    typed = f"CAST({constant} AS {slot.written})"
    for step in smallest_steps(slot):
        yield Sql(f"({typed} {step})")
    if slot.type.base_type.category in _TIMES:
        # The constant can be an interval from now instead of a point in time.
        yield Sql(f"(now() - ({constant}))")
        yield Sql(f"(now() + ({constant}))")
    elif not equality and text is not None:
        yield Sql(f"(2 * {typed})")


def _text_values(constant: Sql, text: str | None, slot: TypedSlot, equality: bool) -> Iterator[Sql]:  # noqa: FBT001, ARG001
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
        yield literal(like_example(text))
    for example in regex_examples(text, range(3)):
        yield from (literal(example), literal(f"{example}!"), literal(f"!{example}"), literal(example[:-1]))
        yield from (literal(example.upper()), literal(example.lower()), literal(f"{example}\n!"))
    yield from (literal(f"{text}x"), literal(text[:-1]), literal(f"a{text}b"))


def _array_values(constant: Sql, text: str | None, slot: TypedSlot, equality: bool) -> Iterator[Sql]:  # noqa: FBT001, ARG001
    yield Sql(f"ARRAY[{constant}]")
    element = slot.type.base_type.component
    if element is not None:
        for number in (1, 2, 3):
            yield Sql(f"ARRAY[{constant}, {literal(distinct_value(element, slot.modifier, number))}]")
    if text is not None and text.isdigit() and int(text) < 1000 and element is not None:  # noqa: PLR2004
        for length in (int(text) - 1, int(text), int(text) + 1):
            items = [
                json.dumps(distinct_value(element, slot.modifier, number)) for number in range(max(length, 0))
            ]
            yield literal("{" + ",".join(items) + "}")


def _bytea_or_document_values(
    constant: Sql,  # noqa: ARG001
    text: str | None,
    slot: TypedSlot,
    equality: bool,  # noqa: ARG001, FBT001
) -> Iterator[Sql]:
    name = slot.type.base_type.name
    if name == "bytea" and text is not None and text.isdigit() and int(text) < _LONGEST:
        for length in (int(text) - 1, int(text), int(text) + 1):
            yield Sql(f"decode(repeat('78', {length}), 'hex')")
    if text is None or name not in {"json", "jsonb"}:
        return
    documents: tuple[object, ...] = ({text: {}}, {text: 1}, {text: "x"}, {text: [1]}, text, [text])
    for document in documents:
        yield literal(json.dumps(document))
    if text.isdigit() and int(text) < 1000:  # noqa: PLR2004
        for length in (int(text) - 1, int(text), int(text) + 1):
            yield literal(json.dumps(list(range(max(length, 0)))))


def _no_values(constant: Sql, text: str | None, slot: TypedSlot, equality: bool) -> Iterator[Sql]:  # noqa: FBT001, ARG001
    yield from ()


_ValueGenerator = Callable[[Sql, "str | None", TypedSlot, bool], Iterator[Sql]]
_BY_CATEGORY: Final[dict[str, _ValueGenerator]] = {
    "N": _values_by_steps,
    "D": _values_by_steps,
    "T": _values_by_steps,
    "I": _values_by_steps,
    "S": _text_values,
    "A": _array_values,
    "U": _bytea_or_document_values,
}
_TIMES: Final = frozenset("DT")
_SMALLEST_INTERVAL: Final = "interval '1 microsecond'"
_STEPS: Final = {
    "int2": "1",
    "int4": "1",
    "int8": "1",
    "oid": "1",
    "float4": "0.001",
    "float8": "0.000001",
    "date": "1",
    "inet": "1",
    "timestamp": _SMALLEST_INTERVAL,
    "timestamptz": _SMALLEST_INTERVAL,
    "time": _SMALLEST_INTERVAL,
    "timetz": _SMALLEST_INTERVAL,
    "interval": _SMALLEST_INTERVAL,
}
_GENERAL: Final[dict[str, tuple[str, ...]]] = {
    "S": (UNLISTED_TEXT, "", " ", "STRANGER", "a", "A", "a@b.cd", "https://a.bc/d", "7"),
    "N": ("0", "-1", "10", "1000"),
    "T": ("0", "-1 day", "1 day"),
    "A": ("{}",),
    "R": ("empty", "(,)"),
    "json": ("{}", "[]", "null", "1", '"x"', "true"),
    "jsonb": ("{}", "[]", "null", "1", '"x"', "true"),
    "bytea": ("",),
    "I": ("::1", "10.0.0.0/8", "192.168.0.1"),
}
