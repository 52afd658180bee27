"""Billing: invoices to the organisations, and the revenue by month.

The billing job writes as the owner of the tables. The application only reads.
"""

from schema_dsl import (
    Access,
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    MaterializedView,
    Policy,
    Reference,
    Table,
    Unique,
    View,
    at_least,
    before_update,
    bigint,
    date,
    max_length,
    may,
    member_of,
    numeric,
    sql_file,
    text,
    timestamptz,
    uuid,
)

from .audit import recorded
from .organisations import in_organisation, organisation_column
from .shared import app_user, created_at, id_column, reporting, set_updated_at, updated_at

invoice_state = Enum("invoice_state", ["draft", "sent", "paid", "void"], usage=[app_user])

invoices = Table(
    "invoices",
    comment="One row per invoice. Admins of the organisation read it as soon as it was sent.",
    columns=[
        id_column(),
        organisation_column(),
        Column(
            "number", bigint, not_null=True, identity="always", unique=True, comment="Printed on the invoice."
        ),
        Column("state", invoice_state, not_null=True, default="draft"),
        Column("issued_on", date, comment="NULL while the invoice is a draft."),
        Column("paid_at", timestamptz, comment="NULL until the invoice is paid."),
        created_at(),
        updated_at(),
    ],
    constraints=[
        Unique(["organisation_id", "id"]),
        Check("state = 'draft' OR issued_on IS NOT NULL", name="invoices_issued_check"),
        Check("(state = 'paid') = (paid_at IS NOT NULL)", name="invoices_paid_check"),
    ],
    indexes=[Index("issued_on", where="state = 'sent'", name="invoices_unpaid_idx")],
    triggers=[before_update(set_updated_at), recorded()],
    policies=[
        Policy("read_sent", "select", to=app_user, using=f"state <> 'draft' AND {in_organisation('admin')}"),
    ],
    access=Access(
        app_user=may(
            "select",
            rows=member_of(
                "memberships",
                "organisation_id",
                member="user_id",
                condition="role >= 'admin' AND invoices.state <> 'draft'",
                name="sent to organisation as admin",
            ),
        ),
    ),
)

invoice_lines = Table(
    "invoice_lines",
    comment="What an invoice charges for. Who reads the invoice reads its lines.",
    columns=[
        id_column(),
        organisation_column(),
        Column("invoice_id", uuid, not_null=True),
        Column("description", text, not_null=True, check=max_length(500)),
        Column("quantity", numeric(12, 3), not_null=True, default=1, check=at_least(0)),
        Column("unit_price", numeric(12, 2), not_null=True),
        Column("amount", numeric(14, 2), generated="round(quantity * unit_price, 2)"),
    ],
    constraints=[
        ForeignKey(
            ["organisation_id", "invoice_id"],
            Reference(invoices, ["organisation_id", "id"]),
            on_delete="cascade",
        )
    ],
    indexes=[Index(["organisation_id", "invoice_id"])],
    policies=[
        # The policies of invoices apply to the sub-select as well.
        Policy(
            "read_sent", "select", to=app_user, using="invoice_id IN (SELECT i.id FROM public.invoices AS i)"
        ),
    ],
    access=Access(
        app_user=may(
            "select",
            rows=member_of(
                "memberships",
                "organisation_id",
                member="user_id",
                condition="""
                    role >= 'admin'
                    AND (SELECT i.state FROM public.invoices AS i WHERE i.id = invoice_lines.invoice_id) <> 'draft'
                """,
                name="sent to organisation as admin",
            ),
        ),
    ),
)

invoice_totals = View(
    "invoice_totals",
    sql_file("sql/invoice_totals.sql"),
    security_invoker=True,
    select=[app_user],
    comment="Invoices with the sum of their lines. The policies of the tables apply.",
)

revenue_by_month = MaterializedView(
    "revenue_by_month",
    sql_file("sql/revenue_by_month.sql"),
    indexes=[Index(["month", "organisation_id"], unique=True)],
    select=[reporting],
    comment="Paid invoices by month. Refreshed every night; no policy applies to it, so only reporting reads it.",
)
