"""Generate texts that match a LIKE pattern or a simple POSIX regular expression."""

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
_NAMED_CLASSES: Final = {
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
_ANY_CHARACTERS: Final = "xyzabcdefghijklmnopqrstuvw0123456789-_.@ !#/:A"
_UNBOUNDED: Final = 1000


class _UnsupportedPatternError(Exception):
    """The pattern uses syntax that the writer does not support."""


def like_example(pattern: str, anything: str = "x") -> str:
    """Return a text that matches a LIKE pattern, with `anything` for every %."""
    text, escaped = "", False
    for character in pattern:
        if escaped or character not in "%_\\":
            text, escaped = text + character, False
        elif character == "\\":
            escaped = True
        else:
            text += anything if character == "%" else "x"
    return text


def regex_examples(pattern: str, numbers: Iterator[int] | range = range(1)) -> tuple[str, ...]:
    """Return texts that match a regular expression, two per number; empty if the syntax is not supported.

    The writer knows the common syntax only, so the caller must check the texts with Postgres.
    """
    found: dict[str, None] = {}
    for number in numbers:
        for longest in (False, True):
            try:
                found[_ExampleWriter(pattern, number, longest=longest).write()] = None
            except _UnsupportedPatternError:
                return ()
    return tuple(found)


@attrs.define
class _ExampleWriter:
    """Reads a regular expression from left to right and writes a text that matches.

    Attributes:
        pattern: The regular expression.
        number: The number that selects alternatives and characters.
        longest: Whether quantifiers repeat as often as useful; otherwise as rarely as possible, but at least once.
        position: The position in the pattern.
    """

    pattern: str
    number: int
    longest: bool = attrs.field(kw_only=True)
    position: int = 0

    def write(self) -> str:
        """Return a text that matches the whole pattern."""
        text = self._alternation()
        if self.position < len(self.pattern):
            raise _UnsupportedPatternError
        return text

    def _alternation(self) -> str:
        texts = [self._sequence()]
        while self._accept("|"):
            texts.append(self._sequence())
        return texts[self._choose(len(texts))] if len(texts) > 1 else texts[0]

    def _sequence(self) -> str:
        text = ""
        while self.position < len(self.pattern) and self.pattern[self.position] not in "|)":
            text += self._quantified_atom()
        return text

    def _quantified_atom(self) -> str:
        if self._accept("^") or self._accept("$"):
            return ""
        start = self.position
        text = self._atom()
        low, high = self._quantifier()
        end = self.position
        count = min(high, low + 2 if high == _UNBOUNDED else high) if self.longest else max(low, min(1, high))
        if count == 0:
            return ""
        # Every repetition can match a different text.
        for _ in range(count - 1):
            self.position = start
            text += self._atom()
        self.position = end
        return text

    def _quantifier(self) -> tuple[int, int]:
        low, high = 1, 1
        if self._accept("*"):
            low, high = 0, _UNBOUNDED
        elif self._accept("+"):
            low, high = 1, _UNBOUNDED
        elif self._accept("?"):
            low, high = 0, 1
        elif self._accept("{"):
            end = self.pattern.find("}", self.position)
            first, comma, last = self.pattern[self.position : end].partition(",")
            if end < 0 or not first.isdigit() or not (last.isdigit() or not last):
                raise _UnsupportedPatternError
            self.position = end + 1
            low = int(first)
            high = int(last) if last else _UNBOUNDED if comma else low
            if low > _UNBOUNDED:
                raise _UnsupportedPatternError
            high = max(low, min(high, _UNBOUNDED))
        # A non-greedy quantifier matches the same texts.
        self._accept("?")
        return low, high

    def _atom(self) -> str:
        if self._accept("("):
            if self._accept("?") and not self._accept(":"):
                raise _UnsupportedPatternError
            text = self._alternation()
            if not self._accept(")"):
                raise _UnsupportedPatternError
            return text
        if self._accept("["):
            return self._choose_character(self._bracket())
        if self._accept("."):
            return self._choose_character(_ANY_CHARACTERS)
        if self._accept("\\"):
            return self._escape()
        character = self.pattern[self.position]
        if character in "*+?{":
            raise _UnsupportedPatternError
        self.position += 1
        return character

    def _escape(self) -> str:
        if self.position >= len(self.pattern):
            raise _UnsupportedPatternError
        character = self.pattern[self.position]
        self.position += 1
        if character in _CLASSES:
            return self._choose_character(_CLASSES[character])
        if character in "AZmMyY":
            return ""
        if character.isalnum():
            raise _UnsupportedPatternError
        return character

    def _bracket(self) -> str:
        negated = self._accept("^")
        allowed = ""
        first = True
        while first or not self._accept("]"):
            first = False
            if self.position >= len(self.pattern):
                raise _UnsupportedPatternError
            allowed += self._bracket_member()
        if negated:
            allowed = "".join(character for character in _ANY_CHARACTERS if character not in allowed)
        if not allowed:
            raise _UnsupportedPatternError
        return allowed

    def _bracket_member(self) -> str:
        if self.pattern.startswith("[:", self.position):
            end = self.pattern.find(":]", self.position)
            name = self.pattern[self.position + 2 : end]
            if end < 0 or name not in _NAMED_CLASSES:
                raise _UnsupportedPatternError
            self.position = end + 2
            return _NAMED_CLASSES[name]
        character = self.pattern[self.position]
        self.position += 1
        if character == "\\" and self.position < len(self.pattern):
            escaped = self.pattern[self.position]
            self.position += 1
            if escaped in _CLASSES:
                return _CLASSES[escaped]
            character = escaped
        rest = self.pattern[self.position : self.position + 2]
        if len(rest) > 1 and rest[0] == "-" and rest[1] != "]":
            self.position += 2
            return "".join(map(chr, range(ord(character), ord(rest[1]) + 1)))
        return character

    def _accept(self, character: str) -> bool:
        if self.pattern.startswith(character, self.position):
            self.position += len(character)
            return True
        return False

    def _choose_character(self, allowed: str) -> str:
        return allowed[self._choose(len(allowed))]

    def _choose(self, count: int) -> int:
        self.number, chosen = divmod(self.number, count)
        return chosen
