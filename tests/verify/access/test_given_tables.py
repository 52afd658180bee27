"""Access to tables whose keys or privileges are not for a migration to choose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from access_world import find_failures, find_result
from subjects import subject_of

from schema_dsl import (
    Access,
    Column,
    Policy,
    Table,
    bigint,
    may,
    member_of,
    text,
    timestamptz,
    uuid,
    where,
)
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users, owner_may
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status, list_proofs

_IN_THREAD: Final = (
    "id IN (SELECT p.thread_id FROM public.participants AS p"
    " WHERE p.user_id = (SELECT auth.uid()) AND p.left_at IS NULL)"
)
threads = Table(
    "threads",
    columns=[Column("id", bigint, primary_key=True, identity="always"), Column("title", text)],
    policies=[
        Policy("read", "select", to="authenticated", using=_IN_THREAD),
        Policy("start", "insert", to="authenticated", check="title IS NOT NULL"),
        Policy("rename", "update", to="authenticated", using=_IN_THREAD, check=_IN_THREAD),
    ],
    access=Access(
        authenticated=[
            may(
                "select",
                rows=member_of(
                    "participants", "id", group="thread_id", condition="left_at IS NULL", name="in"
                ),
            ),
            may("insert", rows=where("titled", "title IS NOT NULL")),
            may("update", rows=where("still in", _IN_THREAD), columns="title"),
        ]
    ),
)
participants = Table(
    "participants",
    columns=[
        Column("thread_id", bigint, primary_key=True, references=threads, on_delete="cascade"),
        Column("user_id", uuid, primary_key=True, references=auth_users, on_delete="cascade"),
        Column("left_at", timestamptz),
    ],
    policies=[owner_may("select", own="user_id")],
    access=Access(own="user_id", authenticated=may("select", rows="own")),
)

_IN_FOLDER: Final = "bucket_id = 'photos' AND (storage.foldername(name))[1] = (SELECT auth.uid())::text"
objects = Table(
    "objects",
    schema="storage",
    existing=[Column("id", uuid, primary_key=True), Column("bucket_id", text), Column("name", text)],
    policies=[
        Policy("read", "select", to=["anon", "authenticated"], using="bucket_id = 'photos'"),
        Policy("upload", "insert", to="authenticated", check=_IN_FOLDER),
    ],
    access=Access(
        anon=may("select", rows=where("photos", "bucket_id = 'photos'")),
        authenticated=[
            may("select", rows=where("photos", "bucket_id = 'photos'")),
            may("insert", rows=where("own photos", _IN_FOLDER)),
        ],
        service_role=may("all", rows="all"),
    ),
)


@pytest.fixture(scope="module")
def scratch(server: Server) -> Iterator[Scratch]:
    """Scratch databases with the tables."""
    with Scratch(server, subject_of(threads, participants, objects, platform=platform("supabase"))) as made:
        yield made


class TestNumberedKey:
    """A membership leads to a key that is GENERATED ALWAYS AS IDENTITY."""

    def test_sound(self, scratch: Scratch) -> None:
        """Rows with keys that memberships name are tried, and the access holds."""
        result = find_result(scratch, threads)
        assert ([], ()) == (find_failures(scratch, threads), result.untried)

    @pytest.mark.parametrize(
        ("condition", "failure"),
        [
            (
                _IN_THREAD.replace(" AND p.left_at IS NULL", ""),
                "authenticated can read rows in threads whose id",
            ),
            (_IN_THREAD.replace("IS NULL", "IS NOT NULL"), "authenticated cannot read rows in threads"),
        ],
        ids=["who left", "only who left"],
    )
    def test_wrong(self, scratch: Scratch, condition: str, failure: str) -> None:
        """A condition on the membership that is wrong is noticed."""
        found = find_failures(scratch, threads, f"ALTER POLICY read ON threads USING ({condition})")
        assert any(each.startswith(failure) for each in found), found


class TestTableOfThePlatform:
    """The platform granted the privileges of its tables, and a role can revoke only privileges that it granted."""

    def test_proofs(self, scratch: Scratch) -> None:
        """The migration leaves the privileges alone, and no proof asks for others."""
        assert "ON TABLE storage.objects" not in scratch.subject.script
        proofs = {proof.name: proof for proof in list_proofs()}
        for name in ("matches", "access"):
            found = proofs[name].run(scratch)
            assert ((), Status.PROVEN) == (tuple(found.failures), found.status), name

    @pytest.mark.parametrize(
        ("damage", "failure"),
        [
            (
                "ALTER POLICY read ON storage.objects USING (true)",
                "anon can read rows in storage.objects whose bucket_id",
            ),
            (
                "CREATE POLICY remove ON storage.objects FOR DELETE TO authenticated USING (bucket_id = 'photos')",
                "authenticated can delete rows",
            ),
            (
                (
                    "ALTER POLICY upload ON storage.objects WITH CHECK (bucket_id = 'photos'"
                    " AND (SELECT auth.uid())::text = ANY (storage.foldername(name)))"
                ),
                "authenticated can insert rows into storage.objects whose bucket_id is 'photos' and name is",
            ),
            (
                "ALTER TABLE storage.objects DISABLE ROW LEVEL SECURITY",
                "anon can insert rows",
            ),
            (
                "REVOKE SELECT ON storage.objects FROM anon",
                "anon cannot read rows",
            ),
        ],
        ids=["every bucket", "deletes", "a folder at any depth", "no row level security", "no privilege"],
    )
    def test_wrong(self, scratch: Scratch, damage: str, failure: str) -> None:
        """The policies are compared with the access, operation by operation."""
        found = find_failures(scratch, objects, damage)
        assert any(each.startswith(failure) for each in found), found
