"""Recognize texts that are no interval, time of day, range, array, bits or network address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from schema_dsl.analysis.builtins import split_words

# The units and words of an interval (deltatktbl in datetime.c); Postgres compares the first ten characters.
_UNITS: Final = frozenset(
    word[:10]
    for word in split_words(
        "ago c cent centuries century d day days dec decade decades decs h hour hours hr hrs infinity m microseconds "
        "microsecond mil millennia millennium mils milliseconds millisecond min mins minute minutes mon mons month "
        "months ms msec msecond mseconds msecs s sec second seconds secs us "
        "usec usecond useconds usecs w week weeks y year years yr yrs"
    )
)
_WORD: Final = re.compile(r"[a-z_]+")
# An exponent is part of a number.
_EXPONENT: Final = re.compile(r"\de[+-]?\d")
_DATE: Final = re.compile(r"\s*\d{4}-\d\d-\d\d\s*\Z")
_TIME_OF_DAY: Final = re.compile(r"\s*(\d\d?):(\d\d)(?::(\d\d)(?:\.\d*)?)?(?=\s|[+-]|[Zz]|\Z)", re.ASCII)
_MOST_HOURS, _MOST_MINUTES, _MOST_SECONDS = 24, 59, 60
_IPV4_MASK: Final = re.compile(r"\s*[\d.]+/(\d+)\s*\Z", re.ASCII)
_IPV6_MASK: Final = re.compile(r"\s*[\da-fA-F:.]*:[\da-fA-F:.]*/(\d+)\s*\Z", re.ASCII)
_HEX_DIGITS: Final = re.compile(r"[\da-fA-F]*\Z", re.ASCII)
_BITS: Final = re.compile(r"[bB]?[01]*\Z|[xX][\da-fA-F]*\Z")
# Quoted elements, marks, blanks, and other elements.
_ARRAY_PARTS: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|[{},]|\s+|(?:[^{},"\\\s]|\\.|\s+(?=[^{},"\s]))+|.', re.DOTALL
)
_NULL_CHARACTER: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_PLAIN_NUMBER: Final = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*\Z", re.ASCII)
_PLAIN_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?\Z", re.ASCII)
_MIDNIGHT: Final = "0000-00-00 00:00:00"


def is_interval(text: str) -> bool:
    """Return whether each word of an interval is a unit."""
    if _DATE.match(text):
        return False
    lower = text.lower()
    if lower.strip().startswith("p") or _EXPONENT.search(lower):
        # ISO 8601 has other words.
        return True
    words = _WORD.findall(lower)
    has_value = "infinity" in words or any(character.isdigit() for character in text)
    return has_value and all(word[:10] in _UNITS for word in words)


def is_time_of_day(text: str) -> bool:
    """Return whether a text that begins with hours and minutes has a time that exists."""
    found = _TIME_OF_DAY.match(text)
    if found is None:
        return True
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    if hours == _MOST_HOURS:
        return minutes == seconds == 0
    return hours < _MOST_HOURS and minutes <= _MOST_MINUTES and seconds <= _MOST_SECONDS


def has_small_mask(text: str) -> bool:
    """Return whether the length of a network address is not larger than the address."""
    ipv4, ipv6 = _IPV4_MASK.match(text), _IPV6_MASK.match(text)
    if ipv4 is not None:
        return int(ipv4[1]) <= 32  # noqa: PLR2004 - the bits of an IPv4 address
    return ipv6 is None or int(ipv6[1]) <= 128  # noqa: PLR2004 - the bits of an IPv6 address


def is_bits(text: str) -> bool:
    """Return whether a text consists of binary or hexadecimal digits."""
    return _BITS.match(text) is not None


def is_bytes(text: str) -> bool:
    """Return whether bytes in hexadecimal digits have two digits each; other texts are not checked."""
    digits = "".join(text[2:].split())
    return not text.startswith("\\x") or (len(digits) % 2 == 0 and _HEX_DIGITS.match(digits) is not None)


def has_null_character(text: str) -> bool:
    """Return whether a JSON text has the character that jsonb cannot store."""
    return _NULL_CHARACTER.search(text) is not None


def read_bounds(text: str) -> tuple[str, ...] | None:
    """Return the bounds of a range without quotes; None if that needs more than splitting the text."""
    if '"' in text.strip("[]() ").replace('","', "").strip('"') or "\\" in text:
        return None
    return tuple(bound.strip('"') for bound in text.strip()[1:-1].split(","))


def is_ordered_range(bounds: Sequence[str], *, of_dates: bool) -> bool:
    """Return whether the lower bound of a range is not above the upper bound, as far as the bounds are plain."""
    first, last = (_read_bound(bound, of_dates=of_dates) for bound in bounds)
    if isinstance(first, str) and isinstance(last, str):
        return first <= last
    return not (isinstance(first, Decimal) and isinstance(last, Decimal)) or first <= last


def _read_bound(text: str, *, of_dates: bool) -> str | Decimal | None:
    bound = text.strip()
    if _PLAIN_NUMBER.match(bound):
        return Decimal(bound)
    time = complete_time(bound)
    return time[:10] if time is not None and of_dates else time


def complete_time(text: str) -> str | None:
    """Return a date or a time with all its parts, as a text that sorts as the times do; None for any other text."""
    return text + _MIDNIGHT[len(text) :] if _PLAIN_TIME.match(text) else None


def is_array(text: str) -> bool:
    """Return whether a text has the syntax of an array, with as many elements in all arrays of a level."""
    stack: list[list[object]] = [[]]
    # Whether an element or an array has just ended, so that only a comma or a brace may follow.
    is_complete = False
    parts = _ARRAY_PARTS.findall(text.strip())
    if "{}" in text.replace(" ", ""):
        return True
    for part in parts:
        if part.isspace():
            continue
        is_opening = part == "{"
        if is_complete == (is_opening or part[0] not in "},") or (part == "}" and len(stack) == 1):
            return False
        if is_opening:
            stack.append([])
        elif part == "}":
            closed = stack.pop()
            shapes = {shape for shape in closed if isinstance(shape, tuple)}
            if len(shapes) > 1 or (shapes and None in closed):
                return False
            stack[-1].append((len(closed), *(shapes.pop() if shapes else ())))
        elif part != ",":
            stack[-1].append(None)
        is_complete = not is_opening and part != ","
    return len(stack) == 1 and is_complete
