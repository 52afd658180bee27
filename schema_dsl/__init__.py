"""A Postgres schema declared in Python."""
