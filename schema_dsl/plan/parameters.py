"""Format storage parameters, and build the clauses that change them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.parameters import Parameters
from schema_dsl.plan.rule import Alter, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal, qualified

# Values that the grammar accepts without quotes.
_BARE: Final = re.compile(r"(?:-?[0-9]+(?:\.[0-9]+)?|on|off|auto)\Z")


def format_parameters(parameters: Parameters) -> Sql:
    """Format storage parameters for the parentheses of WITH and SET."""
    return Sql(", ".join(f"{_format_name(name)} = {_format_value(value)}" for name, value in parameters))


def format_with(parameters: Parameters) -> str:
    """Format the WITH clause of an index or a key, with a blank before it; "" without parameters."""
    return f" WITH ({format_parameters(parameters)})" if parameters else ""


def list_parameter_changes(before: Parameters, after: Parameters) -> Iterable[Sql]:
    """Yield the clauses of ALTER TABLE or ALTER INDEX that change the storage parameters."""
    removed = dict(before).keys() - dict(after).keys()
    if removed:
        yield Sql(f"RESET ({', '.join(map(_format_name, sorted(removed)))})")
    # Postgres appends parameters that it sets, so setting all parameters stores them in one order.
    if after:
        yield Sql(f"SET ({format_parameters(after)})")


def _alter_index_parameters(wanted: Object, before: Any) -> Iterable[Step]:
    identity, item = wanted
    values = {
        "target": Sql(f"INDEX {qualified(identity.schema, identity.name)}"),
        "clauses": list(list_parameter_changes(before.parameters, item.parameters)),
    }
    yield Step(identity, "parameters", values)


def _has_own_index(identity: Identity, state: State, _: State) -> bool:
    """Return whether the table is not partitioned: Postgres cannot alter the index of a partitioned table."""
    table = state.objects.get(identity.root)
    return getattr(table, "partition_by", None) is None


INDEX_PARAMETERS: Final = Alter(_alter_index_parameters, possible_in=_has_own_index)
"""Changes of the storage parameters of an index, or of the index of a constraint."""


def _format_name(name: str) -> str:
    return ".".join(map(identifier, name.split(".")))


def _format_value(value: str) -> str:
    return value if _BARE.match(value) else literal(value)
