"""Access of members, invited users, readers and strangers."""

from uuid import uuid4

import psycopg
import pytest


@pytest.fixture
def team(row_factory, as_user):
    """Return a team, which a user has created through the API."""
    creator = row_factory("auth.users", raw_user_meta_data={"full_name": "Ann"})["id"]
    with as_user(creator) as cursor:
        row = cursor.execute("INSERT INTO teams (name) VALUES ('Ours') RETURNING id, created_by").fetchone()
    return dict(zip(("id", "created_by"), row, strict=True))


def test_a_new_user_has_a_profile(row_factory, as_user):
    user = row_factory("auth.users", raw_user_meta_data={"full_name": "Ann"})["id"]
    with as_user(uuid4()) as cursor:
        assert [(user, "Ann")] == cursor.execute("SELECT id, full_name FROM profiles").fetchall()
        assert 0 == cursor.execute("UPDATE profiles SET full_name = 'Bob'").rowcount


def test_the_creator_of_a_team_is_its_admin(team, as_user):
    with as_user(team["created_by"]) as cursor:
        query = "SELECT user_id, role::text FROM team_members"
        assert [(team["created_by"], "admin")] == cursor.execute(query).fetchall()
    with as_user(uuid4()) as cursor:
        assert [] == cursor.execute("SELECT FROM teams").fetchall()


def test_an_invited_user_becomes_a_member(team, row_factory, as_user, as_role):
    with as_user(team["created_by"]) as cursor:
        invite = "INSERT INTO invitations (team_id, email) VALUES (%s, 'bob@example.com') RETURNING id"
        (invitation,) = cursor.execute(invite, [team["id"]]).fetchone()
    bob = row_factory("auth.users")["id"]
    accept = "SELECT accept_invitation(%s)"
    with as_user(bob) as cursor, pytest.raises(psycopg.errors.RaiseException, match="no such invitation"):
        cursor.execute(accept, [invitation])
    with as_role("authenticated", sub=bob, claims={"email": "bob@example.com"}) as cursor:
        cursor.execute(accept, [invitation])
    with as_user(bob) as cursor:
        assert [("Ours",)] == cursor.execute("SELECT name FROM teams").fetchall()
        assert [] == cursor.execute("SELECT FROM invitations").fetchall()
        assert 0 == cursor.execute("UPDATE team_members SET role = 'admin'").rowcount


@pytest.mark.parametrize(("state", "readable"), [("draft", 0), ("published", 1)])
def test_everybody_reads_published_documents(row_factory, as_anon, as_user, state, readable):
    row_factory("documents", state=state)
    with as_anon() as cursor:
        assert readable == len(cursor.execute("SELECT FROM documents").fetchall())
    with as_user(uuid4()) as cursor:
        assert readable == len(cursor.execute("SELECT FROM library").fetchall())


@pytest.mark.parametrize("may_edit", [False, True])
def test_a_shared_document(row_factory, as_user, may_edit):
    document = row_factory("documents", state="draft")
    reader = row_factory("auth.users")["id"]
    ids = {"document_id": document["id"], "team_id": document["team_id"]}
    row_factory("document_shares", user_id=reader, may_edit=may_edit, **ids)
    with as_user(reader) as cursor:
        assert [(document["id"],)] == cursor.execute("SELECT id FROM documents").fetchall()
        assert int(may_edit) == cursor.execute("UPDATE documents SET title = 'Better'").rowcount
        assert 0 == cursor.execute("DELETE FROM documents").rowcount


def test_users_write_into_their_own_folder(row_factory, as_user):
    row_factory("storage.buckets", id="avatars", name="avatars")
    user = row_factory("auth.users")["id"]
    upload = "INSERT INTO storage.objects (bucket_id, name) VALUES ('avatars', %s)"
    with as_user(user) as cursor:
        cursor.execute(upload, [f"{user}/me.png"])
    with as_user(user) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute(upload, [f"{uuid4()}/me.png"])


def test_changes_of_documents_reach_realtime(database):
    with database.connect() as connection:
        query = "SELECT tablename::text FROM pg_publication_tables WHERE pubname = 'supabase_realtime'"
        assert [("documents",)] == connection.execute(query).fetchall()


@pytest.mark.parametrize("table", ["teams", "team_members", "invitations"])
def test_access_is_as_declared(assert_access, table):
    assert_access(table)
