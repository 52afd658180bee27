"""Extensions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import Origin, find_origin, validate_comment, validate_name
from schema_dsl.model.schema_object import DatabaseObject
from schema_dsl.model.type import Type, named_type
from schema_dsl.sql import Sql, require_storable


def _validate_name(value: str) -> str:
    return validate_name(value, "extension")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _validate_version(value: str | None) -> str | None:
    version: Any = value
    if version is not None and (not isinstance(version, str) or isinstance(version, Sql) or not version):
        raise DefinitionError(
            f"the version of an extension must be a plain str, not {version!r}",
            instead='Write version="1.6", or leave the version out to take the default version of the server.',
        )
    return None if version is None else require_storable(version)


def _to_requirements(value: Iterable[str | Extension]) -> tuple[str, ...]:
    items: tuple[Any, ...] = (value,) if isinstance(value, str | Extension) else tuple(value)
    return tuple(sorted(_validate_name(getattr(item, "name", item)) for item in items))


@attrs.frozen
class Extension(DatabaseObject):
    """An extension. The types, functions and operators of an extension are never compared or dropped.

    Every other object is created after the extensions. The SQL of the definitions can use all objects of the
    extensions.

    Attributes:
        name: The name.
        schema: The schema of its objects.
        version: The version; None for the version that the server offers, or has already.
        requires: The extensions that must be installed before this one.
        comment: The comment; None leaves the comment that the extension brings.
        origin: The line that declares the extension.

    Raises:
        DefinitionError: If Postgres rejects a name or the version.
    """

    kind: ClassVar[str] = "extension"

    name: str = attrs.field(converter=_validate_name)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    version: str | None = attrs.field(default=None, converter=_validate_version, kw_only=True)
    requires: tuple[str, ...] = attrs.field(default=(), converter=_to_requirements, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Record the extension."""
        self.record()

    def type(self, name: str) -> Type:
        """Return a type of the extension by its name: `Extension("citext", schema="extensions").type("citext")`.

        Args:
            name: The name of the type, not quoted.
        """
        return named_type(name, schema=self.schema)
