"""Compose the queries of a snapshot from the paragraphs of their files that concern a database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias, get_args

import attrs

SnapshotPart: TypeAlias = Literal["catalog", "relations"]
"""The file of a query."""

_CONDITION_OF_PARAGRAPH: Final = re.compile(r"-- if (.*?)(?:any (.*))?\n")
_CONDITION_OF_LINE: Final = re.compile(r"\S.* -- if (.*)$")


@attrs.frozen
class SnapshotQuery:
    """The queries for a server and a session.

    Attributes:
        major: The major version of the server.
        cluster: Whether objects of the whole cluster count.
        superuser: Whether the session is a superuser.
    """

    major: int
    cluster: bool = attrs.field(kw_only=True)
    superuser: bool = attrs.field(kw_only=True)

    @property
    def catalogs_query(self) -> str:
        """The query for whether each of the catalogs that may have no rows has some."""
        conditions = ", ".join(f"EXISTS (SELECT FROM {catalog})" for catalog in self._list_catalogs())
        return f"SELECT {conditions}"

    def compose(self, part: SnapshotPart, found: Sequence[bool] = ()) -> str:
        """Return a query without the paragraphs about catalogs without rows.

        Args:
            part: The file of the query.
            found: The row of `catalogs_query`; without it, the query has all paragraphs.
        """
        missing = {
            catalog for catalog, is_found in zip(self._list_catalogs(), found, strict=False) if not is_found
        }
        return "\n\n".join(text for text, catalog in _list_paragraphs(self, part) if catalog not in missing)

    def _list_catalogs(self) -> list[str]:
        parts: Sequence[SnapshotPart] = get_args(SnapshotPart)
        paragraphs = (paragraph for part in parts for paragraph in _list_paragraphs(self, part))
        return list(dict.fromkeys(catalog for _, catalog in paragraphs if catalog))


@cache
def _list_paragraphs(query: SnapshotQuery, part: SnapshotPart) -> Sequence[tuple[str, str]]:
    """Return the paragraphs for a server and a session, each with its catalog that may have no rows, or ""."""
    conditions = {"cluster": query.cluster, "superuser": query.superuser}

    def holds(condition: str) -> bool:
        word, _, operand = condition.rpartition(" ")
        if word == "since":
            return query.major >= int(operand)
        return conditions[operand] is (word != "not")

    def is_kept(text: re.Match[str] | None) -> bool:
        return text is None or all(map(holds, filter(None, text[1].split(", "))))

    paragraphs = []
    for paragraph in (files(__package__) / f"{part}.sql").read_text("utf-8").split("\n\n"):
        heading = _CONDITION_OF_PARAGRAPH.match(paragraph)
        if is_kept(heading):
            lines = [line for line in paragraph.split("\n") if is_kept(_CONDITION_OF_LINE.search(line))]
            paragraphs.append(("\n".join(lines), (heading and heading[2]) or ""))
    return paragraphs
