"""Texts that match a pattern of LIKE or a POSIX regular expression, where it is a simple one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

_CLASSES: Final = {
    "d": "0123456789",
    "w": "abcdefghijklmnopqrstuvwxyz0123456789_",
    "s": " ",
    "D": "x",
    "W": "-",
    "S": "abcdefghijklmnopqrstuvwxyz",
}
_NAMED: Final = {
    "alpha": "abcdefghijklmnopqrstuvwxyz",
    "lower": "abcdefghijklmnopqrstuvwxyz",
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "digit": "0123456789",
    "alnum": "abcdefghijklmnopqrstuvwxyz0123456789",
    "space": " ",
    "punct": "-!.,",
    "xdigit": "0123456789abcdef",
    "word": _CLASSES["w"],
}
_ANY: Final = "xyzabcdefghijklmnopqrstuvw0123456789-_.@ !#/:A"
_MANY: Final = 1000


class _Beyond(Exception):  # noqa: N818 - it is no error, it says that the pattern is not a simple one
    """The pattern holds what is not known here."""


def like(pattern: str, anything: str = "x") -> str:
    """Give a text that a pattern of LIKE takes, with `anything` where any text may stand."""
    text, escaped = "", False
    for sign in pattern:
        if escaped or sign not in "%_\\":
            text, escaped = text + sign, False
        elif sign == "\\":
            escaped = True
        else:
            text += anything if sign == "%" else "x"
    return text


def matching(pattern: str, numbers: Iterator[int] | range = range(1)) -> tuple[str, ...]:
    """Give texts that a regular expression takes, one a number; none where it is beyond us.

    Whether Postgres takes them too is for the caller to ask: this knows the common part of the language only.
    """
    found: dict[str, None] = {}
    for number in numbers:
        for longest in (False, True):
            try:
                found[_Writer(pattern, number, longest=longest).all()] = None
            except _Beyond:
                return ()
    return tuple(found)


@attrs.define
class _Writer:
    """Reads a pattern from left to right and writes what it takes; the number makes the choices."""

    pattern: str
    number: int
    longest: bool = attrs.field(kw_only=True)
    at: int = 0

    def all(self) -> str:
        """Write for the whole pattern."""
        text = self._branches()
        if self.at < len(self.pattern):
            raise _Beyond
        return text

    def _branches(self) -> str:
        texts = [self._sequence()]
        while self._take("|"):
            texts.append(self._sequence())
        return texts[self._choose(len(texts))] if len(texts) > 1 else texts[0]

    def _sequence(self) -> str:
        text = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            text += self._piece()
        return text

    def _piece(self) -> str:
        if self._take("^") or self._take("$"):
            return ""
        start = self.at
        text = self._atom()
        low, high = self._count()
        end = self.at
        count = min(high, low + 2 if high == _MANY else high) if self.longest else max(low, min(1, high))
        if count == 0:
            return ""
        # Each repetition is written anew, for it may stand for something else each time.
        for _ in range(count - 1):
            self.at = start
            text += self._atom()
        self.at = end
        return text

    def _count(self) -> tuple[int, int]:
        low, high = 1, 1
        if self._take("*"):
            low, high = 0, _MANY
        elif self._take("+"):
            low, high = 1, _MANY
        elif self._take("?"):
            low, high = 0, 1
        elif self._take("{"):
            end = self.pattern.find("}", self.at)
            first, comma, last = self.pattern[self.at : end].partition(",")
            if end < 0 or not first.isdigit() or not (last.isdigit() or not last):
                raise _Beyond
            self.at = end + 1
            low = int(first)
            high = int(last) if last else _MANY if comma else low
            if low > _MANY:
                raise _Beyond
            high = max(low, min(high, _MANY))
        # A shy quantifier takes the same texts.
        self._take("?")
        return low, high

    def _atom(self) -> str:
        if self._take("("):
            if self._take("?") and not self._take(":"):
                raise _Beyond
            text = self._branches()
            if not self._take(")"):
                raise _Beyond
            return text
        if self._take("["):
            return self._pick(self._bracket())
        if self._take("."):
            return self._pick(_ANY)
        if self._take("\\"):
            return self._escape()
        sign = self.pattern[self.at]
        if sign in "*+?{":
            raise _Beyond
        self.at += 1
        return sign

    def _escape(self) -> str:
        if self.at >= len(self.pattern):
            raise _Beyond
        sign = self.pattern[self.at]
        self.at += 1
        if sign in _CLASSES:
            return self._pick(_CLASSES[sign])
        if sign in "AZmMyY":
            return ""
        if sign.isalnum():
            raise _Beyond
        return sign

    def _bracket(self) -> str:
        negated = self._take("^")
        allowed = ""
        first = True
        while first or not self._take("]"):
            first = False
            if self.at >= len(self.pattern):
                raise _Beyond
            allowed += self._member()
        if negated:
            allowed = "".join(sign for sign in _ANY if sign not in allowed)
        if not allowed:
            raise _Beyond
        return allowed

    def _member(self) -> str:
        if self.pattern.startswith("[:", self.at):
            end = self.pattern.find(":]", self.at)
            name = self.pattern[self.at + 2 : end]
            if end < 0 or name not in _NAMED:
                raise _Beyond
            self.at = end + 2
            return _NAMED[name]
        sign = self.pattern[self.at]
        self.at += 1
        if sign == "\\" and self.at < len(self.pattern):
            escaped = self.pattern[self.at]
            self.at += 1
            if escaped in _CLASSES:
                return _CLASSES[escaped]
            sign = escaped
        rest = self.pattern[self.at : self.at + 2]
        if len(rest) > 1 and rest[0] == "-" and rest[1] != "]":
            self.at += 2
            return "".join(map(chr, range(ord(sign), ord(rest[1]) + 1)))
        return sign

    def _take(self, sign: str) -> bool:
        if self.pattern.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def _pick(self, allowed: str) -> str:
        return allowed[self._choose(len(allowed))]

    def _choose(self, among: int) -> int:
        self.number, chosen = divmod(self.number, among)
        return chosen
