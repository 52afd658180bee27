"""Probe access at each moment of a migration."""
