"""Read aggregates."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.introspect.routine import build_arguments
from schema_dsl.model.aggregate import Aggregate, FinalModify
from schema_dsl.model.function import Parallel
from schema_dsl.plan.kinds.aggregate import build_signature, format_aggregate, list_options
from schema_dsl.sql import Sql

_PARALLEL: Final[dict[str, Parallel]] = {"u": "unsafe", "r": "restricted", "s": "safe"}
_MODIFIES: Final[dict[str, FinalModify]] = {"r": "read_only", "s": "shareable", "w": "read_write"}
_SQL: Final = (
    *("arguments", "order_by", "state_function", "state_type", "final_function", "combine_function"),
    *("serial_function", "deserial_function", "moving_state_function", "moving_inverse_function"),
    *("moving_state_type", "moving_final_function", "sort_operator"),
)


def _build(row: CatalogRow, _columns: ColumnNames) -> Aggregate:
    _, name, _, schema, types, names, modes, letter, direct, *state = row
    state_function, state_type, initial, space, final_function, final_extra, final_modify, *more = state
    combine_function, serial_function, deserial_function, *moving, sort_operator, parallel, comment = more
    moving_state, moving_inverse, moving_type, moving_space, moving_final, *moving_more = moving
    moving_final_extra, moving_final_modify, moving_initial = moving_more
    arguments = build_arguments(types, names, modes, [None] * len(types))
    is_sorted = letter != "n"
    order_by = arguments[direct:] if is_sorted else []
    # A VARIADIC argument is stored once, although it is a direct one and an ordered one.
    direct_arguments = arguments[:direct] if is_sorted else arguments
    if is_sorted and direct_arguments and direct_arguments[-1].mode == "variadic":
        order_by = direct_arguments[-1:]
    return Aggregate(
        name,
        direct_arguments,
        state_function=state_function,
        state_type=state_type,
        order_by=order_by,
        hypothetical=letter == "h",
        initial=initial,
        state_space=space,
        final_function=final_function,
        final_extra=final_extra,
        final_modify=_MODIFIES[final_modify],
        combine_function=combine_function,
        serial_function=serial_function,
        deserial_function=deserial_function,
        moving_state_function=moving_state,
        moving_inverse_function=moving_inverse,
        moving_state_type=moving_type,
        moving_state_space=moving_space,
        moving_final_function=moving_final,
        moving_final_extra=moving_final_extra,
        moving_final_modify=_MODIFIES[moving_final_modify],
        moving_initial=moving_initial,
        sort_operator=None if sort_operator is None else Sql(sort_operator),
        parallel=_PARALLEL[parallel],
        schema=schema,
        comment=comment,
        origin=None,
    )


def _build_stand_in(aggregate: Aggregate) -> StandIn:
    identity = aggregate.identity
    return StandIn(
        sql.SQL("DROP AGGREGATE IF EXISTS {} CASCADE").format(sql.SQL(format_aggregate(identity))),
        sql.SQL("CREATE AGGREGATE {} ({})").format(
            sql.SQL(build_signature(identity, aggregate)),
            sql.SQL(", ").join(map(sql.SQL, list_options(aggregate))),
        ),
    )


KIND = Kind(
    kind="aggregate",
    found_in="pg_proc WHERE prokind = 'a' AND oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=_SQL,
)
