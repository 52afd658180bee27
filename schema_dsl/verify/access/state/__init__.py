"""Read the state of a database that decides on access."""
