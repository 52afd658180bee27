"""Engagement system: the state of each user, the log of state transitions, and the message queue.

Requires migrations 001 to 033. The application changes the states: this schema has no function that does. The
database stores the state of each user, an audit log of all transitions, and the queue of messages to send.
"""

from schema_dsl import (
    Access,
    Column,
    Function,
    Index,
    Policy,
    Table,
    at_least,
    before_update,
    between,
    boolean,
    gen_random_uuid,
    integer,
    jsonb,
    may,
    now,
    one_of,
    text,
    timestamptz,
    uuid,
    varchar,
)
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may

STATES = one_of("active", "goodbye_sent", "help_flow", "remind_later", "dormant", "paused")
DESTINATIONS = one_of("individual", "group")

update_updated_at_column = Function("update_updated_at_column")


def key() -> Column:
    """Return the primary key that each table has."""
    return Column("id", uuid, primary_key=True, default=gen_random_uuid(), comment="Surrogate key.")


def user(comment: str, *, unique: bool = False) -> Column:
    """Return the column with the user who owns the row; deleting the user deletes the row."""
    return Column(
        "user_id",
        uuid,
        not_null=True,
        unique=unique,
        references=auth_users,
        on_delete="cascade",
        comment=comment,
    )


def moment(name: str, comment: str) -> Column:
    """Return a required timestamp column."""
    return Column(name, timestamptz, not_null=True, default=now(), comment=comment)


user_engagement_states = Table(
    "user_engagement_states",
    comment="State of each user in the engagement state machine; one row per user.",
    columns=[
        key(),
        user("User with this state.", unique=True),
        Column("state", text, not_null=True, default="active", check=STATES, comment="Current state."),
        moment(
            "last_activity_at",
            "Time of the last message from the user; inactivity is counted from this time.",
        ),
        Column("locale", text, not_null=True, default="en", comment="Language of the messages."),
        Column("goodbye_sent_at", timestamptz, comment="Time of the goodbye message; NULL if none was sent."),
        Column(
            "goodbye_expires_at",
            timestamptz,
            comment="Time when an unanswered goodbye makes the user dormant; NULL unless the state is goodbye_sent.",
        ),
        Column(
            "remind_at",
            timestamptz,
            comment="Time to remind the user; NULL unless the state is remind_later.",
        ),
        moment("created_at", "Time of the insert."),
        moment("updated_at", "Time of the last update; set by a trigger."),
    ],
    indexes=[
        Index("state"),
        Index("last_activity_at"),
        Index("goodbye_expires_at", where="goodbye_expires_at IS NOT NULL"),
        Index("remind_at", where="remind_at IS NOT NULL"),
    ],
    triggers=[before_update(update_updated_at_column, name="update_user_engagement_states_updated_at")],
    policies=[owner_may("select", own="user_id"), service_role_may("all")],
    access=Access(
        own="user_id",
        authenticated=may("select", rows="own"),
        service_role=may("all", rows="all"),
    ),
)

engagement_state_transitions = Table(
    "engagement_state_transitions",
    comment="Audit log of all changes of engagement states, with their causes.",
    columns=[
        key(),
        user("User with the changed state."),
        Column("from_state", text, not_null=True, check=STATES, comment="State before."),
        Column("to_state", text, not_null=True, check=STATES, comment="State after."),
        Column(
            "trigger",
            text,
            not_null=True,
            comment="Cause: user_message, inactivity_14d, goodbye_response_1, goodbye_response_2, "
            "goodbye_response_3, goodbye_timeout, reminder_due.",
        ),
        Column("metadata", jsonb, comment="Additional data about the transition."),
        moment("created_at", "Time of the transition."),
    ],
    indexes=[
        Index("user_id", name="engagement_state_transitions_user_id_idx", include=["to_state"]),
        Index("created_at"),
    ],
    policies=[
        owner_may("select", own="user_id"),
        service_role_may("all"),
        Policy(
            "supervisors",
            "select",
            to="authenticated",
            using=("(SELECT auth.jwt() ->> 'user_role') = 'supervisor'"),
        ),
    ],
    access=Access(
        own="user_id",
        authenticated=[
            may("select", rows="own"),
            may("select", rows="all", when={"user_role": "supervisor"}),
        ],
        service_role=may("all", rows="all"),
    ),
)

engagement_message_queue = Table(
    "engagement_message_queue",
    comment="Pending, sent, failed and cancelled messages; the service role sends them.",
    columns=[
        key(),
        user("User for whom the message is queued."),
        Column(
            "message_type",
            text,
            not_null=True,
            check=one_of("welcome", "tier_unlock", "goodbye", "weekly_review", "reminder", "help_restart"),
            comment="Type of the message.",
        ),
        Column("message_key", text, not_null=True, comment="Localisation key of the text."),
        Column("message_params", jsonb, comment="Values for the placeholders in the text."),
        Column(
            "destination",
            varchar(20),
            not_null=True,
            check=DESTINATIONS,
            comment="individual: chat with the user; group: group chat of the user.",
        ),
        Column("destination_jid", text, not_null=True, comment="WhatsApp JID of the chat."),
        moment("scheduled_for", "Earliest time to send the message."),
        Column("sent_at", timestamptz, comment="Time of sending; NULL until then."),
        Column(
            "status",
            text,
            not_null=True,
            default="pending",
            check=one_of("pending", "sent", "failed", "cancelled"),
            comment="Delivery status.",
        ),
        Column(
            "attempts",
            integer,
            renamed_from="retry_count",
            not_null=True,
            default=0,
            check=at_least(0),
            comment="Number of failed attempts to send.",
        ),
        Column("error_message", text, comment="Error of the last failed attempt."),
        Column(
            "idempotency_key",
            text,
            not_null=True,
            unique=True,
            comment="{userId}:{eventType}:{YYYY-MM-DD}; prevents duplicates of a message.",
        ),
        moment("created_at", "Time of queueing."),
    ],
    indexes=[
        Index("status", where="status = 'pending'"),
        Index("scheduled_for", where="status = 'pending'"),
        Index("user_id"),
    ],
    policies=[service_role_may("all")],
    access=Access(own="user_id", service_role=may("all", rows="all")),
)

user_profiles = Table(
    "user_profiles",
    existing=[
        Column("id", uuid, primary_key=True),
        Column("user_id", uuid),
        Column("display_name", text),
        Column("created_at", timestamptz),
        Column("updated_at", timestamptz),
    ],
    columns=[
        Column(
            "preferred_destination",
            text,
            default="individual",
            check=DESTINATIONS,
            comment="Preferred destination of messages to the user.",
        ),
        Column(
            "reengagement_opt_out",
            boolean,
            default=False,
            comment="True if the user must not get any message after the goodbye message.",
        ),
        Column(
            "onboarding_tier",
            integer,
            default=0,
            check=between(0, 3),
            comment="Onboarding progress of the user: 0 (new) to 3 (done).",
        ),
        Column("onboarding_tier_progress", jsonb, default={}, comment="Completed steps of the current tier."),
        Column(
            "magic_moment_at",
            timestamptz,
            comment="Time of the first conversation that the user rated as useful; NULL until then.",
        ),
    ],
)
