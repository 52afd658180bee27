"""Engagement system: where each user stands, how they got there, what we still owe them a message about.

Continues migrations 001 to 033. The state machine itself lives in the assistant; the database keeps a user's
state, an audit log of every transition, and the queue of messages that are still to be sent.
"""

from schema_dsl import (
    Access,
    Column,
    Function,
    Index,
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
)
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may

STATES = one_of("active", "goodbye_sent", "help_flow", "remind_later", "dormant")
DESTINATIONS = one_of("individual", "group")

update_updated_at_column = Function("update_updated_at_column")


def key() -> Column:
    """Declare the key that every table of ours has."""
    return Column("id", uuid, primary_key=True, default=gen_random_uuid(), comment="Surrogate key.")


def user(comment: str, *, unique: bool = False) -> Column:
    """Declare whose a row is; with the user, the row goes."""
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
    """Declare a time that every row has."""
    return Column(name, timestamptz, not_null=True, default=now(), comment=comment)


user_engagement_states = Table(
    "user_engagement_states",
    comment="Where each user stands in the engagement state machine; one row a user.",
    columns=[
        key(),
        user("Whose state this is.", unique=True),
        Column("state", text, not_null=True, default="active", check=STATES, comment="Current state."),
        moment("last_activity_at", "When the user last wrote; inactivity is counted from here."),
        Column(
            "goodbye_sent_at", timestamptz, comment="When the goodbye message was sent; NULL if it was not."
        ),
        Column(
            "goodbye_expires_at",
            timestamptz,
            comment="When an unanswered goodbye makes the user dormant; NULL outside goodbye_sent.",
        ),
        Column("remind_at", timestamptz, comment="When to remind the user; NULL outside remind_later."),
        moment("created_at", "When the row was made."),
        moment("updated_at", "When the row was last changed; kept by a trigger."),
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
    comment="Audit log: every change of a user's engagement state, and what caused it.",
    columns=[
        key(),
        user("Whose state changed."),
        Column("from_state", text, not_null=True, check=STATES, comment="State before."),
        Column("to_state", text, not_null=True, check=STATES, comment="State after."),
        Column(
            "trigger",
            text,
            not_null=True,
            comment="What caused it: user_message, inactivity_14d, goodbye_response_1, goodbye_response_2, "
            "goodbye_response_3, goodbye_timeout, reminder_due.",
        ),
        Column("metadata", jsonb, comment="Whatever else is worth knowing about the transition."),
        moment("created_at", "When it happened."),
    ],
    indexes=[Index("user_id"), Index("created_at")],
    policies=[owner_may("select", own="user_id"), service_role_may("all")],
    access=Access(
        own="user_id",
        authenticated=may("select", rows="own"),
        service_role=may("all", rows="all"),
    ),
)

engagement_message_queue = Table(
    "engagement_message_queue",
    comment="Messages that are to be sent, were sent, or could not be; worked off by the service role.",
    columns=[
        key(),
        user("Whom the message is about."),
        Column(
            "message_type",
            text,
            not_null=True,
            check=one_of("welcome", "tier_unlock", "goodbye", "weekly_review", "reminder", "help_restart"),
            comment="What kind of message it is.",
        ),
        Column("message_key", text, not_null=True, comment="Localisation key of the text."),
        Column("message_params", jsonb, comment="Values for the placeholders in the text."),
        Column(
            "destination",
            text,
            not_null=True,
            check=DESTINATIONS,
            comment="A chat with the user, or their group.",
        ),
        Column("destination_jid", text, not_null=True, comment="WhatsApp JID of the chat."),
        moment("scheduled_for", "Not to be sent before."),
        Column("sent_at", timestamptz, comment="When it was sent; NULL until then."),
        Column(
            "status",
            text,
            not_null=True,
            default="pending",
            check=one_of("pending", "sent", "failed", "cancelled"),
            comment="How far it got.",
        ),
        Column(
            "retry_count",
            integer,
            not_null=True,
            default=0,
            check=at_least(0),
            comment="How often sending failed.",
        ),
        Column("error_message", text, comment="Why sending last failed."),
        Column(
            "idempotency_key",
            text,
            not_null=True,
            unique=True,
            comment="{userId}:{eventType}:{YYYY-MM-DD}; keeps the same message from being queued twice.",
        ),
        moment("created_at", "When it was queued."),
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
            comment="Where the user wants to be written to.",
        ),
        Column(
            "reengagement_opt_out",
            boolean,
            default=False,
            comment="Whether the user asked not to be written to again after a goodbye.",
        ),
        Column(
            "onboarding_tier",
            integer,
            default=0,
            check=between(0, 3),
            comment="How far the user has come in onboarding: 0 (new) to 3 (done).",
        ),
        Column(
            "onboarding_tier_progress", jsonb, default={}, comment="What was done within the current tier."
        ),
        Column(
            "magic_moment_at",
            timestamptz,
            comment="When the user first saw the point of it; NULL until then.",
        ),
    ],
)
