"""Teams with invitations and roles on plain Postgres. The setting app.tenant_id holds the team of the caller."""

from __future__ import annotations

from typing import Final

from schema_dsl import (
    Access,
    Check,
    Column,
    Exclusion,
    Function,
    Index,
    Policy,
    Table,
    Trigger,
    Unique,
    at_least,
    before_update,
    between,
    bigint,
    boolean,
    gen_random_uuid,
    integer,
    max_length,
    may,
    member_of,
    named_type,
    now,
    one_of,
    sql,
    text,
    timestamptz,
    uuid,
    where,
)

# The objects of earlier migrations: customers, and functions for triggers and policies.
BASELINE: Final = """
CREATE TABLE public.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, city text);
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END $$;
CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RETURN NULL;
END $$;
CREATE FUNCTION public.tenant() RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT nullif(current_setting('app.tenant_id', true), '')::uuid
$$;
CREATE VIEW public.cities WITH (security_invoker = true) AS SELECT DISTINCT city FROM public.customers;
"""

OWN: Final = "tenant_id = public.tenant()"
IS_PUBLIC: Final = "visibility = 'public'"
IS_SHARED: Final = (
    "EXISTS (SELECT FROM public.project_shares AS s"
    " WHERE s.project_id = projects.id AND s.tenant_id = public.tenant())"
)
touch = Function("touch")
note = Function("note")


def _policies(*, support: bool = True, condition: str = OWN) -> list[Policy]:
    read = [Policy("support", "select", to="support", using="true")] if support else []
    return [Policy("own", to="app", using=sql(condition), check=sql(condition)), *read]


def _moment(name: str) -> Column:
    return Column(name, timestamptz, not_null=True, default=now())


tenants = Table(
    "tenants",
    comment="A team.",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("name", text, not_null=True, check=max_length(40)),
        Column("plan", text, not_null=True, default="free", check=one_of("free", "paid", "internal")),
        Column("seats", integer, not_null=True, default=5, check=between(1, 500)),
        _moment("updated_at"),
    ],
    triggers=[before_update(touch)],
    policies=[
        Policy("own", "select", to="app", using="id = public.tenant()"),
        Policy("rename", "update", to="app", using="id = public.tenant()", check="id = public.tenant()"),
        Policy("support", "select", to="support", using="true"),
    ],
    access=Access(
        own="id",
        app=[may("select", rows="own"), may("update", rows="own", columns="name")],
        support=may("select", rows="all"),
    ),
)

members = Table(
    "members",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column("tenant_id", uuid, not_null=True, references=tenants, on_delete="cascade"),
        Column("email", text, not_null=True),
        Column("role", text, not_null=True, default="member", check=one_of("owner", "admin", "member")),
        Column("joined_at", timestamptz),
    ],
    constraints=[
        Unique(["tenant_id", "email"], name="one_membership"),
        Check("role <> 'owner' OR joined_at IS NOT NULL", name="owners_have_joined"),
    ],
    policies=_policies(),
    access=Access(own="tenant_id", app=may("all", rows="own"), support=may("select", rows="all")),
)

invitations = Table(
    "invitations",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("tenant_id", uuid, not_null=True, references=tenants, on_delete="cascade"),
        Column("email", text, not_null=True),
        Column("role", text, not_null=True, default="member", check=one_of("admin", "member")),
        Column(
            "state", text, not_null=True, default="pending", check=one_of("pending", "accepted", "revoked")
        ),
        Column("expires_at", timestamptz, not_null=True, default=sql("now() + interval '7 days'")),
        Column("token", text, unique=True),
        _moment("updated_at"),
    ],
    indexes=[Index("email", where="state = 'pending'"), Index("tenant_id")],
    triggers=[
        Trigger("touched", touch, timing="before", events="update", update_of=["state", "role"]),
        Trigger(
            "accepted",
            note,
            timing="after",
            events=["insert", "update"],
            when="NEW.state = 'accepted'",
        ),
    ],
    policies=[
        Policy("own", "select", to="app", using=sql(OWN)),
        Policy("invite", "insert", to="app", check=sql(f"{OWN} AND state = 'pending'")),
        Policy("answer", "update", to="app", using=sql(OWN), check=sql(OWN)),
        Policy("support", "select", to="support", using="true"),
    ],
    access=Access(
        own="tenant_id",
        app=[
            may("select", rows="own"),
            may("insert", rows=where("own pending", f"{OWN} AND state = 'pending'")),
            may("update", rows="own", columns="state"),
        ],
        support=may("select", rows="all"),
    ),
)

projects = Table(
    "projects",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("tenant_id", uuid, not_null=True, references=tenants, on_delete="cascade"),
        Column("name", text, not_null=True),
        Column(
            "visibility", text, not_null=True, default="private", check=one_of("private", "team", "public")
        ),
        Column("archived", boolean, not_null=True, default=False),
        Column("rank", integer, not_null=True, default=0, check=at_least(0)),
        Column("slug", text, generated="lower(name)"),
        _moment("created_at"),
    ],
    constraints=[Unique(["tenant_id", "rank"], name="one_rank", initially_deferred=True)],
    indexes=[Index(["tenant_id", "name"], unique=True)],
    triggers=[Trigger("noted", note, timing="after", events=["insert", "delete"], arguments=["projects"])],
    policies=[
        Policy("read", "select", to="app", using=sql(f"{OWN} OR {IS_PUBLIC} OR {IS_SHARED}")),
        Policy("add", "insert", to="app", check=sql(OWN)),
        Policy("change", "update", to="app", using=sql(OWN), check=sql(OWN)),
        Policy("remove", "delete", to="app", using=sql(f"{OWN} AND NOT archived")),
    ],
    access=Access(
        own="tenant_id",
        app=[
            may(
                "select",
                rows=[
                    "own",
                    where("public", IS_PUBLIC),
                    member_of("project_shares", "id", group="project_id", member="tenant_id", name="shared"),
                ],
            ),
            may("insert", rows="own"),
            may("update", rows="own", columns=["name", "visibility", "archived"]),
            may("delete", rows=where("own active", f"{OWN} AND NOT archived")),
        ],
    ),
)

project_shares = Table(
    "project_shares",
    columns=[
        Column("project_id", uuid, primary_key=True, references=projects, on_delete="cascade"),
        Column("tenant_id", uuid, primary_key=True, references=tenants),
        Column("until", timestamptz),
    ],
    policies=[Policy("own", "select", to="app", using=sql(OWN))],
    access=Access(own="tenant_id", app=may("select", rows="own")),
)

bookings = Table(
    "bookings",
    columns=[
        Column("id", integer, primary_key=True),
        Column("during", named_type("tstzrange", schema="pg_catalog"), not_null=True),
        Column("cancelled", boolean, not_null=True, default=False),
    ],
    constraints=[Exclusion([("during", "&&")], where="NOT cancelled", name="no_overlap")],
    access=Access(support=may("select", rows="all")),
    policies=[Policy("support", "select", to="support", using="true")],
)

customers = Table(
    "customers",
    existing=[Column("id", bigint, primary_key=True), Column("name", text), Column("city", text)],
    columns=[
        Column("tenant_id", uuid, references=tenants, on_delete="set null"),
        Column("grade", integer, default=1, check=between(1, 5)),
        Column("updated_at", timestamptz, default=now()),
    ],
    indexes=[Index("tenant_id")],
    triggers=[Trigger("touched", touch, timing="before", events="update", update_of=["name", "grade"])],
)

TABLES: Final = (tenants, members, invitations, projects, project_shares, bookings, customers)
