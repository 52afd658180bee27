"""Try which statements the engagement schema accepts and refuses."""

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
    """Insert a message; columns that are not given get valid values."""
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
    """Return the SQLSTATE and the constraint of an error."""
    return error.value.sqlstate, error.value.diag.constraint_name


class TestChecks:
    """Values outside the declared lists are refused with SQLSTATE 23514 and the constraint's name."""

    @pytest.mark.parametrize("state", ["active", "goodbye_sent", "help_flow", "remind_later", "dormant"])
    def test_states(self, admin: Connection, user: UUID, state: str) -> None:
        """All five states are accepted in every state column."""
        admin.execute(STATE, [user, state])
        admin.execute(TRANSITION, [user, state, state])

    @pytest.mark.parametrize("state", ["Active", "", "asleep"])
    def test_other_states(self, admin: Connection, user: UUID, state: str) -> None:
        """All other states are refused."""
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
        """Messages with an unknown type, destination or status, or a negative retry count are refused."""
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            queue(admin, user, **{column: value})
        assert ("23514", f"engagement_message_queue_{column}_check") == refusal(error)

    @pytest.mark.parametrize(
        "kind", ["welcome", "tier_unlock", "goodbye", "weekly_review", "reminder", "help_restart"]
    )
    def test_message_types(self, admin: Connection, user: UUID, kind: str) -> None:
        """All six message types are accepted."""
        queue(admin, user, message_type=kind)

    @pytest.mark.parametrize("tier", [0, 1, 2, 3])
    def test_tiers(self, admin: Connection, user: UUID, tier: int) -> None:
        """Tiers 0 to 3 are accepted."""
        admin.execute(
            "INSERT INTO public.user_profiles (user_id, onboarding_tier) VALUES (%s, %s)", [user, tier]
        )

    @pytest.mark.parametrize("tier", [-1, 4])
    def test_other_tiers(self, admin: Connection, user: UUID, tier: int) -> None:
        """Tiers -1 and 4 are refused."""
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            admin.execute(
                "INSERT INTO public.user_profiles (user_id, onboarding_tier) VALUES (%s, %s)", [user, tier]
            )
        assert ("23514", "user_profiles_onboarding_tier_check") == refusal(error)


class TestKeys:
    """Duplicates are refused with SQLSTATE 23505, and deleting a user deletes the user's rows."""

    def test_one_state_a_user(self, admin: Connection, user: UUID) -> None:
        """A second state of a user is refused."""
        admin.execute(STATE, [user, "active"])
        with pytest.raises(psycopg.errors.UniqueViolation) as error:
            admin.execute(STATE, [user, "dormant"])
        assert ("23505", "user_engagement_states_user_id_key") == refusal(error)

    def test_a_message_is_queued_once(self, admin: Connection, user: UUID) -> None:
        """A second message with the same idempotency key is refused."""
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
        """Deleting an auth user deletes the rows of this user only."""
        for who in (user, other):
            admin.execute(STATE, [who, "active"])
            admin.execute(TRANSITION, [who, "active", "dormant"])
            queue(admin, who, key=str(who))
        admin.execute("DELETE FROM auth.users WHERE id = %s", [user])
        remaining = admin.execute(
            "SELECT user_id FROM public.user_engagement_states UNION ALL"
            " SELECT user_id FROM public.engagement_state_transitions UNION ALL"
            " SELECT user_id FROM public.engagement_message_queue"
        ).fetchall()
        assert [(other,)] * 3 == remaining

    def test_updated_at_is_kept(self, admin: Connection, user: UUID) -> None:
        """The trigger sets updated_at on every update, even if the statement sets another value."""
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
    """A row of each of two users in every table."""
    for who in (user, other):
        admin.execute(STATE, [who, "active"])
        admin.execute(TRANSITION, [who, "active", "dormant"])
        queue(admin, who, key=str(who))


@pytest.mark.usefixtures("rows")
class TestAccess:
    """Signed-in users read their own rows, anonymous users have no access, and the service role manages all rows."""

    @pytest.mark.parametrize("table", OWN)
    def test_own_rows_are_read(self, as_user: As, user: UUID, table: str) -> None:
        """A signed-in user reads only the user's own rows."""
        with as_user(user) as cursor:
            assert [(user,)] == cursor.execute(f"SELECT user_id FROM public.{table}".encode()).fetchall()

    @pytest.mark.parametrize("table", OWN)
    def test_a_stranger_sees_nothing(self, as_user: As, table: str) -> None:
        """A signed-in user without rows reads no rows."""
        with as_user(uuid4()) as cursor:
            assert [] == cursor.execute(f"SELECT user_id FROM public.{table}".encode()).fetchall()

    @pytest.mark.parametrize("table", ALL)
    @pytest.mark.parametrize("write", WRITES)
    def test_a_user_writes_nothing(self, as_user: As, user: UUID, table: str, write: str) -> None:
        """Every write of a signed-in user is refused, even on the user's own rows."""
        with as_user(user) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute(write.format(table).encode())

    def test_the_queue_is_not_read(self, as_user: As, user: UUID) -> None:
        """A signed-in user cannot read the message queue, not even the user's own messages."""
        with as_user(user) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute("SELECT FROM public.engagement_message_queue")

    @pytest.mark.parametrize("table", ALL)
    @pytest.mark.parametrize("statement", ["SELECT FROM public.{}", *WRITES])
    def test_anon_gets_nothing(self, as_anon: As, table: str, statement: str) -> None:
        """Every statement of an anonymous user is refused."""
        with as_anon() as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute(statement.format(table).encode())

    @pytest.mark.parametrize("table", ALL)
    def test_the_service_role_manages_all(self, as_service: As, table: str) -> None:
        """The service role reads, updates and deletes every row, but cannot TRUNCATE tables."""
        with as_service() as cursor:
            assert 2 == cursor.execute(f"SELECT user_id FROM public.{table}".encode()).rowcount
            assert 2 == cursor.execute(f"UPDATE public.{table} SET created_at = now()".encode()).rowcount
            assert 2 == cursor.execute(f"DELETE FROM public.{table}".encode()).rowcount
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                cursor.execute(f"TRUNCATE public.{table}".encode())

    def test_the_service_role_adds(self, as_service: As, user: UUID) -> None:
        """The service role inserts messages."""
        with as_service() as cursor:
            cursor.execute(MESSAGE.encode(), [user, "welcome", "group", "pending", 0, "new"])
            assert 1 == cursor.rowcount
