"""Read the options of a sequence, alone or of an identity column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from schema_dsl.analysis.trees import names, option_text, options
from schema_dsl.model.from_sql.nodes import DEFAULT_SCHEMA, read_type, refuse
from schema_dsl.model.reference import Reference
from schema_dsl.parsing import Node

_NUMBERS: Final = {
    "increment": "increment",
    "minvalue": "minimum",
    "maxvalue": "maximum",
    "start": "start",
    "cache": "cache",
}
_SHORTEST: Final = 2


def read_sequence_options(nodes: Sequence[Node]) -> dict[str, Any]:
    """Return the options by the names of the attributes; NO MAXVALUE and the like are the default."""
    values: dict[str, Any] = {}
    for name, node in options(nodes):
        if name in _NUMBERS:
            if node.WhichOneof("node") is not None:
                values[_NUMBERS[name]] = int(option_text(node))
        elif name == "cycle":
            values["cycle"] = option_text(node) == "true"
        elif name == "as":
            values["type"] = str(read_type(node.type_name).sql)
        elif name == "owned_by":
            values |= _read_owner(names(node.list.items))
        else:
            raise refuse(f"a sequence has the option {name.upper()}", "Remove it.")
    return values


def _read_owner(parts: list[str]) -> dict[str, Any]:
    if len(parts) < _SHORTEST:
        # OWNED BY NONE.
        return {}
    *schema, table, column = parts
    return {"owned_by": Reference(table, [column], schema=schema[0] if schema else DEFAULT_SCHEMA)}
