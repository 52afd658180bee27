"""Grants."""

from schema_dsl import Grant

CLIENT_GRANTS = [Grant("all", "maintain", to=["authenticated", "service_role"])]

ANON_SELECT_GRANTS = [Grant("select", to="anon"), *CLIENT_GRANTS]
