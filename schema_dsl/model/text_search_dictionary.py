"""Dictionaries of text search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import Origin, find_origin, validate_comment, validate_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import Sql, require_storable


def _validate_name(value: str) -> str:
    return validate_name(value, "text search dictionary")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _to_options(value: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    pairs: list[Any] = list(value.items() if isinstance(value, Mapping) else value)
    for pair in pairs:
        if not isinstance(pair, tuple) or not all(isinstance(part, str) for part in pair):
            raise DefinitionError(
                f"options takes names and values as text, not {pair!r}",
                instead='Write options={"language": "english"}.',
            )
    return tuple(sorted((name.lower(), require_storable(text)) for name, text in pairs))


@attrs.frozen
class TextSearchDictionary(SchemaObject):
    """A dictionary of text search: `TextSearchDictionary("german", "snowball", options={"language": "german"})`.

    Attributes:
        name: The name.
        template: The template as SQL: "simple", "snowball", "synonym", or "extensions.unaccent" of an extension.
        options: The options of the template. Files such as stop words are files of the server.
        schema: The schema.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the dictionary.

    Raises:
        DefinitionError: If an option is not text.
    """

    kind: ClassVar[str] = "text_search_dictionary"

    name: str = attrs.field(converter=_validate_name)
    template: Sql = attrs.field(converter=Sql)
    options: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_to_options, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Record the dictionary."""
        self.record()
