"""Users of one organisation reach its rows, and no rows of another organisation."""

from uuid import uuid4

import psycopg
import pytest


@pytest.fixture
def member(row_factory):
    """Return a function that inserts a user with a role in an organisation."""

    def insert(organisation, role="member"):
        user = row_factory("users", email=f"{uuid4()}@example.com")
        row_factory("memberships", organisation_id=organisation["id"], user_id=user["id"], role=role)
        return user

    return insert


def test_tasks_belong_to_their_organisation(row_factory, as_role, member):
    ours, theirs = row_factory("organisations"), row_factory("organisations")
    row_factory("tasks", organisation_id=ours["id"], title="Ours")
    row_factory("tasks", organisation_id=theirs["id"], title="Theirs")
    with as_role("app_user", sub=member(ours, "guest")["id"]) as cursor:
        assert [("Ours",)] == cursor.execute("SELECT title FROM tasks").fetchall()
        assert [("Ours", [])] == cursor.execute("SELECT title, tags FROM open_tasks").fetchall()
        assert 0 == cursor.execute("DELETE FROM tasks").rowcount
    with as_role("app_user", sub=member(ours, "admin")["id"]) as cursor:
        assert 1 == cursor.execute("DELETE FROM tasks").rowcount


def test_a_task_never_has_a_tag_of_another_organisation(row_factory):
    task, tag = row_factory("tasks"), row_factory("tags")
    with pytest.raises(Exception, match="foreign key"):
        row_factory(
            "task_tags", organisation_id=task["organisation_id"], task_id=task["id"], tag_id=tag["id"]
        )


def test_search_finds_words_of_the_title(row_factory, as_role, member):
    task = row_factory("tasks", title="Write invoices", description="For all customers")
    user = member({"id": task["organisation_id"]})
    search = "SELECT title FROM tasks WHERE search @@ websearch_to_tsquery('english', %s)"
    with as_role("app_user", sub=user["id"]) as cursor:
        assert [("Write invoices",)] == cursor.execute(search, ["writing an invoice"]).fetchall()
        assert [] == cursor.execute(search, ["booking"]).fetchall()


def test_bookings_of_a_room_do_not_overlap(row_factory, as_role, member):
    room = row_factory("rooms")
    user = member({"id": room["organisation_id"]})
    book = "INSERT INTO bookings (organisation_id, room_id, user_id, during) VALUES (%s, %s, %s, %s)"
    values = (room["organisation_id"], room["id"], user["id"])
    with as_role("app_user", sub=user["id"]) as cursor:
        cursor.execute(book, (*values, "[2026-03-02 09:00+00, 2026-03-02 10:00+00)"))
        cursor.execute(book, (*values, "[2026-03-02 10:00+00, 2026-03-02 11:00+00)"))
    with as_role("app_user", sub=user["id"]) as cursor, pytest.raises(psycopg.errors.ExclusionViolation):
        cursor.execute(book, (*values, "[2026-03-02 09:30+00, 2026-03-02 10:30+00)"))


def test_changes_are_in_the_audit_log(row_factory, as_role, member):
    organisation = row_factory("organisations")
    member_of_it, admin = member(organisation), member(organisation, "admin")
    task = row_factory("tasks", organisation_id=organisation["id"], state="open")
    with as_role("app_user", sub=member_of_it["id"]) as cursor:
        cursor.execute("UPDATE tasks SET state = 'done'")
        assert [] == cursor.execute("SELECT FROM audit_log").fetchall()
    query = "SELECT operation, user_id, new_values ->> 'state' FROM audit_log WHERE row_id = %s ORDER BY id"
    with as_role("app_user", sub=admin["id"]) as cursor:
        logged = cursor.execute(query, [task["id"]]).fetchall()
    assert [("INSERT", None, "open"), ("UPDATE", member_of_it["id"], "done")] == logged


@pytest.mark.parametrize(("state", "readable"), [("draft", 0), ("sent", 1)])
def test_invoices_are_read_once_they_were_sent(row_factory, as_role, member, state, readable):
    invoice = row_factory("invoices", state=state, issued_on="2026-02-01", paid_at=None)
    organisation = {"id": invoice["organisation_id"]}
    row_factory(
        "invoice_lines",
        organisation_id=organisation["id"],
        invoice_id=invoice["id"],
        quantity=3,
        unit_price=10,
    )
    with as_role("app_user", sub=member(organisation, "admin")["id"]) as cursor:
        assert readable == len(cursor.execute("SELECT FROM invoice_lines").fetchall())
        assert [(30,)] * readable == cursor.execute("SELECT total FROM invoice_totals").fetchall()
    with as_role("app_user", sub=member(organisation)["id"]) as cursor:
        assert [] == cursor.execute("SELECT FROM invoices").fetchall()


@pytest.mark.parametrize("table", ["users", "memberships", "tasks", "invoices", "bookings", "audit_log"])
def test_access_is_as_declared(assert_access, table):
    assert_access(table)
