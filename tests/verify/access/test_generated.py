"""Rows whose columns depend on each other: generated columns, unique keys of them, and checks of several columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
import pytest
from access_world import find_failures, find_result
from subjects import subject_of

from schema_dsl import (
    Access,
    Check,
    Column,
    Policy,
    Reference,
    Role,
    Table,
    Unique,
    bigint,
    boolean,
    may,
    one_of,
    text,
    timestamptz,
    uuid,
    where,
)
from schema_dsl.platforms import CallerSetting, platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch

OWN: Final = "tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid)"
FAMILY: Final = """
    CREATE FUNCTION public.is_family(tenant uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = '' AS $$
        SELECT EXISTS (SELECT FROM public.tenants AS t WHERE t.id = tenant
            AND nullif(current_setting('app.tenant_id', true), '')::uuid IN (t.id, t.parent_id))
    $$
"""
BASELINE: Final = (
    "CREATE TABLE public.tenants (id uuid PRIMARY KEY, parent_id uuid REFERENCES public.tenants);"
)
VANILLA: Final = attrs.evolve(platform("vanilla"), caller=CallerSetting.parse("app.tenant_id"))

tenants = Table("tenants", existing=[Column("id", uuid, primary_key=True), Column("parent_id", uuid)])
invoices = Table(
    "invoices",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column("tenant_id", uuid, not_null=True, references=Reference("tenants", "id")),
        Column("title", text, not_null=True),
        Column("state", text, not_null=True, default="draft", check=one_of("draft", "sent", "paid")),
        Column("sent_at", timestamptz),
        Column("slug", text, generated="lower(replace(title, ' ', '-'))"),
        Column("is_open", boolean, generated="state = 'sent'"),
    ],
    constraints=[
        Check("state = 'draft' OR sent_at IS NOT NULL", name="sent_has_moment"),
        Unique(["tenant_id", "slug"]),
    ],
    policies=[
        Policy("read", "select", to="app", using=OWN),
        Policy("audit", "select", to="auditor", using="state <> 'draft'"),
    ],
    access=Access(
        own="tenant_id",
        app=may("select", rows="own", columns=["id", "title", "slug"]),
        auditor=may("select", rows=where("sent", "state <> 'draft'")),
    ),
)


@pytest.fixture(scope="module")
def scratch(server: Server) -> Iterator[Scratch]:
    """Scratch databases with the table."""
    roles = [Role("app"), Role("auditor")]
    with Scratch(
        server, subject_of(tenants, invoices, platform=VANILLA, baseline=BASELINE, roles=roles)
    ) as made:
        yield made


def test_sound(scratch: Scratch) -> None:
    """Each value of the list is tried in a row that the checks of several columns accept, and the access holds."""
    result = find_result(scratch, invoices)
    assert ([], ()) == (find_failures(scratch, invoices), result.untried)


def test_parent(scratch: Scratch) -> None:
    """A related row that a key of the caller names, and that names the caller in another column, is tried."""
    uses = "ALTER POLICY read ON invoices USING (public.is_family(tenant_id))"
    found = find_failures(scratch, invoices, FAMILY, uses)
    assert any("whose tenant_id is in tenants (parent_id is the owner's id)" in each for each in found), found


@pytest.mark.parametrize(
    ("damage", "failure"),
    [
        (f"ALTER POLICY read ON invoices USING ({OWN} OR slug = 'for-all')", "whose title is 'for-all'"),
        (f"ALTER POLICY read ON invoices USING ({OWN} OR slug LIKE 'public-%')", "whose title is 'public-%'"),
        (f"ALTER POLICY read ON invoices USING ({OWN} OR is_open)", "whose state is 'sent'"),
        (f"ALTER POLICY read ON invoices USING ({OWN} AND NOT is_open)", "app cannot read its own row"),
        ("ALTER POLICY audit ON invoices USING (state = 'paid')", "auditor cannot read"),
        ("GRANT SELECT (state) ON invoices TO app", "column state"),
        ("REVOKE SELECT (slug) ON invoices FROM app", "column slug"),
    ],
    ids=[
        "equal",
        "pattern",
        "flag",
        "not the flag",
        "one value of the list",
        "a column more",
        "generated column",
    ],
)
def test_wrong(scratch: Scratch, damage: str, failure: str) -> None:
    """The comparisons of a generated column decide on the values of the columns from which it is computed."""
    found = find_failures(scratch, invoices, damage)
    assert any(failure in each for each in found), found
