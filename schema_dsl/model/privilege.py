"""Privileges on a table: what a role holds, whoever grants it."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from schema_dsl.model.identity import Origin


def _sorted(value: Any) -> tuple[Any, ...]:
    return tuple(sorted(value))


@attrs.frozen
class Privilege:
    """All that one role holds on one table; `name` is the role, "public" is everybody.

    To hold nothing is a statement too: whatever a default privilege gave is to be revoked.
    """

    kind: ClassVar[str] = "privilege"
    name: str
    privileges: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    columns: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_sorted)
    grantable: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
