"""Sets of tables, policies and functions in the manner of real projects, half of them with one hole, tried as the role.

A file of tests/lint/policy_sets holds sets, each with a title, a script, rows and attempts. An attempt is a caller, the
claims of a token, settings in brackets, and statements between `;;`. It succeeds if the last statement finds or changes
rows; an attempt after `ok` is one that the set is meant to allow.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from api_callers import ANN, ANONYMOUS, BOB, Caller, set_caller, signed_in

from schema_dsl.lint import Source
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.finding import Level
from schema_dsl.lint.initial_schema import schema_before_history
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Connection, Database

USERS = {
    "ann": ANN,
    "bob": BOB,
    "eve": "eeeeeeee-0000-4000-8000-000000000003",
    "zed": "99999999-0000-4000-8000-000000000009",
}
IDS = {
    **USERS,
    "o1": "aaaaaaaa-1111-4000-8000-000000000001",
    "o2": "bbbbbbbb-1111-4000-8000-000000000002",
}
_TITLE = re.compile(r"^-- (open|sound) (.+)\n", re.MULTILINE)
_ID = re.compile(rf"(?<!:):({'|'.join(IDS)})\b")
_STATEMENT = re.compile(
    r"(?:(?P<name>\w+)(?: (?P<claims>\{.*?\}))?(?: \[(?P<setting>.*?)\])?: )?(?P<text>[a-z].*)"
)
_SPEED = {"auth-rls-initplan", "policy-column-without-index"}
_RULES = [
    rule
    for rule in rules_by_name().values()
    if rule.group in {"rls", "schema"} and rule.level is not Level.INFO and rule.name not in _SPEED
]


class PolicySet(NamedTuple):
    """A set: its title, whether it has a hole, the script, the rows and the attempts."""

    title: str
    is_open: bool
    script: str
    rows: str
    attempts: list[str]


def read_sets() -> Iterator[PolicySet]:
    """Yield the sets of all files."""
    for file in sorted((Path(__file__).parents[1] / "policy_sets").glob("*.sql")):
        text = _ID.sub(lambda found: f"'{IDS[found[1]]}'", file.read_text("utf-8"))
        for kind, title, body in zip(*[iter(_TITLE.split(text)[1:])] * 3, strict=True):
            script, rest = body.split("-- rows\n")
            rows, attempts = rest.split("-- try\n")
            yield PolicySet(title, kind == "open", script, rows, attempts.split("\n"))


SETS = list(read_sets())


@pytest.fixture(scope="module")
def opened(database: Database) -> Iterator[Connection]:
    """A connection in a transaction, to a database with the older default privileges and three users."""
    with contextlib.closing(database.connect(autocommit=False)) as connection:
        connection.prepare_threshold = None
        for kind in ("TABLES", "FUNCTIONS", "SEQUENCES"):
            connection.execute(
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON {kind} TO anon, authenticated".encode()
            )
        for name, user in list(USERS.items())[:3]:
            connection.execute(
                "INSERT INTO auth.users (id, email) VALUES (%s, %s)", [user, f"{name}@example.org"]
            )
        yield connection


def build_caller(name: str, claims: str | None) -> Caller:
    """Return a user by name, anon, or a role of the database."""
    if name not in USERS:
        return ANONYMOUS if name == "anon" else Caller(name)
    return signed_in(USERS[name], **{"email": f"{name}@example.org", **json.loads(claims or "{}")})


def succeeds(connection: Connection, attempt: str) -> bool:
    """Return whether the last statement of an attempt finds or changes rows; roll back."""
    connection.execute("SAVEPOINT attempt")
    count = 0
    try:
        for each in attempt.split(" ;; "):
            found = _STATEMENT.fullmatch(each)
            assert found is not None, each
            if found["name"]:
                connection.execute("RESET ROLE")
            if found["setting"]:
                connection.execute("SELECT set_config(%s, %s, true)", found["setting"].split("="))
            if found["name"] and found["name"] != "reset":
                set_caller(connection, build_caller(found["name"], found["claims"]))
            count = connection.execute(found["text"].encode()).rowcount
    except psycopg.Error:
        return False
    else:
        return count > 0
    finally:
        connection.execute("ROLLBACK TO attempt")


def test_number() -> None:
    """There are many sets of both kinds, with different titles."""
    assert len(SETS) == len({each.title for each in SETS})
    assert sum(each.is_open for each in SETS) >= 75
    assert sum(not each.is_open for each in SETS) >= 70


@pytest.mark.parametrize("each", SETS, ids=lambda each: each.title)
def test_set(opened: Connection, each: PolicySet) -> None:
    """A stranger succeeds with exactly the open sets, and lint reports exactly those."""
    opened.execute("SAVEPOINT before")
    try:
        opened.execute(each.script.encode())
        opened.execute(each.rows.encode() or b"SELECT")
        attempts = [line for line in each.attempts if line]
        meant = [line for line in attempts if line.startswith("ok ")]
        refused = [line for line in meant if not succeeds(opened, line.removeprefix("ok "))]
        holes = [line for line in attempts if line not in meant and succeeds(opened, line)]
    finally:
        opened.execute("ROLLBACK TO before")
    schema = schema_before_history(PLATFORM, None, "old")
    found = apply_rules([Source.of(each.script)], schema, _RULES)
    assert [] == refused
    assert (each.is_open, each.is_open) == (bool(holes), bool(found)), (holes, found)
