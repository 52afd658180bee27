"""Write intervals and times of day as people do."""

from __future__ import annotations

import re
from typing import Final

_INTERVAL: Final = re.compile(
    r"(?P<date>(?:\d+ (?:years?|mons?|days?) ?)*)(?:(?P<hours>\d\d+):(?P<minutes>\d\d):(?P<seconds>\d\d))?"
)
_MONTHS: Final = re.compile(r"\bmon(s?)\b")
_TIME: Final = re.compile(r"(\d\d:\d\d):00")


def spell_interval(text: str) -> str:
    """Return an interval of whole seconds in words: `1 month` for `1 mon`, `1 hour 30 minutes` for `01:30:00`.

    An interval with a sign or fractions stays as Postgres prints it.
    """
    match = _INTERVAL.fullmatch(text)
    if match is None or not text:
        return text
    words = [_MONTHS.sub(r"month\1", match["date"]).strip()]
    for unit in ("hour", "minute", "second"):
        number = int(match[f"{unit}s"] or 0)
        if number:
            words.append(f"{number} {unit}{'' if number == 1 else 's'}")
    return " ".join(filter(None, words)) or text


def spell_time(text: str) -> str:
    """Return a time of day without seconds if they are zero."""
    match = _TIME.fullmatch(text)
    return text if match is None else match[1]
