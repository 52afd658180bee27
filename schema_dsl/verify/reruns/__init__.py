"""Interrupt a migration at each of its statements, and run it again."""
