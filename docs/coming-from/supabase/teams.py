"""Teams with their coaches and players."""

from schema_dsl import (
    Column,
    ForeignKey,
    Function,
    Index,
    Policy,
    PrimaryKey,
    Reference,
    Table,
    Trigger,
    Unique,
    between,
    bigint,
    boolean,
    one_of,
    smallint,
    text,
    timestamptz,
    uuid,
)

from .clubs import (
    IN_CLUBS_OF_CALLER,
    IN_CLUBS_RUN_BY_CALLER,
    club_id_column,
    club_memberships,
)
from .profiles import profile_id_column
from .seasons import seasons
from .shared import TABLE_GRANTS, uuid_id_column

coaches = Function.from_file("sql/coaches.sql", execute=["authenticated"])
COACHES = "private.coaches(team_id)"

teams_of_caller = Function.from_file(
    "sql/teams_of_caller.sql",
    execute=["authenticated"],
)
TEAMS_OF_CALLER = "(SELECT private.teams_of_caller())"
IN_TEAMS_OF_CALLER = f"team_id IN {TEAMS_OF_CALLER}"

teams = Table(
    "teams",
    columns=[
        uuid_id_column(),
        club_id_column(),
        Column("season_id", bigint, references=seasons, on_delete="restrict"),
        Column("name", text, not_null=True),
        Column(
            "age_group",
            text,
            check=one_of("u8", "u10", "u12", "u14", "u16", "u18", "adults"),
        ),
        Column(
            "max_players",
            smallint,
            not_null=True,
            default=25,
            check=between(1, 99),
        ),
        Column("archived_at", timestamptz),
    ],
    constraints=[Unique(["club_id", "season_id", "name"]), Unique(["id", "club_id"])],
    indexes=[Index("club_id", where="archived_at IS NULL"), Index("season_id")],
    policies=[
        Policy("teams_read", "select", to="authenticated", using=IN_CLUBS_OF_CALLER),
        Policy(
            "teams_write",
            to="authenticated",
            using=IN_CLUBS_RUN_BY_CALLER,
            check=IN_CLUBS_RUN_BY_CALLER,
        ),
    ],
    grants=TABLE_GRANTS,
)


def team_id_column() -> Column:
    """Return the column team_id, which refers to teams."""
    return Column("team_id", uuid, not_null=True, references=teams, on_delete="cascade")


team_coaches = Table(
    "team_coaches",
    columns=[
        Column("team_id", uuid, not_null=True),
        Column("club_id", uuid, not_null=True),
        Column("profile_id", uuid, not_null=True),
        Column("is_head", boolean, not_null=True, default=False),
    ],
    constraints=[
        PrimaryKey(["team_id", "profile_id"]),
        ForeignKey(["club_id", "profile_id"], club_memberships, on_delete="cascade"),
        ForeignKey(
            ["team_id", "club_id"],
            Reference(teams, ["id", "club_id"]),
            on_delete="cascade",
        ),
    ],
    indexes=[
        Index("team_id", name="team_coaches_one_head", where="is_head", unique=True),
        Index(["team_id", "club_id"]),
        Index(["club_id", "profile_id"]),
    ],
    policies=[
        Policy("coaches_read", "select", to="authenticated", using=IN_CLUBS_OF_CALLER),
        Policy(
            "coaches_write",
            to="authenticated",
            using=IN_CLUBS_RUN_BY_CALLER,
            check=IN_CLUBS_RUN_BY_CALLER,
        ),
    ],
    grants=TABLE_GRANTS,
)

refuse_full_team = Function.from_file("sql/refuse_full_team.sql", execute=[])

team_players = Table(
    "team_players",
    columns=[
        team_id_column(),
        profile_id_column(),
        Column("shirt_number", smallint, check=between(0, 99)),
        Column("position", text),
    ],
    constraints=[
        PrimaryKey(["team_id", "profile_id"]),
        Unique(
            ["team_id", "shirt_number"],
            name="team_players_shirt",
            deferrable=True,
            initially_deferred=True,
        ),
    ],
    indexes=[Index("profile_id")],
    triggers=[
        Trigger(
            "team_players_refuse_full",
            refuse_full_team,
            timing="after",
            events=["insert", "update"],
            update_of="team_id",
            constraint=True,
            deferrable=True,
            initially_deferred=True,
        ),
    ],
    policies=[
        Policy("players_read", "select", to="authenticated", using=IN_TEAMS_OF_CALLER),
        Policy("players_write", to="authenticated", using=COACHES, check=COACHES),
    ],
    grants=TABLE_GRANTS,
)
