"""Documents: what teams write.

A published document is for everybody, and a shared one for single users outside of the team.
"""

from schema_dsl import (
    Access,
    Column,
    Enum,
    ForeignKey,
    Index,
    Policy,
    PrimaryKey,
    Publication,
    Reference,
    Table,
    Unique,
    View,
    before_update,
    boolean,
    descending,
    max_length,
    may,
    member_of,
    sql,
    text,
    uuid,
    where,
)
from schema_dsl.platforms.supabase import auth_users

from .shared import created_at, id_column, set_updated_at, updated_at
from .teams import MY_TEAMS, OWN_TEAM, teams

document_state = Enum(
    "document_state", ["draft", "published"], usage=["anon", "authenticated", "service_role"]
)

SHARED = "SELECT s.document_id FROM public.document_shares AS s WHERE s.user_id = (SELECT auth.uid())"
PUBLISHED = where("published", "state = 'published'")

documents = Table(
    "documents",
    columns=[
        id_column(),
        Column("team_id", uuid, not_null=True, references=teams, on_delete="cascade"),
        Column("author_id", uuid, default=sql("auth.uid()"), references=auth_users, on_delete="set null"),
        Column("title", text, not_null=True, check=max_length(200)),
        Column("body", text, not_null=True, default="", check=max_length(20_000)),
        Column("state", document_state, not_null=True, default="draft"),
        created_at(),
        updated_at(),
    ],
    # The table of shares refers to both columns, so that a team shares its own documents only.
    constraints=[Unique(["team_id", "id"])],
    indexes=[
        Index(["team_id", descending("updated_at")]),
        Index("author_id"),
        Index("updated_at", where="state = 'published'", name="documents_published_idx"),
    ],
    triggers=[before_update(set_updated_at)],
    policies=[
        Policy("read_published", "select", to="anon", using="state = 'published'"),
        Policy(
            "read",
            "select",
            to="authenticated",
            using=f"state = 'published' OR team_id IN {MY_TEAMS} OR id IN ({SHARED})",
        ),
        Policy("write", "insert", to="authenticated", check=f"team_id IN {MY_TEAMS}"),
        Policy(
            "change",
            "update",
            to="authenticated",
            using=f"team_id IN {MY_TEAMS} OR id IN ({SHARED} AND s.may_edit)",
        ),
        Policy("remove", "delete", to="authenticated", using=f"team_id IN {MY_TEAMS}"),
    ],
    access=Access(
        anon=may("select", rows=PUBLISHED),
        authenticated=[
            may(
                "select",
                rows=[
                    PUBLISHED,
                    OWN_TEAM,
                    member_of("document_shares", "id", group="document_id", member="user_id", name="shared"),
                ],
            ),
            may("insert", "delete", rows=OWN_TEAM),
            may(
                "update",
                rows=[
                    OWN_TEAM,
                    member_of(
                        "document_shares",
                        "id",
                        group="document_id",
                        member="user_id",
                        condition="may_edit",
                        name="shared to edit",
                    ),
                ],
                columns=["title", "body", "state"],
            ),
        ],
        service_role=may("all", rows="all"),
    ),
)

document_shares = Table(
    "document_shares",
    comment="Which users outside of the team may read a document, and which may edit it.",
    columns=[
        Column("document_id", uuid, not_null=True),
        Column("user_id", uuid, not_null=True, references=auth_users, on_delete="cascade"),
        Column("team_id", uuid, not_null=True, comment="Team of the document."),
        Column("may_edit", boolean, not_null=True, default=False),
        created_at(),
    ],
    constraints=[
        PrimaryKey(["document_id", "user_id"]),
        ForeignKey(["team_id", "document_id"], Reference(documents, ["team_id", "id"]), on_delete="cascade"),
    ],
    indexes=[Index("user_id"), Index(["team_id", "document_id"])],
    policies=[
        Policy(
            "read",
            "select",
            to="authenticated",
            using=f"user_id = (SELECT auth.uid()) OR team_id IN {MY_TEAMS}",
        ),
        Policy("share", "insert", to="authenticated", check=f"team_id IN {MY_TEAMS}"),
        Policy("change", "update", to="authenticated", using=f"team_id IN {MY_TEAMS}"),
        Policy("stop", "delete", to="authenticated", using=f"team_id IN {MY_TEAMS}"),
    ],
    access=Access(
        own="user_id",
        authenticated=[
            may("select", rows=["own", OWN_TEAM]),
            may("insert", "update", "delete", rows=OWN_TEAM),
        ],
        service_role=may("all", rows="all"),
    ),
)

library = View(
    "library",
    """
        SELECT d.id, d.title, p.full_name AS author, d.updated_at
        FROM public.documents AS d
        LEFT JOIN public.profiles AS p ON p.id = d.author_id
        WHERE d.state = 'published'
    """,
    security_invoker=True,
    select=["authenticated"],
    comment="Published documents with their authors. The policies of the tables apply.",
)

realtime = Publication("supabase_realtime", [documents], existing=True)
