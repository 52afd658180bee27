"""The cases: pairs of schemas in SQL, one pair a file.

A file has a section for each state, `-- a` and `-- b`, and `-- rows` with rows of the first state that both can hold.
A line `-- since N` limits the case to Postgres N and later. With a line `-- superuser`, a superuser owns the objects.
A line `-- icu` limits the case to servers with ICU, which the embedded one lacks.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

FOLDER: Final = Path(__file__).parent
_SECTION: Final = re.compile(r"^-- (a|b|rows)$", re.MULTILINE)
_SINCE: Final = re.compile(r"^-- since (\d+)$", re.MULTILINE)
_SUPERUSER: Final = re.compile(r"^-- superuser$", re.MULTILINE)
_ICU: Final = re.compile(r"^-- icu$", re.MULTILINE)
_BUCKETS: Final = 10


@attrs.frozen
class SchemaCase:
    """Two schemas, each of which the plan must lead to from the other.

    Attributes:
        name: The kind and the name of the file.
        a: The SQL of one schema.
        b: The SQL of the other.
        rows: The rows of the first schema.
        since: The first Postgres version that has the feature.
        superuser: Whether only a superuser may create the objects.
        icu: Whether the objects need ICU.
    """

    name: str
    a: str
    b: str
    rows: str = ""
    since: int = 14
    superuser: bool = False
    icu: bool = False

    @property
    def has_owners(self) -> bool:
        """Whether the case is about owners, which are read on request. A dump leaves out the owner of most objects."""
        return self.name.startswith("owner/")

    @property
    def has_public(self) -> bool:
        """Whether the case is about the privileges on the schema public, which are read on request."""
        return self.name.startswith("schema/public_")

    @property
    def bucket(self) -> int:
        """A number from 0 to 9 that only the name decides."""
        return zlib.crc32(self.name.encode()) % _BUCKETS


def read_cases() -> Iterator[SchemaCase]:
    """Yield the cases of all kinds, sorted by name."""
    for file in sorted(FOLDER.glob("*/*.sql")):
        text = file.read_text("utf-8")
        parts = _SECTION.split(text)
        since = _SINCE.search(parts[0])
        sections = dict(zip(parts[1::2], parts[2::2], strict=True))
        yield SchemaCase(
            f"{file.parent.name}/{file.stem}",
            sections["a"],
            sections["b"],
            sections.get("rows", ""),
            int(since[1]) if since else 14,
            _SUPERUSER.search(parts[0]) is not None,
            _ICU.search(parts[0]) is not None,
        )
