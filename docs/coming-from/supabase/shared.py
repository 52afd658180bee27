"""Grants and columns that several modules share."""

from schema_dsl import Column, Grant, bigint, gen_random_uuid, uuid

# The default privileges on new tables in public. No policy restricts TRUNCATE.
# "all" leaves out MAINTAIN, which exists since Postgres 17.
TABLE_GRANTS = [Grant("all", "maintain", to=["authenticated", "service_role"])]

# The default privileges on new sequences in public.
SEQUENCE_GRANTS = [Grant("all", to=["anon", "authenticated", "service_role"])]

SERVICE_ROLE_GRANTS = [Grant("all", "maintain", to="service_role")]


def id_column() -> Column:
    """Return the primary key id of type bigint."""
    return Column("id", bigint, primary_key=True, identity="always")


def uuid_id_column() -> Column:
    """Return the primary key id of type uuid."""
    return Column("id", uuid, primary_key=True, default=gen_random_uuid())
