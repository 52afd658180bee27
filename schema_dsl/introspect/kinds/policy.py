"""Row level security policies."""

from __future__ import annotations

from typing import Final

from schema_dsl.introspect.kind import Kind, Row
from schema_dsl.model.policy import Policy
from schema_dsl.sql import Sql

_COMMANDS: Final = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
# Without any condition a policy lets nothing through. That can be made in SQL but not declared.
_NOTHING: Final = "false"


def _build(row: Row) -> Policy:
    _, name, _, letter, to, using, check, permissive, comment = row
    command = _COMMANDS[letter]
    if using is None and check is None:
        using, check = (None, _NOTHING) if command == "insert" else (_NOTHING, None)
    return Policy(
        name,
        command,
        to=to,
        using=None if using is None else Sql(using),
        check=None if check is None else Sql(check),
        permissive=permissive,
        comment=comment,
        origin=None,
    )


KIND = Kind(kind="policy", build=_build)
