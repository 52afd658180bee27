"""Matches."""

from schema_dsl import (
    Check,
    Column,
    Enum,
    ForeignKey,
    Grant,
    Index,
    Policy,
    PrimaryKey,
    Table,
    at_least,
    between,
    bigint,
    boolean,
    one_of,
    smallint,
    sql,
    text,
    timestamptz,
    uuid,
)

from .competitions import competitions
from .grants import CLIENT_GRANTS, CLIENT_GRANTS_2
from .opponents import opponents
from .profiles import profiles
from .teams import teams
from .venues import venues

match_status = Enum("match_status", ["planned", "running", "played", "cancelled"])

matches_table = Table(
    "matches",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column("team_id", uuid, not_null=True, references=teams, on_delete="cascade"),
        Column("competition_id", bigint, references=competitions, on_delete="set null"),
        Column("opponent_id", bigint, not_null=True, references=opponents),
        Column("venue_id", bigint, references=venues, on_delete="set null"),
        Column("kick_off", timestamptz, not_null=True),
        Column("status", match_status, not_null=True, default="planned"),
        Column("is_home", boolean, not_null=True),
        Column("own_goals", smallint, check=at_least(0)),
        Column("their_goals", smallint, check=at_least(0)),
        Column(
            "difference",
            smallint,
            generated="own_goals - their_goals",
            comment="Goals of our team less those of the opponent.",
        ),
    ],
    constraints=[
        Check(
            """
                status <> 'played'
                OR (own_goals IS NOT NULL AND their_goals IS NOT NULL)
            """,
            name="matches_played_has_result",
        ),
    ],
    indexes=[
        Index("competition_id"),
        Index("opponent_id"),
        Index(["team_id", "kick_off"]),
        Index("kick_off", name="matches_to_come", where="status = 'planned'"),
        Index("venue_id"),
    ],
    policies=[
        Policy(
            "matches_read",
            "select",
            to="authenticated",
            using="team_id IN (SELECT private.teams_of_caller())",
        ),
        Policy(
            "matches_write",
            to="authenticated",
            using="private.coaches(team_id)",
            check="private.coaches(team_id)",
        ),
    ],
    grants=CLIENT_GRANTS,
)

match_squads = Table(
    "match_squads",
    columns=[
        Column("match_id", bigint, references=matches_table, on_delete="cascade"),
        Column("profile_id", uuid, references=profiles, on_delete="cascade"),
        Column("starts", boolean, not_null=True, default=False),
        Column("minutes_played", smallint, check=between(0, 150)),
    ],
    constraints=[PrimaryKey(["match_id", "profile_id"])],
    indexes=[Index("profile_id", include="minutes_played")],
    policies=[
        Policy(
            "squads_read",
            "select",
            to="authenticated",
            using="""
                match_id IN (
                  SELECT m.id
                  FROM public.matches m
                  WHERE m.team_id IN (SELECT private.teams_of_caller())
                )
            """,
        ),
    ],
    grants=CLIENT_GRANTS,
)

match_events = Table(
    "match_events",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column(
            "match_id",
            bigint,
            not_null=True,
            references=matches_table,
            on_delete="cascade",
        ),
        Column("profile_id", uuid),
        Column("minute", smallint, not_null=True, check=at_least(0)),
        Column(
            "kind",
            text,
            not_null=True,
            check=one_of("goal", "own goal", "yellow", "red", "substitution"),
        ),
        Column("note", text),
    ],
    constraints=[ForeignKey(["match_id", "profile_id"], match_squads)],
    indexes=[Index(["match_id", "minute"]), Index(["match_id", "profile_id"])],
    policies=[
        Policy(
            "events_read",
            "select",
            to="authenticated",
            using="""
                match_id IN (
                  SELECT m.id
                  FROM public.matches m
                  WHERE m.team_id IN (SELECT private.teams_of_caller())
                )
            """,
        ),
    ],
    grants=CLIENT_GRANTS,
)

match_reports = Table(
    "match_reports",
    columns=[
        Column(
            "match_id",
            bigint,
            primary_key=True,
            references=matches_table,
            on_delete="cascade",
        ),
        Column(
            "author_id",
            uuid,
            not_null=True,
            default=sql("auth.uid()"),
            references=profiles,
        ),
        Column("body", text, not_null=True),
        Column("published_at", timestamptz),
    ],
    indexes=[Index("author_id")],
    policies=[
        Policy(
            "reports_read",
            "select",
            to=["anon", "authenticated"],
            using="published_at <= now()",
        ),
        Policy(
            "reports_write",
            to="authenticated",
            using="(SELECT auth.uid()) = author_id",
            check="(SELECT auth.uid()) = author_id",
        ),
    ],
    grants=CLIENT_GRANTS_2,
)
