"""Read collations."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.collation import Collation, CollationProvider
from schema_dsl.plan.kinds.collation import list_options

_PROVIDERS: Final[dict[str, CollationProvider]] = {"i": "icu", "c": "libc", "b": "builtin"}


def _build(row: CatalogRow, _columns: ColumnNames) -> Collation:
    _, name, _, schema, provider, locale, lc_ctype, deterministic, rules, comment = row
    return Collation(
        name,
        locale,
        provider=_PROVIDERS[provider],
        lc_ctype=lc_ctype,
        deterministic=deterministic,
        icu_rules=rules,
        schema=schema,
        comment=comment,
        origin=None,
    )


def _build_stand_in(collation: Collation) -> StandIn:
    name = sql.Identifier(collation.schema, collation.name)
    options = sql.SQL(", ").join(map(sql.SQL, list_options(collation)))
    return StandIn(
        sql.SQL("DROP COLLATION IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE COLLATION {} ({})").format(name, options),
    )


KIND = Kind(
    kind="collation",
    found_in="pg_collation WHERE oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    # Postgres writes the tag of a language in its standard form.
    rewritten=("locale", "lc_ctype"),
)
