"""Aggregates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final, Literal, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.argument import Argument, name_type, parse_arguments
from schema_dsl.model.function import ArgumentSource, Function, Parallel, validate_choice
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
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
from schema_dsl.model.type import DeclaredType, Type, to_type
from schema_dsl.sql import Sql, qualified, require_storable

FinalModify: TypeAlias = Literal["read_only", "shareable", "read_write"]
_MODIFIES: Final = ("read_only", "shareable", "read_write")


def _validate_name(value: str) -> str:
    return validate_name(value, "aggregate")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _to_arguments(value: ArgumentSource) -> tuple[Argument, ...]:
    return parse_arguments(value, "aggregate")


def _to_function(value: str | Function) -> Sql:
    if isinstance(value, Function):
        return qualified(value.schema, value.name)
    text: Any = value
    if not isinstance(text, str) or not text.strip():
        raise DefinitionError(
            f"a function of an aggregate cannot be {value!r}",
            instead="Pass the Function object, or the SQL of its name, such as 'int4pl' or 'shop.add_up'.",
        )
    return Sql(text)


def _to_optional_function(value: str | Function | None) -> Sql | None:
    return None if value is None else _to_function(value)


def _to_type(value: str | Type | DeclaredType) -> Sql:
    return Sql(value) if isinstance(value, str) else Sql(to_type(value).sql)


def _to_optional_type(value: str | Type | DeclaredType | None) -> Sql | None:
    return None if value is None else _to_type(value)


def _to_initial(value: str | None) -> str | None:
    return None if value is None else require_storable(value)


def _to_operator(value: str | None) -> Sql | None:
    return None if value is None else Sql(value)


def _validate_modify(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and value not in _MODIFIES:
        raise DefinitionError(
            f"{attribute.name} cannot be {value!r}", instead=f"Use one of: {', '.join(_MODIFIES)}."
        )


@attrs.frozen
class Aggregate(SchemaObject):
    """An aggregate, such as `Aggregate("product", "numeric", state_function="numeric_mul", state_type="numeric")`.

    Functions are Function objects, or the SQL of their names.

    Attributes:
        name: The name.
        arguments: The arguments as in CREATE AGGREGATE, one or several; none for an aggregate of `*`.
        state_function: The function that adds the arguments of a row to the state.
        state_type: The type of the state.
        order_by: The arguments after ORDER BY of an ordered-set aggregate.
        hypothetical: Whether the ordered-set aggregate is about a hypothetical row.
        initial: The initial state as text; None for NULL.
        state_space: The estimated size of a state in bytes.
        final_function: The function that computes the result from the state; without, the result is the state.
        final_extra: Whether the final function also gets the arguments.
        final_modify: How the final function changes the state: "read_only", "shareable" or "read_write".
        combine_function: The function that combines two states.
        serial_function: The function that serializes a state of type `internal`.
        deserial_function: The function that deserializes it.
        moving_state_function: The state function of moving frames.
        moving_inverse_function: The function that removes a row from the state.
        moving_state_type: The type of the state of moving frames.
        moving_state_space: The estimated size of a state of moving frames.
        moving_final_function: The final function of moving frames.
        moving_final_extra: Whether it also gets the arguments.
        moving_final_modify: How it changes the state.
        moving_initial: The initial state of moving frames.
        sort_operator: The operator of an aggregate such as min, as SQL: "<" or "OPERATOR(pg_catalog.<)".
        parallel: "unsafe", "restricted" or "safe".
        schema: The schema.
        execute: The roles that may call the aggregate. All others, PUBLIC included, may not from its creation on.
            By default, the privileges are not managed.
        grants: Further privileges, such as `Grant("execute", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the aggregate.

    Raises:
        DefinitionError: If an argument is not as CREATE AGGREGATE takes it.
    """

    kind: ClassVar[str] = "aggregate"
    privilege_fields: ClassVar[tuple[str, ...]] = ("execute",)
    prokind: ClassVar[str] = "a"

    name: str = attrs.field(converter=_validate_name)
    arguments: tuple[Argument, ...] = attrs.field(default=(), converter=_to_arguments)
    state_function: Sql = attrs.field(converter=_to_function, kw_only=True)
    state_type: Sql = attrs.field(converter=_to_type, kw_only=True)
    order_by: tuple[Argument, ...] = attrs.field(default=(), converter=_to_arguments, kw_only=True)
    hypothetical: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    initial: str | None = attrs.field(default=None, converter=_to_initial, kw_only=True)
    state_space: int = attrs.field(default=0, kw_only=True)
    final_function: Sql | None = attrs.field(default=None, converter=_to_optional_function, kw_only=True)
    final_extra: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    final_modify: FinalModify | None = attrs.field(default=None, validator=_validate_modify, kw_only=True)
    combine_function: Sql | None = attrs.field(default=None, converter=_to_optional_function, kw_only=True)
    serial_function: Sql | None = attrs.field(default=None, converter=_to_optional_function, kw_only=True)
    deserial_function: Sql | None = attrs.field(default=None, converter=_to_optional_function, kw_only=True)
    moving_state_function: Sql | None = attrs.field(
        default=None, converter=_to_optional_function, kw_only=True
    )
    moving_inverse_function: Sql | None = attrs.field(
        default=None, converter=_to_optional_function, kw_only=True
    )
    moving_state_type: Sql | None = attrs.field(default=None, converter=_to_optional_type, kw_only=True)
    moving_state_space: int = attrs.field(default=0, kw_only=True)
    moving_final_function: Sql | None = attrs.field(
        default=None, converter=_to_optional_function, kw_only=True
    )
    moving_final_extra: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    moving_final_modify: FinalModify | None = attrs.field(
        default=None, validator=_validate_modify, kw_only=True
    )
    moving_initial: str | None = attrs.field(default=None, converter=_to_initial, kw_only=True)
    sort_operator: Sql | None = attrs.field(default=None, converter=_to_operator, kw_only=True)
    parallel: Parallel = attrs.field(default="unsafe", validator=validate_choice, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    execute: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Fill in the defaults of Postgres, and raise DefinitionError for values that it refuses."""
        for name in ("final_modify", "moving_final_modify"):
            if getattr(self, name) is None:
                # An ordered-set aggregate sorts its input in the state.
                object.__setattr__(self, name, "read_write" if self.order_by else "read_only")
        if self.hypothetical and not self.order_by:
            self._refuse("is hypothetical, and has no order_by=", 'Write order_by=["anyelement"].')
        moving = [name for name in _MOVING if getattr(self, name) is not None]
        if moving and len(moving) < len(_MOVING):
            missing = next(name for name in _MOVING if name not in moving)
            self._refuse(f"has {moving[0]}=, but not {missing}=", f"Give all of {', '.join(_MOVING)}.")
        self.record()

    def _refuse(self, what: str, instead: str) -> None:
        raise DefinitionError(f"aggregate {self.name} {what}", where=format_origin(self), instead=instead)

    @property
    def identity(self) -> Identity:
        """The identity of the aggregate, with the types of all arguments."""
        types = tuple(
            name_type(argument.type, self.schema) for argument in (*self.arguments, *self._list_sorted())
        )
        return Identity(self.kind, self.schema, self.name, types)

    @property
    def returns(self) -> Sql:
        """The type of the result; empty if only the server knows the result types of the functions."""
        is_known = self.final_function is None and not self.state_type.startswith("any")
        return Sql(self.state_type if is_known else "")

    def _list_sorted(self) -> Iterable[Argument]:
        """Return the arguments after ORDER BY that are no direct arguments as well: a VARIADIC one is both."""
        is_variadic = bool(self.arguments) and self.arguments[-1].mode == "variadic"
        return () if is_variadic else self.order_by


_MOVING: Final = ("moving_state_function", "moving_inverse_function", "moving_state_type")
