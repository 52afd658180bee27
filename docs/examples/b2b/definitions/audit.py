"""Audit: what changed in tasks and invoices, by whom and when.

A partition holds one quarter. Add the next one before the quarter begins; all other rows are in audit_log_rest.
"""

from schema_dsl import (
    Access,
    Column,
    Function,
    Index,
    Partition,
    Policy,
    PrimaryKey,
    Table,
    Trigger,
    bigint,
    by_range,
    descending,
    jsonb,
    may,
    now,
    one_of,
    text,
    timestamptz,
    uuid,
    values_from,
)

from .organisations import ADMINISTERED, in_organisation
from .shared import app_user

record_change = Function.from_file("sql/record_change.sql", execute=[])


def recorded() -> Trigger:
    """Return the trigger that writes each change of a table to the audit log."""
    return Trigger("record_change", record_change, timing="after", events=["insert", "update", "delete"])


audit_log = Table(
    "audit_log",
    comment="One row per change. Only triggers write it.",
    columns=[
        Column("id", bigint, identity="always"),
        Column("happened_at", timestamptz, not_null=True, default=now()),
        Column(
            "organisation_id",
            uuid,
            not_null=True,
            comment="No foreign key: the log outlives the organisation.",
        ),
        Column("user_id", uuid, comment="NULL if no user asked for the change."),
        Column("table_name", text, not_null=True),
        Column("operation", text, not_null=True, check=one_of("INSERT", "UPDATE", "DELETE")),
        Column("row_id", uuid, not_null=True),
        Column("old_values", jsonb),
        Column("new_values", jsonb),
    ],
    constraints=[PrimaryKey(["happened_at", "id"])],
    indexes=[Index(["organisation_id", descending("happened_at")]), Index("row_id")],
    partition_by=by_range("happened_at"),
    partitions=[
        Partition("audit_log_2026_q1", values_from("2026-01-01 00:00+00", to="2026-04-01 00:00+00")),
        Partition("audit_log_2026_q2", values_from("2026-04-01 00:00+00", to="2026-07-01 00:00+00")),
        Partition("audit_log_rest"),
    ],
    policies=[Policy("read", "select", to=app_user, using=in_organisation("admin"))],
    access=Access(app_user=may("select", rows=ADMINISTERED)),
)
