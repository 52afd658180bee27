"""Operators."""

from __future__ import annotations

import re
from typing import ClassVar, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.argument import name_type
from schema_dsl.model.function import Function
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
from schema_dsl.sql import Sql, qualified

_NAME: Final = re.compile(r"[-+*/<>=~!@#%^&|`?]{1,63}\Z")
NO_OPERAND: Final = "none"
"""Stands in an identity for the missing operand of a prefix operator."""


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _to_type(value: str | Type | DeclaredType | None) -> Sql | None:
    if value is None or isinstance(value, str):
        return None if value is None else Sql(value)
    return Sql(to_type(value).sql)


def _to_function(value: str | Function | None) -> Sql | None:
    if isinstance(value, Function):
        return qualified(value.schema, value.name)
    return None if value is None else Sql(value)


def _to_required(value: str | Function) -> Sql:
    return _to_function(value) or Sql("")


def _to_name(value: str | None) -> Sql | None:
    return None if value is None else Sql(value)


def name_operand(spelling: str | None, schema: str) -> str:
    """Return the full name of the type of an operand, as an identity has it."""
    return NO_OPERAND if spelling is None else name_type(spelling, schema)


@attrs.frozen
class Operator(SchemaObject):
    """An operator: `Operator("===", left="integer", right="integer", function=same)`.

    Attributes:
        name: The characters of the operator.
        left: The type of the left operand; None for a prefix operator.
        right: The type of the right operand.
        function: The function, as Function object or as SQL.
        commutator: The operator with the operands in the other order, such as "<" or "OPERATOR(shop.<)".
        negator: The operator with the opposite result.
        restrict: The function that estimates how many rows a condition leaves, such as "eqsel".
        join: The function that estimates joins, such as "eqjoinsel".
        hashes: Whether the operator can support a hash join.
        merges: Whether the operator can support a merge join.
        schema: The schema.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the operator.

    Raises:
        DefinitionError: If the name has other characters than operators have.
    """

    kind: ClassVar[str] = "operator"

    name: str
    left: Sql | None = attrs.field(default=None, converter=_to_type, kw_only=True)
    right: Sql | None = attrs.field(converter=_to_type, kw_only=True)
    function: Sql = attrs.field(converter=_to_required, kw_only=True)
    commutator: Sql | None = attrs.field(default=None, converter=_to_name, kw_only=True)
    negator: Sql | None = attrs.field(default=None, converter=_to_name, kw_only=True)
    restrict: Sql | None = attrs.field(default=None, converter=_to_function, kw_only=True)
    join: Sql | None = attrs.field(default=None, converter=_to_function, kw_only=True)
    hashes: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    merges: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for an operator that Postgres refuses."""
        if not _NAME.match(str(self.name)):
            self._refuse(
                "has other characters than + - * / < > = ~ ! @ # % ^ & | ` ?", "Choose another name."
            )
        if self.right is None:
            self._refuse("has no right operand, and Postgres has no postfix operators", "Write right=.")
        self.record()

    def _refuse(self, what: str, instead: str) -> None:
        raise DefinitionError(f"operator {self.name} {what}", where=format_origin(self), instead=instead)

    @property
    def identity(self) -> Identity:
        """The identity, with the types of the operands."""
        operands = (name_operand(self.left, self.schema), name_operand(self.right, self.schema))
        return Identity(self.kind, self.schema, self.name, operands)
