"""The privileges of a role on a table."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from schema_dsl.model.identity import Origin


def _to_sorted_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(sorted(value))


@attrs.frozen
class Privilege:
    """All privileges of one role on one table.

    A Privilege without privileges declares that the role has none: those from default privileges are revoked.

    Attributes:
        name: The role; "public" is PUBLIC.
        privileges: The table privileges.
        columns: The column privileges, as (column, privilege) pairs.
        grantable: The table privileges that the role holds WITH GRANT OPTION.
        origin: The line that declares the access.
    """

    kind: ClassVar[str] = "privilege"
    name: str
    privileges: tuple[str, ...] = attrs.field(default=(), converter=_to_sorted_tuple)
    columns: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_to_sorted_tuple)
    grantable: tuple[str, ...] = attrs.field(default=(), converter=_to_sorted_tuple)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
