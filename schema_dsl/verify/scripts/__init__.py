"""Run SQL scripts, and tell why a script stops."""
