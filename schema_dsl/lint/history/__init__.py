"""A history of SQL files, and what is known of the database at each point of it."""
