"""The types below domains, which decide how Postgres converts values."""

from __future__ import annotations

from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.domain import Domain
from schema_dsl.model.identity import copy_with
from schema_dsl.model.type import Type
from schema_dsl.plan.state import State
from schema_dsl.sql import Sql

_ARRAY = "[]"


@attrs.frozen
class DomainType(Type):
    """A domain as the type of a column, or an array of it.

    Attributes:
        base: The type below all domains.
        restricts: Whether one of the domains refuses values of that type.
    """

    base: Sql
    restricts: bool


def find_base(kind: Type) -> Sql:
    """Return the type below a domain, or the type."""
    return kind.base if isinstance(kind, DomainType) else kind.sql


def resolve_domain(identity: Identity, column: Any, state: State) -> Any:
    """Return a column with the domain that its type names in a state."""
    base, restricts = column.type.sql, False
    while (domain := _find_domain(identity, base, state)) is not None:
        restricts |= domain.not_null or bool(domain.check)
        base = Sql(domain.base.sql + (_ARRAY if base.endswith(_ARRAY) else ""))
    if base == column.type.sql:
        return column
    return copy_with(column, type=DomainType(column.type.sql, base, restricts))


def _find_domain(identity: Identity, spelling: str, state: State) -> Domain | None:
    for dependency in state.resolve_type(identity, spelling):
        declared = state.objects.get(dependency.referenced)
        if isinstance(declared, Domain):
            return declared
    return None
