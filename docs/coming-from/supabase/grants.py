"""Grants."""

from schema_dsl import Grant

CLIENT_GRANTS = [Grant("all", "maintain", to=["authenticated", "service_role"])]

CLIENT_GRANTS_2 = [
    Grant("select", to="anon"),
    Grant("all", "maintain", to=["authenticated", "service_role"]),
]
