"""Collations."""

from __future__ import annotations

from typing import ClassVar, Final, Literal, TypeAlias, get_args

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.owner import to_owner
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import require_storable

CollationProvider: TypeAlias = Literal["icu", "libc", "builtin"]
_PROVIDERS: Final = get_args(CollationProvider)


def _validate_name(value: str) -> str:
    return validate_name(value, "collation")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _to_text(value: str | None) -> str | None:
    return None if value is None else require_storable(value)


@attrs.frozen
class Collation(SchemaObject):
    """A collation: `Collation("ignoring_case", "und-u-ks-level2", deterministic=False)`.

    A column has it by `Column("email", text, collation=ignoring_case)`.

    Attributes:
        name: The name.
        locale: The locale: a language tag of ICU, a locale of libc, or a locale of Postgres itself.
        provider: "icu", "libc", or since Postgres 17 "builtin".
        lc_ctype: The locale for character classes of libc, if it is not `locale`.
        deterministic: Whether texts are equal only if their bytes are; False needs ICU.
        icu_rules: The rules of ICU for the order, in addition to those of the locale. Needs Postgres 16.
        schema: The schema.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the collation.

    Raises:
        DefinitionError: If the provider does not have an attribute.
    """

    kind: ClassVar[str] = "collation"

    name: str = attrs.field(converter=_validate_name)
    locale: str = attrs.field(converter=require_storable)
    provider: CollationProvider = attrs.field(default="icu", kw_only=True)
    lc_ctype: str | None = attrs.field(default=None, converter=_to_text, kw_only=True)
    deterministic: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    icu_rules: str | None = attrs.field(default=None, converter=_to_text, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Leave out values that follow from the locale; raise DefinitionError for options that the provider lacks."""
        if self.provider not in _PROVIDERS:
            self._refuse(f"has the provider {self.provider!r}", f"Choose from {', '.join(_PROVIDERS)}.")
        if self.lc_ctype == self.locale:
            object.__setattr__(self, "lc_ctype", None)
        if self.lc_ctype is not None and self.provider != "libc":
            self._refuse("has lc_ctype=, which only libc has", 'Write provider="libc", or remove it.')
        if self.provider != "icu" and (self.icu_rules is not None or not self.deterministic):
            self._refuse("has icu_rules= or deterministic=False, which only ICU has", "Use a locale of ICU.")
        self.record()

    def _refuse(self, what: str, instead: str) -> None:
        raise DefinitionError(f"collation {self.name} {what}", where=format_origin(self), instead=instead)
