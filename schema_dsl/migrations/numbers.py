"""The number at the start of a name: 001, 2.10.0, a timestamp, or a date."""

from __future__ import annotations

import re
from typing import Final

import attrs

# [0-9] and not \d, which also matches the digits of other scripts.
_DATE: Final = re.compile(
    r"(?:19|20)[0-9]{2}([-_.])[0-9]{2}\1[0-9]{2}(?:[-_.T ](?P<time>[0-9]{2}(?:[-_.:]?[0-9]{2}){0,2}))?(?![0-9])"
)
# 2.10.0 is a version, which _1 may follow; in 001_2024 only 001 is the number. 002a stands between 002 and 003.
_NUMBER: Final = re.compile(
    r"[vVmM]?(?P<number>[0-9]+(?:\.[0-9]+)+(?:_[0-9]+)*|[0-9]+)(?:(?=[-_ ])|(?=\.(?![0-9]))|\Z)"
    r"|(?P<sub>[0-9]+(?:\.[0-9]+)*(?P<letter>[A-Za-z]))(?=[-_. ]|\Z)|(?P<joined>[0-9]{3,})"
)
_SEPARATORS: Final = "-_. "
_TIMESTAMP_DIGITS: Final = 14
_EPOCH_DIGITS: Final = 10


@attrs.frozen
class LeadingNumber:
    """The number at the start of a name.

    Attributes:
        text: The number as it is written.
        version: The number as integers.
        rest: The name after the number, without separators.
        is_timestamp: Whether the number is a point in time.
    """

    text: str
    version: tuple[int, ...]
    rest: str
    is_timestamp: bool


def read_number(name: str) -> LeadingNumber | None:
    """Read the number at the start of a name without its suffix; None if there is none."""
    date = _DATE.match(name)
    if date is not None:
        digits = re.sub("[^0-9]", "", date[0]).ljust(_TIMESTAMP_DIGITS, "0")
        rest = name[date.end() :].strip(_SEPARATORS)
        return LeadingNumber(date[0], (int(digits),), rest, is_timestamp=True)
    match = _NUMBER.match(name)
    if match is None:
        return None
    rest = name[match.end() :].strip(_SEPARATORS)
    if match["sub"]:
        letter = match["letter"]
        version = (*split_version(match["sub"].removesuffix(letter)), ord(letter.lower()) - ord("a") + 1)
        return LeadingNumber(match["sub"], version, rest, is_timestamp=False)
    text = match["number"] or match["joined"]
    is_timestamp = text.isdigit() and len(text) >= _EPOCH_DIGITS
    return LeadingNumber(text, split_version(text), rest, is_timestamp=is_timestamp)


def split_version(number: str) -> tuple[int, ...]:
    """Return the parts of a number as integers, which sort 1.10 after 1.9."""
    return tuple(int(part) for part in re.split(r"[._]", number))
