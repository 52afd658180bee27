"""The seal in the header of a generated migration: fingerprints of its sources, and a checksum of its text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final, Self

import attrs

_OPENING: Final = "-- schema-dsl: definitions "
_SEAL: Final = re.compile(
    rf"^({_OPENING}([0-9a-f]+),(?: after ([0-9a-f]+),)?(?: part ([0-9]+) of ([0-9]+),)? content )"
    r"([0-9a-f]+)$",
    re.MULTILINE,
)
_BLANK_CHECKSUM: Final = "0" * 16


@attrs.frozen
class FilePart:
    """The place of a file among the files of one migration."""

    number: int = 1
    count: int = 1

    def __str__(self) -> str:
        """Return the place for people: 2 of 3."""
        return f"{self.number} of {self.count}"


@attrs.frozen
class Seal:
    """The line in the header of a generated migration with the fingerprints of its sources.

    Attributes:
        definitions: The fingerprint of the definitions.
        history: The fingerprint of the earlier migrations and of the baseline; "" if something was left behind.
        content: The checksum of the text.
        part: The place of the file among the files of the migration.
    """

    definitions: str
    history: str
    content: str
    part: FilePart = FilePart()

    def follows(self, earlier: Self) -> bool:
        """Return whether a file with this seal is the next one of the migration that has a file with another seal."""
        return self.part.number == earlier.part.number + 1 and (
            self.definitions,
            self.history,
            self.part.count,
        ) == (earlier.definitions, earlier.history, earlier.part.count)


def format_seal(definitions: str, history: str, part: FilePart) -> str:
    """Format the seal of a text, with zeros in place of the checksum."""
    after = f" after {history}," if history else ""
    place = f" part {part}," if part.count > 1 else ""
    return f"schema-dsl: definitions {definitions},{after}{place} content {_BLANK_CHECKSUM}"


def seal_text(text: str) -> str:
    """Write the checksum of a migration's text into its header, so that manual edits are detected."""
    blank = _SEAL.sub(rf"\g<1>{_BLANK_CHECKSUM}", text, count=1)
    return _SEAL.sub(rf"\g<1>{compute_checksum(blank)}", blank, count=1)


def read_seal(text: str) -> Seal | None:
    """Return the seal in the header of a generated migration; None if schema-dsl did not generate the text."""
    return next(read_seals(text), None)


def read_seals(text: str) -> Iterator[Seal]:
    """Yield the seals in the texts of the files of a migration, one after another."""
    # A search for a plain text is faster than the pattern, and most files have no seal.
    for match in _SEAL.finditer(text) if _OPENING in text else ():
        part = FilePart(int(match[4]), int(match[5])) if match[4] else FilePart()
        yield Seal(match[2], match[3] or "", match[6], part)


def compute_checksum(text: str) -> str:
    """Return a short checksum of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
