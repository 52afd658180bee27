"""Views and routines that reach rows with the privileges of their owner."""

from __future__ import annotations

from typing import Final

import attrs
import pytest
from subjects import subject_of

from schema_dsl import (
    Access,
    Column,
    Function,
    MaterializedView,
    Policy,
    Role,
    Table,
    View,
    bigint,
    may,
    text,
)
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.platforms import CallerSetting, platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Outcome, Scratch, Status
from schema_dsl.verify.proofs.access import PROOF

VANILLA: Final = attrs.evolve(platform("vanilla"), caller=CallerSetting.parse("app.user_id"))
ROLES: Final = (Role("app"), Role("auditor"))
_READ: Final = "so what app can read through it was not tried"
_DECLARE: Final = "(declare access=Access({}) instead of select= on the"
_OF_APP: Final = 'app=may("select", rows=...)'
_BOTH: Final = _DECLARE.format(f'{_OF_APP}, auditor=may("select", rows=...)')
_CHANGE: Final = "so what app can read or change through it was not tried"
IS_MINE: Final = "public.is_mine(owner)"

is_mine = Function(
    "is_mine",
    arguments=["who text"],
    returns="boolean",
    language="sql",
    volatility="stable",
    security_definer=True,
    set={"search_path": ""},
    execute=["app"],
    body="SELECT who = current_setting('app.user_id', true)",
)
notes = Table(
    "notes",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column("owner", text, not_null=True),
        Column("body", text),
    ],
    policies=[
        Policy("read", "select", to="app", using=IS_MINE),
        Policy("audit", "select", to="auditor", using="true"),
    ],
    access=Access(own="owner", app=may("select", rows="own"), auditor=may("select", rows="all")),
)


def find_outcome(server: Server, *declared: SchemaObject) -> Outcome:
    """Return the outcome of the proof for the table, the function of its policy, and further objects."""
    with Scratch(server, subject_of(notes, is_mine, *declared, platform=VANILLA, roles=ROLES)) as scratch:
        return PROOF.run(scratch)


def test_proven(server: Server) -> None:
    """Views of the caller, views for those who may read every row, and functions of policies leave nothing untried."""
    outcome = find_outcome(
        server,
        View("mine", "SELECT id, body FROM public.notes", security_invoker=True, select=["app"]),
        View("all_notes", "SELECT id FROM public.notes", select=["auditor"]),
        MaterializedView(
            "counts", "SELECT owner, count(*) AS n FROM public.notes GROUP BY owner", select=["auditor"]
        ),
    )
    assert (Status.PROVEN, (), ()) == (outcome.status, tuple(outcome.failures), tuple(outcome.untried))


def routine(body: str, language: str = "sql", returns: str = "bigint") -> Function:
    """Return a SECURITY DEFINER function that the role app may call."""
    return Function(
        "more",
        returns=returns,
        language=language,
        security_definer=True,
        set={"search_path": ""},
        execute=["app"],
        body=body,
    )


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        (
            [View("open", "SELECT id, body FROM public.notes", select=["app", "auditor"])],
            f"view open reads notes with the privileges of its owner, {_READ} {_BOTH} view)",
        ),
        (
            [
                View("inner_view", "SELECT id, owner FROM public.notes"),
                View("outer_view", "SELECT id FROM public.inner_view", select=["app"]),
            ],
            (
                f"view outer_view reads notes with the privileges of its owner, {_READ} "
                f"{_DECLARE.format(_OF_APP)} view)"
            ),
        ),
        (
            [MaterializedView("stored", "SELECT owner FROM public.notes", select=["public"])],
            (
                f"materialized view stored stores rows of notes without their policies, {_READ} "
                f"{_BOTH} materialized view)"
            ),
        ),
        (
            [routine("SELECT count(*) FROM public.notes")],
            (f"function more() uses notes with the privileges of its owner, {_CHANGE}"),
        ),
        (
            [routine("BEGIN DELETE FROM public.notes; END", "plpgsql", "void")],
            (f"function more() uses notes with the privileges of its owner, {_CHANGE}"),
        ),
        (
            [routine("BEGIN EXECUTE 'DELETE FROM ' || 'public.notes'; END", "plpgsql", "void")],
            (
                "function more() runs with the privileges of its owner, and what public.more reads is unknown, because "
                f"it executes SQL that it builds at run time, {_CHANGE}"
            ),
        ),
    ],
    ids=["view", "view of a view", "materialized view", "function", "writes", "dynamic SQL"],
)
def test_unproven(server: Server, declared: list[SchemaObject], sentence: str) -> None:
    """An object that shows or changes rows that the access hides from a role is named with the tables and the role."""
    outcome = find_outcome(server, *declared)
    assert ([], [sentence]) == (list(outcome.failures), list(outcome.untried))
