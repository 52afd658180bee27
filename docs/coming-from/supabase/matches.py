"""Matches with their squads, events and reports; competitions and opponents."""

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
    jsonb,
    one_of,
    smallint,
    text,
    timestamptz,
    uuid,
)

from .profiles import AUTHOR_IS_CALLER, author_id_column, profile_id_column
from .seasons import seasons
from .shared import TABLE_GRANTS, id_column
from .teams import COACHES, IN_TEAMS_OF_CALLER, TEAMS_OF_CALLER, team_id_column
from .venues import venues

IN_MATCHES_OF_TEAMS_OF_CALLER = f"""
    match_id IN (
        SELECT m.id
        FROM public.matches AS m
        WHERE m.team_id IN {TEAMS_OF_CALLER}
    )
"""

match_status = Enum("match_status", ["planned", "running", "played", "cancelled"])

competitions = Table(
    "competitions",
    columns=[
        id_column(),
        Column("name", text, not_null=True),
        Column("level", text, not_null=True, check=one_of("friendly", "league", "cup")),
        Column(
            "season_id",
            bigint,
            not_null=True,
            references=seasons,
            on_delete="cascade",
        ),
        Column("rules", jsonb),
    ],
    indexes=[Index("season_id")],
    policies=[Policy("competitions_read", "select", to="authenticated", using="true")],
    grants=TABLE_GRANTS,
)

opponents = Table(
    "opponents",
    columns=[
        id_column(),
        Column("name", text, not_null=True, unique=True),
        Column("home_venue_id", bigint, references=venues, on_delete="set null"),
    ],
    indexes=[Index("home_venue_id")],
    policies=[Policy("opponents_read", "select", to="authenticated", using="true")],
    grants=TABLE_GRANTS,
)

matches = Table(
    "matches",
    columns=[
        id_column(),
        team_id_column(),
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
        Index(["team_id", "kick_off"]),
        Index("competition_id"),
        Index("opponent_id"),
        Index("venue_id"),
        Index("kick_off", name="matches_to_come", where="status = 'planned'"),
    ],
    policies=[
        Policy("matches_read", "select", to="authenticated", using=IN_TEAMS_OF_CALLER),
        Policy("matches_write", to="authenticated", using=COACHES, check=COACHES),
    ],
    grants=TABLE_GRANTS,
)

match_squads = Table(
    "match_squads",
    columns=[
        Column(
            "match_id",
            bigint,
            not_null=True,
            references=matches,
            on_delete="cascade",
        ),
        profile_id_column(),
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
            using=IN_MATCHES_OF_TEAMS_OF_CALLER,
        ),
    ],
    grants=TABLE_GRANTS,
)

match_events = Table(
    "match_events",
    columns=[
        id_column(),
        Column(
            "match_id",
            bigint,
            not_null=True,
            references=matches,
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
    indexes=[Index(["match_id", "profile_id"]), Index(["match_id", "minute"])],
    policies=[
        Policy(
            "events_read",
            "select",
            to="authenticated",
            using=IN_MATCHES_OF_TEAMS_OF_CALLER,
        ),
    ],
    grants=TABLE_GRANTS,
)

match_reports = Table(
    "match_reports",
    columns=[
        Column(
            "match_id",
            bigint,
            primary_key=True,
            references=matches,
            on_delete="cascade",
        ),
        author_id_column(),
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
            using=AUTHOR_IS_CALLER,
            check=AUTHOR_IS_CALLER,
        ),
    ],
    grants=[Grant("select", to="anon"), *TABLE_GRANTS],
)
