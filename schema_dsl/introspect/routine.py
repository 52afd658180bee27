"""The parts that the introspection of functions and that of procedures share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from psycopg import sql

from schema_dsl.introspect.kind import StandIn
from schema_dsl.model.argument import Argument, ArgumentMode
from schema_dsl.plan.routine import build_statement, format_target
from schema_dsl.sql import Sql

_MODES: Final[dict[str, ArgumentMode]] = {
    "i": "in",
    "o": "out",
    "b": "inout",
    "v": "variadic",
    "t": "table",
}


def build_arguments(
    types: Sequence[str], names: Sequence[str], modes: Sequence[str], defaults: Sequence[str | None]
) -> list[Argument]:
    """Build the arguments from the parallel lists of the catalog."""
    return [
        Argument(Sql(kind), name, _MODES[mode], None if default is None else Sql(default))
        for kind, name, mode, default in zip(types, names, modes, defaults, strict=True)
    ]


def build_stand_in(routine: Any) -> StandIn:
    """Compose the statements that create a routine: only its arguments and its body have to be rewritten."""
    identity = routine.identity
    keyword, target = sql.SQL(identity.kind.upper()), sql.SQL(format_target(identity))
    return StandIn(
        sql.SQL("DROP {} IF EXISTS {} CASCADE").format(keyword, target),
        sql.Composed([sql.SQL(build_statement(identity, routine))]),
    )
