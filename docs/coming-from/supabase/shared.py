"""Grants, conditions and columns that several modules share."""

from schema_dsl import Column, Grant, bigint, gen_random_uuid, uuid

# "all" has no MAINTAIN.
CLIENT_GRANTS = [Grant("all", "maintain", to=["authenticated", "service_role"])]

ANON_SELECT_GRANTS = [Grant("select", to="anon"), *CLIENT_GRANTS]

OWN_PROFILE = "(SELECT auth.uid()) = profile_id"

CLUBS_RUN_BY_CALLER = "club_id IN (SELECT private.clubs_run_by_caller())"

CLUBS_OF_CALLER = "club_id IN (SELECT private.clubs_of_caller())"

CLUBS_PAID_BY_CALLER = "club_id IN (SELECT private.clubs_paid_by_caller())"

COACHES = "private.coaches(team_id)"

OWN_AUTHOR = "(SELECT auth.uid()) = author_id"

TEAMS_OF_CALLER = "team_id IN (SELECT private.teams_of_caller())"


def id_column() -> Column:
    """Return the column id of many tables, of type bigint."""
    return Column("id", bigint, primary_key=True, identity="always")


def uuid_id_column() -> Column:
    """Return the column id of many tables, of type uuid."""
    return Column("id", uuid, primary_key=True, default=gen_random_uuid())
