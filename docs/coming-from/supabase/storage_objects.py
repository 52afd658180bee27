"""Policies on storage.objects."""

from schema_dsl import Column, Policy, Table, text

from .clubs import CLUBS_OF_CALLER

storage_objects = Table(
    "objects",
    schema="storage",
    existing=[
        Column("bucket_id", text),
        Column("name", text),
        Column("owner_id", text),
    ],
    policies=[
        Policy(
            "Everybody sees avatars",
            "select",
            to=["anon", "authenticated"],
            using="bucket_id = 'avatars'",
        ),
        Policy(
            "Members see photos",
            "select",
            to="authenticated",
            using=f"""
                bucket_id = 'photos'
                AND (storage.foldername(name))[1]::uuid IN {CLUBS_OF_CALLER}
            """,
        ),
        Policy(
            "Users upload their avatar",
            "insert",
            to="authenticated",
            check="""
                bucket_id = 'avatars'
                AND (storage.foldername(name))[1] = (SELECT auth.uid())::text
            """,
        ),
        Policy(
            "Users replace their avatar",
            "update",
            to="authenticated",
            using="bucket_id = 'avatars' AND owner_id = (SELECT auth.uid())::text",
        ),
    ],
)
