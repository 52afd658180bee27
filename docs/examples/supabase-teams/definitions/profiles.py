"""Profiles: what users say about themselves.

A trigger on auth.users creates the profile of each new user. The picture of a user is in the bucket "avatars", in a
folder with the id of the user.
"""

from schema_dsl import (
    Access,
    Column,
    Function,
    Policy,
    Table,
    Trigger,
    before_update,
    matches,
    max_length,
    may,
    text,
    uuid,
    where,
)
from schema_dsl.platforms.supabase import auth_users, owner_may

from .shared import created_at, set_updated_at, updated_at

create_profile = Function.from_file("sql/create_profile.sql", execute=[])

profiles = Table(
    "profiles",
    comment="One row per user. Signed-in users read all of them.",
    columns=[
        Column("id", uuid, primary_key=True, references=auth_users, on_delete="cascade"),
        Column(
            "username", text, unique=True, check=matches("^[a-z0-9_]{3,30}$"), comment="NULL until chosen."
        ),
        Column("full_name", text, not_null=True, default="", check=max_length(100)),
        Column("avatar_path", text, comment="Name of an object in the bucket avatars."),
        created_at(),
        updated_at(),
    ],
    triggers=[before_update(set_updated_at)],
    policies=[
        Policy(
            "read", "select", to="authenticated", using="true", comment="Signed-in users read all profiles."
        ),
        *owner_may("update", own="id"),
    ],
    access=Access(
        own="id",
        authenticated=[
            may("select", rows="all"),
            may("update", rows="own", columns=["username", "full_name", "avatar_path"]),
        ],
        service_role=may("all", rows="all"),
    ),
)

new_users = Table(
    "users",
    schema="auth",
    existing=auth_users.existing,
    triggers=[Trigger("create_profile", create_profile, timing="after", events="insert")],
)

OWN_AVATAR = "bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid())::text"
AVATARS = where("avatars", "bucket_id = 'avatars'")

objects = Table(
    "objects",
    schema="storage",
    existing=[Column("id", uuid, primary_key=True), Column("bucket_id", text), Column("name", text)],
    policies=[
        Policy("read_avatars", "select", to=["anon", "authenticated"], using="bucket_id = 'avatars'"),
        Policy("add_own_avatar", "insert", to="authenticated", check=OWN_AVATAR),
        Policy("change_own_avatar", "update", to="authenticated", using=OWN_AVATAR),
        Policy("delete_own_avatar", "delete", to="authenticated", using=OWN_AVATAR),
    ],
    access=Access(
        anon=may("select", rows=AVATARS),
        authenticated=[
            may("select", rows=AVATARS),
            may("insert", "update", "delete", rows=where("own avatars", OWN_AVATAR)),
        ],
        service_role=may("all", rows="all"),
    ),
)
