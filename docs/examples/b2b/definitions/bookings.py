"""Bookings: rooms, and who has booked them from when to when."""

from schema_dsl import (
    Access,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    IndexElement,
    Policy,
    Reference,
    Table,
    Unique,
    before_update,
    boolean,
    max_length,
    may,
    member_of,
    sql,
    text,
    tstzrange,
    uuid,
)

from .organisations import (
    ADMINISTERED,
    READABLE,
    in_organisation,
    memberships,
    organisation_column,
    organisation_policies,
)
from .shared import app_user, created_at, id_column, set_updated_at, updated_at

rooms = Table(
    "rooms",
    comment="Rooms of an organisation, which its members book.",
    columns=[
        id_column(),
        organisation_column(),
        Column("name", text, not_null=True, check=max_length(100)),
        created_at(),
    ],
    constraints=[Unique(["organisation_id", "name"]), Unique(["organisation_id", "id"])],
    policies=organisation_policies(write="admin"),
    access=Access(
        app_user=[may("select", rows=READABLE), may("insert", "update", "delete", rows=ADMINISTERED)],
    ),
)

OWN_BOOKING = f"user_id = (SELECT public.current_user_id()) AND {in_organisation('member')}"
OWN = member_of(
    "memberships",
    "organisation_id",
    member="user_id",
    condition="memberships.role >= 'member' AND memberships.user_id = bookings.user_id",
    name="own bookings",
)

bookings = Table(
    "bookings",
    comment="Who has a room from when to when. Bookings of one room do not overlap unless they are cancelled.",
    columns=[
        id_column(),
        organisation_column(),
        Column("room_id", uuid, not_null=True),
        Column("user_id", uuid, not_null=True),
        Column("during", tstzrange, not_null=True),
        Column("cancelled", boolean, not_null=True, default=False),
        created_at(),
        updated_at(),
    ],
    constraints=[
        ForeignKey(
            ["organisation_id", "room_id"], Reference(rooms, ["organisation_id", "id"]), on_delete="cascade"
        ),
        ForeignKey(["organisation_id", "user_id"], memberships, on_delete="cascade"),
        Check(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name="bookings_during_check",
        ),
        Exclusion(
            [
                (IndexElement("room_id", operator_class=sql("extensions.gist_uuid_ops")), "="),
                ("during", "&&"),
            ],
            where="NOT cancelled",
            name="bookings_do_not_overlap",
        ),
    ],
    indexes=[Index(["organisation_id", "room_id"]), Index(["organisation_id", "user_id"])],
    triggers=[before_update(set_updated_at)],
    policies=[
        Policy("read", "select", to=app_user, using=in_organisation("guest")),
        Policy("add_own", "insert", to=app_user, check=OWN_BOOKING),
        Policy("change_own", "update", to=app_user, using=OWN_BOOKING),
        Policy("remove_own", "delete", to=app_user, using=OWN_BOOKING),
    ],
    access=Access(
        app_user=[may("select", rows=READABLE), may("insert", "update", "delete", rows=OWN)],
    ),
)
