"""Configurations of text search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import Origin, find_origin, validate_comment, validate_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.text_search_dictionary import TextSearchDictionary
from schema_dsl.sql import Sql, qualified

DictionarySource: TypeAlias = str | TextSearchDictionary


def _validate_name(value: str) -> str:
    return validate_name(value, "text search configuration")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _to_dictionary(value: DictionarySource) -> Sql:
    if isinstance(value, TextSearchDictionary):
        return qualified(value.schema, value.name)
    text: Any = value
    if not isinstance(text, str) or not text:
        raise DefinitionError(
            f"a dictionary cannot be {value!r}",
            instead="Pass the TextSearchDictionary, or the SQL of its name, such as 'english_stem'.",
        )
    return Sql(text)


def _to_mappings(value: Any) -> tuple[tuple[str, tuple[Sql, ...]], ...]:
    """Convert the dictionaries of each token type, one or several, to pairs sorted by the token type."""
    pairs = value.items() if isinstance(value, Mapping) else value
    found = {}
    for token, dictionaries in pairs:
        is_single = isinstance(dictionaries, str | TextSearchDictionary)
        items: Iterable[Any] = (dictionaries,) if is_single else dictionaries
        found[validate_name(token, "token type")] = tuple(map(_to_dictionary, items))
    return tuple(sorted(found.items()))


@attrs.frozen
class TextSearchConfiguration(SchemaObject):
    """A configuration of text search: the dictionaries that reduce each type of token to a word.

    For example, `TextSearchConfiguration("plain", mappings={"word": "simple", "asciiword": ["simple"]})`.

    Attributes:
        name: The name.
        mappings: The dictionaries of each type of token that counts, such as "asciiword": one or several, as
            TextSearchDictionary or as SQL.
        parser: The parser as SQL.
        schema: The schema.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the configuration.

    Raises:
        DefinitionError: If a dictionary has no name.
    """

    kind: ClassVar[str] = "text_search_configuration"

    name: str = attrs.field(converter=_validate_name)
    mappings: tuple[tuple[str, tuple[Sql, ...]], ...] = attrs.field(
        default=(), converter=_to_mappings, kw_only=True
    )
    parser: Sql = attrs.field(default=Sql('"default"'), converter=Sql, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Record the configuration."""
        self.record()
