"""Read functions."""

from __future__ import annotations

from typing import Final

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, build_settings
from schema_dsl.introspect.routine import build_arguments, build_stand_in
from schema_dsl.model.function import Function, Parallel, Volatility
from schema_dsl.sql import Sql

_VOLATILITY: Final[dict[str, Volatility]] = {"v": "volatile", "s": "stable", "i": "immutable"}
_PARALLEL: Final[dict[str, Parallel]] = {"u": "unsafe", "r": "restricted", "s": "safe"}


def _build(row: CatalogRow, _columns: ColumnNames) -> Function:
    _, name, _, schema, *parts = row
    types, names, modes, defaults, returns, body, language, volatility, strict, *options = parts
    security_definer, leakproof, parallel, cost, rows, *special, settings, comment = options
    window, support, transforms, library = special
    return Function(
        name,
        schema=schema,
        arguments=build_arguments(types, names, modes, defaults),
        returns=returns,
        body=Sql(body),
        language=language,
        volatility=_VOLATILITY[volatility],
        strict=strict,
        security_definer=security_definer,
        leakproof=leakproof,
        parallel=_PARALLEL[parallel],
        cost=cost,
        rows=rows,
        window=window,
        support=None if support is None else Sql(support),
        transforms=transforms,
        library=library,
        set=build_settings(settings),
        comment=comment,
        origin=None,
    )


KIND = Kind(
    kind="function",
    found_in="pg_proc WHERE prokind IN ('f', 'w') AND oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=build_stand_in,
    rewritten=("arguments", "returns", "body", "language", "set", "transforms"),
)
