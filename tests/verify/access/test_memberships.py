"""The access proof of tables whose access depends on other rows of the same table, or on the row of a longer key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
import pytest
from access_world import damaged_database
from subjects import subject_of

from schema_dsl import (
    Access,
    Column,
    Enum,
    ForeignKey,
    Function,
    Index,
    Policy,
    PrimaryKey,
    Reference,
    Role,
    Table,
    Unique,
    boolean,
    gen_random_uuid,
    may,
    member_of,
    text,
    uuid,
)
from schema_dsl.platforms import CallerSetting, platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Subject
from schema_dsl.verify.access import TableResult, describe_failures, try_access

APP: Final = Role("app")
level = Enum("level", ["guest", "admin"])
my_teams = Function(
    "my_teams",
    arguments="at_least level",
    returns="SETOF uuid",
    language="sql",
    volatility="stable",
    security_definer=True,
    body="""
        SELECT team_id FROM public.members
        WHERE user_id = nullif(current_setting('app.user_id', true), '')::uuid AND level >= at_least
    """,
)
READ: Final = "team_id IN (SELECT public.my_teams('guest'))"
WRITE: Final = "team_id IN (SELECT public.my_teams('admin'))"
as_admin = member_of("members", "team_id", member="user_id", condition="level = 'admin'", name="administered")
members = Table(
    "members",
    columns=[
        Column("team_id", uuid, not_null=True),
        Column("user_id", uuid, not_null=True),
        Column("level", level, not_null=True, default="guest"),
    ],
    constraints=[PrimaryKey(["team_id", "user_id"])],
    indexes=[Index("team_id", name="members_one_admin_idx", unique=True, where="level = 'admin'")],
    policies=[Policy("read", "select", to=APP, using=READ), Policy("write", "all", to=APP, using=WRITE)],
    access=Access(
        app=[
            may("select", rows=member_of("members", "team_id", member="user_id")),
            may("insert", "update", "delete", rows=as_admin),
        ]
    ),
)
plans = Table(
    "plans",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("team_id", uuid, not_null=True),
        Column("published", boolean, not_null=True, default=False),
    ],
    constraints=[Unique(["team_id", "id"])],
    policies=[Policy("read", "select", to=APP, using=f"published AND {READ}")],
    access=Access(
        app=may(
            "select",
            rows=member_of(
                "members",
                "team_id",
                member="user_id",
                condition="plans.published",
                name="published to the team",
            ),
        )
    ),
)
steps = Table(
    "steps",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("team_id", uuid, not_null=True),
        Column("plan_id", uuid, not_null=True),
        Column("what", text, not_null=True, default=""),
    ],
    constraints=[ForeignKey(["team_id", "plan_id"], Reference(plans, ["team_id", "id"]))],
    policies=[Policy("read", "select", to=APP, using="plan_id IN (SELECT p.id FROM public.plans AS p)")],
    access=Access(
        app=may(
            "select",
            rows=member_of(
                "members",
                "team_id",
                member="user_id",
                condition="(SELECT p.published FROM public.plans AS p WHERE p.id = steps.plan_id)",
                name="published to the team",
            ),
        )
    ),
)


def team_subject() -> Subject:
    """Return the migration of teams on plain Postgres, where the caller is a configuration parameter."""
    vanilla = attrs.evolve(platform("vanilla"), caller=CallerSetting.parse("app.user_id"))
    return subject_of(level, my_teams, members, plans, steps, platform=vanilla, roles=[APP])


@pytest.fixture(scope="module")
def team_scratch(server: Server) -> Iterator[Scratch]:
    """Scratch databases with the schema without faults."""
    with Scratch(server, team_subject()) as scratch:
        yield scratch


def find_team_result(scratch: Scratch, table: Table, *damage: str) -> TableResult:
    """Return the result of the trials of a table after a damage."""
    with damaged_database(scratch, *damage) as database:
        return try_access(database, table, scratch.subject.platform, scratch.subject.wanted)


class TestTableThatDecidesOnItself:
    """A table of memberships, which its own policies read."""

    def test_sound(self, team_scratch: Scratch) -> None:
        """A membership may be changed by an admin of its team, although the trial is about that membership alone."""
        result = find_team_result(team_scratch, members)
        assert [] == describe_failures(result.trials)
        assert {"allowed"} < {trial.expected for trial in result.trials if trial.change is not None}

    def test_impossible_rows(self, team_scratch: Scratch) -> None:
        """A row that a unique key forbids beside the other rows that it is about is not named as untried."""
        assert () == find_team_result(team_scratch, members).untried

    def test_fault(self, team_scratch: Scratch) -> None:
        """A policy by which guests change memberships fails."""
        found = describe_failures(
            find_team_result(team_scratch, members, f"ALTER POLICY write ON members USING ({READ})").trials
        )
        assert any(each.startswith("app can update rows in members whose") for each in found), found
        assert any(each.startswith("app can insert rows into members whose") for each in found), found


class TestKeyOfSeveralColumns:
    """A row that refers to its parent together with the tenant."""

    def test_sound(self, team_scratch: Scratch) -> None:
        """A row of one team is never tried with a parent of another team, because the foreign key forbids it."""
        result = find_team_result(team_scratch, steps)
        assert [] == describe_failures(result.trials)
        assert () == result.untried
        assert {"allowed", "nothing"} <= {
            each.expected for each in result.trials if each.operation == "select"
        }

    def test_fault(self, team_scratch: Scratch) -> None:
        """A parent that is read without its condition fails for the rows of the child."""
        damage = f"ALTER POLICY read ON plans USING ({READ})"
        found = describe_failures(find_team_result(team_scratch, steps, damage).trials)
        (sentence,) = found
        assert sentence.startswith(
            "app can read rows in steps whose plan_id is in plans and team_id is in members (user_id is"
        )
