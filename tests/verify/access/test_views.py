"""The rows that views show client roles with the privileges of their owner."""

from __future__ import annotations

from typing import Final

import attrs
from subjects import damaged, subject_of

from schema_dsl import (
    Access,
    Column,
    Grant,
    MaterializedView,
    Policy,
    Role,
    Table,
    View,
    bigint,
    may,
    member_of,
    one_of,
    text,
    uuid,
    where,
)
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.platforms import CallerSetting, platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Outcome, Scratch, Status
from schema_dsl.verify.proofs.access import PROOF

VANILLA: Final = attrs.evolve(platform("vanilla"), caller=CallerSetting.parse("app.user_id"))
ROLES: Final = (Role("app"), Role("auditor"))
MINE: Final = "owner = current_setting('app.user_id', true)"
NOT_ALLOWED: Final = "but the declared access does not allow it"
IN_TEAM: Final = member_of("members", "team_id", member="user_id", condition="role <> 'guest'")

notes = Table(
    "notes",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column("owner", text, not_null=True),
        Column("state", text, not_null=True, check=one_of("draft", "published")),
    ],
    policies=[
        Policy("read", "select", to="app", using=MINE),
        Policy("audit", "select", to="auditor", using="true"),
    ],
    access=Access(own="owner", app=may("select", rows="own"), auditor=may("select", rows="all")),
)
people = Table(
    "people",
    columns=[Column("id", uuid, primary_key=True), Column("name", text, not_null=True)],
    policies=[Policy("me", "select", to="app", using="id::text = current_setting('app.user_id', true)")],
    access=Access(own="id", app=may("select", rows="own")),
)
members = Table(
    "members",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column("team_id", uuid, not_null=True),
        Column("user_id", uuid, not_null=True, references=people),
        Column("role", text, not_null=True, check=one_of("guest", "member")),
    ],
    policies=[
        Policy("mine", "select", to="app", using="user_id::text = current_setting('app.user_id', true)")
    ],
    access=Access(own="user_id", app=may("select", rows="own")),
)
READ_OWN: Final = Access(own="owner", app=may("select", rows="own"))


def colleagues(condition: str = "AND mine.role <> 'guest'") -> View:
    """Return a view of the members of the caller's teams, past the policies of three tables."""
    return View(
        "colleagues",
        f"""
        SELECT m.team_id, p.id, p.name FROM public.members AS m JOIN public.people AS p ON p.id = m.user_id
        WHERE m.team_id IN (SELECT mine.team_id FROM public.members AS mine
            WHERE mine.user_id::text = current_setting('app.user_id', true) {condition})
        """,
        access=Access(app=may("select", rows=IN_TEAM)),
    )


def find_outcome(server: Server, *declared: SchemaObject) -> Outcome:
    """Return the outcome of the proof for some objects."""
    with Scratch(server, subject_of(*declared, platform=VANILLA, roles=ROLES)) as scratch:
        return PROOF.run(scratch)


PUBLISHED: Final = Access(app=may("select", rows=where("published", "state = 'published'")))


def test_proven(server: Server) -> None:
    """Views that show exactly the rows of their access are proven, and nothing of them is untried."""
    outcome = find_outcome(
        server,
        notes,
        people,
        members,
        View("mine", f"SELECT id, owner FROM public.notes WHERE {MINE}", access=READ_OWN),
        View("published", "SELECT id, state FROM public.notes WHERE state = 'published'", access=PUBLISHED),
        MaterializedView(
            "counts",
            "SELECT owner, count(*) AS n FROM public.notes GROUP BY owner",
            access=Access(auditor=may("select", rows="all")),
        ),
        colleagues(),
    )
    assert ([], [], Status.PROVEN) == (list(outcome.failures), list(outcome.untried), outcome.status)
    assert "tables: 3, views: 4" in outcome.summary


def test_failed(server: Server) -> None:
    """A view that shows more or less than its access declares fails with the rows and the role."""
    outcome = find_outcome(
        server,
        notes,
        people,
        members,
        View("mine", "SELECT id, owner FROM public.notes", access=READ_OWN),
        View("published", "SELECT id, state FROM public.notes", access=PUBLISHED),
        MaterializedView("stored", "SELECT id, owner FROM public.notes", access=READ_OWN),
        colleagues(""),
        View(
            "narrow",
            f"SELECT id, owner, state FROM public.notes WHERE {MINE}",
            access=Access(own="owner", app=may("select", rows="all")),
        ),
    )
    assert [
        f"app can read another user's row in mine, {NOT_ALLOWED}",
        f"app can read rows in published whose state is 'draft', {NOT_ALLOWED}",
        f"app can read another user's row in stored, {NOT_ALLOWED}",
        f"app can read rows in colleagues in some cases, {NOT_ALLOWED}",
        (
            "app cannot read another user's row in narrow with app.user_id = '' or with the id of an unknown user "
            "or as another user, but the declared access allows it: the view does not show the row"
        ),
    ] == list(outcome.failures)


def test_invoker(server: Server) -> None:
    """A view with security_invoker is tried, and fails if it reads its tables as its owner."""
    view = View("mine", "SELECT id, owner, state FROM public.notes", security_invoker=True, select=["app"])
    subject = subject_of(notes, view, platform=VANILLA, roles=ROLES)
    with Scratch(server, subject) as scratch:
        assert Status.PROVEN is PROOF.run(scratch).status
    with Scratch(server, damaged(subject, "security_invoker = true", "security_invoker = false")) as scratch:
        failures = list(PROOF.run(scratch).failures)
        assert f"app can read rows in mine in some cases, {NOT_ALLOWED}" in failures


def test_invoker_without_privilege(server: Server) -> None:
    """A view with security_invoker fails for a role that may read the view, and not the tables that it reads."""
    view = View(
        "named",
        "SELECT n.id, p.name FROM public.notes AS n JOIN public.people AS p ON p.id::text = n.owner",
        security_invoker=True,
        select=["auditor"],
    )
    sentence = (
        "auditor cannot read rows in named, but the declared access allows it: a privilege is missing "
        "(permission denied for table people)"
    )
    assert [sentence] == list(find_outcome(server, notes, people, view).failures)


def test_writes(server: Server) -> None:
    """Rows that a role may change through a view, and not in its table, are named as not tried."""
    query = f"SELECT id, owner, state FROM public.notes WHERE {MINE}"
    state = Grant("update", to="app", columns="state")
    outcome = find_outcome(
        server,
        notes,
        View("mine", query, access=READ_OWN, update=["app"], delete=["auditor"]),
        View("counts", "SELECT owner, count(*) FROM public.notes GROUP BY owner", update=["app"]),
        View("by_caller", query, security_invoker=True, select=["app"], update=["app"]),
        View("of_columns", query, access=READ_OWN, grants=[state]),
        View("columns_by_caller", query, security_invoker=True, select=["app"], grants=[state]),
    )
    changed = "changes notes with the privileges of its owner, so what"
    sentences = [
        f"view mine {changed} app and auditor can update and delete through it was not tried",
        f"view of_columns {changed} app can update through it was not tried",
    ]
    assert ([], sentences) == (list(outcome.failures), list(outcome.untried))
