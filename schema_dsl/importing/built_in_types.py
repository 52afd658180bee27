"""Names of the package for types of Postgres."""

from __future__ import annotations

import re
from typing import Final

from schema_dsl.importing.python import PythonCall, PythonNode

_TYPES: Final = {
    "integer": "integer",
    "bigint": "bigint",
    "smallint": "smallint",
    "boolean": "boolean",
    "text": "text",
    "uuid": "uuid",
    "real": "real",
    "double precision": "double_precision",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "date": "date",
    "time without time zone": "time",
    "interval": "interval",
    "jsonb": "jsonb",
    "json": "json",
    "bytea": "bytea",
    "inet": "inet",
    "time with time zone": "timetz",
    "cidr": "cidr",
    "macaddr": "macaddr",
    "macaddr8": "macaddr8",
    "money": "money",
    "tsquery": "tsquery",
    "tsvector": "tsvector",
    "xml": "xml",
    "int4range": "int4range",
    "int8range": "int8range",
    "numrange": "numrange",
    "daterange": "daterange",
    "tsrange": "tsrange",
    "tstzrange": "tstzrange",
    "int4multirange": "int4multirange",
    "int8multirange": "int8multirange",
    "nummultirange": "nummultirange",
    "datemultirange": "datemultirange",
    "tsmultirange": "tsmultirange",
    "tstzmultirange": "tstzmultirange",
    "box": "box",
    "circle": "circle",
    "point": "point",
    "polygon": "polygon",
}
_SIZED: Final = (
    (re.compile(r"character varying\((\d+)\)"), "varchar"),
    (re.compile(r"numeric\((\d+),(\d+)\)"), "numeric"),
)


def write_built_in_type(spelling: str) -> PythonNode | None:
    """Return the name or the call that gives a type of Postgres, as Postgres prints it; None for any other type."""
    if spelling in _TYPES:
        return _TYPES[spelling]
    for pattern, name in _SIZED:
        match = pattern.fullmatch(spelling)
        if match is not None:
            numbers = match.groups() if match.groups()[1:] != ("0",) else match.groups()[:1]
            return PythonCall(name, tuple(numbers))
    return None
