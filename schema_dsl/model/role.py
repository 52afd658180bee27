"""Roles that exist: whom privileges and policies can be for."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from schema_dsl.model.identity import Origin, caller, valid_name


def _name(value: Any) -> str:
    return valid_name(value, "role")


@attrs.frozen
class Role:
    """A role made elsewhere. A `client` is one that requests from outside run as."""

    kind: ClassVar[str] = "role"
    name: str = attrs.field(converter=_name)
    bypasses_row_security: bool = attrs.field(default=False, kw_only=True)
    client: bool = attrs.field(default=True, kw_only=True)
    origin: Origin | None = attrs.field(factory=caller, eq=False, repr=False, kw_only=True)
