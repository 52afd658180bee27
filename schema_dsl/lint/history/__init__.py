"""Replay the history of migrations, and keep the state of the database after each statement."""
