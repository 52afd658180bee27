"""Notes, people and teams on plain Postgres, read through views. The setting app.user_id holds the caller."""

from __future__ import annotations

from typing import Final

from schema_dsl import (
    Access,
    Column,
    ForeignKey,
    Index,
    MaterializedView,
    Policy,
    PrimaryKey,
    Table,
    View,
    bigint,
    boolean,
    may,
    member_of,
    one_of,
    text,
    uuid,
    where,
)
from schema_dsl.model.schema_object import SchemaObject

ME: Final = "nullif(current_setting('app.user_id', true), '')::uuid"
MINE: Final = f"n.owner_id = {ME}"
MY_TEAMS: Final = f"SELECT mine.team_id FROM public.members AS mine WHERE mine.user_id = {ME}"
COLLEAGUES: Final = """SELECT m.team_id, p.id, p.name, m.role
FROM public.members AS m JOIN public.people AS p ON p.id = m.user_id
WHERE m.team_id IN ({teams})"""

people = Table(
    "people",
    columns=[Column("id", uuid, primary_key=True), Column("name", text, not_null=True)],
    policies=[Policy("me", "select", to="app", using=f"id = {ME}")],
    access=Access(own="id", app=may("select", rows="own")),
)
members = Table(
    "members",
    columns=[
        Column("team_id", uuid),
        Column("user_id", uuid),
        Column("role", text, not_null=True, check=one_of("guest", "member", "admin")),
    ],
    constraints=[PrimaryKey(["team_id", "user_id"]), ForeignKey("user_id", people, on_delete="cascade")],
    indexes=[Index("user_id")],
    policies=[Policy("mine", "select", to="app", using=f"user_id = {ME}")],
    access=Access(own="user_id", app=may("select", rows="own")),
)
notes = Table(
    "notes",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column("owner_id", uuid, not_null=True),
        Column("state", text, not_null=True, check=one_of("draft", "published", "secret")),
        Column("pinned", boolean, not_null=True, default=False),
    ],
    indexes=[Index("owner_id")],
    policies=[
        Policy("mine", "select", to="app", using=f"owner_id = {ME}"),
        Policy("audit", "select", to="auditor", using="true"),
    ],
    access=Access(own="owner_id", app=may("select", rows="own"), auditor=may("select", rows="all")),
)

my_notes = View(
    "my_notes",
    f"SELECT n.id, n.owner_id, n.state FROM public.notes AS n WHERE {MINE}",
    access=Access(own="owner_id", app=may("select", rows="own")),
)
published = View(
    "published",
    "SELECT n.id, n.state, n.pinned FROM public.notes AS n WHERE n.state = 'published'",
    access=Access(app=may("select", rows=where("published", "state = 'published'"))),
)
colleagues = View(
    "colleagues",
    COLLEAGUES.format(teams=f"{MY_TEAMS} AND mine.role <> 'guest'"),
    access=Access(
        app=may("select", rows=member_of("members", "team_id", member="user_id", condition="role <> 'guest'"))
    ),
)
own_rights = View(
    "notes_of_caller",
    "SELECT n.id, n.owner_id FROM public.notes AS n",
    security_invoker=True,
    select=["app", "auditor"],
)
totals = MaterializedView(
    "totals",
    "SELECT n.state, count(*) AS number FROM public.notes AS n GROUP BY n.state",
    access=Access(auditor=may("select", rows="all")),
)
stored = MaterializedView(
    "stored",
    "SELECT n.id, n.state FROM public.notes AS n WHERE n.state = 'published'",
    access=Access(app=may("select", rows=where("published", "state = 'published'"))),
)

DECLARED: Final[tuple[SchemaObject, ...]] = (
    people,
    members,
    notes,
    my_notes,
    published,
    colleagues,
    own_rights,
    totals,
    stored,
)
