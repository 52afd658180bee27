"""Casts."""

from __future__ import annotations

from typing import ClassVar, Final, Literal, TypeAlias, get_args

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.argument import name_type
from schema_dsl.model.function import Function
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    validate_comment,
    validate_flag,
)
from schema_dsl.model.schema_object import DatabaseObject
from schema_dsl.model.type import DeclaredType, Type, to_type
from schema_dsl.sql import Sql, qualified

CastContext: TypeAlias = Literal["explicit", "assignment", "implicit"]
_CONTEXTS: Final = get_args(CastContext)


def _to_type(value: str | Type | DeclaredType) -> Sql:
    return Sql(value) if isinstance(value, str) else Sql(to_type(value).sql)


def _to_function(value: str | Function | None) -> Sql | None:
    if not isinstance(value, Function):
        return None if value is None else Sql(value)
    types = ", ".join(argument.type for argument in value.arguments if argument.is_input)
    return Sql(f"{qualified(value.schema, value.name)}({types})")


@attrs.frozen
class Cast(DatabaseObject):
    """A cast: `Cast(mood, "integer", function=mood_to_integer, context="assignment")`.

    Postgres converts by a function, by the text of the values (`in_out=True`), or not at all, where two types have the
    same representation. A cast needs the ownership of one of the types, and the last form a superuser.

    Attributes:
        source: The type of the values.
        target: The type of the results.
        function: The function, as Function object or as SQL with its argument types: "public.convert(public.mood)".
        in_out: Whether the text of a value becomes the result.
        context: "explicit" for CAST only, "assignment" also for stored values, or "implicit" everywhere.
        comment: The comment.
        origin: The line that declares the cast.

    Raises:
        DefinitionError: If the cast has both a function and in_out, or the context does not exist.
    """

    kind: ClassVar[str] = "cast"

    source: Sql = attrs.field(converter=_to_type)
    target: Sql = attrs.field(converter=_to_type)
    function: Sql | None = attrs.field(default=None, converter=_to_function, kw_only=True)
    in_out: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    context: CastContext = attrs.field(default="explicit", kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for a cast that Postgres refuses."""
        if self.context not in _CONTEXTS:
            self._refuse(f"has the context {self.context!r}", f"Choose from {', '.join(_CONTEXTS)}.")
        if self.function is not None and self.in_out:
            self._refuse("has function= and in_out=", "Remove one of the two.")
        self.record()

    def _refuse(self, what: str, instead: str) -> None:
        raise DefinitionError(f"cast {self.name} {what}", where=format_origin(self), instead=instead)

    @property
    def name(self) -> str:  # type: ignore[override] # other objects have a field
        """The types, as the identity has them."""
        return f"{name_type(self.source)} AS {name_type(self.target)}"
