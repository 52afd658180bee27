"""Find the columns, session inputs and constants that policies, views and routines read."""
