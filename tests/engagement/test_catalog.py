"""The catalog after the engagement migration, attribute by attribute, as specified in the issue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Query = Callable[..., list[tuple[Any, ...]]]

TIME = "timestamp with time zone"

COLUMNS = {
    "user_engagement_states": [
        ("id", "uuid", True, "gen_random_uuid()"),
        ("user_id", "uuid", True, None),
        ("state", "text", True, "'active'::text"),
        ("last_activity_at", TIME, True, "now()"),
        ("goodbye_sent_at", TIME, False, None),
        ("goodbye_expires_at", TIME, False, None),
        ("remind_at", TIME, False, None),
        ("created_at", TIME, True, "now()"),
        ("updated_at", TIME, True, "now()"),
    ],
    "engagement_state_transitions": [
        ("id", "uuid", True, "gen_random_uuid()"),
        ("user_id", "uuid", True, None),
        ("from_state", "text", True, None),
        ("to_state", "text", True, None),
        ("trigger", "text", True, None),
        ("metadata", "jsonb", False, None),
        ("created_at", TIME, True, "now()"),
    ],
    "engagement_message_queue": [
        ("id", "uuid", True, "gen_random_uuid()"),
        ("user_id", "uuid", True, None),
        ("message_type", "text", True, None),
        ("message_key", "text", True, None),
        ("message_params", "jsonb", False, None),
        ("destination", "text", True, None),
        ("destination_jid", "text", True, None),
        ("scheduled_for", TIME, True, "now()"),
        ("sent_at", TIME, False, None),
        ("status", "text", True, "'pending'::text"),
        ("retry_count", "integer", True, "0"),
        ("error_message", "text", False, None),
        ("idempotency_key", "text", True, None),
        ("created_at", TIME, True, "now()"),
    ],
    "user_profiles": [
        ("id", "uuid", True, "gen_random_uuid()"),
        ("user_id", "uuid", True, None),
        ("display_name", "text", False, None),
        ("created_at", TIME, False, "now()"),
        ("updated_at", TIME, False, "now()"),
        ("preferred_destination", "text", False, "'individual'::text"),
        ("reengagement_opt_out", "boolean", False, "false"),
        ("onboarding_tier", "integer", False, "0"),
        ("onboarding_tier_progress", "jsonb", False, "'{}'::jsonb"),
        ("magic_moment_at", TIME, False, None),
    ],
}

INDEXES = {
    "user_engagement_states": {
        "user_engagement_states_pkey": (True, "id", None),
        "user_engagement_states_user_id_key": (True, "user_id", None),
        "user_engagement_states_state_idx": (False, "state", None),
        "user_engagement_states_last_activity_at_idx": (False, "last_activity_at", None),
        "user_engagement_states_goodbye_expires_at_idx": (
            False,
            "goodbye_expires_at",
            "(goodbye_expires_at IS NOT NULL)",
        ),
        "user_engagement_states_remind_at_idx": (False, "remind_at", "(remind_at IS NOT NULL)"),
    },
    "engagement_state_transitions": {
        "engagement_state_transitions_pkey": (True, "id", None),
        "engagement_state_transitions_user_id_idx": (False, "user_id", None),
        "engagement_state_transitions_created_at_idx": (False, "created_at", None),
    },
    "engagement_message_queue": {
        "engagement_message_queue_pkey": (True, "id", None),
        "engagement_message_queue_idempotency_key_key": (True, "idempotency_key", None),
        "engagement_message_queue_status_idx": (False, "status", "(status = 'pending'::text)"),
        "engagement_message_queue_scheduled_for_idx": (False, "scheduled_for", "(status = 'pending'::text)"),
        "engagement_message_queue_user_id_idx": (False, "user_id", None),
    },
    "user_profiles": {
        "user_profiles_pkey": (True, "id", None),
        "user_profiles_user_id_key": (True, "user_id", None),
    },
}

MINE = "(( SELECT auth.uid() AS uid) = user_id)"
POLICIES = {
    "user_engagement_states": {
        "authenticated_select_own": ("r", ["authenticated"], MINE, None),
        "service_role_all": ("*", ["service_role"], "true", "true"),
    },
    "engagement_state_transitions": {
        "authenticated_select_own": ("r", ["authenticated"], MINE, None),
        "service_role_all": ("*", ["service_role"], "true", "true"),
    },
    "engagement_message_queue": {"service_role_all": ("*", ["service_role"], "true", "true")},
}

WRITES = {"SELECT", "INSERT", "UPDATE", "DELETE"}
GRANTS = {
    "user_engagement_states": {"authenticated": {"SELECT"}, "service_role": WRITES},
    "engagement_state_transitions": {"authenticated": {"SELECT"}, "service_role": WRITES},
    "engagement_message_queue": {"service_role": WRITES},
}
NEW_TABLES = list(GRANTS)


class TestColumns:
    """Every column exists, in order, with its type, nullability and default."""

    @pytest.mark.parametrize("table", COLUMNS)
    def test_columns(self, query: Query, table: str) -> None:
        """The catalog lists exactly these columns."""
        assert COLUMNS[table] == query(
            """
            SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
            FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
            WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """,
            f"public.{table}",
        )


class TestIndexes:
    """Exactly the expected indexes exist and are valid, with their columns and predicates."""

    @pytest.mark.parametrize("table", INDEXES)
    def test_indexes(self, query: Query, table: str) -> None:
        """The catalog lists exactly these indexes."""
        found = query(
            """
            SELECT indexrelid::regclass::text, indisunique, pg_get_indexdef(indexrelid, 1, false),
                   pg_get_expr(indpred, indrelid)
            FROM pg_index WHERE indrelid = %s::regclass AND indisvalid AND indnkeyatts = 1
            """,
            f"public.{table}",
        )
        assert INDEXES[table] == {name: (unique, on, where) for name, unique, on, where in found}


class TestConstraints:
    """Exactly the expected foreign keys and CHECK constraints exist and are validated."""

    @pytest.mark.parametrize("table", NEW_TABLES)
    def test_foreign_key_to_the_user(self, query: Query, table: str) -> None:
        """The foreign key to the user deletes the rows of a deleted user."""
        found = query(
            "SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            f"public.{table}",
        )
        definition = "FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE"
        assert [(f"{table}_user_id_fkey", definition, True)] == found

    def test_checks(self, query: Query) -> None:
        """Every CHECK constraint has the default name of Postgres and is validated."""
        found = query(
            "SELECT conname, convalidated FROM pg_constraint WHERE contype = 'c'"
            " AND connamespace = 'public'::regnamespace ORDER BY conname"
        )
        names = [
            "engagement_message_queue_destination_check",
            "engagement_message_queue_message_type_check",
            "engagement_message_queue_retry_count_check",
            "engagement_message_queue_status_check",
            "engagement_state_transitions_from_state_check",
            "engagement_state_transitions_to_state_check",
            "user_engagement_states_state_check",
            "user_profiles_onboarding_tier_check",
            "user_profiles_preferred_destination_check",
        ]
        assert [(name, True) for name in names] == found


class TestAccess:
    """Row level security is enabled, with exactly the expected policies and privileges."""

    @pytest.mark.parametrize("table", NEW_TABLES)
    def test_row_security_is_on(self, query: Query, table: str) -> None:
        """Row level security is enabled."""
        assert [(True,)] == query(
            "SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", f"public.{table}"
        )

    @pytest.mark.parametrize("table", NEW_TABLES)
    def test_policies(self, query: Query, table: str) -> None:
        """Every policy has the expected command, roles and conditions."""
        found = query(
            """
            SELECT polname, polcmd::text, polroles::regrole[]::text[], pg_get_expr(polqual, polrelid),
                   pg_get_expr(polwithcheck, polrelid)
            FROM pg_policy WHERE polrelid = %s::regclass AND polpermissive
            """,
            f"public.{table}",
        )
        assert POLICIES[table] == {name: tuple(rest) for name, *rest in found}

    @pytest.mark.parametrize("table", NEW_TABLES)
    def test_privileges(self, query: Query, table: str) -> None:
        """Roles other than the owner hold only the granted privileges."""
        found = query(
            """
            SELECT grantee::regrole::text, array_agg(privilege_type) FROM pg_class, aclexplode(relacl)
            WHERE oid = %s::regclass AND grantee <> relowner GROUP BY 1
            """,
            f"public.{table}",
        )
        assert GRANTS[table] == {role: set(privileges) for role, privileges in found}

    def test_existing_policies_are_unchanged(self, query: Query) -> None:
        """The four own-row policies of user_profiles still exist."""
        found = query("SELECT polcmd::text FROM pg_policy WHERE polrelid = 'public.user_profiles'::regclass")
        assert {"r", "a", "w", "d"} == {command for (command,) in found}


class TestComments:
    """Every new object has a comment."""

    @pytest.mark.parametrize("table", NEW_TABLES)
    def test_table_and_columns(self, query: Query, table: str) -> None:
        """The table and every column have a comment."""
        uncommented = query(
            """
            SELECT attname FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0
            AND col_description(attrelid, attnum) IS NULL
            UNION ALL SELECT 'the table' WHERE obj_description(%(table)s::regclass, 'pg_class') IS NULL
            """.replace("%(table)s", f"'public.{table}'")
        )
        assert [] == uncommented

    def test_new_columns_of_user_profiles(self, query: Query) -> None:
        """Every new column of user_profiles has a comment."""
        found = query(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'public.user_profiles'::regclass"
            " AND col_description(attrelid, attnum) IS NOT NULL ORDER BY attnum"
        )
        assert [name for name, *_ in COLUMNS["user_profiles"][5:]] == [name for (name,) in found]

    def test_policies(self, query: Query) -> None:
        """Every policy of a new table has a comment."""
        uncommented = query(
            "SELECT polname FROM pg_policy WHERE polrelid::regclass::text = ANY (%s)"
            " AND obj_description(oid, 'pg_policy') IS NULL",
            NEW_TABLES,
        )
        assert [] == uncommented

    def test_causes_are_listed(self, query: Query) -> None:
        """The comment of the free-text column `trigger` lists all values in use."""
        ((text,),) = query(
            "SELECT col_description('public.engagement_state_transitions'::regclass, 5)",
        )
        causes = ["user_message", "inactivity_14d", "goodbye_timeout", "reminder_due"]
        causes += [f"goodbye_response_{number}" for number in (1, 2, 3)]
        assert [] == [cause for cause in causes if cause not in text]
