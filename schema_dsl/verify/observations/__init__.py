"""Observe a database and a session before, during and after a migration."""
