"""What the engagement schema lets in and keeps out, by doing it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from schema_dsl.postgres import Connection

As = Callable[..., AbstractContextManager[psycopg.Cursor[tuple[Any, ...]]]]

STATE = "INSERT INTO public.user_engagement_states (user_id, state) VALUES (%s, %s)"
TRANSITION = (
    "INSERT INTO public.engagement_state_transitions (user_id, from_state, to_state, trigger)"
    " VALUES (%s, %s, %s, 'user_message')"
)
MESSAGE = (
    "INSERT INTO public.engagement_message_queue (user_id, message_type, message_key, destination,"
    " destination_jid, status, retry_count, idempotency_key) VALUES (%s, %s, 'k', %s, 'jid', %s, %s, %s)"
)


def queue(admin: Connection, user: UUID, **given: Any) -> None:
    """Queue a message; what is not given is right."""
    row = {
        "message_type": "goodbye",
        "destination": "group",
        "status": "sent",
        "retry_count": 0,
        "key": "a",
    } | given
    admin.execute(
        MESSAGE.encode(),
        [user, row["message_type"], row["destination"], row["status"], row["retry_count"], row["key"]],
    )


def refusal(error: pytest.ExceptionInfo[psycopg.Error]) -> tuple[str | None, str | None]:
    """Give the code and the constraint that an insert was refused by."""
    return error.value.sqlstate, error.value.diag.constraint_name


class TestChecks:
    """A value that is not in the list is refused, with 23514 and the constraint's name."""

    @pytest.mark.parametrize("state", ["active", "goodbye_sent", "help_flow", "remind_later", "dormant"])
    def test_states(self, admin: Connection, user: UUID, state: str) -> None:
        """Each of the five states is taken, wherever a state stands."""
        admin.execute(STATE, [user, state])
        admin.execute(TRANSITION, [user, state, state])

    @pytest.mark.parametrize("state", ["Active", "", "asleep"])
    def test_other_states(self, admin: Connection, user: UUID, state: str) -> None:
        """Nothing else is."""
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            admin.execute(STATE, [user, state])
        assert ("23514", "user_engagement_states_state_check") == refusal(error)
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            admin.execute(TRANSITION, [user, state, "active"])
        assert ("23514", "engagement_state_transitions_from_state_check") == refusal(error)
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            admin.execute(TRANSITION, [user, "active", state])
        assert ("23514", "engagement_state_transitions_to_state_check") == refusal(error)

    @pytest.mark.parametrize(
        ("column", "value"),
        [("message_type", "spam"), ("destination", "everybody"), ("status", "lost"), ("retry_count", -1)],
    )
    def test_messages(self, admin: Connection, user: UUID, column: str, value: Any) -> None:
        """A message of no known kind, to nowhere, in no known state, or with negative retries is refused."""
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            queue(admin, user, **{column: value})
        assert ("23514", f"engagement_message_queue_{column}_check") == refusal(error)

    @pytest.mark.parametrize(
        "kind", ["welcome", "tier_unlock", "goodbye", "weekly_review", "reminder", "help_restart"]
    )
    def test_message_types(self, admin: Connection, user: UUID, kind: str) -> None:
        """Each of the six kinds of message is taken."""
        queue(admin, user, message_type=kind)

    @pytest.mark.parametrize("tier", [0, 1, 2, 3])
    def test_tiers(self, admin: Connection, user: UUID, tier: int) -> None:
        """Tiers 0 to 3 are taken."""
        admin.execute(
            "INSERT INTO public.user_profiles (user_id, onboarding_tier) VALUES (%s, %s)", [user, tier]
        )

    @pytest.mark.parametrize("tier", [-1, 4])
    def test_other_tiers(self, admin: Connection, user: UUID, tier: int) -> None:
        """Tiers just outside are refused."""
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            admin.execute(
                "INSERT INTO public.user_profiles (user_id, onboarding_tier) VALUES (%s, %s)", [user, tier]
            )
        assert ("23514", "user_profiles_onboarding_tier_check") == refusal(error)


class TestKeys:
    """Duplicates are refused with 23505, and what belongs to a user goes with the user."""

    def test_one_state_a_user(self, admin: Connection, user: UUID) -> None:
        """A user has one state."""
        admin.execute(STATE, [user, "active"])
        with pytest.raises(psycopg.errors.UniqueViolation) as error:
            admin.execute(STATE, [user, "dormant"])
        assert ("23505", "user_engagement_states_user_id_key") == refusal(error)

    def test_a_message_is_queued_once(self, admin: Connection, user: UUID) -> None:
        """The idempotency key keeps a message from being queued twice."""
        queue(admin, user, key="1")
        queue(admin, user, key="2")
        with pytest.raises(psycopg.errors.UniqueViolation) as error:
            queue(admin, user, key="1")
        assert ("23505", "engagement_message_queue_idempotency_key_key") == refusal(error)

    def test_nobody_unknown(self, admin: Connection) -> None:
        """A state of a user who does not exist is refused."""
        with pytest.raises(psycopg.errors.ForeignKeyViolation) as error:
            admin.execute(STATE, [uuid4(), "active"])
        assert ("23503", "user_engagement_states_user_id_fkey") == refusal(error)

    def test_all_goes_with_the_user(self, admin: Connection, user: UUID, other: UUID) -> None:
        """Deleting the auth user takes their rows along, and nobody else's."""
        for who in (user, other):
            admin.execute(STATE, [who, "active"])
            admin.execute(TRANSITION, [who, "active", "dormant"])
            queue(admin, who, key=str(who))
        admin.execute("DELETE FROM auth.users WHERE id = %s", [user])
        left = admin.execute(
            "SELECT user_id FROM public.user_engagement_states UNION ALL"
            " SELECT user_id FROM public.engagement_state_transitions UNION ALL"
            " SELECT user_id FROM public.engagement_message_queue"
        ).fetchall()
        assert [(other,)] * 3 == left

    def test_updated_at_is_kept(self, admin: Connection, user: UUID) -> None:
        """A change of a state is dated by the trigger, whatever was said."""
        admin.execute(STATE, [user, "active"])
        admin.execute("UPDATE public.user_engagement_states SET state = 'dormant', updated_at = '2000-01-01'")
        ((recent,),) = admin.execute(
            "SELECT updated_at > now() - interval '1 hour' FROM public.user_engagement_states"
        ).fetchall()
        assert recent


OWN = ["user_engagement_states", "engagement_state_transitions"]
ALL = [*OWN, "engagement_message_queue"]
WRITES = [
    "INSERT INTO public.{} (user_id) VALUES (gen_random_uuid())",
    "UPDATE public.{} SET user_id = user_id",
    "DELETE FROM public.{}",
    "TRUNCATE public.{}",
]


@pytest.fixture
def rows(admin: Connection, user: UUID, other: UUID) -> None:
    """Give two users a row in each table."""
    for who in (user, other):
        admin.execute(STATE, [who, "active"])
        admin.execute(TRANSITION, [who, "active", "dormant"])
        queue(admin, who, key=str(who))


@pytest.mark.usefixtures("rows")
class TestAccess:
    """Who is signed in reads their own rows and writes nothing; others get nothing; the service role everything."""

    @pytest.mark.parametrize("table", OWN)
    def test_own_rows_are_read(self, as_user: As, user: UUID, table: str) -> None:
        """A user sees their own row, and only that."""
        with as_user(user) as cursor:
            assert [(user,)] == cursor.execute(f"SELECT user_id FROM public.{table}".encode()).fetchall()

    @pytest.mark.parametrize("table", OWN)
    def test_a_stranger_sees_nothing(self, as_user: As, table: str) -> None:
        """A signed-in user without rows sees none."""
        with as_user(uuid4()) as cursor:
            assert [] == cursor.execute(f"SELECT user_id FROM public.{table}".encode()).fetchall()

    @pytest.mark.parametrize("table", ALL)
    @pytest.mark.parametrize("write", WRITES)
    def test_a_user_writes_nothing(self, as_user: As, user: UUID, table: str, write: str) -> None:
        """Every write of a signed-in user is refused, also to their own row."""
        with as_user(user) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute(write.format(table).encode())

    def test_the_queue_is_not_read(self, as_user: As, user: UUID) -> None:
        """A user does not see what is queued, not even for them."""
        with as_user(user) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute("SELECT FROM public.engagement_message_queue")

    @pytest.mark.parametrize("table", ALL)
    @pytest.mark.parametrize("statement", ["SELECT FROM public.{}", *WRITES])
    def test_anon_gets_nothing(self, as_anon: As, table: str, statement: str) -> None:
        """Whoever is not signed in can do nothing at all."""
        with as_anon() as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute(statement.format(table).encode())

    @pytest.mark.parametrize("table", ALL)
    def test_the_service_role_manages_all(self, as_service: As, table: str) -> None:
        """The service role reads, changes and deletes every row, but does not empty tables at one stroke."""
        with as_service() as cursor:
            assert 2 == cursor.execute(f"SELECT user_id FROM public.{table}".encode()).rowcount
            assert 2 == cursor.execute(f"UPDATE public.{table} SET created_at = now()".encode()).rowcount
            assert 2 == cursor.execute(f"DELETE FROM public.{table}".encode()).rowcount
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                cursor.execute(f"TRUNCATE public.{table}".encode())

    def test_the_service_role_adds(self, as_service: As, user: UUID) -> None:
        """The service role queues messages."""
        with as_service() as cursor:
            cursor.execute(MESSAGE.encode(), [user, "welcome", "group", "pending", 0, "new"])
            assert 1 == cursor.rowcount
