"""Procedures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.argument import Argument, name_type, parse_arguments
from schema_dsl.model.function import ArgumentSource, to_body, to_settings
from schema_dsl.model.grant import Grant, Grantee, to_grants, to_optional_grantees
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
from schema_dsl.model.sql_file import find_file
from schema_dsl.sql import Sql


def _validate_name(value: str) -> str:
    return validate_name(value, "procedure")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _to_arguments(value: ArgumentSource) -> tuple[Argument, ...]:
    return parse_arguments(value, "procedure")


@attrs.frozen
class Procedure(SchemaObject):
    """A procedure.

    Attributes:
        name: The name.
        schema: The schema.
        arguments: The arguments as in CREATE PROCEDURE, one or several: `"uuid"`, `"amount numeric DEFAULT 0"`.
        body: The text of the procedure, from AS to its end, or `BEGIN ATOMIC ... END`.
        language: The language.
        security_definer: Whether the procedure runs with the privileges of its owner.
        set: Settings while the procedure runs, such as {"search_path": ""}.
        execute: The roles that may call the procedure. All others, PUBLIC included, may not from its creation on.
            By default, the privileges are not managed.
        grants: Further privileges, such as `Grant("execute", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the procedure.

    Raises:
        DefinitionError: If an argument, a setting or an option is not as CREATE PROCEDURE takes it.
    """

    kind: ClassVar[str] = "procedure"
    privilege_fields: ClassVar[tuple[str, ...]] = ("execute",)

    name: str = attrs.field(converter=_validate_name)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    arguments: tuple[Argument, ...] = attrs.field(default=(), converter=_to_arguments, kw_only=True)
    body: Sql | None = attrs.field(converter=to_body, kw_only=True)
    language: str = attrs.field(default="plpgsql", kw_only=True)
    security_definer: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    set: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=to_settings, kw_only=True)
    execute: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError without a body."""
        if self.body is None:
            raise DefinitionError(
                f"procedure {self.name} has no body", where=format_origin(self), instead='Write body="...".'
            )
        self.record()

    @property
    def identity(self) -> Identity:
        """The identity of the procedure, with the types of the arguments that a call passes."""
        types: Iterable[str] = (
            name_type(argument.type, self.schema) for argument in self.arguments if argument.is_input
        )
        return Identity(self.kind, self.schema, self.name, tuple(types))

    @classmethod
    def from_file(
        cls,
        path: str,
        *,
        execute: Iterable[Grantee] | None = None,
        grants: Grant | Sequence[Grant] | None = None,
        owner: Grantee | None = None,
        comment: str | None = None,
    ) -> Self:
        """Declare the procedure of the CREATE PROCEDURE statement in a file.

        Args:
            path: The path from the folder of the module that calls.
            execute: The roles that may execute the procedure, which the statement does not say.
            grants: Further privileges.
            owner: The role that owns the procedure.
            comment: The comment.

        Raises:
            DefinitionError: If the file does not exist, or is not one such statement.
        """
        from schema_dsl.model.from_sql.routine_file import read_routine_file  # noqa: PLC0415 - it reads this class

        values = read_routine_file(find_file(path), cls.kind)
        return cls(**values, execute=execute, grants=grants, owner=owner, comment=comment)
