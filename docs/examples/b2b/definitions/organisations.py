"""Organisations: the tenants, their users, and who has which role in which organisation.

Every other table has the column organisation_id, and its policies ask my_organisations().
"""

from schema_dsl import (
    Access,
    Column,
    Enum,
    Index,
    Policy,
    PrimaryKey,
    Table,
    View,
    before_update,
    matches,
    max_length,
    may,
    member_of,
    sql_file,
    text,
    uuid,
)

from .shared import app_user, citext, created_at, id_column, set_updated_at, updated_at

member_role = Enum(
    "member_role",
    ["guest", "member", "admin", "owner"],
    usage=[app_user],
    comment="What a user may do in an organisation; each role includes those before it.",
)

# The rows of `access=`: those of the caller's organisations, by the role that the caller has there.
READABLE = member_of("memberships", "organisation_id", member="user_id", name="own organisation")
WRITABLE = member_of(
    "memberships",
    "organisation_id",
    member="user_id",
    condition="role >= 'member'",
    name="organisation as member",
)
ADMINISTERED = member_of(
    "memberships",
    "organisation_id",
    member="user_id",
    condition="role >= 'admin'",
    name="organisation as admin",
)


def organisation_column() -> Column:
    """Return the column with the organisation that a row belongs to."""
    return Column(
        "organisation_id",
        uuid,
        not_null=True,
        references=organisations,
        on_delete="cascade",
    )


def in_organisation(role: str, column: str = "organisation_id") -> str:
    """Return the condition that the caller has at least a role in the organisation of a row."""
    return f"{column} IN (SELECT public.my_organisations('{role}'))"


def organisation_policies(
    *, read: str = "guest", write: str = "member", delete: str = "admin"
) -> list[Policy]:
    """Return the policies of a table: the least role that may read, write and delete its rows."""
    return [
        Policy("read", "select", to=app_user, using=in_organisation(read)),
        Policy("add", "insert", to=app_user, check=in_organisation(write)),
        Policy("change", "update", to=app_user, using=in_organisation(write)),
        Policy("remove", "delete", to=app_user, using=in_organisation(delete)),
    ]


users = Table(
    "users",
    comment="People. A user may belong to several organisations.",
    columns=[
        id_column(),
        Column("email", citext.type("citext"), not_null=True, unique=True, check=max_length(254)),
        Column("name", text, not_null=True, check=max_length(200)),
        created_at(),
        updated_at(),
    ],
    triggers=[before_update(set_updated_at)],
    policies=[
        Policy("read_own", "select", to=app_user, using="id = (SELECT public.current_user_id())"),
        Policy("change_own", "update", to=app_user, using="id = (SELECT public.current_user_id())"),
    ],
    access=Access(
        own="id",
        app_user=[may("select", rows="own"), may("update", rows="own", columns=["name"])],
    ),
)

organisations = Table(
    "organisations",
    comment="Tenants: one row per customer.",
    columns=[
        id_column(),
        Column("slug", text, not_null=True, unique=True, check=matches("^[a-z0-9-]{2,40}$")),
        Column("name", text, not_null=True, check=max_length(200)),
        created_at(),
        updated_at(),
    ],
    triggers=[before_update(set_updated_at)],
    policies=[
        Policy("read", "select", to=app_user, using=in_organisation("guest", "id")),
        Policy("change", "update", to=app_user, using=in_organisation("admin", "id")),
    ],
    access=Access(
        app_user=[
            may("select", rows=member_of("memberships", "id", group="organisation_id", member="user_id")),
            may(
                "update",
                rows=member_of(
                    "memberships",
                    "id",
                    group="organisation_id",
                    member="user_id",
                    condition="role >= 'admin'",
                    name="organisation as admin",
                ),
                columns=["name", "slug"],
            ),
        ],
    ),
)

memberships = Table(
    "memberships",
    comment="Which user has which role in which organisation.",
    columns=[
        organisation_column(),
        Column("user_id", uuid, not_null=True, references=users, on_delete="cascade"),
        Column("role", member_role, not_null=True, default="member"),
        created_at(),
        updated_at(),
    ],
    constraints=[PrimaryKey(["organisation_id", "user_id"])],
    indexes=[
        Index("user_id"),
        Index("organisation_id", name="memberships_one_owner_idx", unique=True, where="role = 'owner'"),
    ],
    triggers=[before_update(set_updated_at)],
    policies=organisation_policies(write="admin"),
    access=Access(
        app_user=[
            may("select", rows=READABLE),
            may("insert", "update", "delete", rows=ADMINISTERED),
        ],
    ),
)

colleagues = View(
    "colleagues",
    sql_file("sql/colleagues.sql"),
    security_barrier=True,
    access=Access(app_user=may("select", rows=WRITABLE)),
    comment="The members of the caller's organisations by name. It reads users past their policies.",
)
