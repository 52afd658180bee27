"""Teams: who works together, and who is invited.

Members read their team; admins change it and invite by e-mail. accept_invitation() makes the invited user a member.
"""

from schema_dsl import (
    Access,
    Changes,
    Column,
    Enum,
    Function,
    Index,
    Policy,
    PrimaryKey,
    Table,
    Trigger,
    before_update,
    max_length,
    may,
    member_of,
    sql,
    text,
    timestamptz,
    uuid,
    where,
)
from schema_dsl.platforms.supabase import auth_users

from .shared import created_at, id_column, set_updated_at, updated_at

team_role = Enum("team_role", ["member", "admin"], usage=["authenticated", "service_role"])

add_creator = Function.from_file(
    "sql/add_creator.sql", execute=[], comment="Make the creator of a team its admin."
)

# The changes that a user may make through accept_invitation: it adds the user to a team that has invited this user.
accept_invitation = Function.from_file(
    "sql/accept_invitation.sql",
    execute=["authenticated"],
    changes=[
        Changes(
            "team_members",
            may(
                "insert",
                rows=where(
                    "invited caller",
                    """
                        user_id = auth.uid() AND EXISTS (
                            SELECT FROM invitations AS i
                            WHERE i.team_id = team_members.team_id AND i.role = team_members.role
                                AND i.email = auth.email() AND i.expires_at > now()
                        )
                    """,
                ),
            ),
        ),
        Changes("invitations", may("delete", rows=where("sent to the caller", "email = auth.email()"))),
    ],
)

MY_TEAMS = "(SELECT private.my_teams())"
ADMIN_TEAMS = "(SELECT private.my_teams('admin'))"

# The rows of `access=`: those of teams that the caller is a member of, or an admin.
OWN_TEAM = member_of("team_members", "team_id", member="user_id", name="own team")
ADMINISTERED = member_of(
    "team_members", "team_id", member="user_id", condition="role = 'admin'", name="administered team"
)

TEAM = member_of("team_members", "id", group="team_id", member="user_id", name="own team")
ADMINISTERED_TEAM = member_of(
    "team_members",
    "id",
    group="team_id",
    member="user_id",
    condition="role = 'admin'",
    name="administered team",
)

# An admin cannot give up the role, so that a team keeps an admin.
OTHERS = where(
    "others of administered team",
    """
        user_id <> auth.uid()
        AND team_id IN (SELECT m.team_id FROM team_members AS m WHERE m.user_id = auth.uid() AND m.role = 'admin')
    """,
)

teams = Table(
    "teams",
    columns=[
        id_column(),
        Column("name", text, not_null=True, check=max_length(100)),
        Column(
            "created_by",
            uuid,
            default=sql("auth.uid()"),
            references=auth_users,
            on_delete="set null",
            comment="NULL after the user was deleted.",
        ),
        created_at(),
        updated_at(),
    ],
    indexes=[Index("created_by")],
    triggers=[
        before_update(set_updated_at),
        Trigger("add_creator", add_creator, timing="after", events="insert"),
    ],
    policies=[
        Policy(
            "read",
            "select",
            to="authenticated",
            using=f"id IN {MY_TEAMS} OR created_by = (SELECT auth.uid())",
        ),
        Policy("create", "insert", to="authenticated", check="created_by = (SELECT auth.uid())"),
        Policy("change", "update", to="authenticated", using=f"id IN {ADMIN_TEAMS}"),
        Policy("remove", "delete", to="authenticated", using=f"id IN {ADMIN_TEAMS}"),
    ],
    access=Access(
        own="created_by",
        authenticated=[
            may("select", rows=["own", TEAM]),
            may("insert", rows="own"),
            may("update", rows=ADMINISTERED_TEAM, columns="name"),
            may("delete", rows=ADMINISTERED_TEAM),
        ],
        service_role=may("all", rows="all"),
    ),
)

team_members = Table(
    "team_members",
    columns=[
        Column("team_id", uuid, not_null=True, references=teams, on_delete="cascade"),
        Column("user_id", uuid, not_null=True, references=auth_users, on_delete="cascade"),
        Column("role", team_role, not_null=True, default="member"),
        created_at(),
    ],
    constraints=[PrimaryKey(["team_id", "user_id"])],
    indexes=[Index("user_id")],
    policies=[
        Policy("read", "select", to="authenticated", using=f"team_id IN {MY_TEAMS}"),
        Policy(
            "change_others",
            "update",
            to="authenticated",
            using=f"user_id <> (SELECT auth.uid()) AND team_id IN {ADMIN_TEAMS}",
        ),
        Policy(
            "leave_or_remove",
            "delete",
            to="authenticated",
            using=f"user_id = (SELECT auth.uid()) OR team_id IN {ADMIN_TEAMS}",
        ),
    ],
    access=Access(
        own="user_id",
        authenticated=[
            may("select", rows=OWN_TEAM),
            may("update", rows=OTHERS, columns="role"),
            may("delete", rows=["own", ADMINISTERED]),
        ],
        service_role=may("all", rows="all"),
    ),
)

invitations = Table(
    "invitations",
    comment="Open invitations. The invited user gets the id by e-mail, and accept_invitation() deletes the row.",
    columns=[
        id_column(),
        Column("team_id", uuid, not_null=True, references=teams, on_delete="cascade"),
        Column("email", text, not_null=True, check=[max_length(254), sql("email = lower(email)")]),
        Column("role", team_role, not_null=True, default="member"),
        Column("expires_at", timestamptz, not_null=True, default=sql("now() + interval '7 days'")),
        created_at(),
    ],
    indexes=[Index(["team_id", "email"], unique=True), Index("email")],
    policies=[
        Policy("read", "select", to="authenticated", using=f"team_id IN {ADMIN_TEAMS}"),
        Policy("invite", "insert", to="authenticated", check=f"team_id IN {ADMIN_TEAMS}"),
        Policy("withdraw", "delete", to="authenticated", using=f"team_id IN {ADMIN_TEAMS}"),
    ],
    access=Access(
        authenticated=[
            may("select", "insert", "delete", rows=ADMINISTERED),
        ],
        service_role=may("all", rows="all"),
    ),
)
