"""Compare the constants that the analysis refuses with those that a server refuses."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator

import psycopg
import pytest

from schema_dsl.analysis.literals import literal_error
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.postgres import Connection, provider

UNITS = "day days d dayz h hrs hors ago min minutes mo mon y wks us millisecondsx".split()  # noqa: SIM905
TIMES = ["10:00", "25:00", "24:00", "24:01", "23:60", "23:59:60", "23:59:61", "9:5", "10:00+02", "10:00Z"]
BOUNDS = ["1", "-1", "01", " 3 ", "", "1.5", "x", '"2"', "2024-01-01", "2024-01-01 10:00", "infinity"]
ARRAYS = [
    "{}",
    "{1}",
    "{{1,2},{3}}",
    "{{1,2},{3,4}}",
    "{{1},2}",
    "{1,{2}}",
    "{{{1}},{{2}}}",
    "{{{1}},{2}}",
    "{{},{}}",
]
TEXTS = {
    "interval": [
        *(f"{number}{unit}" for number, unit in itertools.product(("1 ", "-2", "2.5 "), UNITS)),
        *("P1Y2M", "1-2", "@ 1 minute", "infinity", "thirty days", "1 day, 2 h", "2024-01-01", "1 fortnight"),
    ],
    "time": TIMES,
    "timestamptz": [
        *(f"2024-01-01{mark}{time}" for mark, time in itertools.product((" ", "T"), TIMES)),
        *("2024-02-30", "2024-02-29", "2023-02-29", "20240101", "2024-1-1"),
    ],
    **{
        kind: [f"[{lower},{upper})" for lower, upper in itertools.product(BOUNDS, BOUNDS)]
        for kind in ("int4range", "numrange", "daterange", "tsrange")
    },
    "int4[]": ARRAYS,
    "text[]": ["{{a},{b,c}}", "{ {a , b} , {c , d} }", '{{"a,b"},{c}}', "{a}}", "{{a}", "[0:1]={a,b}"],
    "inet": [
        "1.2.3.4/32",
        "1.2.3.4/33",
        "::1/128",
        "::1/129",
        "fe80::1/64",
        "10.0.0.0/8",
        "::ffff:1.2.3.4/130",
    ],
    "bytea": ["\\xdeadbeef", "\\xdeadbee", "\\xde ad", "\\xd ea d", "\\xzz", "\\x", "abc", "\\X00", "\\xé0"],
    "varbit": ["101", "1012", "B101", "b", "x1F", "X1G", "", "1 0"],
    "jsonb": ['"\\u0000"', '"\\\\u0000"', '"\\\\\\u0000"', '{"a":"\\u0000b"}', '"\\u0001"'],
}


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """Connect to an empty database."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        contextlib.closing(database.connect()) as opened,
    ):
        yield opened


class TestLiteralError:
    """Texts that the analysis refuses for a type."""

    @pytest.mark.parametrize("kind", TEXTS)
    def test_refused_by_the_server(self, connection: Connection, kind: str) -> None:
        """The server refuses each of them, and each list has some."""
        refused = [text for text in TEXTS[kind] if literal_error(HistorySchema(), text, kind)]
        accepted = []
        for text in refused:
            quoted = text.replace("'", "''")
            try:
                connection.execute(f"SELECT CAST('{quoted}' AS {kind})".encode())
            except psycopg.errors.DataError:
                continue
            accepted.append(text)
        assert [] == accepted
        assert refused
