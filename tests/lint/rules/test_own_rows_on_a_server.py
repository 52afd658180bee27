"""Policies that test for a row that each user has, or compare ids by other operators than =, tried as the role."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from api_callers import ANN, BOB, set_caller, signed_in

from schema_dsl.lint import Source
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.postgres import Connection, Database

_TITLE = re.compile(r"^-- (open|sound) (.+)\n", re.MULTILINE)
_SPEED = {"auth-rls-initplan", "policy-column-without-index"}
_RULES = [
    rule
    for rule in rules_by_name().values()
    if rule.group in {"rls", "schema"} and rule.level is not Level.INFO and rule.name not in _SPEED
]


class Trial(NamedTuple):
    """Tables, their rows, the attempts of a stranger, and policies: title, script and whether it is open."""

    tables: str
    rows: str
    attempts: list[str]
    cases: list[tuple[str, str, bool]]


def read_trial(name: str) -> Trial:
    """Read the file of a trial."""
    text = (Path(__file__).parent / f"{name}.sql").read_text("utf-8")
    text = text.replace(":ANN", f"'{ANN}'").replace(":BOB", f"'{BOB}'")
    tables, rows, attempts, cases = text.split("\n----\n")
    parts = _TITLE.split(cases)[1:]
    named = [(title, script, kind == "open") for kind, title, script in zip(*[iter(parts)] * 3, strict=True)]
    return Trial(tables, rows, attempts.splitlines(), named)


TRIALS = {name: read_trial(name) for name in ("own_rows", "groups")}


@pytest.fixture(scope="module")
def opened(database: Database) -> Iterator[Connection]:
    """A connection in a transaction."""
    with contextlib.closing(database.connect(autocommit=False)) as connection:
        connection.prepare_threshold = None
        yield connection


def can_access(connection: Connection, attempt: str) -> bool:
    """Return whether the caller gets or changes rows; roll back."""
    connection.execute("SAVEPOINT attempt")
    set_caller(connection, signed_in(ANN))
    try:
        return connection.execute(attempt.encode()).rowcount > 0
    except psycopg.Error:
        return False
    finally:
        connection.execute("ROLLBACK TO attempt")


@pytest.mark.parametrize("name", TRIALS)
def test_trial(opened: Connection, name: str) -> None:
    """A stranger can access the rows of others with exactly the open policies, and lint reports exactly those."""
    trial = TRIALS[name]
    opened.execute((trial.tables + trial.rows).encode())
    wrong = []
    for title, script, is_open in trial.cases:
        opened.execute("SAVEPOINT before")
        opened.execute(script.encode())
        judged = any(can_access(opened, attempt) for attempt in trial.attempts)
        opened.execute("ROLLBACK TO before")
        found = apply_rules([Source.of(f"{trial.tables}\n{script}")], HistorySchema(), _RULES)
        if (judged, bool(found)) != (is_open, is_open):
            wrong.append((title, judged, found))
    opened.rollback()
    assert [] == wrong


@pytest.mark.parametrize(("column", "count"), [("uuid", 0), ("uuid NOT NULL", 1)])
def test_assignee(column: str, count: int) -> None:
    """A nullable reference to auth.users, such as an assignee, is not taken for the owner of a row."""
    script = f"""
        CREATE TABLE public.tasks (id bigint PRIMARY KEY, team_id uuid, person {column} REFERENCES auth.users);
        ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;
        CREATE POLICY add ON public.tasks FOR INSERT TO authenticated
            WITH CHECK (team_id IN (SELECT t.id FROM public.teams t));
    """
    rule = rules_by_name()["policy-open-to-every-user"]
    assert count == len(apply_rules([Source.of(script)], HistorySchema(), [rule]))
