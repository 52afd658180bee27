"""List values that rows of an application have: moments before and after now, usual texts, numbers and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from schema_dsl.sql import Sql, literal
from schema_dsl.verify.values.distinct import distinct_value
from schema_dsl.verify.values.evaluate import TypedSlot
from schema_dsl.verify.values.modifiers import read_numeric, text_limit


def list_realistic_values(slot: TypedSlot) -> list[Sql]:
    """Return values of a type: old, recent and future moments, empty and long texts, zero and negative numbers."""
    kind = slot.type.base_type
    if kind.typtype == "e":
        return [literal(label) for label in kind.labels]
    generate = _BY_NAME.get(kind.name) or _BY_CATEGORY.get(kind.category)
    values = list(generate(slot)) if generate is not None else []
    samples = (distinct_value(slot.type, slot.modifier, number) for number in (1, 3))
    return [*values, *(literal(text) for text in samples if text is not None)]


_Generate = Callable[[TypedSlot], Iterable[Sql]]
# In the order of their use: the first rows of a table have the first values.
_DISTANCES: Final = (
    "- interval '2 days'", "- interval '10 years'", "", "+ interval '2 days'", "- interval '40 days'",
    "+ interval '10 years'", "- interval '1 hour'", "- interval '400 days'", "+ interval '1 hour'",
    "+ interval '40 days'",
)  # fmt: skip
_NUMBERS: Final = (0, -1, 1, 100, 2, -1000, 7, 30_000, 1_000_000, -1_000_000, 10**10)
_BOUNDS: Final = {"int2": 2**15, "int4": 2**31, "int8": 2**63, "oid": 2**31}
_TEXTS: Final = ("", "a", " ", "7", "A", "0", "-1", "it's", "a@b.cd", "https://a.bc/d", "äöü ß", "x" * 2000)
_DOCUMENTS: Final = (
    "{}",
    '{"key": "value"}',
    "[]",
    '{"type": "a", "status": "active", "source": null}',
    "null",
    '{"nested": {"list": [1, 2]}, "count": 0, "enabled": true}',
    '"text"',
    "1",
)


def _moments(_: TypedSlot) -> Iterator[Sql]:
    yield from (Sql(f"(now() {distance})") for distance in _DISTANCES)
    yield literal("epoch")


def _numbers(slot: TypedSlot) -> Iterator[Sql]:
    kind = slot.type.base_type
    bound = _BOUNDS.get(kind.name, 10**12)
    found = read_numeric(slot.modifier) if kind.name == "numeric" else None
    if found is not None:
        precision, scale = found
        bound = 10 ** max(precision - scale, 0)
    lowest = 0 if kind.name == "oid" else -bound + 1
    yield from (literal(str(number)) for number in _NUMBERS if lowest <= number < bound)
    if kind.name not in _BOUNDS:
        yield literal("0.5")


def _texts(slot: TypedSlot) -> Iterator[Sql]:
    limit = text_limit(slot.modifier)
    yield from (literal(text if limit is None else text[:limit]) for text in _TEXTS)


def _arrays(slot: TypedSlot) -> Iterator[Sql]:
    yield literal("{}")
    yield literal("{NULL}")
    element = slot.type.base_type.component
    values = [] if element is None else [distinct_value(element, slot.modifier, number) for number in (1, 3)]
    if None not in values:
        items = ", ".join(f"CAST({literal(value)} AS text)" for value in values)
        yield Sql(f"CAST(ARRAY[{items}] AS {slot.written})")


def _constants(*texts: str) -> _Generate:
    return lambda _: [literal(text) for text in texts]


_BY_CATEGORY: Final[dict[str, _Generate]] = {
    "B": _constants("true", "false"),
    "D": _moments,
    "N": _numbers,
    "S": _texts,
    "A": _arrays,
    "T": _constants("0", "-1 day", "1 hour", "30 days", "2 years"),
    "R": _constants("empty", "(,)"),
    "I": _constants("127.0.0.1", "::1", "10.0.0.8", "192.168.0.1"),
}
_BY_NAME: Final[dict[str, _Generate]] = {
    "time": _constants("00:00", "12:00", "23:59:59"),
    "timetz": _constants("00:00Z", "12:00Z", "23:59:59Z"),
    "json": _constants(*_DOCUMENTS),
    "jsonb": _constants(*_DOCUMENTS),
    "uuid": _constants("00000000-0000-0000-0000-000000000000", "5eed0000-0000-4000-8000-00000000ffff"),
    "bytea": _constants("", "\\x00", "\\x" + "ab" * 1000),
    "name": _texts,
    "money": _constants("0", "-1", "1"),
}
