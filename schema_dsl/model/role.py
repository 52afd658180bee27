"""Existing roles, which privileges and policies refer to."""

from __future__ import annotations

from typing import ClassVar

import attrs

from schema_dsl.model.identity import Origin, find_origin, validate_flag, validate_name


def _validate_name(value: str) -> str:
    return validate_name(value, "role")


@attrs.frozen
class Role:
    """An existing role.

    Attributes:
        name: The name.
        bypasses_row_security: Whether the role has BYPASSRLS.
        client: Whether the role is a client role, which API requests use.
        origin: The line that declares the role.
    """

    kind: ClassVar[str] = "role"
    name: str = attrs.field(converter=_validate_name)
    bypasses_row_security: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    client: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)
